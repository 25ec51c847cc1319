#!/usr/bin/env python3
"""canon.py HEDDLE P3 - what the descriptors of built-ins say (struct hd_canon).

Which reads and writes have the runtime's short way for bytes: those of u8 that
do not block, and no other built-in. A stub is named as its import, [name]#N,
its descriptor P.canonN.
"""
import re, struct, subprocess, sys, tempfile
from pathlib import Path

HEDDLE, P3 = sys.argv[1], Path(sys.argv[2])
SYNC, BYTES = 1, 4
# of each component: elements of its streams are single bytes
FILES = {"pipe-sink.wasm": True, "pipe-source.wasm": True, "flow-source.wasm": False}


def symbols(elf):
    """Name to the contents from there on, of an ELF32 object."""
    shoff, = struct.unpack_from("<I", elf, 32)
    size, n = struct.unpack_from("<HH", elf, 46)
    sections = [struct.unpack_from("<10I", elf, shoff + k * size) for k in range(n)]
    for s in (s for s in sections if s[1] == 2):
        names = sections[s[6]][4]
        for at in range(s[4], s[4] + s[5], 16):
            name, value, _, _, _, index = struct.unpack_from("<IIIBBH", elf, at)
            text = elf[names + name:elf.index(0, names + name)].decode()
            if 0 < index < n:
                yield text, elf[sections[index][4] + value:]


def check(name, of_bytes, dir):
    out = Path(dir) / "x.o"
    subprocess.run([HEDDLE, "compile", P3 / name, "--no-prove", "-q", "-o", out], check=True)
    at = dict(symbols(out.read_bytes()))
    copies = 0
    for stub in (s for s in at if s.startswith("wasm_import_heddle_canon_")):
        number = re.search(r"x23_(\d+)$", stub).group(1)
        if "wasm.canon" + number not in at:
            continue
        flags = at["wasm.canon" + number][4]
        copy = "async_lower" in stub and re.search("stream_(read|write)", stub)
        copies += bool(copy)
        want = BYTES if copy and of_bytes else 0
        if flags & (BYTES | (SYNC if copy else 0)) != want:
            print("not ok - %s: flags of %s are %d" % (name, stub, flags))
            return False
    print("%s - %s: %d reads and writes" % ("ok" if copies else "not ok", name, copies))
    return copies > 0


def main():
    with tempfile.TemporaryDirectory() as dir:
        ok = [check(name, of_bytes, dir) for name, of_bytes in FILES.items()]
    sys.exit(not all(ok))


main()
