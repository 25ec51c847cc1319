# Exit statuses, and that a failure leaves no file behind.
. "$ROOT/tests/cli/lib.sh"
wat good.wasm <<'W'
(module (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "d") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1))))
W
printf 'no module' >bad.wasm
head -c 20 good.wasm >cut.wasm
printf '\0asm\015\0\001\0' >component.wasm

expect 0 "$HEDDLE" --help
says out "heddle COMMAND --help"
expect 0 "$HEDDLE" --version
expect 2 "$HEDDLE"
expect 2 "$HEDDLE" nonsense
says err "unknown command nonsense"
expect 2 "$HEDDLE" compile
expect 2 "$HEDDLE" compile good.wasm
says err "-o FILE"
expect 2 "$HEDDLE" compile good.wasm -o x.o --nonsense
expect 2 "$HEDDLE" compile good.wasm -o x.o --target cortex-a53
says err "cortex-m4"
expect 2 "$HEDDLE" compile good.wasm -o x.o -j many
expect 2 "$HEDDLE" compile good.wasm -o x.o --prefix 3x
expect 2 "$HEDDLE" compile good.wasm -o x.o -O9
expect 2 "$HEDDLE" inspect good.wasm --fuel 3
says err "does not take"
for later in report; do
	expect 2 "$HEDDLE" $later good.wasm
	says err "not available in this version"
done
absent x.o

# a 128-bit global: valid, not compiled, named
printf '\0asm\001\0\0\0\006\026\001\173\0\375\014\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\013' >vector.wasm
expect 1 "$HEDDLE" compile vector.wasm -o x.o
says err "simd: v128 global 0"
absent x.o

# a component without anything in it is one all the same
expect 0 "$HEDDLE" compile component.wasm -o x.o
rm -f x.o
for bad in bad.wasm cut.wasm; do
	expect 1 "$HEDDLE" compile $bad -o x.o --header x.h
	says err "$bad:0x"
	says err "error[E0"
	absent x.o
	absent x.h
	expect 1 "$HEDDLE" inspect $bad
	expect 1 "$HEDDLE" build $bad -o x.elf
	absent x.elf
done
wat host.wasm <<'W'
(module (import "env" "gone" (func (param i32)))
  (func (export "run") (call 0 (i32.const 1))))
W
expect 1 "$HEDDLE" build host.wasm -o host.elf
says err "E0303"
says err '"env" "gone": build links no code of the host'
absent host.elf
echo 'run: func(n: u32) -> u32' >some.types
for input in good.wasm "$ROOT/tests/p3/echo.wasm"; do
	expect 2 "$HEDDLE" compile "$input" --types some.types -o x.o
	says err '--types: no input is a core module of the canon core dialect'
	absent x.o
done
expect 4 "$HEDDLE" compile missing.wasm -o x.o
expect 4 "$HEDDLE" compile . -o x.o
expect 4 "$HEDDLE" compile good.wasm -o no/such/folder/x.o
absent x.o
expect 1 "$HEDDLE" compile good.wasm -o x.o --max-functions 1
expect 1 "$HEDDLE" compile good.wasm -o x.o --max-input 10
expect 4 "$HEDDLE" compile good.wasm -o x.o --max-host-memory 1000
absent x.o
expect 0 "$HEDDLE" compile good.wasm -o x.o
[ -s x.o ] || fail "no object"
[ "$(ls | grep -c tmp)" = 0 ] || fail "temporary files left"
finish
