#!/usr/bin/env python3
"""places.py - components around core modules, byte by byte, for places_test.sh.

    places.py two   MODULE0 MODULE1 > C     MODULE1 imports "m" "h" of MODULE0; f = its "f", func(x: u32) -> u32
    places.py nest  COMPONENT PAD > C       inside another, behind PAD bytes nobody needs; its f is exported
    places.py drive MODULE > C              MODULE imports "env" "f", a function of the component's import
                                            f: func(x: u32) -> u32; exports go, of the same type
    places.py give  T MODULE > C            exports f: func(s: T), of MODULE's f, memory and realloc
    places.py take  T MODULE0 MODULE1 > C   imports f: func(s: T), as "env" "f" of MODULE1, and exports its
                                            go: func(x: u32) -> u32; MODULE0 has the memory; T: string, list
    places.py padded > MODULE               a core module as linkers leave it, numbers longer than they need be;
                                            fits `two`, and traps
    places.py find  FILE HEX SKIP           prints where in FILE the bytes, that are there once, stand, + SKIP
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../component"))
from assemble import leb, section                                        # noqa: E402


def name(s):
    return leb(len(s)) + s.encode()


def custom(s, n):
    return section(0, name(s) + bytes(n))


def vec(*items):
    return leb(len(items)) + b"".join(items)


HEAD = bytes.fromhex("0061736d0d000100")
MODULE, CORE_INSTANCE, COMPONENT, INSTANCE, ALIAS, TYPE, CANON, IMPORT, EXPORT = 1, 2, 4, 5, 6, 7, 8, 10, 11
NUMBER = bytes([0x40, 1]) + name("x") + b"\x79" + b"\0\x79"      # func(x: u32) -> u32
LIST = b"\x70\x7d"                                              # list<u8>
TAKES = {"string": bytes([0x40, 1]) + name("s") + b"\x73" + b"\1\0", "list": bytes([0x40, 1]) + name("s") + b"\0\1\0"}
CORE_FUNC, CORE_MEMORY = b"\0\0", b"\0\2"


def core_alias(sort, instance, what):
    return sort + b"\1" + leb(instance) + name(what)


def lift(core, type_, *options):
    return b"\0\0" + leb(core) + vec(*options) + leb(type_)


def lower(func, *options):
    return b"\1\0" + leb(func) + vec(*options)


def extern(s):
    return b"\0" + name(s)


def export(s, func):
    return section(EXPORT, vec(extern(s) + b"\1" + leb(func) + b"\0"))


def two(m0, m1):
    return (HEAD + custom("first", 3) + section(MODULE, m0) + custom("between", 300) + section(MODULE, m1) +
            section(CORE_INSTANCE, vec(b"\0\0\0", b"\0\1" + vec(name("m") + b"\x12\0"))) +
            section(ALIAS, vec(core_alias(CORE_FUNC, 1, "f"))) + section(TYPE, vec(NUMBER)) +
            section(CANON, vec(lift(0, 0))) + export("f", 0))


def nest(inner, pad):
    return (HEAD + custom("pad", int(pad)) + section(COMPONENT, inner) + section(INSTANCE, vec(b"\0\0\0")) +
            section(ALIAS, vec(b"\1\0\0" + name("f"))) + export("f", 0))


def imported(*types):
    return section(TYPE, vec(*types)) + section(IMPORT, vec(extern("f") + b"\1" + leb(len(types) - 1)))


def drive(module):
    return (HEAD + imported(NUMBER) + section(MODULE, module) + section(CANON, vec(lower(0))) +
            section(CORE_INSTANCE, vec(b"\1" + vec(name("f") + b"\0\0"), b"\0\0" + vec(name("env") + b"\x12\0"))) +
            section(ALIAS, vec(core_alias(CORE_FUNC, 1, "go"))) + section(CANON, vec(lift(1, 0))) + export("go", 1))


def give(what, module):
    return (HEAD + section(MODULE, module) + section(CORE_INSTANCE, vec(b"\0\0\0")) +
            section(ALIAS, vec(core_alias(CORE_FUNC, 0, "f"), core_alias(CORE_FUNC, 0, "realloc"),
                               core_alias(CORE_MEMORY, 0, "memory"))) +
            section(TYPE, vec(LIST, TAKES[what])) + section(CANON, vec(lift(0, 1, b"\3\0", b"\4\1"))) + export("f", 0))


def take(what, memory, module):
    return (HEAD + imported(LIST, TAKES[what]) + section(MODULE, memory) + section(MODULE, module) +
            section(CORE_INSTANCE, vec(b"\0\0\0")) + section(ALIAS, vec(core_alias(CORE_MEMORY, 0, "memory"))) +
            section(CANON, vec(lower(0, b"\3\0"))) +
            section(CORE_INSTANCE, vec(b"\1" + vec(name("f") + b"\0\0"), b"\0\1" + vec(name("env") + b"\x12\1"))) +
            section(ALIAS, vec(core_alias(CORE_FUNC, 2, "go"))) + section(TYPE, vec(NUMBER)) +
            section(CANON, vec(lift(1, 2))) + export("go", 1))


def padded():
    body = bytes.fromhex("00 41 8780808000 1a 41 9580808000 1a 00 0b")     # i32.const 7, drop, i32.const 21, drop,
    type_ = bytes.fromhex("60 01 7f 01 7f")                               # unreachable
    return (bytes.fromhex("0061736d01000000") + section(1, vec(type_)) +
            section(2, vec(name("m") + name("h") + b"\0\0")) + section(3, vec(b"\0")) +
            section(7, vec(name("f") + b"\0\1")) + section(10, vec(leb(len(body)) + body)))


def find(path, pattern, skip):
    data, want = open(path, "rb").read(), bytes.fromhex(pattern)
    assert data.count(want) == 1, (path, pattern, data.count(want))
    print("0x%04x" % (data.index(want) + int(skip)))


def argument(word):
    return word if word.isdigit() or word in TAKES else open(word, "rb").read()


if sys.argv[1] == "find":
    find(*sys.argv[2:])
else:
    sys.stdout.buffer.write(globals()[sys.argv[1]](*map(argument, sys.argv[2:])))
