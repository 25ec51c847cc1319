#!/bin/sh
# ifconv_test.sh - branches around values: what becomes a choice is proved, is the same code however it is written, and
# what would cost more stays a branch.
#
# HEDDLE   the tool
. "$ROOT/tests/cli/lib.sh"
need wat2wasm wabt

# code FILE.wat OPTION...: the listing of function f, with proofs
code()
{
	in=$1
	shift
	wat2wasm "$in" -o in.wasm || fail "wat2wasm $in"
	"$HEDDLE" compile in.wasm -q --function=f --emit=asm --target cortex-m4 "$@" -o - 2>err || fail "$in $*: $(cat err)"
}
# body NAME TEXT: a module with a function f of two parameters
body()
{
	printf '(module (memory 1 1) (func (export "f") (param i32 i32) (result i32) (local i32) %s))\n' "$2" >"$1.wat"
}
# are the listings of modules a and b the same?
twins()
{
	code a.wat "$@" >a.s
	code b.wat "$@" >b.s
	same a.s b.s
}

# sides exchanged, the test turned round; the other order of operands; a local that is set on both sides
body a '(if (result i32) (i32.lt_u (local.get 0) (local.get 1)) (then (i32.const 1)) (else (i32.const 0)))'
body b '(if (result i32) (i32.ge_u (local.get 0) (local.get 1)) (then (i32.const 0)) (else (i32.const 1)))'
twins -O2
body b '(if (result i32) (i32.gt_u (local.get 1) (local.get 0)) (then (i32.const 1)) (else (i32.const 0)))'
twins -O2
body b '(if (i32.lt_u (local.get 0) (local.get 1)) (then (local.set 2 (i32.const 1))) (else (local.set 2 (i32.const 0)))) (local.get 2)'
twins -O2
body b '(i32.lt_u (local.get 0) (local.get 1))'
twins -O2
grep -q "b[a-z]*	" a.s && grep -v "bx" a.s | grep -q "	b[a-z]*	" && fail "a branch for a number"

# the same loop with a branch, with the branch turned round, and with a choice; packed, so a word at a time
loop='(loop (local.set 1 (i32.load8_u (local.get 0))) %s (i32.store8 offset=256 (local.get 0) (local.get 1))
  (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256)))) (i32.const 0)'
low='(i32.lt_u (i32.sub (local.get 1) (i32.const 97)) (i32.const 26))'
up='(i32.sub (local.get 1) (i32.const 32))'
body a "(local.set 0 (i32.const 0)) $(printf "$loop" "(if $low (then (local.set 1 $up)))")"
body b "(local.set 0 (i32.const 0)) $(printf "$loop" "(if (i32.eqz $low) (then) (else (local.set 1 $up)))")"
twins -O2
says a.s "uadd8"
says a.s "sel	"
body b "(local.set 0 (i32.const 0)) $(printf "$loop" "(local.set 1 (select $up (local.get 1) $low))")"
twins -O2
# not where a side may trap, and not for words
body a "(local.set 0 (i32.const 0)) $(printf "$loop" "(if $low (then (local.set 1 (i32.div_u $up (local.get 1)))))")"
code a.wat -O2 >a.s
grep -q "uadd8" a.s && fail "a division is done where the test fails"

# a choice of other numbers is a branch, but where size counts
body a '(if (result i32) (i32.lt_s (local.get 0) (local.get 1)) (then (i32.const 7)) (else (i32.const 3)))'
code a.wat -O2 >a.s
grep -q "	it" a.s && fail "a choice that costs more than a branch"
code a.wat -Oz >z.s
says z.s "	it"

finish
