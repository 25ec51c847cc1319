"""lower.py - what linking and lowering a component takes, and checking that (`heddle verify` of the
component and the linked module), and whether each grows with its size alone: CPU
milliseconds, all of it (reading, decoding, linking, validating what was made, writing), without the
start of the program. The least of several rounds, since nothing makes a run
shorter than it is; every round has all sizes, so that a machine that changes
its pace does so for all of them. Instructions of the same runs, by callgrind,
do not depend on the machine."""
import re, shutil, subprocess, tempfile
from pathlib import Path

SIZES, ROUNDS = (256, 512, 1024), 9
LOWER = "lower", lambda f: ["lower", f, "-o", f.with_suffix(".out")]
CHECK = "linkage", lambda f: ["verify", f, f.with_suffix(".out")]	# of what LOWER wrote


def mb(path):
    return path.stat().st_size / (1 << 20)


def least(bench, files, command):
    """The least milliseconds of each."""
    took = {f: [] for f in files}
    start = []
    for _ in range(ROUNDS):
        start.append(bench.measure([bench.HEDDLE, "--version"])[0])
        for f in files:
            took[f].append(bench.measure([bench.HEDDLE] + command(f))[0])
    return [min(took[f]) - min(start) for f in files]


def instructions(bench, args):
    p = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bench.HEDDLE] + args,
                       capture_output=True, text=True)
    if p.returncode:
        raise SystemExit("bench: valgrind heddle %s failed:\n" % args[0] + p.stderr)
    return int(re.search(r"Collected : (\d+)", p.stderr).group(1))


def count(bench, files, name, command):
    """Instructions per byte of each; none without valgrind."""
    if not shutil.which("valgrind"):
        print("SKIP: %s.insns_per_byte: no valgrind" % name)
        return []
    per_byte = [instructions(bench, command(f)) / f.stat().st_size for f in files]
    for f, n in zip(files, per_byte):
        bench.figure(name + ".insns_per_byte", round(n, 1), "instructions", target="host", note="generated, %.2f MB" % mb(f))
    return per_byte


def run_one(bench, files, name, command):
    times = least(bench, files, command)
    rates = [ms / mb(f) for ms, f in zip(times, files)]
    for f, ms, rate in zip(files, times, rates):
        note = "generated, %.2f MB" % mb(f)
        bench.figure(name + ".ms", round(ms, 1), "ms", target="host", note=note)
        bench.figure(name + ".ms_per_mb", round(rate, 1), "ms/MB", target="host", note=note)
    per_byte = count(bench, files, name, command)
    between = "%d KB by %d KB" % (SIZES[-1], SIZES[0])
    bench.figure(name + ".linear", round(rates[-1] / rates[0], 3), "x", target="host", note="ms/MB at " + between)
    if per_byte:
        bench.figure(name + ".linear.insns", round(per_byte[-1] / per_byte[0], 3), "x", target="host",
                     note="instructions per byte at " + between)


def run(bench):
    first = len(bench.results)
    with tempfile.TemporaryDirectory() as d:
        files = [Path(d) / ("%d.wasm" % kb) for kb in SIZES]
        for kb, f in zip(SIZES, files):
            bench.sh("python3", bench.ROOT / "bench/gen_component.py", kb, f)
        for name, command in LOWER, CHECK:
            run_one(bench, files, name, command)
    for r in bench.results[first:]:
        print("%-40s %10s %-14s %s" % (r["name"], r["value"], r["unit"], r["note"]))
