# Traps and reports of components: where they are in the files that were given. Offsets are looked for in those files'
# bytes; instructions that trap have bytes that nothing else has.
. "$ROOT/tests/cli/lib.sh"
need python3 python3
need wat2wasm wabt
make() {
	out=$1
	shift
	python3 "$ROOT/tests/cli/places.py" "$@" >"$out" || fail "places.py $*"
}
find() {
	python3 "$ROOT/tests/cli/places.py" find "$@"
}
wat half.wasm <<'W'
(module (memory 1)
  (func $half (export "h") (param i32) (result i32)
    (i32.store offset=5 (local.get 0) (i32.const 1))
    (i32.div_u (i32.const 0x5ca1ab1e) (local.get 0))))
W
wat inner.wasm <<'W'
(module (import "m" "h" (func $h (param i32) (result i32))) (memory 1)
  (func $spare (param i32) (result i32) (i32.load8_u offset=77 (local.get 0)))
  (func $inner (param i32) (result i32)
    (i32.store offset=8 (i32.const 0) (i32.const 7))
    (if (i32.eq (local.get 0) (i32.const 1)) (then (i32.const 0xdead) (drop) (unreachable)))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (return (i32.load offset=70001 (local.get 0)))))
    (if (i32.eq (local.get 0) (i32.const 3)) (then (return (call $h (i32.const 0)))))
    (i32.load offset=8 (i32.const 0)))
  (func (export "f") (param i32) (result i32)
    (i32.store offset=16 (i32.const 0) (call $inner (local.get 0)))
    (i32.load offset=16 (i32.const 0))))
W
wat drive.wasm <<'W'
(module (import "env" "f" (func $f (param i32) (result i32)))
  (func $forward (export "go") (param i32) (result i32)
    (if (i32.eq (local.get 0) (i32.const 9)) (then (i32.const 0xbadc0de) (drop) (unreachable)))
    (call $f (local.get 0))))
W
wat give.wasm <<'W'
(module (memory (export "memory") 1)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
  (func (export "f") (param i32 i32)))
W
wat memory.wasm <<'W'
(module (memory (export "memory") 1))
W
wat take.wasm <<'W'
(module (import "env" "f" (func $f (param i32 i32)))
  (func (export "go") (param i32) (result i32) (call $f (local.get 0) (i32.const 16)) (i32.const 5)))
W
wat vector.wasm <<'W'
(module
  (func $vec (export "f") (param i32) (result i32) (local v128)
    (local.set 1 (v128.const i32x4 1 2 3 4)) (i32x4.extract_lane 2 (local.get 1))))
W
UNREACHABLE=41adbd031a00 LOAD=2802f1a204 DIVIDE=419ed686e5052000 BAD=41de81b7dd001a00
make two.wasm two half.wasm inner.wasm
make nest.wasm nest two.wasm 1000
make nest2.wasm nest nest.wasm 77
make driver.wasm drive drive.wasm
make padded.wasm padded
make long.wasm two half.wasm padded.wasm
for t in string list; do
	make take-$t.wasm take $t memory.wasm take.wasm
	make give-$t.wasm give $t give.wasm
done
make vectors.wasm two half.wasm vector.wasm

# --- reports of code generation ---
vec=$(find vectors.wasm 01017bfd0c 0)
expect 1 "$HEDDLE" compile vectors.wasm -o x.o
says err 'vectors.wasm:0x'
says err 'simd: v128 local; func 0 "vec" of core module 1'
at=$(sed -n 's/^vectors.wasm:\(0x[0-9a-f]*\).*/\1/p' err)
[ $((at)) -ge $((vec)) ] && [ $((at)) -lt $(($(find vectors.wasm fd1b020b 0))) ] || fail "v128 local at $at, not from $vec on"
expect 1 "$HEDDLE" compile driver.wasm vectors.wasm -o x.o --json
says err '{"file":"vectors.wasm","offset":'$((at))

# --- reports of decoding, several files ---
head -c 200 two.wasm >cut.wasm
expect 1 "$HEDDLE" compile cut.wasm driver.wasm -o x.o
says err 'cut.wasm:0x'

# --- what the checker says ---
expect 0 "$HEDDLE" compile nest.wasm -o nest.o -q
expect 0 "$HEDDLE" verify nest.wasm nest.o
says out '(func 2 "inner" of core module 1)'
says out '(func 3 "f" of core module 1)'
says out '(func 0 "half" of core module 0)'

# an object of another number in one function: what is rejected has its place, and offsets can be looked up
LC_ALL=C sed 's/\x9e\xd6\x86/\x9f\xd6\x86/' two.wasm >changed.wasm
cmp -s two.wasm changed.wasm && fail "nothing changed"
expect 0 "$HEDDLE" compile changed.wasm -o changed.o -q
expect 3 "$HEDDLE" verify two.wasm changed.o --explain
grep -q '^REJECTED  func [0-9]* .* (func 0 "half" of core module 0): ' out || fail "no place of what is rejected: $(cat out)"
grep -q '^PROVED    func [0-9]* .* (func 2 "inner" of core module 1)$' out || fail "the others are proved: $(cat out)"
says out "inspect --trap tells what they mean"

