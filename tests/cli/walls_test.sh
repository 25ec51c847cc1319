# walls: with --mpu, every way into an instance's code has its wall up, and the
# way out has the caller's.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm

# The reacher's code checks no address.  Told by aim() where, it reads the
# vault's memory at one point, and says what it saw.
cat >reacher.in <<'W'
(module
  (import "$root" "[waitable-set-new]" (func $new (result i32)))
  (import "$root" "[thread-yield]" (func $yield (result i32)))
  (import "[export]test:wall/reach" "[task-return]later" (func $return (param i32)))
  (import "[export]test:wall/reach" "[task-return]resume" (func $return2 (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "text")
  (global $point (mut i32) (i32.const -1))
  (global $seen (mut i32) (i32.const 0))
  (func $reach (param i32)
    (if (i32.eq (local.get 0) (global.get $point))
      (then (global.set $point (i32.const -1)) (global.set $seen (i32.load (i32.const AT))))))
  (func (export "test:wall/reach#aim") (param i32) (global.set $point (local.get 0)))
  (func (export "test:wall/reach#seen") (result i32) (global.get $seen))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (call $reach (i32.const 2)) (i32.const 1024))
  (func (export "test:wall/reach#take") (param i32 i32) (result i32)
    (call $reach (i32.const 3)) (i32.load8_u (local.get 0)))
  (func (export "test:wall/reach#give") (result i32)
    (i32.store (i32.const 32) (i32.const 64)) (i32.store (i32.const 36) (i32.const 4))
    (call $reach (i32.const 4)) (i32.const 32))
  (func (export "cabi_post_test:wall/reach#give") (param i32) (call $reach (i32.const 5)))
  (func (export "[async-lift]test:wall/reach#later") (param i32) (result i32)
    (call $reach (i32.const 6)) (call $return (local.get 0)) (call $reach (i32.const 7)) (i32.const 1))
  (func (export "[callback][async-lift]test:wall/reach#later") (param i32 i32 i32) (result i32)
    (call $reach (i32.const 8)) (i32.const 0))
  (func (export "[async-lift-stackful]test:wall/reach#resume") (param i32)
    (drop (call $yield)) (call $reach (i32.const 9)) (call $return2 (local.get 0))
    (drop (call $yield)) (call $reach (i32.const 10))))
W
# Calls the reacher in every way, touching its own memory after each.
wat vault.wasm <<'W'
(module
  (import "$root" "[waitable-set-new]" (func $new (result i32)))
  (import "$root" "[waitable-set-wait]" (func $wait (param i32 i32) (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  (import "$root" "[subtask-drop]" (func $drop (param i32)))
  (import "$root" "[thread-yield]" (func $yield (result i32)))
  (import "test:wall/reach" "aim" (func $aim (param i32)))
  (import "test:wall/reach" "seen" (func $seen (result i32)))
  (import "test:wall/reach" "take" (func $take (param i32 i32) (result i32)))
  (import "test:wall/reach" "give" (func $give (param i32)))
  (import "test:wall/reach" "[async-lower]later" (func $later (param i32 i32) (result i32)))
  (import "test:wall/reach" "[async-lower]resume" (func $resume (param i32 i32) (result i32)))
  (import "[export]$root" "[task-return]all" (func $return (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 128) "\2a")
  (data (i32.const 160) "vault")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 2048))
  (func $own (if (i32.ne (i32.load (i32.const 128)) (i32.const 42)) (then unreachable)))
  (func $settle (param $packed i32)
    (local $set i32)
    (if (i32.ne (i32.and (local.get $packed) (i32.const 15)) (i32.const 2)) (then
      (local.set $set (call $new))
      (call $join (i32.shr_u (local.get $packed) (i32.const 4)) (local.get $set))
      (loop $again
        (drop (call $wait (local.get $set) (i32.const 200)))
        (br_if $again (i32.ne (i32.load (i32.const 204)) (i32.const 2))))
      (call $drop (i32.shr_u (local.get $packed) (i32.const 4)))))
    (call $own))
  (func (export "[async-lift-stackful]all") (param i32)
    (call $aim (local.get 0)) (call $own)
    (if (i32.ne (call $take (i32.const 160) (i32.const 5)) (i32.const 118)) (then unreachable))
    (call $own)
    (call $give (i32.const 240)) (call $own)
    (if (i32.ne (i32.load (i32.load (i32.const 240))) (i32.const 0x74786574)) (then unreachable))
    (call $settle (call $later (i32.const 77) (i32.const 300)))
    (if (i32.ne (i32.load (i32.const 300)) (i32.const 77)) (then unreachable))
    (drop (call $yield)) (call $own)
    (call $settle (call $resume (i32.const 88) (i32.const 304)))
    (if (i32.ne (i32.load (i32.const 304)) (i32.const 88)) (then unreachable))
    (drop (call $yield)) (call $own)
    (call $return (call $seen))))
W
cat >types <<'W'
test:wall/reach#aim: func(p: u32)
test:wall/reach#seen: func() -> u32
test:wall/reach#take: func(s: string) -> u32
test:wall/reach#give: func() -> string
test:wall/reach#later: async func(x: u32) -> u32
test:wall/reach#resume: async func(x: u32) -> u32
all: async func(p: u32) -> u32
W
build() {	# OPTION...
	sed "s/AT/$at/" reacher.in | wat reacher.wasm
	expect 0 "$HEDDLE" build reacher.wasm vault.wasm --types types --bounds=none --target "$target" \
		--no-prove -q "$@" -o app.elf --keep kept
}
address() {	# MEMORY
	arm-none-eabi-nm app.elf | sed -n "s/^\([0-9a-f]*\) b wasm.memory$1\$/0x\1/p"
}
calls() {	# POINT...
	args=
	for p in "$@"; do args="$args,arg=invoke,arg=all($p)"; done
	timeout 60 qemu-system-arm -M $board -nographic -monitor none -serial none -semihosting-config \
		"enable=on,target=native,arg=app,arg=report$args" -kernel app.elf >out 2>err
	sed 's/^return //; s/ in function .*//' out
}
points="2 3 4 5 6 7 8 9 10"
trap='trap out of bounds memory access'
for pair in cortex-m4:mps2-an386 cortex-m33:mps2-an505; do
	target=${pair%:*} board=${pair#*:}
	for walls in "" --mpu; do
		at=0
		build $walls
		at=$((($(address 1) - $(address 0) + 128) & 0xffffffff))	# memory 0 is the reacher's
		build $walls
		[ "$(calls 0)" = 0 ] || fail "$target $walls: not all calls return: $(calls 0)"
		for p in $points; do
			have=$(calls "$p" | head -1)
			want=42
			case $walls,$p in
			--mpu,9) want='trap deadlock: nothing can run' ;;	# trapped in a turn of its own, not yet resolved
			--mpu,*) want=$trap ;;
			esac
			[ "$have" = "$want" ] || fail "$target $walls: at point $p $have, not $want"
		done
	done
done
finish
