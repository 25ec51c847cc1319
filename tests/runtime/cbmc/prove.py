#!/usr/bin/env python3
"""prove.py ROOT NAME [DEPTH] - a bounded proof by CBMC (world.h); or, as
prove.py ROOT broken FILE..., runtimes of which a FILE (of runtime/) is broken
on purpose, each refuted by the proof named with it (broken.txt).

Every claim and every automatic check must hold, and every reach() be found
reachable. A function of the runtime that the proof does not have is a failure.
"""
import re, resource, shutil, subprocess, sys, tempfile
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
HERE = ROOT / "tests/runtime/cbmc"
CHECKS = ["--bounds-check", "--pointer-check", "--signed-overflow-check", "--div-by-zero-check",
          "--unwinding-assertions", "--drop-unused-functions", "--slice-formula"]
POOLS = {"HD_INSTANCES": 2, "HD_HANDLES": 3, "HD_CHANNELS": 1, "HD_TASKS": 1, "HD_QUEUED": 1, "HD_THREADS": 1,
         "HD_LENDS": 2, "HD_RING": 2, "HD_FIBERS": 1, "HD_FIBER_STACK": 32}


def rows(name):
    """NAME | file of the proof, defines | files of the runtime | loops up to"""
    for line in (HERE / "proofs.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            row = [x.strip() for x in line.split("|")]
            if row[0] == name:
                return row
    sys.exit("not ok - no proof %s" % name)


def sources(dir, row, path, text):
    """Each file behind pools.h; the broken one from its copy, also where the proof includes it."""
    if path:
        (dir / path).parent.mkdir(parents=True)
        (dir / path).write_text(text)
    files = [HERE / row[1].split()[0], HERE / "world.c", ROOT / "runtime/config.c"]
    files += [ROOT / f for f in row[2].split()]
    out = []
    for n, f in enumerate(files):
        if path and f == ROOT / "runtime" / path:
            f = dir / path
        wrap = dir / ("%d.c" % n)
        wrap.write_text('#include "pools.h"\n#include "%s"\n' % f)
        out.append(wrap)
    return out


def cbmc(dir, row, depth, more, path=None, text=None):
    own = [d if "=" in d else d + "=1" for d in row[1].split()[1:]]
    pools = {**{k: str(n) for k, n in POOLS.items()}, **dict(d.split("=") for d in own)}
    defines = ["DEPTH=%d" % depth, *["%s=%s" % kv for kv in pools.items()], *more]
    cmd = ["cbmc", *sources(dir, row, path, text), "-I", HERE, "-I", dir, "-I", ROOT / "runtime", "-I", ROOT / "include",
           *["-D" + d for d in defines], "--unwind", str(max(int(row[3]), depth + 1)),
           *([] if "REACH" in more else CHECKS)]
    p = subprocess.run([str(c) for c in cmd], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out = p.stdout.decode(errors="replace")
    wrong = re.findall(r"no body for function (?!nondet_)\w+|ignoring typecast|.*ERROR.*", out)
    results = re.findall(r"^\[(\S+)\] (?:line \d+ )?(.*): (SUCCESS|FAILURE|UNKNOWN)$", out, re.M)
    if wrong or not results or p.returncode not in (0, 10):
        sys.exit("not ok - %s: %s" % (row[0], "; ".join(wrong[:5]) or out[-800:]))
    return results


def prove(name, depth):
    row = rows(name)
    with tempfile.TemporaryDirectory() as dir:
        all = cbmc(Path(dir), row, depth, [])
        reached = [r for r in cbmc(Path(dir), row, depth, ["REACH"]) if r[1].startswith("reach ")]
    bad = ["%s: %s" % r[:2] for r in all if r[2] != "SUCCESS"]
    bad += ["never %s" % r[1] for r in reached if r[2] != "FAILURE"]
    if not reached:
        bad.append("nothing is reached")
    for b in bad[:20]:
        print("not ok - %s: %s" % (name, b))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("%s - %s: depth %d, %d properties, %d of %d places reached, %.1f s, %d MB" % (
        "not ok" if bad else "ok", name, depth, len(all), len([r for r in reached if r[2] == "FAILURE"]), len(reached),
        used.ru_utime + used.ru_stime, used.ru_maxrss // 1024))
    return bool(bad)


def broken(paths):
    blocks = re.split(r"^== ", (HERE / "broken.txt").read_text(), flags=re.M)[1:]
    bad = ran = 0
    for block in blocks:
        head, body = block.split("\n", 1)
        old, new = body.split("\n--\n")
        what, path, proof = [x.strip() for x in head.split("|")]
        name, depth = proof.split()
        if path not in paths:
            continue
        ran += 1
        text = (ROOT / "runtime" / path).read_text()
        if text.count(old) != 1:
            print("not ok - %s: the text is there %d times" % (what, text.count(old)))
            bad += 1
            continue
        with tempfile.TemporaryDirectory() as dir:
            results = cbmc(Path(dir), rows(name), int(depth), [], path, text.replace(old, new.rstrip("\n")))
        why = [r[1] for r in results if r[2] == "FAILURE"]
        print("%s - %s: %s" % ("ok" if why else "not ok", what, why[0] if why else "NOT REFUTED by " + proof))
        bad += not why
    print("%d broken runtimes, %d not refuted" % (ran, bad))
    return bad > 0 or not ran


if not shutil.which("cbmc"):
    print("SKIP: cbmc is not installed; nothing was proved")
    sys.exit(77)
sys.exit(broken(sys.argv[3:]) if sys.argv[2] == "broken" else prove(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1))
