# --instance=pointer: the same code for two instances in one program.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
wat counter.wasm <<'W'
(module
  (memory (export "memory") 1 3)
  (data (i32.const 0) "\05")
  (table $t 2 2 funcref)
  (elem (i32.const 0) $zero $one)
  (global $n (mut i32) (i32.const 1))
  (type $f (func (result i32)))
  (func $zero (result i32) (i32.const 0))
  (func $one (result i32) (i32.const 1))
  (func (export "add") (param i32) (result i32)
    (global.set $n (i32.add (global.get $n) (local.get 0))) (global.get $n))
  (func (export "store") (param i32) (result i32)
    (i32.store8 (i32.const 0) (local.get 0)) (i32.load8_u (i32.const 0)))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (param i32) (result i32) (memory.size))
  (func (export "call") (param i32) (result i32)
    (table.set $t (i32.const 0) (table.get $t (local.get 0)))
    (call_indirect $t (type $f) (i32.const 0))))
W
cat >want <<'W'
add 2 3
add 5 7
store 7 8
load 7 8
grow 1 1
size 1 2
call 0 1
load 5 8
size 1 2
W
for target in cortex-m4:-mcpu=cortex-m4,-mfloat-abi=soft:mps2-an386 \
	cortex-m33:-mcpu=cortex-m33,-mfpu=fpv5-sp-d16,-mfloat-abi=hard:mps2-an505; do
	name=${target%%:*}
	board=${target##*:}
	flags=$(echo "$target" | cut -d: -f2 | tr , ' ')
	expect 0 "$HEDDLE" compile counter.wasm -o counter.o --header counter.h --prefix counter \
		--instance=pointer --max-memory 196608 --target "$name"
	expect 0 arm-none-eabi-gcc -mthumb $flags -Os -ffreestanding -nostartfiles -nostdlib \
		-Wl,--gc-sections,--no-warn-rwx-segments -I. -I"$ROOT/include" -I"$ROOT/runtime" \
		-L"$rt/board" -T$board.ld -o two.elf "$ROOT/tests/cli/instances.c" counter.o -Wl,--start-group \
		"$rt/$name/libheddle-board.a" "$rt/$name/libheddle-config.a" "$rt/$name/libheddle-rt.a" -lgcc -Wl,--end-group
	expect 0 timeout 60 qemu-system-arm -M $board -nographic -monitor none -serial none \
		-semihosting-config enable=on,target=native -kernel two.elf
	same out want
done
finish
