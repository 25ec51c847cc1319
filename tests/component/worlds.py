#!/usr/bin/env python3
"""worlds.py HEDDLE - core modules with sections component-type, mostly several.

The sections are encoded here, by Binary.md of the component model; each case is
what they say and what heddle makes of the module: exit status, text that must be
in its output, and how many resources the component has.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from sections import leb

HEDDLE = sys.argv[1]
U32, U64 = b"\x79", b"\x77"
UTF8, UTF16 = 0, 1


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
            # what follows may own it: OWN
            decls.append(b"\x01\x69" + leb(types))
            types += 2
        else:
            decls.append(b"\x01" + func_type(*item[1:]))
            decls.append(b"\x04" + name(item[0]) + b"\x01" + leb(types))
            types += 1
    return b"\x42" + vec(decls)


OWN = b"\x01"  # the type behind the first item, when that is a resource


def world(imports, exports, uses=(), encoding=UTF8, wrapped=True):
    """imports: {interface: items}; exports: [(function, params, result)]; uses:
    interfaces whose r is imported by the world, too, `None` for an r of its own."""
    decls, types = [], 0
    for i, items in imports.items():
        decls += [b"\x01" + interface(items), b"\x03" + name(i) + b"\x05" + leb(types)]
        types += 1
    for i in uses:
        if i:  # an alias, and an import that equals it
            decls.append(b"\x02\x03\0" + leb(list(imports).index(i)) + text("r"))
            types += 1
        decls.append(b"\x03" + name("r") + b"\x03" + (b"\0" + leb(types - 1) if i else b"\x01"))
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

CASES = [  # the last: resources, or what the diagnostic says
    ("apart", CORE, [FIRST, world({A: [G], B: [H]}, [TWO])], 0),
    ("other order", CORE, [world({B: [H], A: [G]}, [TWO]), FIRST], 0),
    ("twice the same", CORE, [world({A: [F, G], B: [H]}, [ONE, TWO])] * 2, 0),
    ("three", CORE, [FIRST, world({A: [G]}, []), world({B: [H]}, [TWO])], 0),
    ("one resource", RESOURCES, [world({A: ["r", MAKE]}, [ONE]), world({A: ["r", TAKE]}, [TWO])], 1),
    ("a resource that comes later", RESOURCES,
     [world({A: [F]}, [ONE]), world({A: ["r", MAKE]}, []), world({A: ["r", TAKE]}, [TWO])], 1),
    ("one world that uses a resource", RESOURCES, [world({A: ["r", MAKE, TAKE]}, [ONE, TWO], [A])], 1),
    ("one resource, used by both worlds", RESOURCES,
     [world({A: ["r", MAKE]}, [ONE], [A]), world({A: ["r", TAKE]}, [TWO], [A])], 1),
    ("resources of two interfaces", RESOURCES,
     [world({A: ["r", MAKE]}, [ONE]), world({B: ["r"], A: ["r", TAKE]}, [TWO])], 2),
    ("one name for resources of two interfaces", RESOURCES,
     [world({A: ["r", MAKE, TAKE]}, [ONE], [A]), world({B: ["r"]}, [TWO], [B])],
     "component-type:1 gives another type than one before it to r\n"),
    ("the same where both have both", RESOURCES,
     [world({A: ["r", MAKE, TAKE], B: ["r"]}, [ONE], [A]), world({A: ["r"], B: ["r"]}, [TWO], [B])],
     "component-type:1 gives another type than one before it to r\n"),
    ("a used resource and one of the world", RESOURCES,
     [world({A: ["r", MAKE, TAKE]}, [ONE], [A]), world({}, [TWO], [None])],
     "component-type:1 gives another type than one before it to r\n"),
    ("one of several is missing", CORE, [FIRST, world({A: [G]}, [TWO])],
     "has no imported function t:w/b#h"),
    ("function of two types", CORE, [FIRST, world({A: [("f", [("x", U64)], U32)]}, [])],
     "component-type:1 gives another type than one before it to f\n"),
    ("export of two types", CORE, [FIRST, world({}, [("one", [], U64)])],
     "component-type:1 gives another type than one before it to one\n"),
    ("function and resource", CORE, [FIRST, world({A: ["f"]}, [])],
     "component-type:1 gives another type than one before it to f\n"),
    ("two encodings", CORE, [FIRST, world({}, [], encoding=UTF16)],
     "component-type:1 has another string encoding than one before it\n"),
    ("no world", CORE, [FIRST, world({}, [], wrapped=False)], "component-type:1 does not hold one world\n"),
    ("no component", CORE, [FIRST, b"\0asm\1\0\0\0"], "component-type:1 is no component\n"),
    ("cut short", CORE, [FIRST, FIRST[:-1]], "unexpected end: a section of 7 bytes (section component-type:1)\n"),
]


def inspect(folder, core, worlds):
    (folder / "m.wat").write_text(core)
    subprocess.run(["wat2wasm", folder / "m.wat", "-o", folder / "m.wasm"], check=True)
    bits = (folder / "m.wasm").read_bytes()
    for k, w in enumerate(worlds):
        bits += section(0, text(f"component-type:{k}") + w)
    (folder / "m.wasm").write_bytes(bits)
    run = subprocess.run([HEDDLE, "inspect", folder / "m.wasm"], capture_output=True, text=True)
    return run, range(len(bits) - len(worlds[-1]), len(bits))


def right(run, last, core, want):
    """Every import and export of the module, and so many resources; or the diagnostic,
    at an offset in the last section when it names that."""
    if isinstance(want, str):
        at = re.search(r"m.wasm:(0x\w+): error", run.stderr)
        return bool(run.returncode == 1 and not run.stdout and want in run.stderr and at and
                    ("component-type:1" not in want or int(at[1], 16) in last))
    functions = [f"import {i}#{f} func" for i, f in re.findall(r'import "(.*?)" "(\w+)"', core)]
    exports = [f"  {e} function " for e in re.findall(r'func \(export "(one|two)"', core)]
    resources = re.search(r"\nresources\n(.*?)exports\n", run.stdout, re.S)
    return bool(run.returncode == 0 and all(x in run.stdout for x in functions + exports) and
                resources and resources[1].count("\n") == want)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as d:
        for what, core, worlds, want in CASES:
            run, last = inspect(pathlib.Path(d), core, worlds)
            if not right(run, last, core, want):
                failed += 1
                print(f"FAIL {what}: exit {run.returncode}\n{run.stdout}{run.stderr}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
