#!/usr/bin/env python3
"""nested.py - instances within instances, imported and exported.

    nested.py HEDDLE

Component tools make one level of instances; these components are made here, byte by byte.
A function is told by the way to it, "outer#inner#function", in `run`, `inspect` and `bind`;
by its name alone where only one is called so.  An instance that is exported twice by one that
is exported twice, and so on, must end in a diagnostic, soon.
"""
import os
import sys
import tempfile

from assemble import FUNC, FUNC_TYPE, INSTANCE, Tests, bag, component, export, leb, name, section, text, vec


def core_module(values):
    """A module that exports f0, f1, ...: () -> i32, which return the values (0 to 63)."""
    n = range(len(values))
    return (b"\0asm\x01\0\0\0" + section(1, vec([b"\x60\x00\x01\x7f"])) + section(3, vec([b"\0" for _ in n])) +
            section(7, vec([text("f%d" % k) + b"\0" + leb(k) for k in n])) +
            section(10, vec([b"\x04\0\x41" + bytes([v]) + b"\x0b" for v in values])))


def functions(values):
    """Sections that define component functions 0, 1, ... which return the values."""
    n = range(len(values))
    return [section(1, core_module(values)), section(2, vec([b"\x00\x00\x00"])),
            section(6, vec([b"\x00\x00\x01\x00" + text("f%d" % k) for k in n])),
            section(7, vec([FUNC_TYPE])),
            section(8, vec([b"\x00\x00" + leb(k) + vec([]) + leb(0) for k in n]))]


def three_ways():
    """a#b#f returns 7, c#b#f 8, c#g 9."""
    return component(*functions([7, 8, 9]),
                     section(5, vec([bag(f=(FUNC, 0)), bag(b=(INSTANCE, 0)), bag(f=(FUNC, 1)),
                                     bag(b=(INSTANCE, 2), g=(FUNC, 2))])),
                     section(11, vec([export("a", INSTANCE, 1), export("c", INSTANCE, 3)])))


def doubled(depth, inner):
    """Each instance exports the one before as a and as b; the innermost exports `inner`."""
    bags = [bag(**inner)] + [bag(a=(INSTANCE, k), b=(INSTANCE, k)) for k in range(depth)]
    return component(*functions([7]), section(5, vec(bags)), section(11, vec([export("x", INSTANCE, depth)])))


def imports():
    """Imports a and c, each an instance with an instance b with a function f; calls neither."""
    inner = b"\x42" + vec([b"\x01" + FUNC_TYPE, b"\x04" + name("f") + b"\x01\x00"])
    outer = b"\x42" + vec([b"\x01" + inner, b"\x04" + name("b") + b"\x05\x00"])
    return component(section(7, vec([outer])),
                     section(10, vec([name("a") + b"\x05\x00", name("c") + b"\x05\x00"])),
                     section(6, vec([b"\x05\x00\x00" + text("b"), b"\x05\x00\x01" + text("b"),
                                     b"\x01\x00\x02" + text("f"), b"\x01\x00\x03" + text("f")])),
                     section(11, vec([export("g", FUNC, 0), export("h", FUNC, 1)])))


def main():
    with tempfile.TemporaryDirectory() as folder:
        t = Tests(sys.argv[1], folder)
        ways = three_ways()
        for call, result in ("a#b#f()", 7), ("c#b#f()", 8), ("c#g()", 9), ("g()", 9):
            t.expect("run " + call, ways, ["run", "IT", "--invoke", call], 0, "%d\n" % result)
        for call in "f()", "b#f()", "a#f()", "#f()", "a#b#g()":
            t.expect("run " + call, ways, ["run", "IT", "--invoke", call], 2, "there are: a#b#f c#b#f c#g")
        t.expect("inspect", ways, ["inspect", "IT"], 0, "a#b#f", "c#b#f", "c#g")
        header = os.path.join(folder, "it.h")
        t.expect("bind", ways, ["bind", "IT", "-o", header], 0)
        t.found("exports", header, "a#b#f: func() -> u32", "wasm_b__f_2", "wasm_c__g", "exports[2]")
        t.expect("bind", imports(), ["bind", "IT", "-o", header], 0)
        t.found("imports", header, "wasm_import_a_x23_b_f", "wasm_import_c_x23_b_f")
        t.expect("bind, 90 levels", doubled(90, {}), ["bind", "IT", "-o", header], 1, "more than 100000 exports")
        t.expect("imports", imports(), ["inspect", "IT"], 0, "import a#b#f", "import c#b#f")
        t.expect("13 levels", doubled(13, {"f": (FUNC, 0)}), ["inspect", "IT"], 0, "x#a#a#a#a#a#a#a#a#a#a#a#a#a#f")
        for inner in {"f": (FUNC, 0)}, {}:
            t.expect("90 levels, %s" % (list(inner) or "nothing"), doubled(90, inner), ["inspect", "IT"], 1,
                     "more than 100000 exports", "advice")
    print("1..%d" % t.n)
    return t.failed > 0


if __name__ == "__main__":
    sys.exit(main())
