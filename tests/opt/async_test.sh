#!/bin/sh
# Events and backpressure in images: what cannot come is not linked, and what
# can is.  HEDDLE, ROOT as for tests/cli.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need wat2wasm wabt
need qemu-system-arm qemu-system-arm

# has FILE SYMBOL, lacks FILE SYMBOL
has()
{
	arm-none-eabi-nm "$1" | grep -q " $2\$" || fail "no $2 in $1"
}
lacks()
{
	arm-none-eabi-nm "$1" | grep -q " $2\$" && fail "$2 in $1"
	return 0
}

dead=$ROOT/tests/rfc46/dead_handlers.wasm
# functions: 1 stream-read, 2 crc, 3 future-read, 4 future-write, 5 subtask
expect 0 "$HEDDLE" build "$dead" -o auto.elf
has auto.elf func1
for f in 2 3 4 5; do
	lacks auto.elf func$f
done
# an object may be called by anyone: all stay, but what was inlined
expect 0 "$HEDDLE" compile "$dead" -o open.o
has open.o func2
expect 0 "$HEDDLE" compile "$dead" --events stream-read -o given.o
lacks given.o func2
expect 0 "$HEDDLE" build "$dead" --events 2,future-read -o more.elf
has more.elf func2
# at -O0 nothing is assumed
expect 0 "$HEDDLE" build "$dead" -O0 -o plain.elf
has plain.elf func5

expect 0 "$HEDDLE" run "$dead" --events stream-read --invoke __callback 4 1
expect 5 "$HEDDLE" run "$dead" --events stream-read --check-events \
	--invoke __callback 4 1
says err "event outside the declared set"
expect 5 "$HEDDLE" run "$dead" --events stream-read --check-events \
	--invoke __callback 34 1
expect 0 "$HEDDLE" run "$dead" --events stream-read --check-events \
	--invoke __callback 2 1
expect 2 "$HEDDLE" compile "$dead" --events stream-read,later -o x.o
says err "later is not one of"
absent x.o
expect 2 "$HEDDLE" compile "$dead" --check-events -o x.o

# wasm to wasm: only by hand; the output says so, and is proved under that
expect 0 "$HEDDLE" opt "$dead" -o any.wasm
expect 0 "$HEDDLE" opt "$dead" --events 2 -o two.wasm
grep -q 'events 4' two.wasm || fail "no note in two.wasm"
grep -q 'events 4' any.wasm && fail "a note in any.wasm"
expect 0 "$HEDDLE" verify "$dead" any.wasm
expect 0 "$HEDDLE" verify "$dead" two.wasm
sed 's/events 4/events 6/' two.wasm >six.wasm
expect 3 "$HEDDLE" verify "$dead" six.wasm
says out "REJECTED"
[ "$(wc -c <two.wasm)" -lt "$(wc -c <any.wasm)" ] || fail "two.wasm is not smaller"

# a callback that the module calls itself gets what it is given there
cat >own.wat <<'W'
(module
  (import "pulseengine:async" "stream_read" (func $r (param i32 i32 i32 i32) (result i32)))
  (memory 1 1)
  (global $g (mut i32) (i32.const 0))
  (func $cb (export "__callback") (param i32 i32)
    (if (i32.eq (local.get 0) (i32.const 4)) (then (global.set $g (i32.const 7))))
    (if (i32.eq (local.get 0) (i32.const 2)) (then
      (drop (call $r (local.get 1) (i32.const 0) (i32.const 4) (i32.const 0))))))
  (func (export "run") (result i32)
    (call $cb (i32.const 4) (i32.const 0)) (global.get $g)))
W
wat2wasm own.wat -o own.wasm || fail wat2wasm
expect 0 "$HEDDLE" build own.wasm -o own.elf
expect 0 "$HEDDLE" run own.elf --invoke run
says out 7

