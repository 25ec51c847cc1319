#!/usr/bin/env python3
"""real.py HEDDLE MODULE... - what proving a real module takes, function by function.

For each module and level: functions, proved and rejected, percentiles and sum of
the time of proofs, time of compiling, memory, the slowest ten.  `make bench` runs
it on the modules that $HEDDLE_REAL names; none are part of the tree.
"""
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

LEVELS = ("--plain", "-O2")


def percentile(sorted_list, p):
    return sorted_list[min(len(sorted_list) - 1, len(sorted_list) * p // 100)]


def measure(heddle, module, level, folder):
    obj = pathlib.Path(folder) / "m.o"
    begin = time.monotonic()
    subprocess.run([heddle, "compile", "-q", "-j1", "--no-prove", level, module, "-o", obj], check=True)
    compiled = time.monotonic() - begin
    run = subprocess.run([heddle, "verify", "-j1", "--stats", module, obj], capture_output=True, text=True)
    if run.returncode not in (0, 3):
        sys.exit(f"{module}: verify ended with {run.returncode}: {run.stderr[-300:]}")
    rows = [line.split(" ", 3) for line in run.stderr.splitlines() if line[:1].isdigit()]
    times = sorted(int(r[1]) for r in rows)
    proved = sum(r[2] == "PROVED" for r in rows)
    print(f"{pathlib.Path(module).name} {level}: {len(rows)} functions with code, {proved} PROVED, "
          f"{len(rows) - proved} REJECTED; compiled in {compiled:.2f} s, proofs {sum(times) / 1e6:.1f} s")
    print("  ms per proof: " + ", ".join(f"{name} {percentile(times, p) / 1000:.1f}" for name, p in
                                         (("median", 50), ("90 %", 90), ("99 %", 99), ("most", 100))))
    print("  " + run.stdout.splitlines()[-1])
    slow = sorted(rows, key=lambda r: -int(r[1]))[:10]
    print("  slowest: " + ", ".join(f"{r[0]} {int(r[1]) // 1000} ms {r[2]}" for r in slow))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for module in sys.argv[2:]:
            for level in LEVELS:
                measure(sys.argv[1], module, level, folder)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"  most memory of a process: {most // 1024} MB")


main()
