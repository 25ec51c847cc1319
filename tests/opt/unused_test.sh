#!/bin/sh
# unused_test.sh - functions nothing can call go from the output of heddle opt, and
# everything that names functions by number follows.
#
# HEDDLE   the tool; ROOT the source tree
. "$(dirname "$0")/lib.sh"
need wat2wasm wabt

cat >"$dir/a.wat" <<'WAT'
(module
  (import "env" "unused" (func $gone_import (param i32)))
  (import "env" "used" (func $log (param i32)))
  (type $t (func (result i32)))
  (table 4 funcref)
  (memory (export "m") 1)
  (global $g (mut i32) (i32.const 0))
  (global $r (export "r") funcref (ref.func $by_global))
  (func $gone (param $x i32) (result i32) (call $gone2 (local.get $x)))
  (func $gone2 (param $x i32) (result i32) (call $gone (i32.add (local.get $x) (i32.const 1))))
  (func $by_global (result i32) (i32.const 11))
  (func $by_table (result i32) (i32.const 22))
  (func $by_expr (result i32) (i32.const 33))
  (func $gone3)
  (func $begin (global.set $g (i32.const 5)))
  (func $once (param $a i32) (param $b i32) (result i32)
    (local $c i32)
    (local.set $c (i32.mul (local.get $a) (local.get $b)))
    (call $log (local.get $c))
    (i32.add (local.get $c) (i32.rem_u (local.get $a) (i32.add (local.get $b) (i32.const 1)))))
  (func $run (export "run") (param $k i32) (result i32)
    (i32.add (call_indirect (type $t) (local.get $k))
      (call $once (local.get $k) (global.get $g))))
  (start $begin)
  (elem (i32.const 0) $by_table)
  (elem (i32.const 1) funcref (ref.func $by_expr) (ref.null func))
  (elem (i32.const 3) func $by_global)
  (data (i32.const 8) "stays"))
WAT
wat2wasm --debug-names "$dir/a.wat" -o "$dir/a.wasm" || exit 1
for level in 2 3 z; do
	"$HEDDLE" opt "$dir/a.wasm" -O$level --no-prove -q -o "$dir/b.wasm" || fail "-O$level"
	wasm-validate "$dir/b.wasm" || fail "-O$level: valid"
	"$HEDDLE" opt "$dir/b.wasm" -O$level --no-prove -q -o "$dir/c.wasm"
	cmp -s "$dir/b.wasm" "$dir/c.wasm" || fail "-O$level: opt of opt is something else"
	wasm2wat "$dir/b.wasm" >"$dir/b.wat"
	grep -q '\$gone' "$dir/b.wat" && fail "-O$level: unused functions are there"
	grep -q '\$once' "$dir/b.wat" && fail "-O$level: what is called once is there"
	for name in by_global by_table by_expr begin run log; do
		grep -q "(func \\\$$name" "$dir/b.wat" || fail "-O$level: no $name"
	done
	grep -q 'start \$begin' "$dir/b.wat" || fail "-O$level: start"
	grep -q 'ref.func \$by_global' "$dir/b.wat" || fail "-O$level: global"
	grep -q 'func \$by_table' "$dir/b.wat" || fail "-O$level: segment"
	grep -q 'stays' "$dir/b.wat" || fail "-O$level: data"
done
cat >"$dir/run.mjs" <<'JS'
import fs from "node:fs";
const out = process.argv.slice(2).map((f) => {
	const log = [];
	const m = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(f)),
		{ env: { used: (x) => log.push(x), unused: () => {} } });
	for (let k = 0; k < 5; k++)
		try { log.push(m.exports.run(k)); } catch (e) { log.push(e.message); }
	return log.join();
});
console.log(out[0]);
process.exit(out[0] === out[1] && out[0].includes("22") && out[0].includes("39") ? 0 : 1);
JS
if command -v node >/dev/null; then
	node "$dir/run.mjs" "$dir/a.wasm" "$dir/b.wasm" || fail "results"
fi
[ $bad = 0 ] && echo "ok - unused functions"
exit $bad
