#!/usr/bin/env python3
"""stubs.py HEDDLE TREE - wrong stubs: each must be REJECTED.

Code between C and the module (`*.entry`, `*.import`, `*.export`, what
instantiates it, what calls built-ins of a component, and what the runtime enters its functions by), with each instruction
left out, its register another, its offset
4 more or less, its list of registers another.  What is stored and never loaded
may be wrong, what is loaded into a register that has it still, and what is copied to one that nothing reads: those are
the only ones that may be PROVED, and they are counted. Of those that functions are entered by each code once.
Exit 77 without tools.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

MODULES = {
    # several results, stack arguments, pairs, floats; an import with several;
    # an import that is exported
    "many": """(module
      (import "e" "g" (func $g (param i32 i64 f32) (result i32 i64 f64 i32 f32)))
      (import "e" "h" (func $h (param i64 i32)))
      (memory 1)
      (export "h" (func $h))
      (func (export "f") (param i64 i32 f32 i32 f64 i64) (result i64 f32 i32 f64)
        (local.get 5) (local.get 2) (local.get 3) (local.get 4))
      (func (export "k") (param i32 i64 f32) (result i32 i64 f64 i32 f32)
        (call $g (local.get 0) (local.get 1) (local.get 2))))""",
    # room for tail calls, and results on the stack
    "tail": """(module
      (type $t (func (param i32 i32 i32 i32 i32 i64) (result i64 i64 i64)))
      (memory 1)
      (func $a (param i32 i32 i32 i32 i32 i64) (result i64 i64 i64)
        (local.get 5) (local.get 5) (local.get 5))
      (func (export "f") (param i32) (result i64 i64 i64)
        (return_call $a (local.get 0) (local.get 0) (local.get 0) (local.get 0)
          (local.get 0) (i64.const 7)))
      (func (export "one") (param i32 i32 i32 i32 i64 f32) (result f64)
        (f64.const 1)))""",
}
# components: stubs of built-ins; those that the runtime enters functions by
COMPONENTS = {
    "counters": "tests/p3/counters-driver.wasm",
    "values": "tests/component/data/values.wasm",
    "bind": "tests/component/data/bind.wasm",
}
OPTIONS = [
    ("counters", ["-O2", "--target=cortex-m3"]),
    ("values", ["--plain", "--target=cortex-m3"]),
    ("bind", ["--plain", "--target=cortex-m4f"]),
    ("many", ["--plain"]),
    ("many", ["-O2", "--target=cortex-m4f"]),
    ("many", ["-O2", "--target=cortex-m33", "--instance=pointer"]),
    ("tail", ["--plain", "--target=cortex-m3"]),
    ("tail", ["-O2", "--target=cortex-m4f", "--instance=pointer"]),
]
STUB = re.compile(r"\.text\.wasm\.(.*\.(entry|import|export|ref)|"
                  r"wasm_import_heddle_canon_.*)$")
STARTS = re.compile(r"\.text\.wasm\.(start|call|results)\d+$")


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def sections(obj):
    """Name -> place in the file, size."""
    return {m.group(1): (int(m.group(2), 16), int(m.group(3), 16))
            for m in re.finditer(r"\[ *\d+\] (\S+) +\S+ +[0-9a-f]{8} "
                                 r"([0-9a-f]{6}) ([0-9a-f]{6})",
                                 run("readelf", "-SW", obj).stdout)}


def unlinked(data, rel, where):
    """Without the relocation of a place, or None."""
    at, size = rel
    for k in range(at, at + size, 8):
        if int.from_bytes(data[k:k + 4], "little") == where:
            return data[:k + 4] + b"\0" + data[k + 5:]
    return None


def instructions(obj, section):
    """Offset, size, text of each; relocated ones have no text to change."""
    found = []
    lines = run("arm-none-eabi-objdump", "-dr", "-j", section, obj).stdout
    for line in lines.split("\n"):
        m = re.match(r" +([0-9a-f]+):\t([0-9a-f ]+?) *\t(.*)$", line)
        if m and not m.group(3).startswith(".word"):
            text = re.sub(r"\s+", " ", re.sub(r" *[@;(].*", "", m.group(3)))
            found.append([int(m.group(1), 16),
                          len(m.group(2).replace(" ", "")) // 2, text])
        elif "R_ARM_THM" in line and found:
            found[-1][2] = ""
    return found


def mutants(text):
    """Other instructions of the same form."""
    out = []
    if not text:
        return out
    m = re.match(r"(\S+) (r\d+|s\d+|d\d+|lr)\b(.*)$", text)
    if m and not m.group(3).startswith("!"):
        other = {"r": "r6", "s": "s9", "d": "d7", "l": "r6"}[m.group(2)[0]]
        out.append("%s %s%s" % (m.group(1), other, m.group(3)))
    m = re.match(r"(.*#)(\d+)(.*)$", text)
    if m:
        step = 8 if "sp, #" in text and "[" not in text else 4
        for by in (step, -step):
            if int(m.group(2)) + by >= 0:
                out.append("%s%d%s" % (m.group(1), int(m.group(2)) + by,
                                       m.group(3)))
    if "{" in text and "r5" in text:
        out.append(text.replace("r5", "r6", 1))
    return out


def assemble(texts, tmp):
    """Bytes of each, or None where it has no such form."""
    src, obj, raw = (os.path.join(tmp, n) for n in ("s.s", "s.o", "s.bin"))
    good = list(texts)
    while True:
        with open(src, "w") as f:
            f.write(".syntax unified\n.thumb\n")
            for k, t in enumerate(good):
                f.write(".org %d\n%s\n" % (8 * k, t or ""))
            f.write(".org %d\n" % (8 * len(good)))
        made = run("arm-none-eabi-as", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16",
                   src, "-o", obj)
        bad = [int(x) for x in re.findall(r"s\.s:(\d+): Error", made.stderr)]
        if made.returncode == 0:
            break
        if not bad:
            sys.exit("stubs: %s" % made.stderr)
        for line in bad:
            good[(line - 4) // 2] = None
    run("arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", obj, raw)
    with open(raw, "rb") as f:
        data = f.read()
    return [data[8 * k:8 * k + 8] if t else None for k, t in enumerate(good)]


def length(code):
    """Of the first instruction."""
    return 4 if code[1] >> 3 in (0b11101, 0b11110, 0b11111) else 2


def judge(heddle, wasm, obj):
    got = run(heddle, "verify", wasm, obj)
    if got.returncode not in (0, 3):
        sys.exit("stubs: verify ends with %d\n%s" % (got.returncode, got.stderr))
    return got.returncode == 0, got.stdout


def is_unused(text, all_text):
    """A store of what is never loaded, a load of what is there still, a copy that nothing reads."""
    m = re.match(r"ldr\S* (r[0-3]), (\[sp(?:, #\d+)?\])$", text)
    if m:
        before = all_text[:all_text.index(text)]
        store = "str.w %s, %s" % m.groups()
        if store in before and not any(re.match(r"\S+ %s\b" % m.group(1), t)
                                       for t in before[before.index(store) + 1:]):
            return True
    m = re.match(r"v?str\S* \S+, \[sp(, #\d+)?\]$", text)
    place = m and (m.group(1) or "")
    kept = re.match(r"mov (r[4-7]), r\d+$", text)
    if kept and not any(re.search(r"\b%s\b" % kept.group(1), t) for t in all_text
                        if t != text and "{" not in t):
        return True
    return m is not None and not any(
        re.match(r"v?ldr\S* \S+, \[sp%s\]$" % re.escape(place), t)
        for t in all_text)


def change(heddle, name, options, tmp, count):
    wat, wasm, obj = (os.path.join(tmp, "m." + x) for x in ("wat", "wasm", "o"))
    if name in MODULES:
        with open(wat, "w") as f:
            f.write(MODULES[name])
        if run("wat2wasm", "--enable-tail-call", wat, "-o", wasm).returncode:
            sys.exit("stubs: %s is no module" % name)
    else:
        wasm = os.path.join(sys.argv[2], COMPONENTS[name])
    made = run(heddle, "compile", "-q", "--no-prove", *options, wasm, "-o", obj)
    if made.returncode:
        sys.exit("stubs: %s" % made.stderr)
    ok, text = judge(heddle, wasm, obj)
    if not ok:
        sys.exit("stubs: %s %s\n%s" % (name, options, text))
    with open(obj, "rb") as f:
        right = f.read()
    place, seen = sections(obj), []
    for section, (at, _) in place.items():
        stub = STUB if name in MODULES or name == "counters" else STARTS
        if not stub.search(section) or section.startswith(".rel"):
            continue
        code = instructions(obj, section)
        all_text = [t for _, _, t in code]
        if stub is STARTS and all_text in seen:
            continue
        seen.append(all_text)
        count["stubs"] += 1
        for where, size, text in code:
            wrong = ["nop" if size == 2 else "nop.w"] + mutants(text)
            for t, b in zip(wrong, assemble(wrong, tmp)):
                if not b or length(b) != size:
                    continue
                b = b[:size]
                k = at + where
                made = right if text else unlinked(
                    right, place[".rel" + section], where)
                if right[k:k + size] == b or not made:
                    continue
                with open(obj, "wb") as f:
                    f.write(made[:k] + b + made[k + size:])
                ok, _ = judge(heddle, wasm, obj)
                if not ok:
                    count["rejected"] += 1
                elif is_unused(text, all_text):
                    count["unused"] += 1
                else:
                    count["missed"] += 1
                    print("not ok - %s %s %s: '%s' for '%s' is PROVED" % (
                        name, " ".join(options), section, t, text or "call"))


def main():
    heddle = sys.argv[1]
    for tool in "arm-none-eabi-as", "arm-none-eabi-objdump", "wat2wasm":
        if not shutil.which(tool):
            print("skipped: no", tool)
            return 77
    count = dict.fromkeys(("stubs", "rejected", "unused", "missed"), 0)
    for name, options in OPTIONS:
        with tempfile.TemporaryDirectory() as tmp:
            change(heddle, name, options, tmp, count)
    print("%(stubs)d stubs: %(rejected)d wrong ones REJECTED, %(unused)d that "
          "change nothing that is used, %(missed)d missed" % count)
    return count["missed"] > 0 or count["rejected"] < 400


sys.exit(main())
