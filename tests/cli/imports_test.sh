# imports: what stays open of a component is a function of the host's, by name.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
driver=$ROOT/tests/p3/call-driver.wasm

# nothing defines it: by its name in the component, with the symbol to define
expect 1 "$HEDDLE" build "$driver" -o x.elf --keep kept
says err 'E0303'
says err 'import "demo:call/sum#add": build links no code of the host'
says err 'a definition of wasm_import_demo_call_sum_add'
grep -q 'undefined reference' err && fail "the linker's words are shown"
absent x.elf
expect 1 "$HEDDLE" build "$driver" --prefix other -o x.elf
says err 'a definition of other_import_demo_call_sum_add'
expect 1 "$HEDDLE" run "$driver" --invoke 'run(3)'
says err 'import "demo:call/sum#add"'

# a second component without that interface leaves it open; the one with it does not
expect 1 "$HEDDLE" build "$driver" "$ROOT/tests/p3/echo.wasm" -o x.elf
says err 'import "demo:call/sum#add"'
expect 0 "$HEDDLE" build "$driver" "$ROOT/tests/p3/call-worker.wasm" -o x.elf

# a provider of another version is none, and is told
wat user.wasm <<'W'
(module (import "t:p/i@1.0.0" "f" (func $f (param i32) (result i32))) (import "$root" "[waitable-set-new]" (func (result i32)))
  (func (export "go") (param i32) (result i32) (call $f (local.get 0))))
W
wat giver.wasm <<'W'
(module (import "$root" "[waitable-set-new]" (func (result i32)))
  (func (export "t:p/i@1.0.1#f") (param i32) (result i32) (local.get 0)))
W
expect 1 "$HEDDLE" build user.wasm giver.wasm -o x.elf
says err 'import "t:p/i@1.0.0#f"'
says err 'note: exported is "t:p/i@1.0.1": versions must be the same'
sed 's/1\.0\.1/1.0.0/' giver.wasm >same.wasm
expect 0 "$HEDDLE" build user.wasm same.wasm -o x.elf

