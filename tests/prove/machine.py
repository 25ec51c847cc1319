#!/usr/bin/env python3
"""machine.py HEDDLE CASES - wrong machine code: each must be REJECTED.

A case is a name, a module, and two pieces of assembly for its function f:
what is right, which must be PROVED, and what is wrong, which must not.  The
assembled bytes take the place of the code in the object of the module;
`.org CALL` is where that calls its first import, `.org TRAP` its last call, of a
trap.

Where `-- build` stands in front, the object is that of an image, and
`.org LITERAL` is where its first address is; skipped in a build without the
runtime.

Or, after `-- options` of compile, `-- patch PATTERN => INSTRUCTION`: the code
that was compiled is right, and wrong with the first instruction that looks like
the pattern replaced (by \\1 of the pattern and such); and
`-- reloc SYMBOL => SYMBOL`: wrong when it refers to another symbol; `-- list` is the
same of the list of exports, `-- descriptor` of the module's; `-- symbol`: wrong when the first is where the second is;
`-- word SYMBOL+OFFSET => NUMBER`: wrong with that in place of a word.
Exit 77 without tools.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

NOP = b"\x00\xbf"


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def sections(obj):
    """Name -> offset in the file, size, number."""
    found = {}
    for m in re.finditer(r"\[ *(\d+)\] (\S+) +\S+ +[0-9a-f]{8} ([0-9a-f]{6}) "
                         r"([0-9a-f]{6})", run("readelf", "-SW", obj).stdout):
        found[m.group(2)] = (int(m.group(3), 16), int(m.group(4), 16),
                             int(m.group(1)))
    return found


def relocations(obj, section):
    """Offsets and types, in order."""
    part = run("readelf", "-rW", obj).stdout.split("'.rel%s'" % section)
    table = part[1].split("\n\n")[0] if len(part) > 1 else ""
    return [(int(m.group(1), 16), m.group(2)) for m in
            re.finditer(r"^([0-9a-f]{8}) +\S+ +(\S+)", table, re.M)]


def assemble(text, call, tmp, literal=1 << 16, trap=1 << 16):
    src, obj, raw = (os.path.join(tmp, n) for n in ("a.s", "a.o", "a.bin"))
    with open(src, "w") as f:
        f.write(".syntax unified\n.thumb\n.set CALL, %d\n.set LITERAL, %d\n"
                ".set TRAP, %d\n" % (call, literal, trap) + text + "\n")
    made = run("arm-none-eabi-as", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16",
               src, "-o", obj)
    if made.returncode:
        sys.exit("machine: %s" % made.stderr)
    run("arm-none-eabi-objcopy", "-O", "binary", "-j", ".text", obj, raw)
    with open(raw, "rb") as f:
        return f.read()


def judge(heddle, wasm, obj):
    lines = run(heddle, "verify", wasm, obj).stdout
    m = re.search(r"^(PROVED|REJECTED) +func \d+ f\b(.*)$", lines, re.M)
    return (m.group(1), m.group(2).strip()) if m else ("nothing", lines)


def compiled(heddle, options, tmp):
    wasm, obj = os.path.join(tmp, "m.wasm"), os.path.join(tmp, "m.o")
    made = run(heddle, "compile", "-q", "--no-prove", *options, wasm, "-o", obj)
    if made.returncode:
        sys.exit("machine: %s" % made.stderr)
    with open(obj, "rb") as f:
        return wasm, obj, bytearray(f.read())


def built(heddle, tmp):
    """The object that an image is linked of."""
    wasm = os.path.join(tmp, "m.wasm")
    made = run(heddle, "build", "-q", "--no-prove", "-O0", wasm, "--keep", tmp,
               "-o", os.path.join(tmp, "m.elf"))
    if made.returncode:
        sys.exit("machine: %s" % made.stderr)
    obj = os.path.join(tmp, "module.o")
    with open(obj, "rb") as f:
        return wasm, obj, bytearray(f.read())


def rewritten(obj, data):
    with open(obj, "wb") as f:
        f.write(data)


def verdict(heddle, text, tmp, image):
    """PROVED or why not, of function f with this code."""
    wasm, obj, data = built(heddle, tmp) if image else \
        compiled(heddle, ["--plain"], tmp)
    at, size, _ = sections(obj)[".text.wasm.f"]
    places = relocations(obj, ".text.wasm.f")
    call, literal = (min([k for k, kind in places if kind == x] + [1 << 16])
                     for x in ("R_ARM_THM_CALL", "R_ARM_ABS32"))
    trap = max([k for k, kind in places if kind == "R_ARM_THM_CALL"] + [0])
    code = assemble(text, call, tmp, literal, trap)
    if len(code) > size:
        sys.exit("machine: %d bytes of code in place of %d" % (len(code), size))
    code = bytearray(code + NOP * ((size - len(code)) // 2))
    for k, _ in places:     # they hold addends
        code[k:k + 4] = data[at + k:at + k + 4]
    data[at:at + size] = code
    rewritten(obj, data)
    return judge(heddle, wasm, obj)


def patched(obj, data, patch, tmp):
    """The object with one instruction of f replaced."""
    pattern, instead = patch
    at = sections(obj)[".text.wasm.f"][0]
    lines = run("arm-none-eabi-objdump", "-d", "-j", ".text.wasm.f", obj).stdout
    for m in re.finditer(r"^ +([0-9a-f]+):\t([0-9a-f ]+?) *\t(.*)$", lines, re.M):
        text = re.sub(r"\s+", " ", re.sub(r" *[@;(].*", "", m.group(3)))
        if not re.fullmatch(pattern, text):
            continue
        size = len(m.group(2).replace(" ", "")) // 2
        code = assemble(re.sub(pattern, instead, text), 0, tmp)
        if len(code) > size:
            sys.exit("machine: %s is longer than %s" % (instead, text))
        k = at + int(m.group(1), 16)
        data[k:k + size] = code + NOP * ((size - len(code)) // 2)
        return data
    sys.exit("machine: no %s in\n%s" % (pattern, lines))


def symbols(obj):
    return {m.group(2): int(m.group(1)) for m in re.finditer(
        r"^ *(\d+): .* (\S+)$", run("readelf", "-sW", obj).stdout, re.M)}


def moved(obj, data, names):
    """The object with a symbol where another is."""
    at, number = sections(obj)[".symtab"][0], symbols(obj)
    to, by = (at + 16 * number[n] for n in names)
    data[to + 4:to + 8] = data[by + 4:by + 8]
    data[to + 14:to + 16] = data[by + 14:by + 16]
    return data


def repointed(obj, data, names, section, last=False):
    """The object with the first, or last, relocation to another symbol."""
    number = symbols(obj)
    at, size, _ = sections(obj)[section]
    for k in range(at, at + size, 8)[::-1 if last else 1]:
        info = int.from_bytes(data[k + 4:k + 8], "little")
        if info >> 8 == number.get(names[0]):
            info = number[names[1]] << 8 | (info & 255)
            data[k + 4:k + 8] = info.to_bytes(4, "little")
            return data
    sys.exit("machine: nothing refers to %s of %s" % (names[0], sorted(number)))


def reworded(obj, data, place, value):
    """The object with another word at a distance from a symbol."""
    name, by = place.split("+")
    m = re.search(r": ([0-9a-f]{8}) .* (\d+) %s$" % re.escape(name),
                  run("readelf", "-sW", obj).stdout, re.M)
    at = [x for x in sections(obj).values() if x[2] == int(m.group(2))]
    k = at[0][0] + int(m.group(1), 16) + int(by)
    data[k:k + 4] = int(value, 0).to_bytes(4, "little")
    return data


def change(heddle, case, tmp):
    """What is right and what is wrong, of code as it is compiled."""
    wasm, obj, data = compiled(heddle, case["options"].split(), tmp)
    right = judge(heddle, wasm, obj)
    if "patch" in case:
        data = patched(obj, data, case["patch"], tmp)
    elif "symbol" in case:
        data = moved(obj, data, case["symbol"])
    elif "word" in case:
        data = reworded(obj, data, *case["word"])
    elif "descriptor" in case:
        data = repointed(obj, data, case["descriptor"], ".rel.rodata.wasm", True)
    elif "list" in case:
        data = repointed(obj, data, case["list"], ".rel.rodata.wasm")
    else:
        data = repointed(obj, data, case["reloc"], ".rel.text.wasm.f")
    rewritten(obj, data)
    return right, judge(heddle, wasm, obj)


def cases(path):
    name, part, got = None, None, {}
    for line in open(path):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("== "):
            if name:
                yield name, got
            name, part, got = line.split()[1], "module", {"module": ""}
        elif line.startswith(("-- patch ", "-- reloc ", "-- list ", "-- symbol ",
                              "-- word ", "-- descriptor ")):
            kind, rest = line[3:].split(" ", 1)
            got[kind] = [x.strip() for x in rest.split("=>")]
        elif line.strip() == "-- build":
            got["build"] = True
        elif line.startswith("-- options "):
            got["options"] = line[11:].strip()
        elif line.strip() in ("-- right", "-- wrong"):
            part = line.split()[1]
            got[part] = ""
        else:
            got[part] += line
    if name:
        yield name, got


def main():
    heddle, path = sys.argv[1:3]
    for tool in "arm-none-eabi-as", "arm-none-eabi-objcopy", "wat2wasm":
        if not shutil.which(tool):
            print("skipped: no", tool)
            return 77
    passed = failed = skipped = 0
    runtime = os.environ.get("HEDDLE_RUNTIME",
                             os.path.join(os.path.dirname(heddle), "rt"))
    for name, c in cases(path):
        if "build" in c and not os.path.isdir(runtime):
            skipped += 1
            continue
        with tempfile.TemporaryDirectory() as tmp:
            with open(os.path.join(tmp, "m.wat"), "w") as f:
                f.write(c["module"])
            if run("wat2wasm", "--enable-tail-call", os.path.join(tmp, "m.wat"), "-o",
                   os.path.join(tmp, "m.wasm")).returncode:
                sys.exit("machine: %s: no module" % name)
            right, wrong = change(heddle, c, tmp) if "options" in c else \
                tuple(verdict(heddle, c[k], tmp, "build" in c)
                      for k in ("right", "wrong"))
        if right[0] == "PROVED" and wrong[0] == "REJECTED":
            passed += 1
            continue
        failed += 1
        print("not ok - %s: right %s %s, wrong %s %s" %
              ((name,) + right + wrong))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return failed > 0 or passed == 0


sys.exit(main())
