#!/usr/bin/env python3
"""cost.py HEDDLE - what a proof costs depends on the function, not on the module.

Steps are counted (terms asked for), not seconds: those of one function beside
1 segment and beside 300, and those of choices within choices, 10 and 40 deep.
What one rule of the normaliser, or bounds, decide is no question to the solver.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
A, B = "(local.get 0)", "(local.get 1)"
INDEX = {
    "a - b": f"(i32.sub {A} {B})",
    "b - a": f"(i32.sub {B} {A})",
    "5 - a": f"(i32.sub (i32.const 5) {A})",
    "a - b - 5": f"(i32.sub (i32.sub {A} {B}) (i32.const 5))",
}


def calls_beside(segments):
    data = "".join(f'(data (i32.const {16 * k}) "x{k}")\n' for k in range(segments))
    calls = "\n".join(f"(if (local.get 0) (then (call $g (i32.const {k}))))" for k in range(20))
    return f"""(module (import "e" "g" (func $g (param i32))) (memory 1)
{data} (func (export "f") (param i32) {calls}))"""


def choices(depth):
    """The smaller of what was so far and a word of memory, again and again."""
    body = "".join(f"""(local.set 2 (i32.load offset={4 * k} (local.get 0)))
(local.set 1 (select (local.get 1) (local.get 2) (i32.lt_u (local.get 1) (local.get 2))))
""" for k in range(depth))
    return f"""(module (memory 1) (func (export "f") (param i32 i32) (result i32) (local i32)
{body} (i32.load (i32.and (local.get 1) (i32.const 0xffc)))))"""


def switch(index):
    """A choice among many, each of one value of the index."""
    return f"""(module (memory 1) (func (export "f") (param i32 i32) (result i32)
(block (block (block (block (br_table 0 1 2 1 3 {index}))
(return (i32.load (local.get 0)))) (return (i32.const 2))) (return (i32.const 3)))
(i32.const 4)))"""


# What is not 9 or 10 after a table of 9 and 10: behind it is a call of what traps.
BEYOND = f"""(module (memory 1) (func (export "f") (param i32 i32) (block (block (block
(br_table 1 0 2 (i32.sub {A} (i32.const 9)))) (i32.store {B} (i32.const 5)) (return))
(i32.store8 {B} (i32.const 7)) (return)) (call $t {B}))
(func $t (param i32) (i32.store (local.get 0) (i32.const 1))))"""
FIELD = """(module (memory 1) (func (export "f") (param i32 i32)
(i32.store (i32.const 8) (i32.or (i32.and (local.get 0) (i32.const 127)) (i32.shl (local.get 1) (i32.const 7))))))"""


def pointers(places):
    """One of nine places is read, again and again, and a call comes last."""
    def arm(j, k):
        return f"""(if (i32.eq (local.get 1) (i32.const {100 * j + 7 * k}))
(then (local.set 2 (i32.load offset={4 * k} (local.get 0))) (br 1)))"""
    body = "".join("(block " + "".join(arm(j, k) for k in range(8)) +
                   ") (local.set 0 (i32.load8_u (local.get 2)))" for j in range(places))
    return f"""(module (import "e" "g" (func $g (param i32))) (memory 1)
(func (export "f") (param i32 i32) (result i32) (local i32) {body}
(call $g (local.get 0)) (local.get 0)))"""


def loops(depth):
    """Loops within each other behind 16 loads: what is found of one changes what is known of those inside."""
    before = "".join(f"(local.set 2 (i32.add (local.get 2) (i32.load offset={4 * k} (local.get 0))))"
                     for k in range(16))
    text = "(i32.store offset=4 (local.get 0) (local.get 1))"
    for k in range(depth):
        i = f"(local.get {3 + k})"
        text = f"""(loop {text} (local.set {3 + k} (i32.add {i} (i32.load offset={k} {i})))
(i32.store8 offset={100 + k} {i} (local.get 2)) (br_if 0 (i32.lt_u {i} (local.get 1))))"""
    return f"""(module (memory 1) (func (export "f") (param i32 i32) (local i32 {'i32 ' * depth}) {before} {text}))"""


def late(blocks):
    """What is chosen within choices, behind a block whose end the source comes to on one way alone."""
    def tree(deep, k):
        if deep == 0:
            return f"""(local.set $c (i32.const {3 * k + 1}))
