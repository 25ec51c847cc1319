#!/usr/bin/env python3
"""trusted.py ROOT [--most N] - the trusted base in lines of code.

Counts lines that are neither empty nor comment of what a proof rests on: the
wasm decoder and its tables, the T32 decoder and its tables, the object reader, the
component decoder, and the checker.  Of the checker not what finds invariants, for every region is
followed again when they are found (wild.py puts guesses at random in their place), not what finds states
in which conditions hold (a question then is not asked, and nothing is proved by it), and not what only prints.  Exit 1 when they are
more than --most.
"""
import argparse
import glob
import re
import sys

PARTS = {
    "wasm decoder, validator and tables": [
        "src/wasm/%s" % f for f in (
            "decode.[ch]", "reader.[ch]", "sections.c", "segments.c", "names.c",
            "module.[ch]", "ins.[ch]", "op.[ch]", "check*.[ch]", "validate.c",
            "intrinsic.[ch]", "num.def", "mem.def", "ctl.def", "simd.def",
            "section.def", "proposal.def", "intrinsic.def")],
    "T32 decoder and tables": [
        "src/t32/%s" % f for f in ("decode.[ch]", "table.[ch]", "t32*.def")],
    "object reader and names": [
        "src/obj/elf_read.c", "src/obj/obj.[ch]", "src/obj/reloc.def",
        "src/obj/module_names.[ch]"],
    "component decoder, validator and section": [
        "src/component/%s" % f for f in (
            "component.h", "decode*.[ch]", "type.[ch]", "type.def", "canon.def", "layout.c", "subtype.c", "name.[ch]",
            "member.c", "visible.c", "info*.[ch]")],
    "checker": ["src/prove/*.[ch]", "src/prove/*.def"],
    "checker of linked modules": ["src/prove/link/*.[ch]"],
}
FOUND = ["src/prove/%s" % f for f in ("guess.c", "weaken*.[ch]", "ahead.c", "sample.[ch]", "explain.[ch]", "example.[ch]",
                                      "print.[ch]", "smt.[ch]")]


def lines(path):
    with open(path) as f:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"),
                      f.read(), flags=re.S)
    return sum(bool(line.split("//")[0].strip()) for line in text.split("\n"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("root")
    p.add_argument("--most", type=int, default=1 << 30)
    args = p.parse_args()
    total = 0
    for part, patterns in PARTS.items():
        n = 0
        for pattern in patterns:
            found = glob.glob(args.root + "/" + pattern)
            if not found:
                sys.exit("trusted: no %s" % pattern)
            n += sum(lines(f) for f in found)
        print("%6d %s" % (n, part))
        total += n
    found = sum(lines(f) for pattern in FOUND
                for f in glob.glob(args.root + "/" + pattern))
    print("%6d of these find invariants or print: not counted" % found)
    total -= found
    print("%6d in all, at most %d" % (total, args.most))
    return total > args.most


sys.exit(main())
