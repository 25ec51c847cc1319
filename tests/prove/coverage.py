#!/usr/bin/env python3
"""coverage.py HEDDLE [OPTION...] FILE|FOLDER... - what the checker proves.

Compiles every module (or with --to wasm optimises it) without proofs and verifies
what came out.  Prints PROVED and REJECTED by
reason, with the effort; a module that does not end is counted by itself and
never as proved.  Exit 1 when fewer than --least functions are PROVED, or more
than --rejected are not.
"""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys
import tempfile


def modules(paths, every):
    found = []
    for p in paths:
        found += sorted(glob.glob(p + "/**/*.wasm", recursive=True)) \
            if os.path.isdir(p) else [p]
    found = [p for p in found if "/simd/" not in p]
    return found[::every]


class Count:
    def __init__(self):
        self.rows = []
        self.reason = collections.Counter()
        self.ended_not = []
        self.refused = 0


def one(args, path, obj, count):
    level = "-O" + args.level if args.level != "plain" else "--plain"
    how = ["opt", level] if args.to == "wasm" else \
        ["compile", level, "--target=" + args.target] + \
        args.option
    made = subprocess.run([args.heddle] + how +
                          ["-q", "--no-prove", path, "-o", obj],
                          capture_output=True, text=True)
    if made.returncode:
        count.refused += 1      # not a core module, or not valid
        return
    try:
        run = subprocess.run([args.heddle, "verify", "--json", path, obj],
                             capture_output=True, text=True,
                             timeout=args.timeout)
        got = json.loads(run.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        count.ended_not.append(path)
        return
    for f in sum((m["functions"] for m in got.get("modules", [got])), []):
        f["file"] = path
        count.rows.append(f)
        if f["verdict"] != "PROVED":
            count.reason[f["reason"]] += 1
            if args.verbose:
                print("REJECTED %s %s: %s: %s" % (
                    os.path.basename(path), f["name"], f["reason"],
                    f.get("detail", "")[:args.width]), flush=True)


def report(args, count):
    rows = count.rows
    proved = sum(f["verdict"] == "PROVED" for f in rows)
    total = sum(f["obligations"] for f in rows)
    normal = sum(f["by_normaliser"] for f in rows)
    print("%s %s: %d PROVED, %d REJECTED, %d modules not ended, %d not "
          "compiled" % (args.level, "wasm" if args.to == "wasm" else
                        args.target, proved, len(rows) - proved,
                        len(count.ended_not), count.refused))
    for reason, n in count.reason.most_common():
        print("  %4d %s" % (n, reason))
    for path in count.ended_not:
        print("  not ended:", path)
    print("  obligations %d, by the normaliser %d (%.1f %%), queries %d" % (
        total, normal, 100 * normal / max(total, 1),
        sum(f["queries"] for f in rows)))
    for key in "terms", "paths", "queries":
        v = sorted(f[key] for f in rows) or [0]
        print("  %-7s median %d, 99th %d, most %d" % (
            key, v[len(v) // 2], v[len(v) * 99 // 100], v[-1]))
    return proved


def main():
    p = argparse.ArgumentParser()
    p.add_argument("heddle")
    p.add_argument("--option", action="append", default=[], help="of compile, too")
    p.add_argument("--level", default="2")
    p.add_argument("--target", default="cortex-m4")
    p.add_argument("--to", choices=["object", "wasm"], default="object")
    p.add_argument("--every", type=int, default=1)
    p.add_argument("--timeout", type=float, default=600)
    p.add_argument("--least", type=int, default=0)
    p.add_argument("--rejected", type=int, default=1 << 30)
    p.add_argument("--verbose", action="store_true")
    p.add_argument("--width", type=int, default=200)
    p.add_argument("path", nargs="+")
    args = p.parse_args()
    count = Count()
    with tempfile.TemporaryDirectory() as tmp:
        for path in modules(args.path, args.every):
            one(args, path, os.path.join(tmp, "a.o"), count)
    proved = report(args, count)
    bad = len(count.rows) - proved
    ok = proved >= args.least and bad <= args.rejected and \
        (args.rejected == 1 << 30 or not count.ended_not)
    return 0 if ok else 1


sys.exit(main())
