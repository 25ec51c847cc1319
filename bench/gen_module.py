#!/usr/bin/env python3
"""gen_module.py KB OUT.wasm - a module of about KB kilobytes of code for
measuring compile time: many functions of the shapes compilers emit (loops,
memory, calls, switches, 64-bit and float arithmetic), always the same for the
same size."""
import sys


def uleb(n):
    out = bytearray()
    while True:
        b = n & 0x7f
        n >>= 7
        out.append(b | (0x80 if n else 0))
        if not n:
            return bytes(out)


def sleb(n):
    out = bytearray()
    while True:
        b = n & 0x7f
        n >>= 7
        if (n == 0 and not b & 0x40) or (n == -1 and b & 0x40):
            out.append(b)
            return bytes(out)
        out.append(b | 0x80)


class Rng:
    def __init__(self, seed):
        self.s = seed * 2 + 1

    def __call__(self, n):
        self.s = (self.s * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        return (self.s >> 33) % n


def get(i): return b"\x20" + uleb(i)
def put(i): return b"\x21" + uleb(i)
def i32(v): return b"\x41" + sleb(v)


def loop(r):
    """for (i = a; i; i--) p[i] = p[i] op x"""
    return (get(0) + i32(255) + b"\x71" + i32(1) + b"\x6a" + put(2) + b"\x03\x40"
            + get(2) + i32(2) + b"\x74" + get(2) + i32(2) + b"\x74" + b"\x28\x02" + uleb(r(4096) * 4)
            + get(1) + bytes([0x6a + r(3)]) + b"\x36\x02" + uleb(r(4096) * 4)
            + get(2) + i32(1) + b"\x6b\x22\x02\x0d\x00\x0b")


def branchy(r):
    return (get(0) + i32(r(1000)) + b"\x48\x04\x40" + get(1) + i32(r(1 << 20)) + b"\x73" + put(1)
            + b"\x05" + get(0) + get(1) + b"\x6c" + put(0) + b"\x0b")


def switch(r):
    n = 3 + r(6)
    out = b"\x02\x40" * (n + 1) + get(0) + i32(15) + b"\x71" + b"\x0e" + uleb(n) + bytes(range(n)) + uleb(n) + b"\x0b"
    for _ in range(n):
        out += get(1) + i32(r(1 << 16)) + b"\x6a" + put(1) + b"\x0b"
    return out


def wide(r):
    return (get(3) + get(0) + b"\xad\x7c" + b"\x42" + sleb(r(1 << 40)) + b"\x7e" + put(3)
            + get(3) + b"\x42" + sleb(r(63) + 1) + b"\x88\xa7" + get(1) + b"\x73" + put(1))


def floats(r):
    return get(4) + get(0) + b"\xb2\x92\x43\x00\x00\x80\x3f\x94" + put(4)


def call(r, k):
    return get(0) + get(1) + b"\x10" + uleb(r(k)) + put(1) if k else b""


def body(k):
    r = Rng(k)
    shapes = [loop, branchy, switch, wide, floats]
    code = b"".join(shapes[r(5)](r) if r(6) else call(r, k) for _ in range(4 + r(40)))
    code += get(1) + get(3) + b"\xa7\x6a\x0b"
    local = b"\x03\x01\x7f\x01\x7e\x01\x7d"
    return local + code


def section(i, b): return bytes([i]) + uleb(len(b)) + b


def main(kb, path):
    bodies, size = [], 0
    while size < kb * 1024 - 100 or not bodies:
        b = body(len(bodies))
        bodies.append(uleb(len(b)) + b)
        size += len(bodies[-1]) + 2
    n = len(bodies)
    out = b"\0asm\1\0\0\0"
    out += section(1, b"\x01\x60\x02\x7f\x7f\x01\x7f")
    out += section(3, uleb(n) + b"\x00" * n)
    out += section(5, b"\x01\x00\x01")
    out += section(7, b"\x01\x03run\x00" + uleb(n - 1))
    out += section(10, uleb(n) + b"".join(bodies))
    open(path, "wb").write(out)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
