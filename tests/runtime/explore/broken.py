#!/usr/bin/env python3
"""broken.py ROOT BUILD CC [PATTERN] - runtimes broken on purpose, each found by the proofs.

Each row of broken.txt is a fault: where, what the text is, what it becomes,
and the proof that has to find it. The text must be there exactly once. A proof
that still says ok is a failure of this test.
"""
import re, shutil, subprocess, sys, tempfile
from pathlib import Path

ROOT, BUILD, CC = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
HERE = ROOT / "tests/runtime/explore"
PEEK = {"core/waitable.c": "peek_waitable", "core/pipe.c": "peek_pipe", "core/ring.c": "peek_ring",
        "exec/sched.c": "peek_sched", "exec/run.c": "peek_run"}
INCLUDED = {"core/order.inc": "core/order.c"}	# the file that is compiled
WORLDS = ["engine", "common", "pipes", "host", "rings", "calls"]
FLAGS = ["-std=gnu11", "-O1", "-w", "-D_POSIX_C_SOURCE=200809L"]


def rows():
    text = (HERE / "broken.txt").read_text()
    for block in re.split(r"^== ", text, flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        old, new = body.split("\n--\n")
        name, path, *proof = [x.strip() for x in head.split("|")]
        yield name, path, proof[0].split(), old, new.rstrip("\n")


def run(cmd):
    p = subprocess.run([str(c) for c in cmd], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode(errors="replace")


def build(dir, path, proof):
    """The proof's program with the broken file in place of the real one."""
    inc = ["-I", dir, "-I", ROOT / "runtime", "-I", ROOT / "include", "-I", HERE]
    exe = dir / "proof"
    if proof[0] == "interrupts":
        return exe, run([CC, *FLAGS, *inc, HERE / "interrupts.c", "-o", exe])
    name = PEEK.get(path)
    src = HERE / (name + ".c") if name else dir / path
    if path in INCLUDED:
        src = ROOT / "runtime" / INCLUDED[path]
    obj = dir / (src.name + ".o")
    lib = dir / "libexplore-rt.a"
    shutil.copy(BUILD / "libexplore-rt.a", lib)
    for cmd in ([CC, *FLAGS, *inc, "-c", src, "-o", obj],
                ["ar", "r", lib, obj],
                [CC, *sorted(BUILD.glob("explore-worlds/*.o")),
                 "-Wl,-T," + str(HERE / "state.ld"), lib, "-o", exe]):
        code, out = run(cmd)
        if code:
            return exe, (code, out)
    return exe, (0, "")


def check(dir, name, path, proof, old, new):
    text = (ROOT / "runtime" / path).read_text()
    if text.count(old) != 1:
        return "the text is there %d times" % text.count(old)
    (dir / path).parent.mkdir()
    (dir / path).write_text(text.replace(old, new))
    exe, (code, out) = build(dir, path, proof)
    if code:
        return "does not build: " + out[:300]
    args = proof[1:] if proof[0] == "interrupts" else proof
    code, out = run([exe, *args])
    if code != 1 or "not ok - " not in out:
        return "NOT FOUND by %s: %s" % (" ".join(proof), out[-200:])
    print("ok - %s: %s" % (name, re.search("not ok - (.*)", out).group(1)))
    return None


def main():
    ran = bad = 0
    for row in rows():
        if len(sys.argv) > 4 and not re.search(sys.argv[4], row[0] + row[1]):
            continue
        with tempfile.TemporaryDirectory() as dir:
            why = check(Path(dir), *row)
        ran += 1
        if why:
            bad += 1
            print("not ok - %s: %s" % (row[0], why))
    print("%d broken runtimes, %d found, %d not" % (ran, ran - bad, bad))
    sys.exit(bad > 0 or ran == 0)


main()
