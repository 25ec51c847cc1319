#!/usr/bin/env python3
"""gen_component.py KB OUT.wasm - a component of about KB kilobytes for
measuring what linking and lowering take: a chain of components of 32 KB of
code each, every one of which imports the function of the one before. Nothing
in it is out of reach, so all of it is linked."""
import sys
from gen_module import body, section, uleb

PART = 32
CORE, COMPONENT = b"\0asm\1\0\0\0", b"\0asm\x0d\0\1\0"


def name(s): return uleb(len(s)) + s
def vec(*items): return uleb(len(items)) + b"".join(items)
def code(b): return uleb(len(b)) + b


def core_module(kb):
    """env.next, KB kilobytes of functions, and run, which calls them all."""
    bodies, size = [], 0
    while size < kb * 1024:
        bodies.append(code(body(len(bodies))))
        size += len(bodies[-1]) + 2
    calls = b"".join(b"\x20\x00\x20\x01\x10" + uleb(i) + b"\x1a" for i in range(len(bodies) + 1))
    bodies.append(code(b"\x00" + calls + b"\x20\x00\x0b"))
    return (CORE + section(1, b"\x01\x60\x02\x7f\x7f\x01\x7f")
            + section(2, vec(name(b"env") + name(b"next") + b"\x00\x00"))
            + section(3, uleb(len(bodies)) + b"\x00" * len(bodies))
            + section(5, b"\x01\x00\x01")
            + section(7, vec(name(b"run") + b"\x00" + uleb(len(bodies))))
            + section(10, vec(*bodies)))


def head():
    """(a: u32, b: u32) -> u32, and the import next of that type: function 0."""
    params = vec(name(b"a") + b"\x79", name(b"b") + b"\x79")
    return (COMPONENT + section(7, vec(b"\x40" + params + b"\x00\x79"))
            + section(10, vec(b"\x00" + name(b"next") + b"\x01\x00")))


def run_export(func):
    return section(11, vec(b"\x00" + name(b"run") + b"\x01" + uleb(func) + b"\x00"))


def part(module):
    """next, lowered for the module, and the module's run, lifted."""
    return (head() + section(1, module)
            + section(8, vec(b"\x01\x00\x00\x00"))
            + section(2, vec(b"\x01" + vec(name(b"next") + b"\x00\x00"),
                             b"\x00\x00" + vec(name(b"env") + b"\x12\x00")))
            + section(6, vec(b"\x00\x00\x01\x01" + name(b"run")))
            + section(8, vec(b"\x00\x00\x01\x00\x00"))
            + run_export(1))


def main(kb, path):
    n = max(1, kb // PART)
    out = head() + section(4, part(core_module(kb / n))) * n
    for i in range(n):
        out += section(5, vec(b"\x00" + uleb(i) + vec(name(b"next") + b"\x01" + uleb(i))))
        out += section(6, vec(b"\x01\x00" + uleb(i) + name(b"run")))
    with open(path, "wb") as f:
        f.write(out + run_export(n))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
