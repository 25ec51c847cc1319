#!/usr/bin/env python3
"""custom_test.py HEDDLE - what custom sections say is still true behind opt.

Names of functions and parameters stay, those of locals and labels go with a body that changes and stay
with one that does not; sections that state places of code go, with a warning, when code changes; the
others stay as they are.  Exit 77 without wabt.
"""
import re
import shutil
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
PLACES = [".debug_info", ".debug_line", "metadata.code.branch_hint", "reloc.CODE", "linking", "sourceMappingURL",
          "external_debug_info"]
OTHERS = ["producers", "debug", ".debug", "metadata", "of_relocations"]
TEXT = """(module (memory (export "m") 1)
(func $twice (export "twice") (param $first i32) (param $second i32) (result i32)
  (local $sum i32) (local $unused i64) (local $copy i32)
  (local.set $sum (i32.add (local.get $first) (local.get $second)))
  (local.set $copy (local.get $sum))
  (block $end (br_if $end (i32.eqz (local.get $copy))) (i32.store (local.get $first) (local.get $copy)))
  (i32.add (local.get $copy) (local.get $sum)))
(func $count (export "count") (param $n i32) (result i32)
  (local $total i32)
  (loop $again
    (local.set $total (i32.add (local.get $total) (i32.load (local.get $n))))
    (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 4)))))
  (local.get $total)))
"""


def tool(*argv, **kw):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, **kw).stdout


def opt(source, out):
    """What it says."""
    return subprocess.run([HEDDLE, "opt", source, "-O2", "--no-prove", "-o", out], check=True,
                          stderr=subprocess.PIPE, text=True).stderr


def with_sections(path, out, names):
    with open(path, "rb") as f:
        data = f.read()
    for n in names:
        body = bytes([len(n)]) + n.encode() + b"of " + n.encode()
        data += bytes([0, len(body)]) + body
    with open(out, "wb") as f:
        f.write(data)


def number(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def sections(path):
    """Contents of custom sections, by name."""
    with open(path, "rb") as f:
        data = f.read()
    out, at = {}, 8
    while at < len(data):
        size, begin = number(data, at + 1)
        if data[at] == 0:
            n, name = number(data, begin)
            out[data[name:name + n].decode()] = data[name + n:begin + size]
        at = begin + size
    return out


def local_names(path):
    return re.findall(r"func\[(\d+)\] local\[\d+\] <(\S+)>", tool("wasm-objdump", "-x", "-j", "name", path))


def wrong(d):
    a, b, c, e = (d + "/%s.wasm" % n for n in "abce")
    tool("wat2wasm", "--debug-names", "-", "-o", a, input=TEXT)
    with_sections(a, b, PLACES + OTHERS)
    said = opt(b, c)
    if "%d sections that state places in the code" % len(PLACES) not in said:
        yield "warning: " + said
    got = sections(c)
    yield from ("%s is there" % n for n in PLACES if n in got)
    yield from ("%s is another" % n for n in OTHERS if got.get(n) != b"of " + n.encode())
    text = tool("wasm2wat", c)
    yield from ("no %s" % n for n in ("$twice", "$count", "$first", "$second", "$n") if n not in text)
    yield from ("%s names something else" % n for n in ("$sum", "$unused", "$copy", "$end") if n in text)
    # all locals are named; nothing is left to change
    tool("wat2wasm", "--debug-names", "-", "-o", a, input=tool("wasm2wat", "--generate-names", c))
    with_sections(a, b, PLACES)
    said = opt(b, e)
    if "warning" in said:
        yield "nothing changed: " + said
    if local_names(a) != local_names(e) or len(local_names(a)) < 4:
        yield "names of bodies that stay: %s, %s" % (local_names(a), local_names(e))
    yield from ("%s is gone from code that stays" % n for n in PLACES if n not in sections(e))


def main():
    if not shutil.which("wat2wasm"):
        print("SKIP: no wabt")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as d:
        found = list(wrong(d))
    for w in found:
        print(w)
    sys.exit(bool(found))


main()
