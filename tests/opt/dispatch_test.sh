#!/bin/sh
# dispatch: chains of tests become tables with the same calls in the same
# order; a constant that is tested twice runs both handlers.
set -u
command -v wat2wasm >/dev/null && command -v node >/dev/null ||
	{ echo "SKIP: needs wat2wasm and node"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# module NAME TEST... - handlers note the number of their test in a log
module()
{
	name=$1 k=0
	shift
	{
		echo '(module (global $g (mut i32) (i32.const 0))'
		echo '(memory 1)'
		echo '(func $h (param i32) (memory.fill (i32.const 0)'
		echo '(local.get 0) (i32.const 1)) (global.set $g (i32.add'
		echo '(i32.mul (global.get $g) (i32.const 11)) (local.get 0))))'
		echo '(func (export "f") (param i32) (result i32)'
		echo '(global.set $g (i32.const 0))'
		for c in "$@"; do
			k=$((k + 1))
			echo "(if (i32.eq (local.get 0) (i32.const $c))"
			echo "(then (call \$h (i32.const $k))))"
		done
		echo '(global.get $g)))'
	} >"$dir/$name.wat"
	wat2wasm "$dir/$name.wat" -o "$dir/$name.wasm" || exit 1
	"$HEDDLE" opt "$dir/$name.wasm" -O3 --no-prove -o "$dir/$name.opt" ||
		exit 1
}

# search NAME COMPARE LOW HIGH - a binary search for LOW ... HIGH, each of which
# has a result of its own; what is not found gives 0
search()
{
	python3 - "$@" >"$dir/$1.wat" <<'PY'
import sys
compare, low, high = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
def tree(lo, hi):
    if lo == hi:
        return ("(if (i32.eq (local.get 0) (i32.const %d)) "
                "(then (return (i32.const %d))))" % (lo, 1000 + 7 * lo))
    mid = (lo + hi + 1) // 2
    return ("(if (i32.%s (local.get 0) (i32.const %d)) (then %s) (else %s))"
            % (compare, mid, tree(lo, mid - 1), tree(mid, hi)))
print('(module (func (export "f") (param i32) (result i32) %s (i32.const 0)))'
      % tree(low, high))
PY
	wat2wasm "$dir/$1.wat" -o "$dir/$1.wasm" || exit 1
	"$HEDDLE" opt "$dir/$1.wasm" -O3 --no-prove -o "$dir/$1.opt" ||
		exit 1
}

module seven 0 1 2 3 4 5 6
module twice 1 2 3 0 1 6 2 7
module high 100 101 102 104 105
module three 0 1 2
module wide 0 1000 2000 3000 4000
search lt_u lt_u 0 15
search lt_s lt_s 3 14
search negative lt_s -6 6
search mixed lt_u -6 6
search few lt_s 1 2
cat >"$dir/run.js" <<'JS'
const fs = require("fs"), dir = process.argv[2];
const load = p => new WebAssembly.Instance(
	new WebAssembly.Module(fs.readFileSync(p))).exports.f;
let bad = 0;
for (const m of ["seven", "twice", "high", "three", "wide", "lt_u",
		 "lt_s", "negative", "mixed", "few"]) {
	const f = load(`${dir}/${m}.wasm`), g = load(`${dir}/${m}.opt`);
	for (const x of [-1, -2, -5, -6, -7, -8, 0x7fffffff, -0x80000000, 99, 100, 101, 102, 103, 104, 105, 106,
			 1000, 2000, 4000, ...Array(20).keys()])
		if (f(x) !== g(x)) {
			console.log(`FAIL ${m}(${x}): ${f(x)} became ${g(x)}`);
			bad = 1;
		}
}
process.exit(bad);
JS
node "$dir/run.js" "$dir" || exit 1
# what must have become a table, and what must not
for m in seven twice high lt_u lt_s; do
	wasm-objdump -d "$dir/$m.opt" | grep -q br_table ||
		{ echo "FAIL $m: no table"; exit 1; }
done
for m in three wide few; do
	wasm-objdump -d "$dir/$m.opt" | grep -q br_table &&
		{ echo "FAIL $m: a table"; exit 1; }
done
exit 0
