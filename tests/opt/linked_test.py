#!/usr/bin/env python3
"""linked_test.py HEDDLE FOLDER [LEVEL...] - linked components stay what they are in opt.

The section that says what a linked module's imports and exports mean names
functions, tables and memories by number.  Every program of FOLDER/expected.json
is lowered, optimised with proof, and run: the results are those of the file.  An
output without the section is REJECTED.  Exit 77 without tools.
"""
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

heddle, folder, levels = sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or ["-O2"]
passed = failed = 0


def run(*argv):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True)


def check(ok, what, r):
    global passed, failed
    passed += ok
    failed += not ok
    if not ok:
        print("not ok - %s: status %d\n%s%s" % (what, r.returncode, r.stdout, r.stderr))
    return ok


def one(program, level, tmp):
    linked, out = tmp / "linked.wasm", tmp / "out.wasm"
    r = run(heddle, "lower", *[folder / f for f in program["files"]], "-o", linked)
    if not check(r.returncode == 0, program["name"] + " lower", r):
        return
    r = run(heddle, "opt", level, "-q", linked, "-o", out)
    if not check(r.returncode == 0, program["name"] + " opt " + level, r):
        return
    calls = sum((["--invoke", c["call"]] for c in program["calls"]), [])
    r = run(heddle, "run", out, *calls)
    want = [c["result"] for c in program["calls"]]
    check(r.returncode == 0 and r.stdout.split() == want, program["name"] + " run " + level, r)
    run("wasm-strip", out)
    r = run(heddle, "verify", linked, out)
    check(r.returncode == 3 and "linked component" in r.stdout, program["name"] + " without its section", r)


if not shutil.which("wasm-strip") or not shutil.which("qemu-system-arm"):
    print("skip: no wasm-strip or no qemu-system-arm")
    sys.exit(77)
with tempfile.TemporaryDirectory() as d:
    for p in json.loads((folder / "expected.json").read_text()):
        for level in levels:
            one(p, level, Path(d))
print("%d passed, %d failed, 0 skipped" % (passed, failed))
sys.exit(failed > 0 or passed == 0)
