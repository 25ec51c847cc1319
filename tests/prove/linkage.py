#!/usr/bin/env python3
"""linkage.py HEDDLE MUTANTS DIFF MOST COMPONENT... - linked modules against their components.

What the given components do not have stands here: tables and their instructions, segments placed late, start
functions of several instances, functions that stand for others through a table.  MUTANTS
(linkage_mutants.c) makes the linked modules wrong in one place each, also those of components of random types, of
which DIFF (adapter-diff) makes RANDOM; `heddle verify` must say which of two files is right, and exit with 3 for the other.
"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../component"))
from assemble import (FUNC, FUNC_TYPE, Tests, component, core, export, instantiate, section, text, vec)  # noqa: E402

# two of each, so that one can stand for the other
OWNER = '''(module (memory (export "m") 1) (memory (export "m2") 1 2)
  (table (export "t") 4 8 funcref) (table (export "t2") 4 8 funcref) (global (export "g") i32 (i32.const 4096))
  (global $c (export "c") (mut i32) (i32.const 7)) (global $d (export "d") (mut i32) (i32.const 7))
  (func $a (result i32) (global.get $c)) (func $b (result i32) (global.get $d))
  (func $s (global.set $c (i32.const 9))) (start $s)
  (elem (i32.const 0) $a $b) (elem (table 1) (i32.const 1) func $b) (elem $p func $a $b) (elem $q func $b $a)
  (data $x "one") (data $y "two") (data (memory 0) (i32.const 16) "zero") (data (memory 1) (i32.const 16) "zero")
  (func (export "f") (param i32) (result i32)
    (table.init 0 $p (i32.const 2) (i32.const 0) (i32.const 1)) (elem.drop $p)
    (table.init 1 $q (i32.const 2) (i32.const 0) (i32.const 1)) (elem.drop $q)
    (table.copy 0 1 (i32.const 0) (i32.const 1) (i32.const 1))
    (memory.init 0 $x (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $x)
    (memory.init 1 $y (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $y)
    (memory.copy 0 1 (i32.const 8) (i32.const 16) (i32.const 4))
    (table.set 0 (i32.const 3) (ref.func $a)) (drop (table.size 1))
    (i32.add (call_indirect 0 (result i32) (local.get 0)) (i32.add (call_indirect 1 (result i32) (local.get 0))
      (i32.add (i32.load 0 (i32.const 8)) (i32.load16_u 1 (i32.const 8)))))))'''

# an instance behind it, with segments for what the first owns and for what is its own
LATER = '''(module (import "o" "m" (memory 1)) (import "o" "t" (table 4 8 funcref)) (import "o" "g" (global $g i32))
  (import "o" "f" (func $f (param i32) (result i32)))
  (memory 1) (table 2 funcref) (func $a (result i32) (i32.load 1 (global.get $g))) (func $b (result i32) (i32.const 2))
  (func $s (drop (call $b))) (start $s)
  (elem (i32.const 1) $a $b) (elem (table 1) (i32.const 0) func $b $a)
  (data (global.get $g) "late") (data (memory 1) (global.get $g) "own")
  (func (export "run") (result i32) (i32.add (call $f (i32.const 1)) (call_indirect 1 (result i32) (i32.const 0)))))'''

# a function that calls through a table, the segment that fills it, and who is called
SHIM = '''(module (type $r (func (param i32) (result i32))) (table (export "t") 2 2 funcref)
  (func (export "0") (type $r) (local.get 0) (i32.const 0) (call_indirect (type $r)))
  (func (export "1") (type $r) (local.get 0) (i32.const 1) (call_indirect (type $r))))'''
FIXUP = '''(module (import "s" "t" (table 2 2 funcref)) (import "o" "f" (func $f (param i32) (result i32)))
  (func $g (param i32) (result i32) (i32.const 3)) (elem (i32.const 0) $f $g))'''
# the same, but code writes the table: calls stay where they were
OPEN = SHIM[:-1] + ''' (func (export "set") (param i32) (table.set 0 (i32.const 1) (ref.null func))))'''
USER = '''(module (import "s" "0" (func $f (param i32) (result i32))) (import "s" "1" (func $g (param i32) (result i32)))
  (func (export "run") (result i32) (i32.add (call $f (i32.const 1)) (call $g (i32.const 2)))))'''


RANDOM = 24


def lifted(instance):
    return [section(6, vec([b"\x00\x00\x01" + bytes([instance]) + text("run")])), section(7, vec([FUNC_TYPE])),
            section(8, vec([b"\x00\x00\x00" + vec([]) + b"\0"])), section(11, vec([export("run", FUNC, 0)]))]


def modules(*texts):
    return [section(1, core(t, "--enable-multi-memory")) for t in texts]


OWN = {
    # two instances of the owner: what belongs to one is not the other's
    "tables": component(*modules(OWNER, LATER), section(2, vec([instantiate(0), instantiate(0), instantiate(1, o=1)])),
                        *lifted(2)),
    "shims": component(*modules(OWNER, SHIM, USER, FIXUP), section(2, vec([
        instantiate(0), instantiate(1), instantiate(2, s=1), instantiate(3, s=1, o=0)])), *lifted(2)),
    "open": component(*modules(OWNER, OPEN, USER, FIXUP), section(2, vec([
        instantiate(0), instantiate(1), instantiate(2, s=1), instantiate(3, s=1, o=0)])), *lifted(2)),
}


def main():
    heddle, mutants, diff, most, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        t = Tests(heddle, folder)
        own = []
        for name, data in OWN.items():
            path, low = os.path.join(folder, name + ".wasm"), os.path.join(folder, name + ".low")
            own.append(path)
            with open(path, "wb") as f:
                f.write(data)
            t.expect("lower " + name, data, ["lower", "IT", "-o", low], 0)
            t.expect("verify " + name, data, ["verify", "IT", low], 0, "PROVED    linked module:")
        for name, shims in ("shims", 2), ("open", 0):
            t.expect("calls made direct", OWN[name], ["inspect", "IT"], 0, "shims resolved: %d\n" % shims)
        data = OWN["tables"]
        t.expect("another component's", data, ["verify", "IT", os.path.join(folder, "shims.low")], 3, "REJECTED  linked module: ")
        t.expect("says the same in a certificate", data, ["verify", "IT", os.path.join(folder, "shims.low"), "--json"], 3,
                 '"linkage": {"verdict": "REJECTED", "reason": "')
        t.expect("object", data, ["compile", "IT", "-o", os.path.join(folder, "it.o"), "--cert",
                                  os.path.join(folder, "cert")], 0)
        t.expect("of the object", data, ["verify", "IT", os.path.join(folder, "it.o")], 0, "PROVED    linked module: instances 1, "
                 "core instances 3; functions ")
        with open(os.path.join(folder, "cert")) as f:
            linkage = json.load(f)["linkage"]
        t.n += 1
        t.failed += linkage["verdict"] != "PROVED" or linkage["core_instances"] != 3
        print("1..%d" % t.n)
        made = os.path.join(folder, "made")
        os.mkdir(made)
        subprocess.run([diff, "-n", str(RANDOM), "-s", "900000", "-d", made], check=True)
        own += sorted(os.path.join(made, f) for f in os.listdir(made))
        sys.stdout.flush()
        run = subprocess.run([mutants, "-n", most] + own + files)
    return t.failed > 0 or run.returncode


if __name__ == "__main__":
    sys.exit(main())
