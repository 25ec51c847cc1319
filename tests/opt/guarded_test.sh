#!/bin/sh
# guarded_test.sh - what only a test in front of it keeps from trapping stays behind that test, in loops and out of them: in
# machine code, where a division by zero faults, and in WebAssembly without proofs, which would stop it.
#
# HEDDLE, ROOT, BUILD   as for tests/cli
. "$ROOT/tests/cli/lib.sh"
need_runtime
need wat2wasm wabt
need qemu-system-arm qemu-system-arm

# guarded OP: 3 rounds, in which 7 is divided by parameter 1 where that is not 0
guarded()
{
	cat <<W
(module
  (func (export "f") (param i32 i32 i32) (result i32) (local i32)
    (loop \$l
      (if (i32.gt_s (local.get 1) (i32.const 0))
        (then (local.set 3 (i32.add (local.get 3) $1))))
      (br_if \$l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 3)))
W
}
for op in div_u div_s rem_u rem_s; do
	guarded "(i32.$op (local.get 2) (local.get 1))" >a.wat
	wat2wasm a.wat -o a.wasm || fail wat2wasm
	for level in -O1 -O2 -O3 -Oz; do
		expect 0 "$HEDDLE" run a.wasm $level --invoke f 3 0 7
		says out 0
		expect 0 "$HEDDLE" run a.wasm $level --invoke f 3 5 7
		case $op in div*) says out 3 ;; *) says out 6 ;; esac
	done
	for level in -O2 -O3 -Oz; do
		expect 0 "$HEDDLE" opt a.wasm $level --no-prove -q -o o.wasm
		expect 0 "$HEDDLE" run o.wasm -O0 --invoke f 3 0 7
		says out 0
	done
done

finish
