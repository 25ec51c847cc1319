# heddle run: values, traps, streams, on the simulator.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
wat v.wasm <<'W'
(module
  (func (export "i") (param i32) (result i32) (local.get 0))
  (func (export "l") (param i64) (result i64) (local.get 0))
  (func (export "f") (param f32) (result f32) (local.get 0))
  (func (export "d") (param f64) (result f64) (local.get 0))
  (func (export "many") (param f64 i32 f32 i64) (result i64 f32 i32 f64)
    (local.get 3) (local.get 2) (local.get 1) (local.get 0))
  (func $bad (export "trap") (unreachable))
  (func $deep (export "deep") (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))
  (func (export "_start")))
W
run() {
	want=$1
	shift
	got=$("$HEDDLE" run v.wasm "$@" 2>err | tr '\n' ' ')
	[ "$got" = "$want " ] || { fail "run $*: \"$got\", not \"$want\""; cat err; }
}
for target in cortex-m3 cortex-m4f cortex-m7dp cortex-m33; do
	run -1 --invoke i 4294967295 --target $target
	run -5 --invoke i -5 --target $target
	run -9223372036854775808 --invoke l -9223372036854775808 --target $target
	run 0.1 --invoke f 0.1 --target $target
	run 1e+100 --invoke d 1e100 --target $target
	run "-inf" --invoke d -inf --target $target
	run "7 1.5 -2 0.3" --invoke many 0.3 -2 1.5 7 --target $target
done
expect 0 "$HEDDLE" run v.wasm
expect 2 "$HEDDLE" run v.wasm --invoke none
says err "exported functions: i l f d many"
expect 2 "$HEDDLE" run v.wasm --invoke i
expect 2 "$HEDDLE" run v.wasm --invoke i 1.5
expect 2 "$HEDDLE" run v.wasm --invoke i 4294967296
expect 5 "$HEDDLE" run v.wasm --invoke trap
says err "trap: unreachable"
says err 'func 5 "bad"'
expect 5 "$HEDDLE" run v.wasm --invoke deep 1
says err "trap: call stack exhausted"
expect 5 "$HEDDLE" run v.wasm --invoke trap --json
says err '"trap":"unreachable","function":5,"name":"bad","offset":'

"$HEDDLE" run "$ROOT/examples/upcase.wasm" --invoke start @stdin @stdout <"$ROOT/Makefile" >up || fail "upcase"
tr a-z A-Z <"$ROOT/Makefile" >want
same up want
"$HEDDLE" run "$ROOT/examples/upcase.wasm" </dev/null >up || fail "empty input"
[ ! -s up ] || { fail "output from nothing"; od -c up | head -5; }
expect 0 "$HEDDLE" build "$ROOT/examples/upcase.wasm" -o up.elf --header up.h
says err "flash"
says up.h "void wasm_start(uint32_t p0, uint32_t p1);"
"$HEDDLE" run up.elf --invoke start @stdin @stdout <"$ROOT/Makefile" >up || fail "an image"
same up want
# an image is called like its source, on the board it was linked for
for target in cortex-m3 cortex-m4f cortex-m7dp cortex-m33 cortex-m55; do
	expect 0 "$HEDDLE" build v.wasm -o v.elf --target $target -q
	[ "$("$HEDDLE" run v.elf --invoke many 0.3 -2 1.5 7 | tr '\n' ' ')" = "7 1.5 -2 0.3 " ] || fail "image for $target"
done
expect 2 "$HEDDLE" run v.elf --invoke none
expect 5 "$HEDDLE" run v.elf --invoke trap
says err "trap: unreachable"
expect 1 "$HEDDLE" run "$ROOT/tests/fuzz/seeds/obj/gcc.o"
"$HEDDLE" run "$ROOT/examples/upcase.wasm" --instance=pointer <"$ROOT/Makefile" >up || fail "instance pointer"
same up want
"$HEDDLE" run "$ROOT/examples/upcase.wasm" --fuel 1000 <"$ROOT/Makefile" >up 2>err
[ $? = 5 ] || fail "fuel"
says err "fuel exhausted"
wat inlined.wasm <<'W'
(module
  (func $quotient (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "caller") (param i32) (result i32) (call $quotient (i32.const 7) (local.get 0))))
W
"$HEDDLE" run inlined.wasm --invoke caller 0 >out 2>err
[ $? = 5 ] || fail "a trap in inlined code is a trap"
says err 'func 0'

finish