# thread_new starts functions by number: those stay
cat >thread.wat <<'W'
(module
  (import "pulseengine:async" "thread_new" (func $t (param i32 i32) (result i32)))
  (memory 1 1) (global $g (mut i32) (i32.const 0))
  (func $body (param i32) (global.set $g (local.get 0)))
  (func $other (param i32 i32) (global.set $g (local.get 1)))
  (func (export "run") (result i32) (call $t (i32.const 1) (i32.const 3))))
W
wat2wasm thread.wat -o thread.wasm || fail wat2wasm
expect 0 "$HEDDLE" build thread.wasm -o thread.elf
has thread.elf func1
lacks thread.elf func2

# data that nothing reads: in an image it goes, in an object it stays
grep -q 'dead handler scratch' auto.elf && fail "data of dead handlers in the image"
grep -q 'dead handler scratch' open.o || fail "data is gone from an object"
grep -q 'dead handler scratch' more.elf || fail "data of a handler is gone"
grep -q 'dead handler scratch' plain.elf || fail "data is gone at -O0"
cat >data.wat <<'W'
(module
  (import "pulseengine:async" "stream_write" (func $w (param i32 i32 i32 i32) (result i32)))
  (memory 1 1)
  (data (i32.const 16) "byte that is read")
  (data (i32.const 64) "bytes for a stream")
  (data (i32.const 128) "moved by a copy")
  (data (i32.const 192) "nobody wants this")
  (func (export "run") (param i32) (result i32)
    (drop (call $w (local.get 0) (i32.const 60) (i32.const 8) (i32.const 0)))
    (memory.copy (i32.const 256) (i32.const 142) (i32.const 4))
    (i32.load8_u offset=16 (i32.and (local.get 0) (i32.const 15)))))
W
wat2wasm data.wat -o data.wasm || fail wat2wasm
expect 0 "$HEDDLE" build data.wasm -o data.elf
for s in 'byte that is read' 'bytes for a stream' 'moved by a copy'; do
	grep -q "$s" data.elf || fail "$s: gone from the image"
done
grep -q 'nobody wants this' data.elf && fail "unread data in the image"

# backpressure
expect 0 "$HEDDLE" build "$ROOT/tests/rfc46/bp_const.wasm" -o bp.elf
lacks bp.elf kiln_builtins_task_backpressure
cat >dynamic.wat <<'W'
(module
  (import "pulseengine:async" "task_backpressure" (func $b (param i32)))
  (func (export "__callback") (param i32 i32) (call $b (local.get 1)))
  (func (export "run") (call $b (i32.const 0))))
W
wat2wasm dynamic.wat -o dynamic.wasm || fail wat2wasm
expect 0 "$HEDDLE" build dynamic.wasm -o dynamic.elf
has dynamic.elf kiln_builtins_task_backpressure
sed 's/(local.get 1)/(i32.const 1)/' dynamic.wat >on.wat
wat2wasm on.wat -o on.wasm || fail wat2wasm
expect 0 "$HEDDLE" build on.wasm -o on.elf
has on.elf kiln_builtins_task_backpressure
# the runtime's test of the flag goes with the calls: images differ by it
expect 0 "$HEDDLE" run dynamic.elf --invoke run
expect 0 "$HEDDLE" run bp.elf --invoke sum
says out 0

# context.get and context.set of a known word are accesses in images, where the
# runtime is ours, and of components; an object may be linked with another
cat >context.wat <<'W'
(module
  (import "pulseengine:async" "context_get" (func $get (param i32) (result i32)))
  (import "pulseengine:async" "context_set" (func $set (param i32 i32)))
  (import "pulseengine:async" "thread_new" (func $new (param i32 i32) (result i32)))
  (import "pulseengine:async" "thread_yield" (func $yield))
  (global $sum (mut i32) (i32.const 0))
  (func $thread (param i32)
    (call $set (i32.const 0) (local.get 0))
    (call $set (i32.const 1) (i32.const 5))
    (call $yield)
    (global.set $sum (i32.add (global.get $sum)
      (i32.sub (i32.mul (call $get (i32.const 0)) (i32.const 10)) (call $get (i32.const 1))))))
  (func (export "run") (result i32)
    (call $set (i32.const 0) (i32.const 100000))
    (drop (call $new (i32.const 4) (i32.const 20)))
    (call $yield) (call $yield)
    (i32.add (i32.add (global.get $sum) (call $get (i32.const 1)))
      (call $get (i32.const 0)))))
