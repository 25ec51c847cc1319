"""choice.py - branches around values, executed on a Cortex-M4: as they are written, and as choices."""
import tempfile
from pathlib import Path

import rfc46

MODULE = """(module (memory (export "memory") 1 1)
  (func (export "start") (param i32 i32) (local i32) %s))"""
ROUND = """(loop %s
  (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const %d))))"""
BODIES = {
    # letters of 256 bytes: the packed loop of a choice
    "upcase": """(local.set 2 (i32.load8_u (local.get 0)))
      (if (i32.lt_u (i32.sub (local.get 2) (i32.const 97)) (i32.const 26)) (then (local.set 2 (i32.sub (local.get 2) (i32.const 32)))))
      (i32.store8 offset=4096 (local.get 0) (local.get 2))""",
    # how many of 256 counters are above another number: the comparison as a number
    "number": """(local.set 1 (i32.add (i32.rotl (local.get 1) (i32.const 3))
      (if (result i32) (i32.lt_u (local.get 0) (i32.const 100)) (then (i32.const 1)) (else (i32.const 0)))))""",
}
ROUNDS = 256


def run(b):
    with tempfile.TemporaryDirectory() as d:
        tmp = Path(d)
        for name, body in BODIES.items():
            counts = {}
            for how, level in ((".before", "-O1"), ("", "-O2")):
                per = []
                for rounds in (ROUNDS, 2 * ROUNDS):
                    end = "" if name == "upcase" else "(i32.store (i32.const 0) (local.get 1))"
                    (tmp / "m.wat").write_text(MODULE % ("(local.set 0 (i32.const 0))" + ROUND % (body, rounds) + end))
                    b.sh("wat2wasm", tmp / "m.wat", "-o", tmp / "m.wasm")
                    b.sh(b.HEDDLE, "compile", tmp / "m.wasm", "--target", b.TARGET, "-q", level, "-o", tmp / "m.o")
                    elf = rfc46.link(b, tmp / "m.o", tmp / "m.elf", tmp, "-DBYTES=0")
                    per.append(b.count_range(elf, b.symbol(elf, "wasm_start"), b.symbol(elf, "roi_end")))
                counts[how] = (per[1] - per[0]) / ROUNDS
                b.figure("code.choice.%s%s" % (name, how), round(counts[how], 3), "instructions", note="a round, %s" % level)
            print("choice of %-8s %5.2f instructions a round with a branch (-O1), %5.2f now" % (name, counts[".before"], counts[""]))