# every one that is called and open is named, whatever its type, and nothing
# twice; one that nothing calls needs no definition
cat >open.types <<'W'
test:all/kinds#numbers: func(a: bool, b: s8, h: s64, j: f32, k: f64, l: char) -> tuple<f32, f64, char, bool>
test:all/kinds#text: func(s: string, more: list<string>) -> result<string, enum { red, green }>
test:all/kinds#many: func(a: string, b: string, c: string, d: string, e: string, f: string, g: string, h: string, i: u8) -> u64
test:all/env#log: func(level: u8, text: string)
test:all/env#where: func(p: flags { read, write }) -> record { x: s32, y: s32 }
test:all/env#names: func() -> list<string>
test:all/env#wait: async func(ms: u32, note: string) -> result<string>
test:all/env#unused: func(x: u32)
go: func()
W
wat open.wasm <<'W'
(module
  (import "test:all/kinds" "numbers" (func $numbers (param i32 i32 i64 f32 f64 i32 i32)))
  (import "test:all/kinds" "text" (func $text (param i32 i32 i32 i32 i32)))
  (import "test:all/kinds" "many" (func $many (param i32) (result i64)))
  (import "test:all/env" "log" (func $log (param i32 i32 i32)))
  (import "test:all/env" "where" (func $where (param i32 i32)))
  (import "test:all/env" "names" (func $names (param i32)))
  (import "test:all/env" "[async-lower]wait" (func $wait (param i32 i32 i32 i32) (result i32)))
  (import "test:all/env" "unused" (func $unused (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
  (func (export "go")
    (call $numbers (i32.const 1) (i32.const 1) (i64.const 1) (f32.const 1) (f64.const 1) (i32.const 65) (i32.const 0))
    (call $text (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (drop (call $many (i32.const 0)))
    (call $log (i32.const 0) (i32.const 0) (i32.const 0))
    (call $where (i32.const 0) (i32.const 0))
    (call $names (i32.const 0))
    (call $log (i32.const 1) (i32.const 0) (i32.const 0))
    (drop (call $wait (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))
W
expect 1 "$HEDDLE" build open.wasm --types open.types -o y.elf
for name in kinds#numbers kinds#text kinds#many env#log env#where env#names env#wait; do
	[ "$(grep -c "import \"test:all/$name\": build links" err)" = 1 ] || fail "$name is not named once"
done
[ "$(grep -c 'build links no code' err)" = 7 ] || fail "other than seven imports are named"
absent y.elf

# a definition: under the right name it is called, with its arguments and its
# name; under another the linker asks for the right one
cat >host.c <<'C'
#include <stddef.h>

#include "board/semihost.h"
#include "heddle/component.h"

void NAME(struct hd_host_call *c);
void NAME(struct hd_host_call *c)
{
	const uint32_t result = 3 * c->words[0] + c->words[1];

	sh_puts(SH_STDERR, c->func->interface);
	sh_puts(SH_STDERR, "#");
	sh_puts(SH_STDERR, c->func->name);
	sh_puts(SH_STDERR, "\n");
	/* lowered with the async option: the result goes through the pointer */
	*(uint32_t *)hd_component_memory(&c->func->options, c->pointer, 4) = result;
	hd_host_return(c, NULL);
}
C
image() {	# STATUS NAME
	flags="-mcpu=cortex-m4 -mthumb -mfloat-abi=soft"
	expect 0 arm-none-eabi-gcc $flags -ffreestanding -Os -Wall -Wextra -Werror -DNAME="$2" \
		-I"$ROOT/include" -I"$ROOT/runtime" -c host.c -o host.o
	expect "$1" arm-none-eabi-gcc $flags -nostartfiles -nostdlib -Wl,--gc-sections,--no-warn-rwx-segments \
		-L"$rt/board" -Tmps2-an386.ld -o app.elf kept/module.o kept/app.o host.o -Wl,--start-group \
		"$rt/cortex-m4/libheddle-board-component.a" kept/config.o "$rt/cortex-m4/libheddle-rt.a" -lgcc -Wl,--end-group
}
simulate() {	# CALL
	expect 0 timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
		-semihosting-config "enable=on,target=native,arg=invoke,arg=$1" -kernel app.elf
}
image 1 wasm_import_demo_call_sum_ad
says err 'undefined reference to `wasm_import_demo_call_sum_add'
image 0 wasm_import_demo_call_sum_add
simulate 'run(5)'
sum=0 n=0
while [ $n -lt 5 ]; do sum=$((3 * sum + n)) n=$((n + 1)); done
echo "$sum" >want
same out want
[ "$(grep -cx 'demo:call/sum#add' err)" = 5 ] || fail "not called five times by its name"

# imports of the world itself have no interface in front; one lowered without
# the async option answers with its core result, one or two words
wat world.wasm <<'W'
(module
  (import "$root" "twice" (func $twice (param i32) (result i32)))
  (import "$root" "spread-out" (func $spread (param i64) (result i64)))
  (import "$root" "[async-lower]later" (func $later (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i64)
    (if (i32.ne (call $later (local.get 0) (i32.const 8)) (i32.const 2)) (then unreachable))
    (i64.store32 (i32.const 12) (i64.const 0))
    (i64.add (i64.load (i32.const 8)) (i64.add (call $spread (i64.const 0x100000002))
      (i64.extend_i32_u (call $twice (local.get 0)))))))
W
cat >world.types <<'W'
twice: func(x: u32) -> u32
spread-out: func(x: u64) -> u64
later: async func(x: u32) -> u32
run: func(n: u32) -> u64
W
expect 1 "$HEDDLE" build world.wasm --types world.types -o x.elf --keep kept
says err 'import "twice": build links no code of the host'
says err 'a definition of wasm_import_twice'
says err 'import "spread-out": build links no code of the host'
says err 'a definition of wasm_import_spread_out'
says err 'import "later": build links no code of the host'
cat >host.c <<'C'
#include <stddef.h>

#include "heddle/component.h"

void wasm_import_twice(struct hd_host_call *c);
void wasm_import_twice(struct hd_host_call *c)
{
	const uint32_t result = 2 * c->words[0];

	hd_host_return(c, &result);
}

void wasm_import_later(struct hd_host_call *c);
void wasm_import_later(struct hd_host_call *c)
{
	*(uint32_t *)hd_component_memory(&c->func->options, c->pointer, 4) =
		100 * c->words[0];
	hd_host_return(c, NULL);
}

void NAME(struct hd_host_call *c);
void NAME(struct hd_host_call *c)
{
	const uint32_t result[2] = { 3 * c->words[0], 5 * c->words[1] };

	hd_host_return(c, result);
}
C
image 1 wasm_import_spreadout
says err 'undefined reference to `wasm_import_spread_out'
grep -q 'undefined reference to `wasm_import_twice' err && fail "what is defined is asked for"
image 0 wasm_import_spread_out
simulate 'run(7)'
echo $(((5 << 32) + 6 + 14 + 700)) >want
same out want
finish