(local.set $d (i32.xor (local.get $d) (i32.const {k})))"""
        return f"""(if (i32.load offset={4 * k} (local.get $a)) (then {tree(deep - 1, 2 * k)})
(else {tree(deep - 1, 2 * k + 1)}))"""
    body = "".join(f"""(block $o (br_if $o (i32.eqz (local.get $x)))
(local.set $y (i32.add (local.get $y) (i32.const {k})))) {tree(2, 8 * k + 1)}
(i32.store offset={4096 + 4 * k} (local.get $a) (i32.add (local.get $d) (local.get $c)))""" for k in range(blocks))
    return f"""(module (memory 1) (func (export "f") (param $a i32) (param $x i32)
(local $c i32) (local $d i32) (local $y i32) (br_if 0 (i32.eqz (local.get $x)))
{body} (i32.store (local.get $a) (local.get $y))))"""


def schedule(rounds):
    """Additions of 64 bits in a chain, as SHA-512 has them: each carry is one more term of what follows; that of a
    sum of two is 1 where a condition holds, that of a number added where one does not."""
    def turned(k, a, b, c):
        w = f"(local.get {k % 16 + 1})"
        return f"""(i64.xor (i64.xor (i64.rotr {w} (i64.const {a})) (i64.rotr {w} (i64.const {b})))
(i64.shr_u {w} (i64.const {c})))"""
    first = "".join(f"(local.set {k + 1} (i64.load offset={8 * k} (local.get 0)))\n" for k in range(16))
    body = "".join(f"""(local.set {t % 16 + 1} (i64.add (i64.add {turned(t - 2, 19, 61, 6)} (local.get {(t - 7) % 16 + 1}))
(i64.add (i64.add {turned(t - 15, 1, 8, 7)} (i64.const {0x428a2f98d728ae22 * t % 2 ** 63})) (local.get {t % 16 + 1}))))
""" for t in range(16, 16 + rounds))
    return f"""(module (memory 1) (func (export "f") (param i32) (result i64) (local {'i64 ' * 16})
{first}{body} (local.get {(15 + rounds) % 16 + 1})))"""


def block(words):
    """Words of a block in memory are written in no order, each the sum of two that are there."""
    body = "".join(f"""(i32.store offset={4 * (37 * k % words)} (local.get 0) (i32.add
(i32.load offset={4 * (11 * k % words)} (local.get 0)) (i32.load offset={4 * (5 * k % words)} (local.get 0))))
""" for k in range(words))
    return f"""(module (memory 1) (func (export "f") (param i32) {body}))"""


def around(choices):
    """A loop with choices on the way around: what bounds its counter is at its end, on all of them."""
    body = "".join(f"""(if (i32.load offset={256 + 4 * k} (local.get 1))
(then (i32.store offset={512 + 4 * k} (local.get 1) (local.get 2))))""" for k in range(choices))
    return f"""(module (memory 1) (func (export "f") (param i32 i32) (local i32)
(loop {body} (local.set 2 (i32.add (local.get 2) (i32.const 4)))
(br_if 0 (i32.lt_u (local.get 2) (i32.const 400))))))"""


# Bits of a pair, shifted: none of the high word is among them.
SHIFTED = """(module (memory 1) (func (export "f") (param i32 i64) (result i32)
(i32.or (i32.shl (local.get 0) (i32.const 7))
 (i32.wrap_i64 (i64.shr_u (i64.and (local.get 1) (i64.const 2080768)) (i64.const 14))))))"""


# What is added is known to be 0: of neither sum it is a part that could be made anew.
NOTHING_MORE = """(module (memory 1) (func (export "f") (param i32 i32)
(if (i32.eq (i32.load offset=4 (local.get 0)) (i32.add (local.get 1) (local.get 0))) (then
(i32.store (local.get 1) (i32.add (i32.load (local.get 0)) %s))))))"""


def twin(meant, other, folder):
    """Of f, written in the place of another."""
    files = [folder / n for n in ("m.wasm", "o.wasm")]
    for text, wasm in zip((meant, other), files):
        wat = wasm.with_suffix(".wat")
        wat.write_text(text)
        subprocess.run(["wat2wasm", wat, "-o", wasm], check=True)
    run = subprocess.run([HEDDLE, "verify", "--json", *files], capture_output=True, text=True, timeout=60)
    return json.loads(run.stdout)["functions"][0]


def proof(text, folder, level):
    """Of f, from the certificate."""
    wat, wasm, obj = (folder / n for n in ("m.wat", "m.wasm", "m.o"))
    wat.write_text(text)
    subprocess.run(["wat2wasm", wat, "-o", wasm], check=True)
    subprocess.run([HEDDLE, "compile", "-q", "--no-prove", level, wasm, "-o", obj], check=True)
    run = subprocess.run([HEDDLE, "verify", "--json", wasm, obj], capture_output=True, text=True,
                         timeout=60)
    return json.loads(run.stdout)["functions"][0]


def terms(text, folder, level):
    """Steps of f, which must be PROVED."""
    f = proof(text, folder, level)
    return f["effort"] + (1000000 if f["verdict"] != "PROVED" else 0)


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as d:
        folder = pathlib.Path(d)
        for level in ("--plain", "-O2"):
            few, many = (terms(calls_beside(n), folder, level) for n in (1, 300))
            print(f"{level}: 20 calls beside 1 segment {few} steps, beside 300 {many}")
            failed += many > few + few // 10
            few, many = (terms(choices(n), folder, level) for n in (10, 40))
            print(f"{level}: 10 choices {few} steps, 40 choices {many}")
            failed += many > 10 * few
            few, many = (terms(schedule(n), folder, level) for n in (16, 64))
            print(f"{level}: 16 rounds of a schedule {few} steps, 64 rounds {many}")
            failed += many > 600000  # code of few registers (the hostile build): 419,019
            for name, index in INDEX.items():
                few = terms(switch(index), folder, level)
                print(f"{level}: br_table of {name} {few} steps")
                failed += few > 20000
            few = terms(pointers(4), folder, level)
            print(f"{level}: 4 times one of 9 places {few} steps")
            failed += few > 40000
            few, many = (terms(block(n), folder, level) for n in (50, 200))
            print(f"{level}: 50 words of a block {few} steps, 200 words {many}")
            failed += many > 20 * few
            few = terms(around(12), folder, level)
            print(f"{level}: 12 choices on the way around a loop {few} steps")
            failed += few > 700000
        f = proof(loops(5), folder, "--plain")
        print(f"5 loops within each other: {f['verdict']}, {f['paths']} ways to their ends")
        failed += f["verdict"] != "PROVED" or f["paths"] > 300
        f = proof(late(8), folder, "--plain")
        print(f"8 times choices behind what is known: {f['verdict']}, {f['paths']} ways to their ends")
        failed += f["verdict"] != "PROVED" or f["paths"] > 100
        for name, text, level in (("a field inserted", FIELD, "--plain"), ("beyond a table", BEYOND, "--plain"),
                                  ("low bits of a shifted pair", SHIFTED, "-O2")):
            f = proof(text, folder, level)
            print(f"{name}: {f['verdict']}, {f['queries']} queries")
            failed += f["verdict"] != "PROVED" or f["queries"] > 0
        rest = f"(i32.sub (i32.load offset=4 {A}) (i32.add {A} {B}))"
        for more, verdict in (rest, "PROVED"), (f"(i32.add (i32.const 1) {rest})", "REJECTED"):
            f = twin(NOTHING_MORE % "(i32.const 0)", NOTHING_MORE % more, folder)
            print(f"a difference that is 0: {f['verdict']}, {f['queries']} queries")
            failed += f["verdict"] != verdict or (verdict == "PROVED" and f["queries"] > 0)
    sys.exit(failed != 0)


main()
