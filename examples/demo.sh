#!/bin/sh
# demo.sh - compiles examples/upcase.wasm, runs it on a simulated Cortex-M4 fed
# from a file, and says what that took.
set -eu
cd "$(dirname "$0")/.."
heddle=${HEDDLE:-build/heddle}
input=${1:-README.md}
[ -e "$input" ] || input=examples/upcase.c
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

echo "\$ heddle build examples/upcase.wasm -o upcase.elf"
"$heddle" build examples/upcase.wasm -o "$dir/upcase.elf" 2>"$dir/summary" || { cat "$dir/summary" >&2; exit 1; }

echo "\$ heddle run examples/upcase.wasm --invoke start @stdin @stdout < $input"
"$heddle" run examples/upcase.wasm --invoke start @stdin @stdout <"$input" >"$dir/out"
head -5 "$dir/out"
LC_ALL=C tr a-z A-Z <"$input" >"$dir/want"
cmp "$dir/out" "$dir/want" || { echo "demo: the output is wrong" >&2; exit 1; }
bytes=$(wc -c <"$dir/out")
echo "... $bytes bytes, all as they should be"
echo

cat "$dir/summary"
"$heddle" inspect examples/upcase.wasm | grep '^stack'

# The plugin counts every instruction the simulated core executes.
gcc -O2 -shared -fPIC -o "$dir/roi.so" bench/count/roi.c
begin=$(arm-none-eabi-nm "$dir/upcase.elf" | awk '$3 == "main" { print $1 }')
end=$(arm-none-eabi-nm "$dir/upcase.elf" | awk '$3 == "sh_exit" { print $1 }')
ROI_OUT=$dir/count qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
	-plugin "$dir/roi.so,begin=$begin,end=$end" \
	-semihosting-config enable=on,target=native,arg=invoke,arg=start,arg=@stdin,arg=@stdout \
	-kernel "$dir/upcase.elf" <"$input" >/dev/null
count=$(sed -n 's/.* roi=\([0-9]*\).*/\1/p' "$dir/count")
echo "executed: $count instructions, $((count / (bytes > 0 ? bytes : 1))) per byte, instantiation and runtime included"

# Two components composed into one: a driver streams bytes through a filter
# and hashes (FNV-1a) what comes back.
echo
echo "\$ heddle run examples/sensor-composed.wasm --invoke 'run(64)'"
got=$("$heddle" run examples/sensor-composed.wasm --invoke 'run(64)')
echo "$got"
[ "$got" = 3045846438 ] || { echo "demo: that is not the hash" >&2; exit 1; }

# What the driver sends there, through the filter alone: the CRC-32 that the
# filter ends with is the last of the bytes that the driver hashes.
sent='fq9rvLaC}CNB/\tOu[{*_}Tu*_E!$;P;&&Tz^haumAnS{LI(6)7\rl7BLRC[Nxqb'
echo "\$ heddle run examples/sensor-filter.wasm < (the 64 bytes of run(64)) | tail -c 4 | od -An -tu4"
crc=$(printf %s "$sent" | "$heddle" run examples/sensor-filter.wasm | tail -c 4 | od -An -tu4 --endian=little | tr -d ' ')
echo "$crc"
[ "$crc" = 2777180176 ] || { echo "demo: that is not the CRC-32" >&2; exit 1; }

# The filter alone, from standard input to standard output: upper case, then
# the CRC-32 of it in four bytes.
echo "\$ heddle run examples/sensor-filter.wasm < $input"
"$heddle" run examples/sensor-filter.wasm <"$input" >"$dir/filtered"
head -c "$bytes" "$dir/filtered" | cmp - "$dir/want" || { echo "demo: the filter is wrong" >&2; exit 1; }
[ "$(wc -c <"$dir/filtered")" = $((bytes + 4)) ] || { echo "demo: no CRC at the end" >&2; exit 1; }
echo "... $bytes bytes and their CRC-32"

# Two components in two files, composed by the interface that one imports and
# the other exports: upper case, then rot13, standard input to standard output.
echo
echo "\$ heddle run tests/p3/pipe-front.wasm tests/p3/pipe-rot13.wasm < $input"
"$heddle" run tests/p3/pipe-front.wasm tests/p3/pipe-rot13.wasm <"$input" >"$dir/piped"
head -3 "$dir/piped"
LC_ALL=C tr A-Z N-ZA-M <"$dir/want" | cmp - "$dir/piped" || { echo "demo: the pipeline is wrong" >&2; exit 1; }
echo "... $bytes bytes through both, all as they should be"
