#!/usr/bin/env python3
"""worlds.py HEDDLE - core modules with several sections component-type.

The sections are encoded here, by Binary.md of the component model; each case is
what two of them say and what heddle makes of the module: exit status, and text
that must be in its output.
"""
import pathlib
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
U32, U64, STRING = b"\x79", b"\x77", b"\x73"
UTF8, UTF16 = 0, 1


def leb(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + leb(n >> 7)


def text(s):
    return leb(len(s)) + s.encode()


def vec(items):
    return leb(len(items)) + b"".join(items)


def name(s):
    return b"\0" + text(s)


def section(number, body):
    return bytes([number]) + leb(len(body)) + body


def func_type(params, result):
    return b"\x40" + vec([text(n) + t for n, t in params]) + (b"\0" + result if result else b"\1\0")


def interface(items):
    """An instance type; an item is ("f", params, result) or "r", a resource."""
    decls, types = [], 0
    for item in items:
        if isinstance(item, str):
            decls.append(b"\x04" + name(item) + b"\x03\x01")
            # what follows may say own R as b"own"
            decls.append(b"\x01\x69" + leb(types))
            types += 2
        else:
            decls.append(b"\x01" + func_type(*item[1:]))
            decls.append(b"\x04" + name(item[0]) + b"\x01" + leb(types))
            types += 1
    return b"\x42" + vec(decls)


OWN = b"\x01"  # the type behind the first item, when that is a resource


def world(imports, exports, encoding=UTF8, wrapped=True):
    """imports: {interface: items}; exports: [(function, params, result)]."""
    decls, types = [], 0
    for i, items in imports.items():
        decls += [b"\x01" + interface(items), b"\x03" + name(i) + b"\x05" + leb(types)]
        types += 1
    for f, params, result in exports:
        decls += [b"\x01" + func_type(params, result), b"\x04" + name(f) + b"\x01" + leb(types)]
        types += 1
    inner = b"\x41" + vec(decls)
    package = b"\x41" + vec([b"\x01" + inner, b"\x04" + name("t:w/w") + b"\x04\0"])
    return (b"\0asm\x0d\0\x01\0" +
            section(0, text("wit-component-encoding") + bytes([4, encoding])) +
            section(7, vec([package if wrapped else inner])) +
            section(11, vec([name("w") + b"\x03\0\0"])))


CORE = '''(module (import "t:w/a" "f" (func $f (param i32) (result i32)))
(import "t:w/a" "g" (func $g (param i64) (result i64)))
(import "t:w/b" "h" (func $h (param i32)))
(memory (export "memory") 1)
(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
(func (export "one") (result i32) (call $f (i32.const 1)))
(func (export "two") (call $h (i32.wrap_i64 (call $g (i64.const 2))))))'''
RESOURCES = '''(module (import "t:w/a" "make" (func $f (param i32) (result i32)))
(import "t:w/a" "take" (func $g (param i32)))
(import "t:w/a" "[resource-drop]r" (func $d (param i32)))
(memory (export "memory") 1)
(func (export "one") (result i32) (call $f (i32.const 1)))
(func (export "two") (call $g (call $f (i32.const 1)))))'''
F, G = ("f", [("x", U32)], U32), ("g", [("x", U64)], U64)
H, ONE, TWO = ("h", [("s", U32)], None), ("one", [], U32), ("two", [], None)
MAKE, TAKE = ("make", [("x", U32)], OWN), ("take", [("r", OWN)], None)
A, B = "t:w/a", "t:w/b"
FIRST = world({A: [F]}, [ONE])

CASES = [
    ("apart", CORE, [FIRST, world({A: [G], B: [H]}, [TWO])], 0, ["t:w/a", "t:w/b", "one", "two"]),
    ("other order", CORE, [world({B: [H], A: [G]}, [TWO]), FIRST], 0, ["t:w/a", "t:w/b", "one", "two"]),
    ("twice the same", CORE, [world({A: [F, G], B: [H]}, [ONE, TWO])] * 2, 0, ["t:w/a", "one"]),
    ("three", CORE, [FIRST, world({A: [G]}, []), world({B: [H]}, [TWO])], 0, ["t:w/b", "two"]),
    ("one resource", RESOURCES, [world({A: ["r", MAKE]}, [ONE]), world({A: ["r", TAKE]}, [TWO])], 0,
     ["t:w/a"]),
    ("one of several is missing", CORE, [FIRST, world({A: [G]}, [TWO])], 1, ["t:w/b"]),
    ("function of two types", CORE, [FIRST, world({A: [("f", [("x", U64)], U32)]}, [])], 1,
     ["component-type:1", "another type", "f"]),
    ("export of two types", CORE, [FIRST, world({}, [("one", [], U64)])], 1, ["another type", "one"]),
    ("function and resource", CORE, [FIRST, world({A: ["f"]}, [])], 1, ["another type", "f"]),
    ("two encodings", CORE, [FIRST, world({}, [], UTF16)], 1, ["string encoding"]),
    ("no world", CORE, [FIRST, world({}, [], wrapped=False)], 1, ["component-type:1", "one world"]),
    ("no component", CORE, [FIRST, FIRST[:-1]], 1, ["component-type:1", "no component"]),
]


def inspect(folder, core, worlds):
    (folder / "m.wat").write_text(core)
    subprocess.run(["wat2wasm", folder / "m.wat", "-o", folder / "m.wasm"], check=True)
    bits = (folder / "m.wasm").read_bytes()
    for k, w in enumerate(worlds):
        bits += section(0, text(f"component-type:{k}") + w)
    (folder / "m.wasm").write_bytes(bits)
    return subprocess.run([HEDDLE, "inspect", folder / "m.wasm"], capture_output=True, text=True)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as d:
        for what, core, worlds, status, needles in CASES:
            run = inspect(pathlib.Path(d), core, worlds)
            out = run.stdout if status == 0 else run.stderr
            ok = run.returncode == status and all(n in out for n in needles)
            failed += not ok
            if not ok:
                print(f"FAIL {what}: exit {run.returncode}\n{run.stdout}{run.stderr}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
