#!/bin/sh
# hints.sh HEDDLE - what the output's list of missing things says is not believed: right
# lists are PROVED, wrong ones REJECTED.
heddle=$1
command -v wat2wasm >/dev/null || { echo "skip: no wat2wasm"; exit 77; }
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0

# A custom section behind the module: its name's and contents' bytes in octal
list()
{
	n=$(printf '%b' "$1" | wc -c)
	printf "\\000\\$(printf %o $((n + 11)))\\012heddle.map"
	printf '%b' "$1"
}

# pair WANT NAME LIST IN OUT: LIST in octal escapes
pair()
{
	printf '%s\n' "$4" >"$dir/a.wat"
	printf '%s\n' "$5" >"$dir/b.wat"
	for m in a b; do
		wat2wasm --debug-names --enable-multi-memory "$dir/$m.wat" -o "$dir/$m.wasm" || exit 4
	done
	list "$3" >>"$dir/b.wasm"
	"$heddle" verify "$dir/a.wasm" "$dir/b.wasm" >"$dir/out" 2>&1
	status=$?
	case $1$status in
	PROVED0|REJECTED3)
		passed=$((passed + 1))
		;;
	*)
		failed=$((failed + 1))
		echo "not ok - $2: not $1 (status $status)"
		cat "$dir/out"
		;;
	esac
}

globals='(module (global $a i32 (i32.const 1)) (global $b i32 (i32.const 2)) (global $c i32 (i32.const 1)) (func (export "f") (result i32) (global.get $b)))'
one='(module (global $b i32 (i32.const 2)) (func (export "f") (result i32) (global.get $b)))'
pair PROVED globals '\006\002\000\002' "$globals" "$one"
pair REJECTED global-other-value '\006\002\000\001' "$globals" "$one"
pair REJECTED globals-too-few '\006\001\000' "$globals" "$one"
pair REJECTED globals-too-many '\006\003\000\001\002' "$globals" "$one"
pair REJECTED globals-twice-the-same '\006\002\000\000' "$globals" "$one"
pair REJECTED globals-out-of-range '\006\002\000\011' "$globals" "$one"
pair REJECTED globals-as-functions '\003\002\000\002' "$globals" "$one"
pair REJECTED list-cut-short '\006\002\000' "$globals" "$one"
pair REJECTED no-list '' "$globals" "$one"
pair REJECTED global-renamed '\006\002\000\002' "$globals" \
	'(module (global $a i32 (i32.const 2)) (func (export "f") (result i32) (global.get $a)))'
same='(module (global $a (mut i32) (i32.const 1)) (global $b (mut i32) (i32.const 1)) (func (export "f") (result i32) (global.set $a (i32.const 5)) (global.get $b)))'
pair PROVED global-that-is-set '\006\001\000' "$same" \
	'(module (global $b (mut i32) (i32.const 1)) (func (export "f") (result i32) (global.get $b)))'
pair REJECTED global-that-is-read '\006\001\000' \
	'(module (global (mut i32) (i32.const 1)) (global (mut i32) (i32.const 1)) (func (export "f") (result i32) (global.get 0)) (func (export "g") (global.set 0 (i32.const 5))))' \
	'(module (global (mut i32) (i32.const 1)) (func (export "f") (result i32) (global.get 0)) (func (export "g") (global.set 0 (i32.const 5))))'
pair REJECTED global-that-is-exported '\006\001\000' \
	'(module (global (export "g") i32 (i32.const 1)) (global i32 (i32.const 1)))' \
	'(module (global (export "g") i32 (i32.const 1)))'
pair REJECTED imports-of-globals '\006\001\001' \
	'(module (import "e" "a" (global i32)) (import "e" "b" (global i32)) (func (export "f") (result i32) (global.get 1)))' \
	'(module (import "e" "b" (global i32)) (func (export "f") (result i32) (global.get 0)))'
pair PROVED imports-of-globals-right '\006\001\000' \
	'(module (import "e" "a" (global i32)) (import "e" "b" (global i32)) (func (export "f") (result i32) (global.get 1)))' \
	'(module (import "e" "b" (global i32)) (func (export "f") (result i32) (global.get 0)))'

