#!/bin/sh
# heddle opt: proves what it writes, and verify proves it again from the files;
# what is not proved is done again with less, or fails; gives valid modules that
# are the same in every run and fixed points; code does not get larger, but for
# tables at -O3.
. "$(dirname "$0")/lib.sh"

in=$ROOT/bench/kernels/json.wasm

# a limit that no proof keeps to: everything stays as it was
"$HEDDLE" opt "$in" -o "$dir/x.wasm" --prove-effort 20 --stats --json 2>"$dir/err" ||
	fail "status when all is rolled back"
grep -q '"proved": 0, "identical": 3, "rejected": 0, "simple": 0, "rolled_back": 2,' \
	"$dir/err" || fail "not rolled back: $(cut -c1-200 "$dir/err")"
"$HEDDLE" verify "$in" "$dir/x.wasm" | grep -q '^3 PROVED, 0 REJECTED' ||
	fail "what was rolled back is not the same"

# without proofs the output says so
"$HEDDLE" opt "$in" --no-prove -o "$dir/x.wasm" || fail "--no-prove"
grep -q 'heddle opt: not proved' "$dir/x.wasm" || fail "no note"

# another module is not proved
"$HEDDLE" verify "$ROOT/bench/kernels/fib.wasm" "$dir/x.wasm" >"$dir/err"
[ $? -eq 3 ] || fail "status of verify for another module"

# a list of functions with less that makes no sense says nothing
for list in '\377\377\001' '\143\001\000' '\000\011\000'; do
	{ cat "$ROOT/bench/kernels/fib.wasm"; printf "\\0\017\013heddle.less$list"; } >"$dir/less.wasm"
	"$HEDDLE" opt "$dir/less.wasm" -O2 -o "$dir/l.wasm" || fail "heddle.less $list"
	! grep -q heddle.less "$dir/l.wasm" || fail "heddle.less $list stays"
	"$HEDDLE" opt "$ROOT/bench/kernels/fib.wasm" -O2 -o "$dir/b.wasm"
	cmp -s "$dir/l.wasm" "$dir/b.wasm" || fail "heddle.less $list: another module"
done

for m in "$ROOT"/bench/kernels/*.wasm "$ROOT"/tests/rfc46/*.wasm; do
	for level in 1 2 3 z; do
		"$HEDDLE" opt "$m" -O$level --stats --json \
			-o "$dir/a.wasm" 2>"$dir/err" || fail "$m -O$level"
		"$HEDDLE" opt "$m" -O$level -o "$dir/b.wasm" ||
			fail "$m -O$level again"
		cmp -s "$dir/a.wasm" "$dir/b.wasm" || fail "$m differs"
		sed 's/.*"code": \[\([0-9]*\), \([0-9]*\)\].*/\1 \2/' \
			"$dir/err" >"$dir/size"
		read -r was now <"$dir/size"
		[ $level = 3 ] || [ "$now" -le "$was" ] || fail "$m -O$level: $was -> $now"
		"$HEDDLE" opt "$dir/a.wasm" -O$level \
			-o "$dir/b.wasm" || fail "$m -O$level of its output"
		cmp -s "$dir/a.wasm" "$dir/b.wasm" ||
			fail "$m -O$level: not a fixed point"
		grep -q 'heddle opt: every function is proved' "$dir/a.wasm" ||
			fail "$m: no note"
		grep -q '"rejected": 0, "simple": 0, "rolled_back": 0,' "$dir/err" ||
			fail "$m -O$level: rolled back"
		"$HEDDLE" verify -q "$m" "$dir/a.wasm" >/dev/null ||
			fail "$m -O$level: verify"
		if command -v wasm-validate >/dev/null; then
			wasm-validate --enable-all "$dir/a.wasm" ||
				fail "$m -O$level is not valid"
		fi
	done
done
exit $bad
