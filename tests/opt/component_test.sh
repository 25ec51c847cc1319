#!/bin/sh
# component_test.sh - heddle opt on components: core modules in their places get
# smaller, everything else stays.
#
# HEDDLE   the tool; ROOT the source tree.  The p3 corpus is used where it is.
. "$(dirname "$0")/lib.sh"
need wasm-validate wabt
corpus=${HEDDLE_CORPUS:-$ROOT/../shared/corpus}
n=0

# What a component is, without the sizes of its core modules.
shape()
{
	"$HEDDLE" inspect "$1" | sed 's/bytes [0-9]*, functions [0-9]*/module/; s/\(core [0-9]*\) func [0-9]*/\1 func/g'
}

for c in "$ROOT"/tests/component/data/*.wasm "$corpus"/p3/*/composed*.wasm \
	"$corpus"/p3/*/driver.wasm; do
	[ -f "$c" ] || continue
	for level in 2 z; do
		what="$(basename "$c") -O$level"
		"$HEDDLE" opt "$c" -O$level -q -o "$dir/a.wasm" ||
			fail "$what"
		[ "$(wc -c <"$dir/a.wasm")" -le "$(wc -c <"$c")" ] ||
			fail "$what: larger"
		shape "$c" >"$dir/before"
		shape "$dir/a.wasm" >"$dir/after"
		# imports that nothing uses may go, and nothing else
		diff "$dir/before" "$dir/after" | grep '^[<>]' |
			grep -qv '^<     .* = ' &&
			fail "$what: instances, functions or exports differ"
		"$HEDDLE" lower "$dir/a.wasm" -o "$dir/low.wasm" &&
			wasm-validate --enable-multi-memory "$dir/low.wasm" ||
			fail "$what: lowered"
		"$HEDDLE" opt "$dir/a.wasm" -O$level -q -o "$dir/b.wasm"
		cmp -s "$dir/a.wasm" "$dir/b.wasm" ||
			fail "$what: opt of opt is something else"
		n=$((n + 1))
	done
done
[ $n -ge 2 ] || fail "no component was read"

# what cannot be read is rejected, and nothing is written
c=$ROOT/tests/component/data/values.wasm
head -c 300 "$c" >"$dir/cut.wasm"
"$HEDDLE" opt "$dir/cut.wasm" -q -o "$dir/x.wasm" 2>"$dir/err"
[ $? = 1 ] || fail "a cut component: status"
[ -e "$dir/x.wasm" ] && fail "a cut component: written"
"$HEDDLE" opt "$c" -q --stats --json -o "$dir/x.wasm" 2>"$dir/json" &&
	grep -q '"passes"' "$dir/json" || fail "--stats --json"
[ $bad = 0 ] && echo "ok - $n rewritten components"
exit $bad