set='(module (import "e" "h" (func $h (param i64))) (global $a (mut i32) (i32.const 1)) (global $b (mut i64) (i64.const 1)) (func (export "f") (param i32) (param i64) (result i64) (global.set $a (local.get 0)) (call $h (global.get $b)) (global.set $b (local.get 1)) (loop (global.set $a (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (global.get $b)))'
body='(call $h (global.get $b)) (global.set $b (local.get 1)) (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))'
from='(module (import "e" "h" (func $h (param i64))) (global $b (mut i64) (i64.const 1)) (func (export "f") (param i32) (param i64) (result i64)'
pair PROVED global-that-is-only-set '\006\001\000' "$set" "$from $body (global.get \$b)))"
pair REJECTED global-that-is-only-set-other-result '\006\001\000' "$set" "$from $body (i64.const 1)))"
pair REJECTED global-that-is-set-and-read '\006\001\001' "$set" \
	'(module (import "e" "h" (func $h (param i64))) (global $a (mut i32) (i32.const 1)) (func (export "f") (param i32) (param i64) (result i64) (global.set $a (local.get 0)) (call $h (i64.const 1)) (loop (global.set $a (local.get 0)) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 1)))'
pair PROVED global-that-is-read-for-nothing '\006\001\000' \
	'(module (global $a (mut i32) (i32.const 1)) (func (export "f") (param i32) (result i32) (global.set $a (local.get 0)) (i32.and (global.get $a) (i32.const 0))))' \
	'(module (func (export "f") (param i32) (result i32) (i32.const 0)))'
pair REJECTED global-of-an-import-that-is-only-set '\006\001\000' \
	'(module (import "e" "a" (global $a (mut i32))) (func (export "f") (param i32) (global.set $a (local.get 0))))' \
	'(module (func (export "f") (param i32)))'
pair REJECTED global-that-a-trap-is-behind '\006\001\000' \
	'(module (global $a (mut i32) (i32.const 1)) (func (export "f") (param i32) (global.set $a (i32.div_u (i32.const 1) (local.get 0)))))' \
	'(module (func (export "f") (param i32)))'
pair REJECTED global-that-decides '\006\001\000' \
	'(module (global $a (mut i32) (i32.const 0)) (func (export "f") (result i32) (global.set $a (i32.add (global.get $a) (i32.const 1))) (if (result i32) (i32.gt_u (global.get $a) (i32.const 3)) (then (i32.const 5)) (else (i32.const 6)))))' \
	'(module (func (export "f") (result i32) (i32.const 6)))'

datas='(module (memory (export "m") 1) (data $a "one") (data $b "two") (func (export "f") (memory.init $b (i32.const 0) (i32.const 0) (i32.const 3))))'
data='(module (memory (export "m") 1) (data $b "two") (func (export "f") (memory.init $b (i32.const 0) (i32.const 0) (i32.const 3))))'
pair PROVED data '\013\001\000' "$datas" "$data"
pair REJECTED data-other-bytes '\013\001\001' "$datas" "$data"
pair REJECTED data-dropped '\013\001\000' \
	'(module (memory (export "m") 1) (data $a "two") (data $b "two") (func (export "f") (memory.init $b (i32.const 0) (i32.const 0) (i32.const 3))) (func (export "g") (data.drop $a)))' \
	'(module (memory (export "m") 1) (data $b "two") (func (export "f") (memory.init $b (i32.const 0) (i32.const 0) (i32.const 3))) (func (export "g") (data.drop $b)))'
pair REJECTED data-active '\013\001\000' \
	'(module (memory 1) (data (i32.const 0) "a"))' '(module (memory 1))'
pair REJECTED data-that-traps '\013\001\000' \
	'(module (memory 1) (data (i32.const 65536) "\00"))' '(module (memory 1))'
pair REJECTED data-empty-that-traps '\013\001\000' \
	'(module (memory 1) (data (i32.const 65537) ""))' '(module (memory 1))'
pair PROVED data-empty '\013\001\000' \
	'(module (memory 1) (data (i32.const 65536) ""))' '(module (memory 1))'
pair PROVED data-of-zeros '\013\001\000' \
	'(module (memory (export "m") 1) (data (i32.const 6) "\00\00"))' '(module (memory (export "m") 1))'
pair REJECTED data-of-zeros-imported '\013\001\000' \
	'(module (import "e" "m" (memory 1)) (data (i32.const 6) "\00\00"))' '(module (import "e" "m" (memory 1)))'
pair REJECTED data-of-zeros-over-others '\013\001\001' \
	'(module (memory (export "m") 1) (data (i32.const 6) "abc") (data (i32.const 8) "\00"))' \
	'(module (memory (export "m") 1) (data (i32.const 6) "abc"))'
pair REJECTED data-of-zeros-over-unknown '\013\001\001' \
	'(module (import "e" "g" (global i32)) (memory (export "m") 1) (data (global.get 0) "abc") (data (i32.const 8) "\00"))' \
	'(module (import "e" "g" (global i32)) (memory (export "m") 1) (data (global.get 0) "abc"))'
