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

from storage import Object, run

KINDS = "canon element lift lower return resource move copies copy_table threads instance_table component exports imports call"
KNOWN = re.compile(r"^\w+\.(%s)\d+$" % KINDS.replace(" ", "|"))
# not looked at: the list of imports (each lower's own is), fibers, walls; types that C reads values by
OTHER = {"component": {20, 24, 28, 32}, "exports": {8, 16, 20, 24}, "imports": {8, 16, 20, 24}}
ROW = {"exports": 44, "imports": 44}
FIBER, LIFT = 8, 16	# in the flags of a lift; its bytes


def words(o):
    """(kind, symbol, offset, place in the file, of its relocation or None, symbol it refers to)"""
    for name, value, size, shndx in o.symbols:
        if not 0 < shndx < len(o.sections) or o.sections[shndx][1] != 1:
            continue
        known, stub = KNOWN.match(name), "_import_heddle_canon_" in name
        if not known and not stub:
            continue
        kind = known.group(1) if known else "stub"
        value &= ~1
        places = o.relocations(shndx)
        for k in range(0, size, 2 if stub else 4):
            if k % ROW.get(kind, 1 << 30) in OTHER.get(kind, ()) or (stub and value + k not in places):
                continue
            yield (kind, name, k, o.sections[shndx][4] + value + k, *places.get(value + k, (None, 0)))


def is_lift(o, section, at):
    """What a lift says, but for fibers."""
    data, places = o.contents(section, at, LIFT)
    return bytes(data[:12]) + bytes(x & ~FIBER for x in data[12:13]) + bytes(data[13:]), places


def changes(o, word):
    kind, _, k, at, rel, symbol = word
    have, = struct.unpack_from("<I", o.data, at)
    if not rel:
        for value in (0, 5, 1 << 18, have + 1, have ^ 0x100):
            if value != have and not (kind == "lift" and k == 12 and value ^ have == FIBER):
                data = bytearray(o.data)
                struct.pack_into("<I", data, at, value)
                yield "is %d" % value, data
        return
    info, = struct.unpack_from("<I", o.data, rel)
    here = o.symbols[symbol]
    text = kind in ROW and k % ROW[kind] < 8	# another place may have the same
    lift = kind in ("call", "lower") and k == 0	# another may say the same
    mark = kind in ("lift", "return") and k == 8	# an address that only tells results apart
    for n, (name, value, _, shndx) in enumerate(o.symbols):
        same = (value, shndx) == here[1:2] + here[3:] if shndx else name == here[0]
        if text and 0 < shndx < len(o.sections) and o.text(shndx, value + have) == o.text(here[3], here[1] + have):
            continue
        if lift and 0 < shndx < len(o.sections) and is_lift(o, shndx, value + have) == is_lift(o, here[3], here[1] + have):
            continue
        if same or not name or name[0] == "$" or shndx >= 0xff00 or (mark and ".result" not in name):
            continue
        data = bytearray(o.data)
        struct.pack_into("<I", data, rel, n << 8 | info & 0xff)
        yield "refers to %s" % name, data
    if info & 0xff == 2 and not mark:
        data = bytearray(o.data)
        struct.pack_into("<I", data, at, have + 64)
        yield "refers to 64 behind", data


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
