#!/usr/bin/env python3
"""descriptors.py HEDDLE EVERY COMPONENT... - wrong descriptors of components: each must be REJECTED.

Words that the runtime reads of a component in an object (built-ins, elements, resources, lifts and lowers, instances,
exports, imports), and what stubs of built-ins refer to, are changed one by one: a number to others, a reference to
another symbol; of all these one in EVERY.  What was compiled is PROVED.
"""
import os
import re
import struct
import sys
import tempfile

from elf import ABS32, PROGBITS, Object
from storage import run

KINDS = "canon element lift lower return resource move copies copy_table threads instance_table component exports imports call"
KNOWN = re.compile(r"^\w+\.(%s)\d+$" % KINDS.replace(" ", "|"))
# not looked at: the list of imports (each lower's own is), fibers, walls; types that C reads values by
OTHER = {"component": {20, 24, 28, 32}, "exports": {8, 16, 20, 24}, "imports": {8, 16, 20, 24}}
ROW = {"exports": 44, "imports": 44}
FIBER, LIFT = 8, 16	# in the flags of a lift; its bytes


def words(o):
    """(kind, symbol, offset, place in the file, relocation or None)"""
    for s in o.symbols:
        if not 0 < s.section < len(o.sections) or o.sections[s.section].type != PROGBITS:
            continue
        known, stub = KNOWN.match(s.name), "_import_heddle_canon_" in s.name
        if not known and not stub:
            continue
        kind = known.group(1) if known else "stub"
        begin = s.value & ~1
        places = {r.where: r for r in o.relocs(s.section)}
        for k in range(0, s.size, 2 if stub else 4):
            if k % ROW.get(kind, 1 << 30) in OTHER.get(kind, ()) or (stub and begin + k not in places):
                continue
            yield kind, s.name, k, o.sections[s.section].offset + begin + k, places.get(begin + k)


def lift(o, section, at):
    """What a lift says, but for fibers: its bytes, and what relocations among them refer to."""
    begin = o.sections[section].offset + at
    data = o.data[begin:begin + LIFT]
    if len(data) > 12:
        data[12] &= ~FIBER
    return data, [(r.where - at, o.symbols[r.symbol]._replace(at=0)) for r in o.relocs(section)
                  if at <= r.where < at + LIFT]


def changes(o, word):
    kind, _, k, at, reloc = word
    have, = struct.unpack_from("<I", o.data, at)
    if not reloc:
        for value in (0, 5, 1 << 18, have + 1, have ^ 0x100):
            if value != have and not (kind == "lift" and k == 12 and value ^ have == FIBER):
                yield "is %d" % value, o.with_word(at, value)
        return
    here = o.symbols[reloc.symbol]
    text = kind in ROW and k % ROW[kind] < 8	# another place may have the same
    lifts = kind in ("call", "lower") and k == 0	# another may say the same
    mark = kind in ("lift", "return") and k == 8	# an address that only tells results apart
    for n, s in enumerate(o.symbols):
        same = (s.value, s.section) == (here.value, here.section) if s.section else s.name == here.name
        inside = 0 < s.section < len(o.sections)
        if text and inside and o.text(s.section, s.value + have) == o.text(here.section, here.value + have):
            continue
        if lifts and inside and lift(o, s.section, s.value + have) == lift(o, here.section, here.value + have):
            continue
        if same or not s.name or s.name[0] == "$" or s.section >= 0xff00 or (mark and ".result" not in s.name):
            continue
        yield "refers to %s" % s.name, o.with_word(reloc.at + 4, n << 8 | reloc.type)
    if reloc.type == ABS32 and not mark:
        yield "refers to 64 behind", o.with_word(at, have + 64)


def one(heddle, path, every, counts, tmp):
    """Adds to counts; what was not REJECTED."""
    obj, missed = os.path.join(tmp, "c.o"), []
    made = run(heddle, "compile", "-q", "--no-prove", "--plain", path, "-o", obj)
    if made.returncode or run(heddle, "verify", path, obj).returncode:
        sys.exit("descriptors: %s is not PROVED\n%s" % (path, made.stderr))
    with open(obj, "rb") as f:
        o = Object(f.read())
    n = 0
    for word in words(o):
        for what, data in changes(o, word):
            n += 1
            if n % every:
                continue
            with open(obj, "wb") as f:
                f.write(data)
            status = run(heddle, "verify", path, obj).returncode
            counts[word[0]] = counts.get(word[0], 0) + 1
            if status != 3:
                missed.append("not ok - %s: %s+%d %s: status %d" % (path, word[1], word[2], what, status))
    return missed


def main():
    heddle, every, *files = sys.argv[1:]
    counts, missed = {}, []
    if not all(os.path.exists(f) for f in files):
        print("SKIP: no corpus")
        return 77
    with tempfile.TemporaryDirectory() as tmp:
        for path in files:
            missed += one(heddle, path, int(every), counts, tmp)
    print("\n".join(missed))
    print(", ".join("%s %d" % x for x in sorted(counts.items())))
    print("%d wrong objects REJECTED, %d not" % (sum(counts.values()) - len(missed), len(missed)))
    return 1 if missed or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
