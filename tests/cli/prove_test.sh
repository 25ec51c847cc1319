# compile and build prove what they write; verify repeats it from the files.
. "$ROOT/tests/cli/lib.sh"
need python3 python3
wat good.wasm <<'W'
(module (memory 1)
  (func $add (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func $put (export "put") (param i32 i64)
    (i64.store (local.get 0) (local.get 1)))
  (func $sum (export "sum") (param i32) (result i32) (local i32)
    (block (loop (br_if 1 (i32.eqz (local.get 0)))
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0)))
    (local.get 1)))
W
expect 0 "$HEDDLE" compile good.wasm -o good.o --cert good.json --json
python3 - <<'P' || fail "summary and certificate"
import hashlib, json
s = json.loads(open('err').read())
assert (s['functions'], s['proved'], s['rejected']) == (4, 4, 0), s
t = json.load(open('good.json'))
for part, name in (('input', 'good.wasm'), ('output', 'good.o')):
    assert t[part] == hashlib.sha256(open(name, 'rb').read()).hexdigest(), part
assert [f['verdict'] for f in t['functions']] == ['PROVED'] * 4
assert t['z3'] and len(t['tables']) == 64 and 'tables' in t['assumptions']
P
grep -q "every function is proved" good.o || fail "the object does not say so"
expect 0 "$HEDDLE" verify good.wasm good.o
says out "4 PROVED, 0 REJECTED"

# The same for every number of threads.
for j in 1 2 5; do
	expect 0 "$HEDDLE" compile good.wasm -o j.o --cert j$j.json -j$j
	same j.o good.o
	same j$j.json good.json
	expect 0 "$HEDDLE" verify good.wasm good.o --json -j$j
	cp out v$j.json
done
same v1.json v2.json
same v1.json v5.json

# No steps: nothing can be proved, so nothing is written.
expect 3 "$HEDDLE" compile good.wasm -o bad.o --prove-effort=1
absent bad.o
says err "E0400"
says err "limit: effort"
expect 0 "$HEDDLE" compile good.wasm -o bad.o --prove-effort=1 --allow-unproved
says err "4 of 4 functions are NOT proved: add put sum instantiate"
grep -q "NOT proved: add put sum" bad.o || fail "the object does not say so"
expect 3 "$HEDDLE" verify good.wasm good.o --prove-effort=1
expect 0 "$HEDDLE" compile good.wasm -o none.o --no-prove --cert none.json
says err "nothing is proved"
says none.json '"not_proved": "--no-prove"'
grep -q "NOT proved: --no-prove" none.o || fail "the object does not say so"
expect 2 "$HEDDLE" compile good.wasm -o x.o --prove-effort=many

# Verify sees other code under the same names.
wat other.wasm <<'W'
(module (memory 1)
  (func $add (export "add") (param i32 i32) (result i32)
    (i32.sub (local.get 0) (local.get 1)))
  (func $put (export "put") (param i32 i64)
    (i64.store (local.get 0) (local.get 1)))
  (func $sum (export "sum") (param i32) (result i32) (local.get 0)))
W
expect 3 "$HEDDLE" verify other.wasm good.o
says out "REJECTED  func 0 add"
says out "PROVED    func 1 put"
says out "2 PROVED, 2 REJECTED"
expect 3 "$HEDDLE" verify --explain other.wasm good.o
says out "from the entry"
says out "the source is at 0x"
says out "this way is gone, for example, with"

# One function of several: the totals say so.
expect 0 "$HEDDLE" verify --function 1 other.wasm good.o --stats
says out "1 of 3 functions: 1 PROVED, 0 REJECTED"
[ "$(wc -l <err)" = 1 ] || fail "times of what was not judged"
expect 3 "$HEDDLE" verify --function=2 other.wasm good.o
says out "1 of 3 functions: 0 PROVED, 1 REJECTED"
expect 2 "$HEDDLE" verify --function 3 other.wasm good.o
expect 2 "$HEDDLE" verify --function sum other.wasm good.o
expect 2 "$HEDDLE" verify --function 1 other.wasm good.o --json
expect 2 "$HEDDLE" verify --function 1 other.wasm good.o --cert one.json
absent one.json
expect 4 "$HEDDLE" verify good.wasm missing.o
printf 'neither' >text.o
expect 1 "$HEDDLE" verify good.wasm text.o

# WebAssembly against WebAssembly.
expect 0 "$HEDDLE" verify good.wasm good.wasm
says out "PROVED    func 0 add (identical)"
expect 3 "$HEDDLE" verify other.wasm good.wasm
says out "REJECTED  func 0 add: result"
expect 0 "$HEDDLE" opt good.wasm -o opt.wasm --cert opt.json
expect 0 "$HEDDLE" verify good.wasm opt.wasm --cert again.json
same opt.json again.json
# Nothing is proved of what changed, so nothing changes.
expect 0 "$HEDDLE" opt good.wasm -o kept.wasm --prove-effort=1
expect 0 "$HEDDLE" verify good.wasm kept.wasm --prove-effort=1
says out "PROVED    func 2 sum (identical)"
expect 2 "$HEDDLE" verify good.wasm
# A function may be called what marks of code and data are called.
wat marks.wasm <<'W'
(module (table 3 funcref) (elem (i32.const 0) $t $d $a)
  (func $t (export "$t") (result i32) (i32.const 1))
  (func $d (export "$d") (result i32) (i32.const 2))
  (func $a (export "$a") (result i32) (i32.const 3)))
W
expect 0 "$HEDDLE" compile marks.wasm -o marks.o
expect 0 "$HEDDLE" verify marks.wasm marks.o
finish
