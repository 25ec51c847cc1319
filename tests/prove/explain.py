#!/usr/bin/env python3
"""explain.py HEDDLE - a rejection shows a state, and the source is run there.

Each case is a module and what was compiled in its place.  What the evaluator
returns must be what the checker's model says of the source, and must not be
what it says of the output; or it must trap, or write, as the source does.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

HEDDLE = sys.argv[1]
HEAD = """(module (import "e" "g" (func $g (param i32))) (memory 1)
(global $h (mut i32) (i32.const 7)) """
GUARDED = HEAD + """(func (export "f") (param i32 i64) (result i32)
(if (i32.eq (local.get 0) (i32.const 1234)) (then
 (if (i32.eq (i32.load offset=8 (local.get 0)) (i32.const 77)) (then
  (if (i32.eq (global.get $h) (i32.const 99)) (then
   (if (i64.eq (local.get 1) (i64.const 0x700000005)) (then
    (call $g (i32.const 1)) (return (i32.const {0})))))))))) (i32.const 5))
(func (export "set") (param i32) (global.set $h (local.get 0))))"""
TRAPS = HEAD + """(func (export "f") (param i32 i32) (result i32)
(if (i32.eq (local.get 0) (i32.const 4321)) (then ({0}))) (i32.const 5)))"""
WRITES = HEAD + """(func (export "f") (param i32)
(if (i32.eq (local.get 0) (i32.const 321)) (then
 (i32.store8 offset=16 (local.get 0) (i32.const {0})))))) """
LOOP = HEAD + """(func (export "f") (param i32) (loop
(i32.store (local.get 0) (i32.const {0}))
(br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))))"""
# The source goes into a callee when its call is not the output's.
CALLS = HEAD + """(func $k (param i32) (result i32) (call $g (local.get 0)) (i32.const 7))
(func (export "f") (param i32) (result i32) (call $k (i32.const {0}))))"""
# More globals than an example has place for; the way needs one in the middle.
MANY = 40
GLOBALS = "(module " + "".join(f"(global $g{k} (mut i32) (i32.const {k}))" for k in range(MANY)) + \
    """(func (export "f") (result i32)
(if (i32.eq (global.get $g20) (i32.const 99)) (then (return (i32.const {0})))) (i32.const 5))
(func (export "set") (param i32) """ + \
    "".join(f"(global.set $g{k} (local.get 0))" for k in range(MANY)) + \
    "(global.set $ref (ref.null func))) (global $ref (mut funcref) (ref.null func)))"
# More words than an example has place for, and more parameters.
WORDS = HEAD + """(func (export "f") (param i32) (result i32)
""" + "".join(f"(if (i32.ne (i32.load offset={4 * k} (local.get 0)) (i32.const {k})) (then (return (i32.const 5))))"
              for k in range(30)) + "(i32.const {0})))"
PARAMS = "(module (func (export \"f\") (param" + " i32" * 17 + \
    ") (result i32) (if (result i32) (local.get 16) (then (i32.const {0})) (else (i32.const 5)))))"


def explain(folder, text, meant, done, level):
    """What verify prints of the output of the second against the first."""
    for name, value in (("a", meant), ("b", done)):
        (folder / f"{name}.wat").write_text(text.format(value))
        subprocess.run(["wat2wasm", folder / f"{name}.wat", "-o", folder / f"{name}.wasm"], check=True)
        subprocess.run([HEDDLE, "compile", "-q", "--no-prove", level, folder / f"{name}.wasm",
                        "-o", folder / f"{name}.o"], check=True)
    run = subprocess.run([HEDDLE, "verify", "--explain", folder / "a.wasm", folder / "b.o"],
                         capture_output=True, text=True)
    return run.stdout if run.returncode == 3 else f"exit {run.returncode}\n{run.stdout}"


def guarded(out):
    """Parameters, memory, a global and an import, all as the way needs them."""
    model = re.findall(r"there the source has (0x\w+), the output (0x\w+)", out)
    ran = re.search(r"func 1\(0x4d2, 0x700000005\).*?\n(.*?)      returned \((0x\w+)\), "
                    r"having called imports 1 times", out, re.S)
    return bool(model and ran and ran[2] == "0x1f" and model[-1] == ("0x1f", "0x20") and
                "global 0: 0x63\n" in ran[1] and "memory 0 at 0x4da: 0x4d (4 bytes)" in ran[1])


def traps(out):
    return bool(re.search(r"func 1\(0x10e1, 0x\w+\).*trapped \(unreachable\)", out, re.S))


def writes(out):
    return bool(re.search(r"func 1\(0x141\).*memory 0 at 0x151: 0x00 becomes 0x21\n", out, re.S))


def many(out):
    return bool(re.search(r"global 20: 0x63\n.* 9 globals more: as the module begins\n"
                          r".*returned \(0x1f\)", out, re.S))


def words(out):
    return "and more words, which are not shown" in out


def params(out):
    return "too many parameters, so this state is not run" in out


def calls(out):
    return "both called, but not the same, func 1: 0x1f is not 0x20" in out


def loop(out):
    return "begins at a loop" in out and "from the loop at 0x" in out


CASES = [
    ("result", GUARDED, "31", "32", guarded),
    ("trap", TRAPS, "unreachable", "nop", traps),
    ("memory", WRITES, "33", "34", writes),
    ("globals", GLOBALS, "31", "32", many),
    ("words", WORDS, "31", "32", words),
    ("parameters", PARAMS, "31", "32", params),
    ("calls", CALLS, "31", "32", calls),
    ("loop", LOOP, "1", "2", loop),
]


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as d:
        for name, text, meant, done, right in CASES:
            # what moved into its caller is not called
            for level in ("--plain",) if text is CALLS else ("--plain", "-O2"):
                out = explain(pathlib.Path(d), text, meant, done, level)
                ok = right(out)
                print(f"{name} {level}: {'shown' if ok else 'NOT shown'}")
                if not ok:
                    print(out)
                failed += not ok
    sys.exit(failed != 0)


main()