pair REJECTED data-at-an-unknown-place '\013\001\000' \
	'(module (import "e" "g" (global i32)) (memory 1) (data (global.get 0) ""))' \
	'(module (import "e" "g" (global i32)) (memory 1))'

tables='(module (table $a 2 funcref) (table $b 2 funcref) (func $x (result i32) (i32.const 1)) (func $y (result i32) (i32.const 2)) (elem (table $a) (i32.const 0) func $x $x) (elem (table $b) (i32.const 0) func $y $y) (func (export "f") (param i32) (result i32) (call_indirect $b (result i32) (local.get 0))))'
table='(module (table $b 2 funcref) (func $y (result i32) (i32.const 2)) (elem (table $b) (i32.const 0) func $y $y) (func (export "f") (param i32) (result i32) (call_indirect $b (result i32) (local.get 0))))'
pair PROVED tables '\003\001\000\004\001\000\011\001\000' "$tables" "$table"
pair REJECTED table-other '\003\001\000\004\001\001\011\001\000' "$tables" "$table"
pair REJECTED table-other-segment '\003\001\000\004\001\000\011\001\001' "$tables" "$table"
pair REJECTED table-segment-lost '\011\001\000' \
	'(module (table 2 funcref) (func $x (result i32) (i32.const 1)) (elem (i32.const 0) func $x) (elem (i32.const 1) func $x) (func (export "f") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))' \
	'(module (table 2 funcref) (func $x (result i32) (i32.const 1)) (elem (i32.const 1) func $x) (func (export "f") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))'
pair REJECTED table-segment-that-traps '\004\001\000\011\001\000' \
	'(module (table 2 funcref) (func $x) (elem (i32.const 2) func $x) (export "x" (func $x)))' \
	'(module (func $x) (export "x" (func $x)))'
pair REJECTED table-segment-of-an-import '\004\001\000\011\001\000' \
	'(module (import "e" "t" (table 2 funcref)) (func $x) (elem (i32.const 0) func $x) (export "x" (func $x)))' \
	'(module (func $x) (export "x" (func $x)))'
pair PROVED table-segment-of-none '\004\001\000\011\001\000' \
	'(module (table 2 funcref) (func $x) (elem (i32.const 0) func $x) (export "x" (func $x)))' \
	'(module (func $x) (export "x" (func $x)))'
pair REJECTED table-size '\004\001\001' \
	'(module (table 1 funcref) (table 2 funcref) (func (export "f") (result i32) (table.size 1)))' \
	'(module (table 1 funcref) (func (export "f") (result i32) (table.size 0)))'
pair REJECTED segment-dropped '\011\001\000' \
	'(module (table (export "t") 2 funcref) (func $x) (elem $a func $x) (elem $b func $x) (func (export "f") (elem.drop $a)) (func (export "g") (table.init $b (i32.const 0) (i32.const 0) (i32.const 1))))' \
	'(module (table (export "t") 2 funcref) (func $x) (elem $b func $x) (func (export "f") (elem.drop $b)) (func (export "g") (table.init $b (i32.const 0) (i32.const 0) (i32.const 1))))'

pair REJECTED function-renamed '\003\001\000' \
	'(module (func $a) (func $b (export "f")))' '(module (func $a (export "f")))'
pair REJECTED thread-of-another-number '\003\001\001' \
	'(module (import "pulseengine:async" "thread_new" (func $n (param i32 i32) (result i32))) (func) (func $s (param i32)) (func (export "f") (result i32) (call $n (i32.const 2) (i32.const 0))))' \
	'(module (import "pulseengine:async" "thread_new" (func $n (param i32 i32) (result i32))) (func $s (param i32)) (func (export "f") (result i32) (call $n (i32.const 2) (i32.const 0))))'

# memories: what is left has other numbers, in instructions and as arguments
read='(import "pulseengine:async" "stream_read" (func $read (param i32 i32 i32 i32) (result i32)))'
poll='(import "pulseengine:async" "waitable_set_poll" (func $poll (param i32 i32) (result i32)))'
three='(memory $a 1) (memory $b 1) (memory $c 2) (data (memory $b) (i32.const 0) "b") (data (memory $c) (i32.const 4) "c")'
two='(memory $a 1) (memory $c 2) (data (memory $c) (i32.const 4) "c")'
f='(func (export "f") (param i32) (result i32)'
use='(i32.add (i32.load $a (i32.const 0)) (i32.load $c (i32.const 4)))))'
pair PROVED memory '\005\001\001\013\001\000' "(module $three $f $use" "(module $two $f $use"
pair PROVED memory-last '\005\001\002\013\001\001' \
	"(module $three $f (i32.load \$b (i32.const 0))))" \
	"(module (memory 1) (memory 1) (data (memory 1) (i32.const 0) \"b\") $f (i32.load 1 (i32.const 0))))"
