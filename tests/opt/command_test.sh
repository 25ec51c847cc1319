#!/bin/sh
# heddle opt: refuses without --no-prove, records that nothing was proved,
# gives valid modules that are the same in every run and fixed points; code
# does not get larger, but for tables at -O3.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail()
{
	echo "FAIL $*"
	failed=1
}

in=$ROOT/bench/kernels/json.wasm
"$HEDDLE" opt "$in" -o "$dir/x.wasm" 2>"$dir/err"
[ $? -eq 3 ] || fail "status without --no-prove is not 3"
[ ! -e "$dir/x.wasm" ] || fail "output without --no-prove"
grep -q 'not available' "$dir/err" || fail "no diagnostic"

for m in "$ROOT"/bench/kernels/*.wasm "$ROOT"/tests/rfc46/*.wasm; do
	for level in 1 2 3 z; do
		"$HEDDLE" opt "$m" -O$level --no-prove --stats --json \
			-o "$dir/a.wasm" 2>"$dir/err" || fail "$m -O$level"
		"$HEDDLE" opt "$m" -O$level --no-prove -o "$dir/b.wasm" ||
			fail "$m -O$level again"
		cmp -s "$dir/a.wasm" "$dir/b.wasm" || fail "$m differs"
		sed 's/.*"code": \[\([0-9]*\), \([0-9]*\)\].*/\1 \2/' \
			"$dir/err" >"$dir/size"
		read -r was now <"$dir/size"
		[ $level = 3 ] || [ "$now" -le "$was" ] || fail "$m -O$level: $was -> $now"
		"$HEDDLE" opt "$dir/a.wasm" -O$level --no-prove \
			-o "$dir/b.wasm" || fail "$m -O$level of its output"
		cmp -s "$dir/a.wasm" "$dir/b.wasm" ||
			fail "$m -O$level: not a fixed point"
		grep -q 'heddle opt: not proved' "$dir/a.wasm" ||
			fail "$m: no note"
		if command -v wasm-validate >/dev/null; then
			wasm-validate --enable-all "$dir/a.wasm" ||
				fail "$m -O$level is not valid"
		fi
	done
done
exit $failed
