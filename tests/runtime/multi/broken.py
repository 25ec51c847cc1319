#!/usr/bin/env python3
"""broken.py ROOT LIBRARY CC DEFINES... - runtimes broken on purpose, each found by a schedule.

Each row of broken.txt is a fault: where, what the text is, what it becomes. The text must be there exactly once.
A fault with which all schedules end well is a failure of this test."""
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT, LIBRARY, CC, DEFINES = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
HERE = ROOT / "tests/runtime/multi"
FLAGS = ["-std=gnu11", "-O1", "-w", "-D_POSIX_C_SOURCE=200809L", *["-D" + d for d in DEFINES],
         "-I%s/runtime" % ROOT, "-I%s/include" % ROOT]
POINTS = ["-finstrument-functions"]
SEEDS = "40"


def rows():
    text = (HERE / "broken.txt").read_text()
    for block in re.split(r"^== ", text, flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        old, new = body.split("--\n")
        yield (*[x.strip() for x in head.split("|")], old, new)


def run(cmd, seconds=60):
    """With a limit of processor time, which a fault that never ends reaches."""
    p = subprocess.run([str(c) for c in cmd], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)))
    return p.returncode, p.stdout.decode(errors="replace")


def check(dir, objects, name, path, old, new):
    text = (ROOT / "runtime" / path).read_text()
    if text.count(old) != 1:
        return "the text is there %d times" % text.count(old)
    changed = dir / Path(path).name
    changed.write_text(text.replace(old, new))
    code, out = run([CC, *FLAGS, *POINTS, changed, *objects, LIBRARY, "-o", dir / "schedules"])
    if code:
        return "does not build: " + out[:300]
    code, out = run([dir / "schedules", SEEDS], 6)
    if code == 0:
        return "NOT FOUND: " + out[-200:]
    found = re.search("not ok - (.*)", out)
    print("ok - %s: %s" % (name, found.group(1) if found else "it ends by signal %d" % -code))
    return None


def main():
    ran = bad = 0
    with tempfile.TemporaryDirectory() as top:
        objects = []
        for source in [HERE / "schedules.c", HERE / "baton.c", HERE / "traffic.c", ROOT / "runtime/config.c"]:
            objects.append(Path(top) / (source.name + ".o"))
            code, out = run([CC, *FLAGS, "-c", source, "-o", objects[-1]])
            if code:
                sys.exit("not ok - %s" % out)
        for row in rows():
            dir = Path(top) / str(ran)
            dir.mkdir()
            why = check(dir, objects, *row)
            ran += 1
            if why:
                bad += 1
                print("not ok - %s: %s" % (row[0], why))
    print("%d broken runtimes, %d found, %d not" % (ran, ran - bad, bad))
    sys.exit(bad > 0 or ran == 0)


main()
