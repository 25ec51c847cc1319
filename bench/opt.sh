#!/bin/sh
# opt.sh - bytes of code sections after heddle opt and after wasm-opt.
#
#	bench/opt.sh [HEDDLE]
#
# And host instructions that both take, counted by callgrind, over three modules.
# One JSON object a line: opt.bytes and opt.bytes_wasm_opt per level, over
# bench/kernels, tests/rfc46 and the core modules of the p3 corpus; and a table
# per module on standard error.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
heddle=${1:-$root/build/heddle}
corpus=${HEDDLE_CORPUS:-$root/../shared/corpus}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
command -v wasm-opt >/dev/null || { echo "SKIP: no wasm-opt" >&2; exit 77; }

# Size of the code section's contents.
code()
{
	wasm-objdump -h "$1" |
		sed -n 's/^ *Code .*(size=\(0x[0-9a-f]*\)).*/\1/p'
}

line()
{
	printf '{"name": "%s", "value": %d, "unit": "bytes", "target": "wasm", "note": "%s"}\n' "$@"
}

# A number of the statistics, by its name; passes, which come last, have some of
# these names too.
number()
{
	sed -n "s/, \"passes\".*//; s/.*\"$1\": \([0-9]*\).*/\1/p" "$dir/stats"
}

for level in 2:3 z:z; do
	ours=${level%:*} theirs=${level#*:} sum=0 sum_theirs=0 sum_in=0
	proved=0 back=0
	printf '%-28s %8s %8s %8s\n' "module" "input" "-O$ours" \
		"wasm-opt" >&2
	for m in "$root"/bench/kernels/*.wasm "$root"/tests/rfc46/*.wasm \
		"$corpus"/p3/*/*.core.wasm; do
		[ -f "$m" ] || continue
		"$heddle" opt "$m" -O"$ours" -q --stats --json \
			-o "$dir/a.wasm" 2>"$dir/stats"
		proved=$((proved + $(number proved)))
		back=$((back + $(number simple) + $(number rolled_back)))
		wasm-opt --all-features -O"$theirs" "$m" -o "$dir/b.wasm"
		i=$(($(code "$m"))) a=$(($(code "$dir/a.wasm")))
		b=$(($(code "$dir/b.wasm")))
		printf '%-28s %8d %8d %8d\n' "$(basename "$m" .wasm)" \
			"$i" "$a" "$b" >&2
		sum=$((sum + a)) sum_theirs=$((sum_theirs + b))
		sum_in=$((sum_in + i))
	done
	printf '%-28s %8d %8d %8d\n' "total" $sum_in $sum $sum_theirs >&2
	line opt.bytes $sum "-O$ours, input $sum_in; $proved changed functions, all proved, $back done again with less"
	line opt.bytes_wasm_opt $sum_theirs "-O$theirs"
done

# Millions of host instructions of a command.
cost()
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\)[0-9]\{6\}.*/\1/p'
}

command -v valgrind >/dev/null || { echo "SKIP: costs: no valgrind" >&2; exit 0; }
ours=0 theirs=0
for m in "$root"/bench/kernels/json.wasm "$root"/tests/rfc46/future_resolver.wasm \
	"$root"/tests/rfc46/xform_bswap.wasm; do
	ours=$((ours + $(cost "$heddle" opt "$m" -O2 --no-prove -q -o "$dir/a.wasm")))
	theirs=$((theirs + $(cost wasm-opt --all-features -O3 "$m" -o "$dir/b.wasm")))
done
unit='"unit": "million host instructions", "target": "wasm"'
echo "{\"name\": \"opt.cost\", \"value\": $ours, $unit, \"note\": \"-O2, not proved\"}"
echo "{\"name\": \"opt.cost_wasm_opt\", \"value\": $theirs, $unit, \"note\": \"-O3\"}"
