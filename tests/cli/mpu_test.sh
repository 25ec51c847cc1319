# --mpu: memories of instances behind walls of MPU regions, for cores of both
# kinds; where it cannot be had, it is refused.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
need python3 python3
driver=$ROOT/tests/p3/call-driver.wasm
worker=$ROOT/tests/p3/call-worker.wasm

# one instance has no other; what is linked already has walls or not; commands
# that make no code
wat core.wasm <<'W'
(module (memory (export "memory") 1) (func (export "run") (result i32) (i32.const 7)))
W
for command in "build core.wasm -o x" "compile core.wasm -o x" "run core.wasm --invoke run"; do
	expect 2 "$HEDDLE" $command --mpu
	says err '--mpu is for components'
done
expect 0 "$HEDDLE" lower "$driver" "$worker" -o lowered.wasm
expect 2 "$HEDDLE" build lowered.wasm --mpu -o x
says err '--mpu is for components'
expect 0 "$HEDDLE" build "$driver" "$worker" --no-prove -q -o plain.elf
expect 2 "$HEDDLE" run plain.elf --mpu --invoke 'run(3)'
says err 'this is an image'
for command in lower opt; do
	expect 2 "$HEDDLE" $command "$driver" --mpu -o x
	says err "$command does not take --mpu"
done
expect 1 "$HEDDLE" build "$driver" "$worker" --mpu --instance=pointer -o x
says err '--instance=pointer with --mpu'
absent x
# a module that says it was linked with walls
python3 - <<'P'
def uleb(b, at):
	n = shift = 0
	while True:
		n |= (b[at] & 127) << shift
		shift += 7
		at += 1
		if b[at - 1] < 128:
			return n, at
def leb(n):
	out = b''
	while n > 127:
		out += bytes([n & 127 | 128])
		n >>= 7
	return out + bytes([n])
b = open('lowered.wasm', 'rb').read()
name = b'\x10heddle:component'
def walled(owners):
	out, at = b[:8], 8
	while at < len(b):
		kind = b[at]
		n, at = uleb(b, at + 1)
		body = b[at:at + n]
		at += n
		if kind == 0 and body.startswith(name):
			assert body[len(name)] == 2
			body = name + b'\x03' + body[len(name) + 1:] + owners
		out += bytes([kind]) + leb(len(body)) + body
	return out
for file, owners in (('cut', b''), ('few', b'\x01\x01'), ('nobody', b'\x02\x01\x09'), ('walled', b'\x02\x01\x02')):
	open(file + '.wasm', 'wb').write(walled(owners))
P
expect 1 "$HEDDLE" build cut.wasm -o x
says err 'unexpected end'
expect 1 "$HEDDLE" build few.wasm -o x
says err 'memories of section heddle:component'
expect 1 "$HEDDLE" build nobody.wasm -o x
says err 'instance of section heddle:component'
expect 1 "$HEDDLE" build walled.wasm -o x
says err 'linked for --mpu, compiled without'

# proved like any code, against what is linked with walls
expect 0 "$HEDDLE" compile "$driver" "$worker" --mpu -o pair.o
says err 'libheddle-rt-wall.a'
expect 0 "$HEDDLE" compile "$ROOT/examples/sensor-composed.wasm" --mpu -q -o sensor.o
expect 0 "$HEDDLE" verify "$ROOT/examples/sensor-composed.wasm" sensor.o --mpu
expect 3 "$HEDDLE" verify "$ROOT/examples/sensor-composed.wasm" sensor.o
expect 2 "$HEDDLE" verify "$ROOT/tests/p3/echo.wasm" "$ROOT/tests/p3/echo.wasm" --mpu
says err '--mpu is for objects'

