#!/usr/bin/env python3
"""fixed_test.py HEDDLE SUITE LEVEL - opt of its own output changes no byte, module by module.

SUITE is a folder of modules; those that heddle opt does not take (invalid by intent, SIMD) are counted as
skipped. At least 1,000 must be taken. Exit 77 when there is no suite.
"""
import glob
import os
import subprocess
import sys
import tempfile

heddle, suite, level = sys.argv[1:]
if not os.path.isdir(suite):
    print("SKIP: no", suite)
    sys.exit(77)
passed = failed = skipped = 0
with tempfile.TemporaryDirectory() as d:
    def opt(source, out):
        return subprocess.run([heddle, "opt", source, "-O" + level, "--no-prove", "-q", "-o", d + out],
                              stderr=subprocess.DEVNULL, check=False).returncode == 0

    for m in sorted(glob.glob(suite + "/*.wasm")):
        if not opt(m, "/a.wasm"):
            skipped += 1
            continue
        same = opt(d + "/a.wasm", "/b.wasm")
        if same:
            with open(d + "/a.wasm", "rb") as a, open(d + "/b.wasm", "rb") as b:
                same = a.read() == b.read()
        passed += same
        failed += not same
        if not same:
            print("not a fixed point:", m)
print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
sys.exit(failed > 0 or passed < 1000)
