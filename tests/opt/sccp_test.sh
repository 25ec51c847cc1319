#!/bin/sh
# sccp_test.sh - constants that are found only together with the branches they decide:
# proved at -O2, -O3 and -Oz, in WebAssembly and in machine code; what may happen stays.
#
# HEDDLE   the tool
. "$(dirname "$0")/lib.sh"
need wat2wasm wabt

# A call of $gone never happens, one of $kept may.  Other passes see neither.
cat >"$dir/a.wat" <<'WAT'
(module
  (import "env" "gone" (func $gone))
  (import "env" "kept" (func $kept))
  ;; round a loop: the flag changes only where it has changed
  (func (export "flag") (param i32) (result i32)
    (local $flag i32)
    (local.set $flag (i32.const 1))
    (loop
      (if (i32.ne (local.get $flag) (i32.const 1))
        (then (call $gone) (local.set $flag (i32.const 2))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (local.get $flag)))))
    (local.get $flag))
  ;; two variables, each constant because the other is; a table chooses
  (func (export "two") (param i32) (result i64)
    (local $state i32) (local $v i64)
    (local.set $v (i64.const 5))
    (loop
      (block $out
        (block $a (block $b
          (br_table $out $b $a (local.get $state)))
          (call $gone) (local.set $v (i64.const 6)))
        (local.set $state (i32.const 2)))
      (if (i64.ne (local.get $v) (i64.const 5))
        (then (call $gone) (local.set $state (i32.const 1))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $v))
  ;; the flag does change
  (func (export "changes") (param i32) (result i32)
    (local $flag i32)
    (local.set $flag (i32.const 1))
    (loop
      (if (i32.ne (local.get $flag) (i32.const 1))
        (then (call $kept)))
      (if (i32.eq (local.get 0) (i32.const 7))
        (then (local.set $flag (i32.const 2))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $flag))
  ;; a division of constants traps when it is reached, and not before
  (func (export "traps") (param i32) (result i32)
    (local $zero i32)
    (loop
      (if (local.get $zero) (then (call $gone) (local.set $zero (i32.const 1))))
      (if (i32.eq (local.get 0) (i32.const 3))
        (then (return (i32.div_u (i32.const 7) (local.get $zero)))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $zero)))
WAT
wat2wasm "$dir/a.wat" -o "$dir/a.wasm" || exit 1
for level in 2 3 z; do
	"$HEDDLE" opt "$dir/a.wasm" -O$level --stats --json -o "$dir/b.wasm" 2>"$dir/stats" || fail "-O$level"
	grep -q '"proved": 3, "identical": 1, "rejected": 0, "simple": 0, "rolled_back": 0,' "$dir/stats" ||
		fail "-O$level: not all proved: $(cut -c1-90 "$dir/stats")"
	grep -q '"sccp": {"functions": 3, .*"proved": 3, "rejected": 0}, "gvn"' "$dir/stats" ||
		fail "-O$level: $(sed 's/.*\("sccp": {[^}]*}\).*/\1/' "$dir/stats")"
	"$HEDDLE" verify -q "$dir/a.wasm" "$dir/b.wasm" >/dev/null || fail "-O$level: verify"
	wasm2wat "$dir/b.wasm" >"$dir/b.wat"
	grep -q '"gone"' "$dir/b.wat" && fail "-O$level: what is never called is there"
	grep -q '"kept"' "$dir/b.wat" || fail "-O$level: what may be called is gone"
	grep -q 'i32.div_u' "$dir/b.wat" || fail "-O$level: the trap is gone"
	"$HEDDLE" compile "$dir/a.wasm" -O$level --emit=asm -o - >"$dir/asm" 2>&1 || fail "compile -O$level"
	grep -q 'import_env_gone' "$dir/asm" && fail "compile -O$level: what is never called is there"
	grep -q 'import_env_kept' "$dir/asm" || fail "compile -O$level: what may be called is gone"
done
cat >"$dir/run.mjs" <<'JS'
import fs from "node:fs";
const [a, b] = process.argv.slice(2).map((f) => {
	const log = [];
	const m = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(f)),
		{ env: { gone: () => log.push("gone"), kept: () => log.push("kept") } });
	for (const name of ["flag", "two", "changes", "traps"])
		for (const n of [1, 2, 5, 9])
			try { log.push(String(m.exports[name](n))); } catch (e) { log.push(e.message); }
	return log.join();
});
if (a !== b || !a.includes("kept") || !a.includes("zero")) {
	console.log(a + "\n" + b);
	process.exit(1);
}
JS
if command -v node >/dev/null; then
	node "$dir/run.mjs" "$dir/a.wasm" "$dir/b.wasm" || fail "results"
fi
[ $bad = 0 ] && echo "ok - constants and branches together"
exit $bad
