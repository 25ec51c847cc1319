#!/usr/bin/env python3
"""instances.py HEDDLE COMPONENT [TRIES] - a section heddle:instances that says other
things.

It is a hint for code generation, so whatever it says, a module is compiled to code
that is proved, or refused with a report, or what was compiled is found not to be
right by the checker: never anything else.  Bytes of the section
are changed one by one to some others; numbers that name other instances and other
things are among them.
"""
import random
import subprocess
import sys
import tempfile
from pathlib import Path

HEDDLE, COMPONENT = sys.argv[1], sys.argv[2]
TRIES = int(sys.argv[3]) if len(sys.argv) > 3 else 60
NAME = b"\x10heddle:instances"


def run(*argv):
    return subprocess.run([HEDDLE, *map(str, argv)], capture_output=True, text=True)


def main():
    counts = {}
    random.seed(1)
    with tempfile.TemporaryDirectory() as dir:
        wasm, obj = Path(dir) / "m.wasm", Path(dir) / "m.o"
        if run("lower", COMPONENT, "-o", wasm).returncode:
            sys.exit("not ok - lower")
        right = wasm.read_bytes()
        begin = right.index(NAME) + len(NAME)
        for k in range(TRIES):
            data = bytearray(right)
            for _ in range(random.choice((1, 1, 2, 4))):
                at = random.randrange(begin, len(data))
                data[at] = random.choice((0, 1, 2, 3, data[at] ^ 1, data[at] + 1 & 127, 127))
            if random.random() < 0.1:
                del data[random.randrange(begin, len(data)):]
            wasm.write_bytes(data)
            made = run("compile", "-q", "--instance=pointer", random.choice(("--plain", "-O2")), wasm, "-o", obj)
            what = {0: "compiled and proved", 1: "refused", 3: "not proved"}.get(made.returncode)
            if not what or (made.returncode and "error[E" not in made.stderr):
                sys.exit("not ok - try %d: status %d: %s" % (k, made.returncode, made.stderr[-300:]))
            counts[what] = counts.get(what, 0) + 1
    print(", ".join("%d %s" % (n, what) for what, n in sorted(counts.items())))
    sys.exit(len(counts) < 2)


main()
