#!/usr/bin/env python3
"""mutate.py HEDDLE IN.wasm OUT.o N [SEED] - how many mutants are REJECTED.

Each mutant is OUT.o with one bit of one halfword of a function turned.  The
survivors are printed: each must behave as the original does (a register that
held the same value, padding, a dead store of the same value).  Whether they do
is not decided here.
"""
import random, struct, subprocess, sys, tempfile

heddle, wasm, path, n = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
random.seed(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
data = open(path, "rb").read()
shoff, = struct.unpack_from("<I", data, 32)
count, names = struct.unpack_from("<HH", data, 48)
heads = [struct.unpack_from("<10I", data, shoff + 40 * k) for k in range(count)]


def name(head):
    at = heads[names][4] + head[0]
    return data[at:data.index(0, at)].decode()


# code of functions: executable, not the module's own entry
texts = [h for h in heads if h[1] == 1 and h[2] & 4 and "instantiate" not in name(h)]
rejected, unread, left = 0, 0, []
with tempfile.NamedTemporaryFile(suffix=".o") as f:
    for _ in range(n):
        head, bit = random.choice(texts), random.randrange(16)
        at = head[4] + 2 * random.randrange(head[5] // 2)
        mutant = bytearray(data)
        old, = struct.unpack_from("<H", mutant, at)
        struct.pack_into("<H", mutant, at, old ^ 1 << bit)
        f.seek(0)
        f.write(mutant)
        f.flush()
        status = subprocess.run([heddle, "verify", wasm, f.name], capture_output=True).returncode
        if status == 0:
            left.append("%s+0x%x: %04x -> %04x" % (name(head), at - head[4], old, old ^ 1 << bit))
        elif status == 3:
            rejected += 1
        elif status == 1:
            unread += 1     # not an object file any more
        else:
            sys.exit("status %d of %s+0x%x bit %d" % (status, name(head), at - head[4], bit))
print("\n".join(left))
print("%d mutants: %d REJECTED, %d malformed, %d PROVED" % (n, rejected, unread, len(left)))
