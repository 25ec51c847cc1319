#!/usr/bin/env python3
"""starts.py - start functions, and segments of later instances in what earlier ones own.

    starts.py HEDDLE

An instance's segments are placed after the start functions of the instances before it.  Core
modules: `a` owns memory and table; `b` has a start function; `c` places elements and data in
what `a` owns; `d` tells what is there.  The function of `shim` calls through `a`'s table, as
component tools write it.
"""
import sys
import tempfile

from assemble import FUNC, FUNC_TYPE, Tests, component, core, export, instantiate, section, text, vec

OWNER = '''(module (memory (export "m") 1) (table (export "t") 2 funcref)
  (data (i32.const 0) "\\0a\\0b"))'''

# what it finds at 0 goes to 16, how many of the table's entries are null to 17
STARTS = '''(module (import "a" "m" (memory 1)) (import "a" "t" (table 2 funcref))
  (func $s
    (i32.store8 (i32.const 16) (i32.load8_u (i32.const 0)))
    (i32.store8 (i32.const 17) (i32.add (ref.is_null (table.get 0 (i32.const 0))) (ref.is_null (table.get 0 (i32.const 1)))))
    (i32.store8 (i32.const 1) (i32.const 0x21)))
  (start $s))'''

# a second start function, behind the segments
PLACES = '''(module (import "a" "m" (memory 1)) (import "a" "t" (table 2 funcref))
  (func $f (result i32) (i32.const 42))
  (func $s (i32.store8 (i32.const 18) (i32.load8_u (i32.const 0))))
  (start $s)
  (elem (i32.const %d) $f) (data (i32.const %d) "\\1e"))'''

TELLS = '''(module (import "a" "m" (memory 1)) (import "a" "t" (table 2 funcref)) (type $r (func (result i32)))
  (func (export "bytes") (result i32) (i32.load (i32.const 0)))
  (func (export "seen") (result i32) (i32.load (i32.const 16)))
  (func (export "call") (result i32) (call_indirect (type $r) (i32.const 1))))'''

SHIM = '''(module (import "a" "t" (table 2 funcref)) (type $r (func (result i32)))
  (func (export "f") (result i32) (call_indirect (type $r) (i32.const 1))))'''

# calls the shim from its start function, and exports a call of it
CALLS = '''(module (import "a" "m" (memory 1)) (import "shim" "f" (func $f (result i32)))
  (func $g (export "call") (result i32) (call $f))
  (func $s %s)
  (start $s))'''

# nothing else needs the table that the segment is placed in
DROPS = '''(module (table 1 funcref) (func $g (result i32) (i32.const 5)) (elem $e (i32.const 0) $g)
  (func (export "drop") (result i32) (elem.drop $e) (i32.const 7)))'''

NAMES = ["bytes", "seen", "call"]


def lifted(instance, names):
    """Sections that export core functions of an instance, () -> u32 each."""
    n = range(len(names))
    return [section(6, vec([b"\x00\x00\x01" + bytes([instance]) + text(x) for x in names])), section(7, vec([FUNC_TYPE])),
            section(8, vec([b"\x00\x00" + bytes([k]) + vec([]) + b"\0" for k in n])),
            section(11, vec([export(x, FUNC, k) for k, x in enumerate(names)]))]


def four(element, data):
    """a, b, c, d."""
    return component(*[section(1, core(x)) for x in (OWNER, STARTS, PLACES % (element, data), TELLS)],
                     section(2, vec([instantiate(0)] + [instantiate(k, a=0) for k in (1, 2, 3)])), *lifted(3, NAMES))


def shimmed(start):
    """a, the shim, what calls it, what fills it."""
    return component(*[section(1, core(x)) for x in (OWNER, SHIM, CALLS % start, PLACES % (1, 0))],
                     section(2, vec([instantiate(0), instantiate(1, a=0), instantiate(2, a=0, shim=1), instantiate(3, a=0)])),
                     *lifted(2, ["call"]))


def main():
    with tempfile.TemporaryDirectory() as folder:
        t = Tests(sys.argv[1], folder)
        calls = []
        for call in "bytes()", "seen()", "call()":
            calls += ["--invoke", call]
        # 1e at 0 of c, 21 at 1 of b's start; b saw 0a and two null entries, c's start 1e
        want = "%d\n%d\n%d\n" % (0x211e, 0x1e020a, 42)
        for more in [], ["-O0"], ["--target", "cortex-m33"], ["--mpu"]:
            t.expect("in their turn %s" % more, four(1, 0), ["run", "IT"] + more + calls, 0, want)
        t.expect("proved", four(1, 0), ["build", "IT", "-o", "/dev/null"], 0, "proved 6 of 6")
        t.expect("an element outside", four(2, 0), ["run", "IT"] + calls, 5, "out of bounds table access")
        t.expect("data outside", four(1, 65536), ["run", "IT"] + calls, 5, "out of bounds memory access")
        t.expect("a start function that calls nothing: direct", shimmed(""), ["inspect", "IT"], 0, "shims resolved: 1")
        t.expect("the same, run", shimmed(""), ["run", "IT", "--invoke", "call()"], 0, "42\n")
        early = shimmed("(drop (call $g))")
        t.expect("one that calls too early: through the table", early, ["inspect", "IT"], 0, "shims resolved: 0")
        t.expect("the same, run", early, ["run", "IT", "--invoke", "call()"], 5, "uninitialized element")
        drops = component(section(1, core(DROPS)), section(2, vec([instantiate(0)])), *lifted(0, ["drop"]))
        t.expect("a segment that only code names", drops, ["run", "IT", "--invoke", "drop()"], 0, "7\n")
        t.expect("the same, proved", drops, ["build", "IT", "-o", "/dev/null"], 0, "proved 2 of 2")
    print("1..%d" % t.n)
    return t.failed > 0


if __name__ == "__main__":
    sys.exit(main())