# --- an offset that firmware told ---
expect 0 "$HEDDLE" lower driver.wasm nest2.wasm -o lowered.wasm
linked=$(find lowered.wasm 284201f1a204 0)	# with its memory's number
place="nest2.wasm:$(find nest2.wasm $LOAD 0): func 2 \"inner\" of core module 1"
expect 0 "$HEDDLE" inspect driver.wasm nest2.wasm --trap "$linked"
says out "$place"
expect 0 "$HEDDLE" compile driver.wasm nest2.wasm -o both.o -q
mkdir elsewhere
expect 0 "$HEDDLE" inspect both.o --trap "$linked"
says out "$place"
expect 0 "$HEDDLE" inspect both.o --trap "$linked" --json
says out '{"file":"nest2.wasm","module":1,"function":2,"name":"inner","offset":'
expect 0 sh -c 'cp driver.wasm nest2.wasm elsewhere && "$HEDDLE" compile elsewhere/driver.wasm elsewhere/nest2.wasm -o other.o -q'
same both.o other.o
expect 2 "$HEDDLE" inspect both.o --trap 1
expect 2 "$HEDDLE" inspect half.wasm --trap 1
expect 0 "$HEDDLE" compile half.wasm -o core.o -q
expect 1 "$HEDDLE" inspect core.o --trap 1

# --- traps ---
[ -e "$rt/cortex-m4/libheddle-rt.a" ] && command -v qemu-system-arm arm-none-eabi-gcc >/dev/null || finish
# trap CALL REASON PLACE FUNCTION INPUT...
trapped() {
	call=$1 reason=$2 place=$3 function=$4
	shift 4
	for o in 0 2; do
		expect 5 "$HEDDLE" run "$@" -O$o --invoke "$call"
		[ "$(head -1 err)" = "$place: trap: $reason" ] || fail "$call of $* at -O$o: $(cat err), not $place"
		[ "$(sed -n 2p err)" = "  $function" ] || fail "$call of $* at -O$o: $(cat err), not $function"
	done
}
for f in two nest nest2; do
	for given in "" driver.wasm; do
		go="${given:+go}"
		go="${go:-f}"
		[ "$("$HEDDLE" run $given $f.wasm --invoke "$go(0)")" = 7 ] || fail "$f: no trap"
		trapped "$go(1)" unreachable "$f.wasm:$(find $f.wasm $UNREACHABLE 5)" 'func 2 "inner" of core module 1' $given $f.wasm
		trapped "$go(2)" "out of bounds memory access" "$f.wasm:$(find $f.wasm $LOAD 0)" 'func 2 "inner" of core module 1' $given $f.wasm
		trapped "$go(3)" "integer divide by zero" "$f.wasm:$(find $f.wasm $DIVIDE 8)" 'func 0 "half" of core module 0' $given $f.wasm
	done
done
trapped "go(9)" unreachable "driver.wasm:$(find driver.wasm $BAD 7)" 'func 1 "forward" of core module 0' driver.wasm nest.wasm
trapped "go(9)" unreachable "driver.wasm:$(find driver.wasm $BAD 7)" 'func 1 "forward" of core module 0' nest.wasm driver.wasm
trapped "f(0)" unreachable "long.wasm:$(find long.wasm 95808080001a00 6)" 'func 1 "f" of core module 1' long.wasm
trapped "go(70000)" "out of bounds memory access" "take-list.wasm + give-list.wasm" \
	'adapter of import "env" "f" of core module 1 of take-list.wasm: arguments' take-list.wasm give-list.wasm
trapped "go(70000)" "out of bounds memory access" "take-string.wasm + give-string.wasm" \
	"heddle's own code: string-utf8#1-utf8#0" take-string.wasm give-string.wasm
expect 5 "$HEDDLE" run driver.wasm two.wasm --invoke "go(2)" --json
says err '"file":"two.wasm","module":1,"function":2,"name":"inner","offset":'$(($(find two.wasm $LOAD 0)))'}'

# --- an image knows its inputs ---
expect 0 "$HEDDLE" build driver.wasm nest.wasm -o app.elf -q
[ "$("$HEDDLE" run app.elf --invoke "go(0)")" = 7 ] || fail "an image of components"
trapped "go(2)" "out of bounds memory access" "nest.wasm:$(find nest.wasm $LOAD 0)" 'func 2 "inner" of core module 1' app.elf
expect 2 "$HEDDLE" run app.elf --invoke "none()"
finish