# nothing of walls where none were asked for; and no image without their code
arm-none-eabi-nm plain.elf | grep -q ' [Tt] hd_wall' && fail "walls in an image without --mpu"
expect 0 "$HEDDLE" build "$driver" "$worker" --mpu --no-prove -q -o walled.elf --keep kept
arm-none-eabi-nm walled.elf | grep -q ' T hd_wall_start' || fail "no walls in an image with --mpu"
link() {	# STATUS LIBRARY...
	s=$1
	shift
	expect "$s" arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -nostartfiles -nostdlib \
		-Wl,--gc-sections,--no-warn-rwx-segments -L"$rt/board" -Tmps2-an386.ld -o app.elf kept/module.o kept/app.o \
		kept/config.o -Wl,--start-group "$rt/cortex-m4/libheddle-board-component.a" "$@" -lgcc -Wl,--end-group
}
link 0 "$rt/cortex-m4/libheddle-rt-wall.a" "$rt/cortex-m4/libheddle-rt.a"
link 1 "$rt/cortex-m4/libheddle-rt.a"
says err 'hd_wall_start'
link 1 "$rt/cortex-m4/libheddle-rt.a" "$rt/cortex-m4/libheddle-rt-wall.a"
says err 'multiple definition'

# no MPU, or one that is too small: the image does not start
for regions in 0 2; do
	expect 5 timeout 60 qemu-system-arm -global driver=cortex-m4-arm-cpu,property=pmsav7-dregion,value=$regions \
		-M mps2-an386 -nographic -monitor none -serial none \
		-semihosting-config 'enable=on,target=native,arg=app,arg=invoke,arg=run(3)' -kernel walled.elf
	says err 'no MPU with the regions that --mpu needs'
done

# two instances whose code checks no address: what one can reach of the other
wat reacher.wasm <<'W'
(module
  (import "test:wall/vault" "peek" (func $peek (param i32) (result i32)))
  (import "$root" "[waitable-set-new]" (func $new (result i32)))
  (memory (export "memory") 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32) (result i32) (i32.store (local.get 0) (local.get 1)) (i32.const 1))
  (func (export "grow") (param i32) (result i32)
    (drop (memory.grow (i32.const 1))) (i32.store (i32.const 65536) (local.get 0)) (i32.load (i32.const 65536)))
  (func (export "nested") (param i32) (result i32)
    (i32.add (call $peek (i32.const 128)) (i32.load (local.get 0)))))
W
wat vault.wasm <<'W'
(module
  (import "$root" "[waitable-set-new]" (func $new (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "\2a")
  (func $peek (export "test:wall/vault#peek") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "look") (param i32) (result i32) (call $peek (local.get 0))))
W
cat >types <<'W'
test:wall/vault#peek: func(at: u32) -> u32
look: func(at: u32) -> u32
load: func(at: u32) -> u32
store: func(at: u32, v: u32) -> u32
grow: func(v: u32) -> u32
nested: func(at: u32) -> u32
W
address() {	# MEMORY
	arm-none-eabi-nm kept/app.elf | sed -n "s/^\([0-9a-f]*\) b wasm.memory$1\$/0x\1/p"
}
for pair in cortex-m4:mps2-an386 cortex-m33:mps2-an505; do
	target=${pair%:*} board=${pair#*:}
	for walls in "" --mpu; do
		expect 0 "$HEDDLE" build reacher.wasm vault.wasm --types types --bounds=none --target "$target" \
			--no-prove -q $walls -o app.elf --keep kept
		expect 0 timeout 60 qemu-system-arm -M $board -nographic -monitor none -serial none \
			-semihosting-config 'enable=on,target=native,arg=app,arg=report,arg=invoke,arg=grow(77)' -kernel app.elf
		says out 'return 77'
		# memory 0 is the vault's
		at=$((($(address 0) - $(address 1) + 128) & 0xffffffff))
		for call in "load($at)" "store($at, 43)" "nested($at)"; do
			expect 0 timeout 60 qemu-system-arm -M $board -nographic -monitor none -serial none \
				-semihosting-config "enable=on,target=native,arg=app,arg=report,arg=invoke,arg=look(128),arg=invoke,arg=$(
				echo "$call" | sed 's/, /%2c%20/'),arg=invoke,arg=look(128),arg=invoke,arg=load(0)" -kernel app.elf
			sed 's/^return //; s/ in function .*//' out >have
			trap='trap out of bounds memory access'
			case $walls,$call in
			--mpu,*) printf '%s\n' 42 "$trap" 42 'trap component instance has trapped before' ;;
			,load*) printf '%s\n' 42 42 42 0 ;;
			,store*) printf '%s\n' 42 1 43 0 ;;
			,nested*) printf '%s\n' 42 84 42 0 ;;
			esac >want
			same have want
		done
	done
done
finish