pair REJECTED memory-another '\005\001\001\013\001\000' "(module $three $f $use" \
	"(module $two $f (i32.add (i32.load \$a (i32.const 0)) (i32.load \$a (i32.const 4)))))"
pair REJECTED memory-of-another-size '\005\001\002\013\001\000' "(module $three $f $use" "(module $two $f $use"
pair REJECTED memory-gone-and-its-segment-not '\005\001\001' "(module $three $f $use" \
	"(module $two (data (memory \$a) (i32.const 0) \"b\") $f $use"
pair REJECTED memory-that-is-stored-to '\005\001\001\013\001\000' \
	"(module $three $f (i32.store \$b (i32.const 0) (local.get 0)) $use" "(module $two $f $use"
pair REJECTED memory-whose-access-traps '\005\001\001\013\001\000' \
	"(module $three $f (drop (i32.load \$b (local.get 0))) $use" "(module $two $f $use"
pair REJECTED memory-whose-segment-traps '\005\001\001\013\001\000' \
	"(module (memory 1) (memory 1) (data (memory 1) (i32.const 65535) \"ab\") $f (local.get 0)))" \
	"(module (memory 1) $f (local.get 0)))"
pair REJECTED memory-whose-segment-is-imported-where '\005\001\001\013\001\000' \
	"(module (import \"e\" \"g\" (global i32)) (memory 1) (memory 1) (data (memory 1) (global.get 0) \"ab\") $f (local.get 0)))" \
	"(module (import \"e\" \"g\" (global i32)) (memory 1) $f (local.get 0)))"
pair REJECTED memory-that-is-exported '\005\001\001' \
	"(module (memory 1) (memory (export \"m\") 1) $f (local.get 0)))" "(module (memory (export \"m\") 1) $f (local.get 0)))"
pair REJECTED memory-that-is-imported '\005\001\000' \
	"(module (import \"e\" \"m\" (memory 1)) (memory 1) $f (local.get 0)))" "(module (memory 1) $f (local.get 0)))"
call='(call $read (local.get 0) (i32.const 8) (i32.const 4) (i32.const'
pair PROVED memory-number '\005\001\001\013\001\000' "(module $read $three $f $call 2))))" "(module $read $two $f $call 1))))"
pair REJECTED memory-number-as-it-was '\005\001\001\013\001\000' "(module $read $three $f $call 2))))" "(module $read $two $f $call 2))))"
pair REJECTED memory-number-of-another '\005\001\001\013\001\000' "(module $read $three $f $call 2))))" "(module $read $two $f $call 0))))"
pair REJECTED memory-number-of-what-is-gone '\005\001\001\013\001\000' "(module $read $three $f $call 1))))" "(module $read $two $f $call 1))))"
any='(call $read (local.get 0) (i32.const 8) (i32.const 4) (local.get 0))))'
pair REJECTED memory-number-not-known '\005\001\001\013\001\000' "(module $read $three $f $any" "(module $read $two $f $any"
pair PROVED memories-as-they-are '' "(module $read $three $f $any" "(module $read $three $f $any"
table='(table 1 funcref) (elem (i32.const 0) $read)'
pair REJECTED memory-number-by-a-table '\005\001\001\013\001\000' \
	"(module $read $table $three $f $call 0))))" "(module $read $table $two $f $call 0))))"
reads='(export "read" (func $read))'
pair REJECTED memory-number-by-an-export '\005\001\001\013\001\000' \
	"(module $read $reads $three $f $call 0))))" "(module $read $reads $two $f $call 0))))"
pair REJECTED memory-0-of-intrinsics '\005\001\000' \
	"(module $poll (memory 1) (memory 1) $f (call \$poll (local.get 0) (i32.const 8))))" \
	"(module $poll (memory 1) $f (call \$poll (local.get 0) (i32.const 8))))"
pair PROVED memory-1-of-intrinsics '\005\001\001' \
	"(module $poll (memory 1) (memory 1) $f (call \$poll (local.get 0) (i32.const 8))))" \
	"(module $poll (memory 1) $f (call \$poll (local.get 0) (i32.const 8))))"
pair REJECTED memory-of-another-name '\005\001\001\013\001\000' "(module $three $f $use" \
	'(module (memory $b 1) (memory $c 2) (data (memory $c) (i32.const 4) "c") '"$f (i32.add (i32.load \$b (i32.const 0)) (i32.load \$c (i32.const 4)))))"

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
