#!/usr/bin/env python3
"""stats_test.py HEDDLE ROOT - what heddle opt says that its passes did.

Over bench/kernels and tests/rfc46, at each level: bytes add up to what bodies lost, every pass of
passes.def has an entry, and what a pass changed is proved (that asking changes nothing: opt.command). What no
proof keeps to is rejected, pass by pass. Without proofs nothing is said of them. The table for people
has the same numbers.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

heddle, root = sys.argv[1:]
failures = []
changed = set()


def check(ok, what):
    if not ok:
        failures.append(what)


def opt(module, out, *options):
    r = subprocess.run([heddle, "opt", module, "-o", out, *options], capture_output=True, text=True, check=True)
    return r.stderr


def table(text):
    rows = {}
    for line in text.splitlines():
        m = re.match(r"(\w+) +(\d+) +(-?\d+) +(-?\d+) +(-?\d+)(?: +(\d+) +(\d+))?$", line)
        if m:
            rows[m[1]] = [None if x is None else int(x) for x in m.groups()[1:]]
    return rows


with open(os.path.join(root, "src/opt/passes.def"), encoding="utf-8") as f:
    passes = re.findall(r"^PASS\((\w+)\)", f.read(), flags=re.M)
modules = sorted(glob.glob(root + "/bench/kernels/*.wasm") + glob.glob(root + "/tests/rfc46/*.wasm"))
check(modules and passes, "modules and passes")
with tempfile.TemporaryDirectory() as d:
    a = d + "/a.wasm"
    for m in modules:
        for level in "123z":
            name = "%s -O%s" % (os.path.basename(m), level)
            s = json.loads(opt(m, a, "-O" + level, "--stats", "--json"))
            p = s["passes"]
            check(list(p) == passes, name + ": passes")
            saved = sum(x["bytes"] for x in p.values()) + s["rewritten"] + s["unused"]
            check(saved == s["code"][0] - s["code"][1], "%s: %d bytes in all, %s" % (name, saved, s["code"]))
            for k, x in p.items():
                again = 2 if name[:5] == "mark." and level != "1" else 0	# docs/assurance.md
                check(x["proved"] == x["functions"] and x["rejected"] <= again, "%s: %s: %s" % (name, k, x))
                check(x["functions"] <= s["functions"], "%s: %s: functions" % (name, k))
                if x["functions"]:
                    changed.add(k)
    for k in ("tidy", "fold", "gvn", "dce", "inline", "dispatch"):
        check(k in changed, k + " changed nothing anywhere")

    m = root + "/tests/rfc46/dispatch7.wasm"
    s = json.loads(opt(m, a, "-O2", "--stats", "--json"))
    rows = table(opt(m, a, "-O2", "--stats"))
    want = {k: [x["functions"], x["bytes"], x["instructions"], x["checks"], x["proved"], x["rejected"]]
            for k, x in s["passes"].items() if x["functions"] or x["rejected"]}
    check(want and rows == want, "table: %s, %s" % (rows, want))
    s = json.loads(opt(m, a, "-O2", "--stats", "--json", "--prove-effort", "20"))["passes"]
    check(any(x["rejected"] for x in s.values()), "nothing is rejected")
    check(not any(x["functions"] for x in s.values()), "what was rejected counts: %s" % s)
    s = json.loads(opt(m, a, "-O2", "--stats", "--json", "--no-prove"))["passes"]
    check(all(x["proved"] is None and x["rejected"] is None for x in s.values()), "not proved, but said to be")
    check(any(x["functions"] for x in s.values()), "nothing changed without proofs")
for f in failures:
    print("not ok -", f)
print("%s - statistics of %d modules" % ("not ok" if failures else "ok", len(modules)))
sys.exit(bool(failures))
