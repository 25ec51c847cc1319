# --instance=pointer of a component: a core module that is instantiated twice has
# code for one, and two instances that do not see each other's storage.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
twice=$ROOT/tests/component/share/twice.wasm

# calls, and their results: of a and b alternately where both have the export
calls='a-step(1) b-step(10) a-step(2) b-step(20)
a-wide(1) b-wide(4294967296) a-wide(0) b-wide(0)
a-fixed(0,5) b-fixed(0,5) a-fixed(1,5) b-fixed(1,6) a-fixed(1,5) a-fixed(3,4) b-fixed(3,8) a-fixed(3,0) b-fixed(3,0) a-fixed(4,9) b-fixed(4,0)
a-put(0,1) a-put(1,0) b-put(0,0) b-put(1,1) a-get(0,7) a-get(1,7) b-get(0,7) b-get(1,7)
across(0,3) across(1,3) swap(0) across(0,3) a-get(0,7) b-get(0,7)
a-widen(0,2) a-get(5,1) b-widen(1,9) b-widen(1,1)
a-grow(1) b-size() a-size() b-grow(1) b-grow(5) b-size() a-grow(1)
a-byte(16) b-byte(17) a-byte(0) b-byte(0) a-init(7) b-init(7) a-dropped() b-init(3) a-init(0)
a-peer(3) b-peer(3) a-peer(0) b-peer(100) a-step(0) b-step(0)
a-five(1,2,3.5,4,5) b-five(1,2,3.5,4,5) a-many(9) b-many(9) a-deep(5) b-deep(40)'
results='9 18 20 56 30064771078 34359738373 30064771078 34359738373
17 44 11 13 12 64 64 68 72 8 32
4 4 4 4 20 17 16 47
17009 10044 3034 10019 19 24
4 8 4294967295 4
1 1 2 1 4294967295 2 2
97 99 8 8 177 181 1000 189 185
140 7585 141 7585 152 107
5545 5545 397 328 660 3638'
set --
for c in $calls; do
	set -- "$@" --invoke "$c"
done
check() {
	component=$1
	shift
	expect 0 "$HEDDLE" run "$component" $how "$@"
	[ "$(tr '\n' ' ' <out)" = "$(echo "$results" | tr '\n' ' ')" ] ||
		fail "results with $how: $(tr '\n' ' ' <out)"
}
for how in "" "--instance=pointer" "--instance=pointer --plain" "--instance=pointer -O3 --target=cortex-m33" \
	"--instance=pointer -Oz --target=cortex-m3" "--instance=pointer --fuel=1000000"; do
	check "$twice" "$@"
done

# three instances of a component: strings, post-return, resources with destructors,
# a task that waits for a thread of its own, each the peer of the next
whole=$ROOT/tests/component/share/whole.wasm
results='"hello, x1" "hello, yy1" "hello, zzz4" "hello, 1" 16 9 17 58 706 1602 1408 22 55 11 22'
set --
for c in 'a-greet("x")' 'c-greet("yy")' 'a-greet("zzz")' 'b-greet("")' 'a-churn(4)' 'b-churn(3)' 'a-churn(1)' \
	'c-churn(10)' 'a-add(5)' 'c-add(1)' 'b-add(7)' 'a-later(2)' 'c-later(5)' 'b-later(1)' 'a-churn(1)'; do
	set -- "$@" --invoke "$c"
done
for how in "" "--instance=pointer" "--instance=pointer --plain --target=cortex-m33" \
	"--instance=pointer -O3 --target=cortex-m33"; do
	check "$whole" "$@"
done
expect 5 "$HEDDLE" run "$whole" --instance=pointer --invoke 'b-bad(1)' --invoke 'b-bad(0)' --invoke 'a-add(1)'
says err 'trap: integer divide by zero'
says err '"bad" of core module 3'

# a trap is its instance's, and the place is that of the module's function
for which in a b; do
	expect 5 "$HEDDLE" run "$twice" --instance=pointer --invoke "$which-bad()" --invoke "$which-step(1)"
	says err 'trap: unreachable'
	says err '"bad" of core module 2'
done

# it is proved as it is built, and again from the files, an image too
for how in -O2 --plain -O3; do
	for component in "$twice" "$whole"; do
		expect 0 "$HEDDLE" compile -q "$component" --instance=pointer $how -o x.o
		expect 0 "$HEDDLE" verify "$component" x.o
		says out '0 REJECTED'
	done
done
expect 0 "$HEDDLE" build -q "$twice" --instance=pointer -o image.elf
expect 0 "$HEDDLE" verify "$twice" image.elf
says out '0 REJECTED'

# one copy of the code and of the segments; what enters it for an instance is short
code() {
	arm-none-eabi-nm -S "$1" | awk -v name="$2" '$4 == name { print $2 }'
}
expect 0 "$HEDDLE" compile -q --no-prove "$twice" -o plain.o
expect 0 "$HEDDLE" compile -q --no-prove "$twice" --instance=pointer -o shared.o
for f in 0 1 26 27; do
	[ $((0x$(code shared.o "[lift]#$f"))) -le 48 ] || fail "function $f has code of its own"
done
[ -n "$(code shared.o '[lift]#0.shared')" ] || fail "step has no shared code"
[ -z "$(code shared.o '[lift]#1.shared')" ] || fail "step has shared code twice"
[ -z "$(code plain.o '[lift]#0.shared')" ] || fail "code is shared without --instance=pointer"
[ "$(strings -a plain.o | grep -c 'active, one time')" = 2 ] || fail "segments of two instances"
[ "$(strings -a shared.o | grep -c 'active, one time')" = 1 ] || fail "a segment is there twice"

# what is said of it
expect 0 "$HEDDLE" compile --no-prove "$twice" --instance=pointer --json -o shared.o
says err '"shared": {"code": 20, "by": 40, "apart": 2}'
expect 0 "$HEDDLE" build --no-prove "$twice" --instance=pointer -o shared.elf
says err 'code of 20 functions is that of 40 in several instances, 2 have their own'

# through lower: the linked module says what belongs together; opt keeps that
expect 0 "$HEDDLE" lower "$twice" -o lowered.wasm
expect 0 "$HEDDLE" opt lowered.wasm -o opt.wasm
for m in lowered.wasm opt.wasm; do
	expect 0 "$HEDDLE" compile -q $m --instance=pointer -o l.o
	expect 0 "$HEDDLE" verify $m l.o
	[ -n "$(code l.o '[lift]#0.shared')" ] || fail "$m: nothing is shared"
done

# a component of one instance is what it is without
one=$ROOT/tests/p3/call-worker.wasm
expect 0 "$HEDDLE" compile -q --no-prove "$one" -o plain.o
expect 0 "$HEDDLE" compile -q --no-prove "$one" --instance=pointer -o shared.o
same plain.o shared.o

# memories of shared code are not behind walls
expect 1 "$HEDDLE" build "$twice" --mpu --instance=pointer -o x.elf
says err '--instance=pointer with --mpu'
absent x.elf
finish
