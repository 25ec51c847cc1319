#!/bin/sh
# memory_test.sh - memories that nothing uses go from the output of heddle opt, with what they begin
# with, and everything that names memories by number follows; what might be seen stays.
#
# HEDDLE   the tool; ROOT the source tree
. "$(dirname "$0")/lib.sh"
need wat2wasm wabt

# opt NAME LEVEL MEMORIES: NAME.wat keeps so many, is valid, proved, a fixed point
opt()
{
	wat2wasm --debug-names --enable-multi-memory "$dir/$1.wat" -o "$dir/$1.wasm" || exit 1
	"$HEDDLE" opt "$dir/$1.wasm" -O$2 -q -o "$dir/b.wasm" || fail "$1: -O$2"
	wasm-validate --enable-multi-memory "$dir/b.wasm" || fail "$1: -O$2: valid"
	"$HEDDLE" verify -q "$dir/$1.wasm" "$dir/b.wasm" >/dev/null || fail "$1: -O$2: not proved"
	"$HEDDLE" opt "$dir/b.wasm" -O$2 -q -o "$dir/c.wasm"
	cmp -s "$dir/b.wasm" "$dir/c.wasm" || fail "$1: -O$2: opt of opt is something else"
	wasm2wat --enable-multi-memory "$dir/b.wasm" >"$dir/b.wat"
	n=$(grep -c '^  (memory ' "$dir/b.wat")
	[ "$n" = "$3" ] || fail "$1: -O$2: $n memories, not $3"
}

cat >"$dir/a.wat" <<'WAT'
(module
  (memory $zero 1 1)
  (memory $dead 1 1)
  (memory $two 2 2)
  (memory $out (export "out") 1)
  (memory $grown 1 3)
  (data (memory $zero) (i32.const 8) "\01\02")
  (data (memory $dead) (i32.const 8) "unread")
  (data (memory $two) (i32.const 8) "\40\05\06\07")
  (data $p "passive")
  (data (memory $out) (i32.const 0) "seen")
  (func (export "f") (param i32) (result i32)
    (drop (i32.load $dead (i32.const 16)))
    (memory.copy $two $zero (i32.const 9) (i32.const 8) (i32.const 2))
    (memory.init $two $p (i32.const 100) (i32.const 1) (i32.const 1))
    (memory.fill $zero (i32.const 20) (i32.const 3) (i32.const 4))
    (drop (memory.grow $grown (i32.const 1)))
    (i64.store $two (i32.const 200) (i64.const 0x100000000))
    (i32.add (memory.size $grown)
      (i32.add (i32.load8_u $two (i32.const 204))
        (i32.add (i32.load $two (i32.const 8))
          (i32.add (i32.load8_u $two (i32.const 100)) (i32.load $zero (i32.const 20))))))))
WAT
for level in 1 2 3 z; do
	opt a $level 4
	grep -q unread "$dir/b.wasm" && fail "-O$level: data of what is gone"
	grep -q '(export "out" (memory 2))' "$dir/b.wat" || grep -q '(export "out" (memory $out))' "$dir/b.wat" ||
		fail "-O$level: the export"
	"$HEDDLE" run "$dir/a.wasm" --invoke f 3 >"$dir/want" 2>&1 || fail "run of the input"
	"$HEDDLE" run "$dir/b.wasm" --invoke f 3 >"$dir/have" 2>&1 || fail "run of the output"
	cmp -s "$dir/want" "$dir/have" || fail "-O$level: $(cat "$dir/want" "$dir/have")"
done

# a segment that traps still does, and so does an access
cat >"$dir/trap.wat" <<'WAT'
(module (memory 1) (memory 1) (memory 1)
  (data (memory 1) (i32.const 65535) "ab")
  (func (export "f") (result i32) (i32.load (i32.const 0))))
WAT
opt trap 2 2
"$HEDDLE" run "$dir/b.wasm" --invoke f >/dev/null 2>&1
[ $? = 5 ] || fail "a segment that does not trap"
cat >"$dir/access.wat" <<'WAT'
(module (memory 1) (memory 1) (func (export "f") (param i32) (drop (i32.load 1 (local.get 0)))))
WAT
opt access 2 1
"$HEDDLE" run "$dir/b.wasm" --invoke f 65536 >/dev/null 2>&1
[ $? = 5 ] || fail "an access that does not trap"

# intrinsics name memories by number
head='(module (import "pulseengine:async" "stream_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory 1 1) (memory 1 1) (memory 1 1)'
echo "$head"' (func (export "f") (param i32) (result i32)
  (call $read (local.get 0) (i32.const 8) (i32.const 4) (i32.const 2))))' >"$dir/number.wat"
opt number 2 2
grep -A1 'i32.const 4' "$dir/b.wat" | grep -q 'i32.const 1$' || fail "the number of a memory"
cp "$dir/b.wasm" "$dir/second.wasm"
echo "$head"' (func (export "f") (param i32) (result i32)
  (call $read (local.get 0) (i32.const 8) (i32.const 4) (local.get 0))))' >"$dir/any.wat"
opt any 2 3
echo "$head"' (export "read" (func $read)))' >"$dir/export.wat"
opt export 2 3
echo "$head"' (table (export "t") 1 funcref) (elem (i32.const 0) $read))' >"$dir/table.wat"
opt table 2 3
cat >"$dir/poll.wat" <<'WAT'
(module (import "pulseengine:async" "waitable_set_poll" (func $poll (param i32 i32) (result i32)))
  (memory 1 1) (memory 1 1) (memory 1 1)
  (func (export "f") (param i32) (result i32)
    (drop (call $poll (local.get 0) (i32.const 16))) (i32.load 2 (local.get 0))))
WAT
opt poll 2 2
# the options of a linked component name them in a section that nothing here reads
for m in number two; do
	[ $m = number ] || cp "$dir/second.wasm" "$dir/two.wasm"
	printf '\000\021\020heddle:component' >>"$dir/$m.wasm"
done
"$HEDDLE" verify -q "$dir/number.wasm" "$dir/two.wasm" >/dev/null
[ $? = 3 ] || fail "other numbers than a component's options name"
"$HEDDLE" opt "$dir/number.wasm" -q -o "$dir/b.wasm" || fail "opt with the section"
[ "$(wasm2wat --enable-multi-memory "$dir/b.wasm" | grep -c '^  (memory ')" = 3 ] || fail "a component's memory"
exit $bad
