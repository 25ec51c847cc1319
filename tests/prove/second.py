#!/usr/bin/env python3
"""second.py HEDDLE [--least N] FILE|FOLDER... - a second solver's opinion.

Verifies modules with --dump-smt and has cvc5 answer every question that Z3
answered.  Exit 1 when one answer differs, or when fewer than --least different
questions were repeated; what cvc5 does not answer in time is not repeated, and
counted apart.  Exit 77 without cvc5.
"""
import argparse
import collections
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile


def modules(paths):
    for p in paths:
        if os.path.isdir(p):
            for m in sorted(glob.glob(p + "/**/*.wasm", recursive=True)):
                if "/simd/" not in m:
                    yield m
        else:
            yield p


HOW = (["-O2"], ["--plain"], ["-O2", "--fuel=100000"], ["-O2", "--instance=pointer"])


def questions(args, path, how, tmp):
    """Texts of the questions of one module."""
    obj = os.path.join(tmp, "a.o")
    folder = os.path.join(tmp, "smt")
    made = subprocess.run([args.heddle, "compile", "-q", "--no-prove", *how,
                           "--target=" + args.target, path, "-o", obj],
                          capture_output=True)
    if made.returncode:
        return
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([args.heddle, "verify", "--dump-smt=" + folder, path, obj],
                   capture_output=True)
    for name in sorted(glob.glob(folder + "/*.smt2")):
        with open(name) as f:
            yield f.read()


def answer(args, text):
    run = subprocess.run(["cvc5", "--lang=smt2", "--tlimit=%d" %
                          (1000 * args.seconds)], input=text, text=True,
                         capture_output=True)
    word = run.stdout.split()
    return word[0] if word and word[0] in ("sat", "unsat") else None


def one(args, text, count):
    status = text.split(":status ")[1].split(")")[0]
    if status == "unknown":
        count["not answered by Z3"] += 1
        return
    got = answer(args, text)
    if got is None:
        count["not answered by cvc5 in time"] += 1
    elif got == status:
        count["agree: " + got] += 1
        count["agree"] += 1
    else:
        count["DIFFER"] += 1
        print("Z3 says %s, cvc5 says %s:\n%s" % (status, got, text))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("heddle")
    p.add_argument("--least", type=int, default=1)
    p.add_argument("--target", default="cortex-m4f")
    p.add_argument("--seconds", type=int, default=20)
    p.add_argument("path", nargs="+")
    args = p.parse_args()
    if not shutil.which("cvc5"):
        print("skipped: no cvc5 (Debian package cvc5)")
        return 77
    count, seen = collections.Counter(), set()
    with tempfile.TemporaryDirectory() as tmp:
        for path in modules(args.path):
            for how in HOW:
                for text in questions(args, path, how, tmp):
                    key = hashlib.sha256(text.encode()).digest()
                    if key in seen:
                        continue
                    seen.add(key)
                    one(args, text, count)
            if count["agree"] >= args.least:
                break
    for k, n in sorted(count.items()):
        print("%6d %s" % (n, k))
    return 1 if count["DIFFER"] or count["agree"] < args.least else 0


sys.exit(main())
