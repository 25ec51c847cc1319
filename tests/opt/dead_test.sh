#!/bin/sh
# dead_test.sh - globals, types, imports, tables and segments that nothing needs go
# from the output of heddle opt, proved, and names follow; what someone could see, or
# whose trap someone could see, stays.
#
# HEDDLE   the tool
. "$(dirname "$0")/lib.sh"
need wat2wasm wabt

# opt NAME: NAME.wat through every level, proved, verified, valid, a fixed point; NAME.out is
# that of -O2
opt()
{
	wat2wasm --debug-names "$dir/$1.wat" -o "$dir/a.wasm" || exit 1
	for level in 1 2 3 z; do
		"$HEDDLE" opt "$dir/a.wasm" -O$level -q -o "$dir/$level.wasm" || fail "$1: -O$level"
		wasm-validate "$dir/$level.wasm" || fail "$1: -O$level is not valid"
		"$HEDDLE" verify -q "$dir/a.wasm" "$dir/$level.wasm" >"$dir/err" 2>&1 ||
			fail "$1: -O$level: verify: $(cat "$dir/err")"
		"$HEDDLE" opt "$dir/$level.wasm" -O$level -q -o "$dir/c.wasm"
		cmp -s "$dir/$level.wasm" "$dir/c.wasm" || fail "$1: -O$level of its output"
	done
	wasm2wat "$dir/2.wasm" >"$dir/$1.out"
}

gone() { grep -q "$2" "$dir/$1.out" && fail "$1: $2 is there"; }
stays() { grep -q "$2" "$dir/$1.out" || fail "$1: $2 is gone"; }

cat >"$dir/dead.wat" <<'WAT'
(module
  (type $unused (func (param f64 f64 f64)))
  (type $t (func (param i32) (result i32)))
  (type $again (func (param i32) (result i32)))
  (import "env" "gone_global" (global $gone_import i32))
  (import "env" "gone_mutable" (global $gone_mutable (mut i64)))
  (import "env" "gone_table" (table $gone_itable 1 funcref))
  (import "env" "base" (global $base i32))
  (import "env" "log" (func $log (type $again)))
  (table $gone_table 3 funcref)
  (table $used 4 funcref)
  (memory 1)
  (global $gone_const i32 (i32.const 7))
  (global $gone_ref funcref (ref.func $gone_a))
  (global $gone_set (mut i64) (i64.const 4))
  (global $kept (mut i32) (i32.const 3))
  (global $shown (export "shown") i32 (global.get $base))
  (elem $gone_elem (table $gone_table) (i32.const 1) func $gone_a $gone_b)
  (elem $gone_passive func $gone_b)
  (elem $kept_elem (table $used) (i32.const 1) func $one $two)
  (elem $gone_none (table $used) (i32.const 4) func)
  (elem $gone_declared declare func $gone_b)
  (elem $kept_declared declare func $named)
  (func $gone_a (drop (global.get $gone_const)))
  (func $gone_b (drop (global.get $gone_import)) (global.set $gone_mutable (i64.const 1)))
  (func $one (type $t) (i32.add (local.get 0) (i32.const 1)))
  (func $two (type $again) (i32.mul (local.get 0) (i32.const 3)))
  (func $named (type $t) (i32.const 9))
  (func (export "ref") (result funcref) (ref.func $named))
  (func (export "run") (param i32) (result i32)
    (global.set $kept (i32.add (global.get $kept) (local.get 0)))
    (global.set $gone_set (i64.extend_i32_u (i32.mul (local.get 0) (i32.const 77))))
    (memory.init $kept_data (i32.const 100) (i32.const 0) (i32.const 4))
    (drop (call $log (global.get $kept)))
    (call_indirect $used (type $again) (local.get 0) (local.get 0)))
  (data $gone_zeros (i32.const 16) "\00\00\00\00")
  (data $gone_bytes "gone")
  (data $kept_data "kept")
  (data $kept_active (i32.const 32) "here")
  (data $gone_empty (i32.const 65536) ""))
WAT
opt dead
gone dead '\$gone'
gone dead '"gone'
gone dead 'f64'
gone dead '\\00\\00'
for name in kept shown base log used kept_elem kept_declared one two named kept_data kept_active; do
	stays dead "\\\$$name"
done
stays dead '"here"'
gone dead 'i32.const 77'
[ "$(grep -c '(type .*func (param i32) (result i32))' "$dir/dead.out")" = 1 ] || fail "dead: equal types"

# what others see, or whose trap they see
cat >"$dir/seen.wat" <<'WAT'
(module
  (import "env" "table" (table $itable 2 funcref))
  (import "env" "memory" (memory $imemory 1))
  (import "env" "base" (global $base i32))
  (import "env" "set" (global $set (mut i32)))
  (global $set_shown (export "set") (mut i32) (i32.const 2))
  (table $small 1 funcref)
  (table $shown (export "table") 4 funcref)
  (global (export "g") (mut i32) (i32.const 1))
  (func $f)
  (elem $into_imported (table $itable) (i32.const 0) func $f)
  (elem $outside (table $small) (i32.const 1) func $f)
  (elem $outside_empty (table $small) (i32.const 2) func)
  (elem $unknown (table $small) (global.get $base) func)
  (elem $into_shown (table $shown) (i32.const 1) func $f)
  (func (export "run") (global.set $set (i32.const 4)) (global.set $set_shown (i32.const 5)))
  (data $zeros_imported (i32.const 4) "\00\00")
  (data $empty_outside (i32.const 65537) "")
  (data $empty_unknown (global.get $base) ""))
WAT
opt seen
for name in itable imemory base set set_shown small shown into_imported outside outside_empty unknown into_shown \
	zeros_imported empty_outside empty_unknown; do
	stays seen "\\\$$name"
done

# zeros over what is not zero
cat >"$dir/zeros.wat" <<'WAT'
(module
  (memory 1)
  (data $first (i32.const 0) "abcd")
  (data $over (i32.const 2) "\00")
  (data $gone_beside (i32.const 4) "\00\00")
  (func (export "run") (param i32) (result i32) (i32.load8_u (local.get 0))))
WAT
opt zeros
stays zeros '\$over'
gone zeros '\$gone'

# numbers of functions that a call states
cat >"$dir/thread.wat" <<'WAT'
(module
  (import "pulseengine:async" "thread_new" (func $thread_new (param i32 i32) (result i32)))
  (func $unused)
  (func $start (param i32))
  (func (export "run") (result i32) (call $thread_new (i32.const 2) (i32.const 0))))
WAT
opt thread
stays thread '\$unused'

[ $bad = 0 ] && echo "ok - dead parts"
exit $bad