W
wat2wasm context.wat -o context.wasm || fail wat2wasm
expect 0 "$HEDDLE" build context.wasm -o context.elf
lacks context.elf kiln_builtins_context_get
lacks context.elf kiln_builtins_context_set
# a thread has words of its own: 100000 + 200 - 5
expect 0 "$HEDDLE" run context.elf --invoke run
says out 100195
sed 's/$get (i32.const 1)/$get (global.get $sum)/' context.wat >any.wat
wat2wasm any.wat -o any.wasm || fail wat2wasm
expect 0 "$HEDDLE" build any.wasm -o any.elf
has any.elf kiln_builtins_context_get
expect 0 "$HEDDLE" compile context.wasm -o context.o
has context.o kiln_builtins_context_get
lacks context.o hd_now
expect 0 "$HEDDLE" build "$ROOT/tests/p3/pipe-slow.wasm" -o slow.elf
lacks slow.elf hd_context_get
# what is set is what is got, over a set of the other word
context='(module (import "pulseengine:async" "context_get" (func $get (param i32) (result i32)))
  (import "pulseengine:async" "context_set" (func $set (param i32 i32)))
  (func (export "f") (param i32) (result i32) (call $set (i32.const 0) (local.get 0))
    (call $set (i32.const 1) (i32.const 7))'
echo "$context (call \$get (i32.const 0))))" >get.wat
echo "$context (local.get 0)))" >forward.wat
wat2wasm get.wat -o get.wasm && wat2wasm forward.wat -o forward.wasm || fail wat2wasm
expect 0 "$HEDDLE" verify get.wasm forward.wasm
# so it is in code, proved: the get is no call even where another runtime may define it, and of two sets one is left; what a
# call is behind is got again
echo "$context (call \$set (i32.const 0) (i32.const 3)) (call \$set (i32.const 0) (local.get 0)) (call \$get (i32.const 0))))" >known.wat
echo "${context%(func*}(import \"pulseengine:async\" \"thread_yield\" (func \$yield)) (func (export \"f\") (param i32) (result i32)
    (call \$set (i32.const 0) (local.get 0)) (call \$yield) (call \$get (i32.const 0))))" >unknown.wat
wat2wasm known.wat -o known.wasm && wat2wasm unknown.wat -o unknown.wasm || fail wat2wasm
for m in known unknown; do
	expect 0 "$HEDDLE" compile $m.wasm -o $m.o
	expect 0 "$HEDDLE" verify $m.wasm $m.o
	expect 0 "$HEDDLE" opt $m.wasm -o $m.opt.wasm
	expect 0 "$HEDDLE" verify $m.wasm $m.opt.wasm
done
lacks known.o kiln_builtins_context_get
has unknown.o kiln_builtins_context_get
grep -q context_get known.opt.wasm && fail "a get that is known"
grep -q context_get unknown.opt.wasm || fail "no get behind a call"
# the name of a linked module's import says the slot, as its section does
expect 0 "$HEDDLE" lower "$ROOT/tests/p3/pipe-slow.wasm" -o slow.wasm
sed 's/\[context-get-0\]#/[context-get-1]#/' slow.wasm >other.wasm
cmp -s slow.wasm other.wasm && fail "no slot in a name"
expect 1 "$HEDDLE" compile other.wasm -o x.o
says err "named as its context slot"

# -O3 chooses among orders of passes by cost: the same for every -j
for m in sha256 json; do
	in=$ROOT/bench/kernels/$m.wasm
	expect 0 "$HEDDLE" compile "$in" --no-prove -O3 -j1 -o j1.o
	expect 0 "$HEDDLE" compile "$in" --no-prove -O3 -j4 -o j4.o
	same j1.o j4.o
done

[ $failures = 0 ]
