#!/usr/bin/env python3
"""wild.py HEDDLE WILD N FOLDER - invariants guessed at random never make a wrong pair PROVED.

Every pair of FOLDER's lists (pairs.txt, pairs_wasm.txt, twins.txt) goes through WILD (wild.c), WebAssembly against
WebAssembly and against what is compiled, with N draws of guesses for each function that has loops.  Some of those that
are PROVED must stay so, or nothing would have been shown.  Exit 77 without tools.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True)


def pairs(folder):
    """Name, the module meant, and one written in its place."""
    for file, size in ("pairs.txt", 3), ("pairs_wasm.txt", 3), ("twins.txt", 4):
        with open(os.path.join(folder, file)) as f:
            lines = [x for x in f.read().split("\n") if x.strip() and x[0] != "#"]
        for k in range(0, len(lines), size):
            for other in lines[k + 2:k + size]:
                yield lines[k], lines[k + 1], other


def main():
    heddle, wild, times, folder = sys.argv[1:]
    if not shutil.which("wat2wasm"):
        print("skip: no wat2wasm")
        return 77
    sums, bad, n = [0] * 4, 0, 0
    with tempfile.TemporaryDirectory() as tmp:
        for name, meant, other in pairs(folder):
            a, b, o = (os.path.join(tmp, x) for x in ("a.wasm", "b.wasm", "b.o"))
            if "(loop" not in meant + other:
                continue
            for text, file in (meant, a), (other, b):
                with open(file + ".wat", "w") as f:
                    f.write(text)
                if run("wat2wasm", "--enable-multi-memory", "--enable-tail-call", file + ".wat", "-o", file).returncode:
                    sys.exit("wild: %s is no module" % name)
            if run(heddle, "compile", "-q", "--no-prove", "-O2", b, "-o", o).returncode:
                sys.exit("wild: %s is not compiled" % name)
            for file in b, o:
                got = run(wild, a, file, times)
                found = re.search(r"(\d+) disturbed: (\d+) kept, (\d+) lost, (\d+) gained", got.stdout)
                n += 1
                if got.returncode or not found:
                    bad += 1
                    print("not ok - %s, %s: %d\n%s%s" % (name, os.path.basename(file), got.returncode, got.stdout,
                                                         got.stderr))
                if found:
                    sums = [x + int(y) for x, y in zip(sums, found.groups())]
    print("%d pairs, %d guesses: of what is PROVED %d times still, %d times not; %d times what is REJECTED" % (
        n, *sums))
    return bad > 0 or sums[0] < 1000 or sums[1] < 10 or sums[2] < 1


if __name__ == "__main__":
    sys.exit(main())
