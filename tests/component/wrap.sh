#!/bin/sh
# wrap.sh HEDDLE P3 - core modules of the canon core dialect: as they are, in
# pairs, and without the section that tells their types.
set -eu
heddle=$1 p3=$2
[ -d "$p3" ] || { echo "SKIP: no corpus at $p3"; exit 77; }
command -v wasm-strip >/dev/null || { echo "SKIP: no wasm-strip (Debian package wabt)"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0
check() { # DESCRIPTION, status of the last command
	n=$((n + 1))
	[ "$2" = 0 ] || { bad=$((bad + 1)); echo "FAIL $1"; }
}
lowers() {
	rc=0
	"$heddle" lower "$@" -o "$tmp/out.wasm" && wasm-validate --enable-all "$tmp/out.wasm" || rc=1
	check "lower $*" $rc
}
# exit 1, and the message names $1
refused() {
	what=$1 rc=0
	shift
	"$heddle" lower "$@" -o "$tmp/out.wasm" 2>"$tmp/err" || rc=$?
	[ $rc = 1 ] && grep -q -- "$what" "$tmp/err" && rc=0 || { cat "$tmp/err"; rc=1; }
	check "refused: $*" $rc
}
for f in "$p3"/*/*.core.wasm; do
	lowers "$f"
done
# a pair links to the same built-ins and functions whatever its form
functions() {
	"$heddle" inspect "$@" | sed -n '/^functions/,$p' |
		sed 's/ memory=core [0-9]* memory [0-9]*//; s/^  [0-9]* in [0-9]*//; s/core [0-9]*//g'
}
for level in "" -O0; do
	for pair in sensor-filter:sensor-filter future-calc:worker; do
		dir=$p3/${pair%:*} callee=${pair#*:}$level
		functions "$dir/composed$level.wasm" >"$tmp/want"
		for form in .wasm .core.wasm; do
			lowers "$dir/driver$level$form" "$dir/$callee$form"
			lowers "$dir/$callee.core.wasm" "$dir/driver$level$form"
			functions "$dir/driver$level$form" "$dir/$callee$form" >"$tmp/have"
			rc=0; diff "$tmp/want" "$tmp/have" || rc=1
			check "functions of $dir/driver$level$form and $callee$form" $rc
		done
	done
done
# without the section
cp "$p3/sensor-filter/sensor-filter.core.wasm" "$tmp/filter.wasm"
cp "$p3/future-calc/driver.core.wasm" "$tmp/calc.wasm"
wasm-strip "$tmp/filter.wasm"
wasm-strip "$tmp/calc.wasm"
refused 'pulse:filter/filter#process is not known' "$tmp/filter.wasm"
refused '--types FILE' "$tmp/filter.wasm"
refused 'pulse:calc/calc#compute is not known' "$tmp/calc.wasm"
cat >"$tmp/types" <<'END'
// a comment
pulse:filter/filter#process: async func(input: stream<u8>) -> stream<u8>;
pulse:calc/calc#compute: async func(x: future<u32>, y: future<u32>) -> future<u64>
END
lowers "$tmp/filter.wasm" --types "$tmp/types"
lowers "$tmp/calc.wasm" --types "$tmp/types"
echo 'pulse:filter/filter#process: async func(input: u32) -> future<u8>' >"$tmp/types"
refused 'no stream with number 0' "$tmp/filter.wasm" --types "$tmp/types"
echo 'pulse:calc/calc#compute: async func(x: future<u32>, y: u64) -> future<u64>' >"$tmp/types"
refused 'no future with number 2' "$tmp/calc.wasm" --types "$tmp/types"
echo 'run: func(x: strin)' >"$tmp/types"
refused '0x000d.*a type expected' "$tmp/calc.wasm" --types "$tmp/types"
refused 'is also exported by' "$p3/future-calc/driver.wasm" "$p3/sensor-filter/driver.wasm"
echo "$((n - bad)) passed, $bad failed"
[ "$bad" = 0 ]
