#!/bin/sh
# component.sh - executed instructions between components on a Cortex-M4 in
# QEMU, exact, as JSON lines.
#
#	component.sh [BUILD]	BUILD holds heddle and rt/ (default build)
#
# Measured in examples/sensor-composed.wasm: the driver's async call of
# process(stream<u8>), stub entry to return, with what the callee does up to
# its first wait (a stream made, a set, a read begun); and one stream write of
# the driver, stub entry to return, averaged over a run.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$build/heddle" build "$root/examples/sensor-composed.wasm" --no-prove -q -o "$tmp/app.elf"
gcc -O2 -shared -fPIC -w -o "$tmp/roi.so" "$root/bench/count/roi.c"
arm-none-eabi-objdump -d "$tmp/app.elf" > "$tmp/dis"

# instructions from a stub's entry to behind its first call: "total times"
count() {	# STUB
	begin=$(awk -v n="<$1>:" '$2 == n { print $1 }' "$tmp/dis")
	end=$(awk -v n="<$1>" 'found { sub(":", "", $1); print $1; exit } $0 ~ "bl" && index($0, n) { found = 1 }' "$tmp/dis")
	ROI_OUT=$tmp/count qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
		-plugin "$tmp/roi.so,begin=0x$begin,end=0x$end" \
		-semihosting-config "enable=on,target=native,arg=app,arg=invoke,arg=run(1000)" \
		-kernel "$tmp/app.elf" >/dev/null
	sed -n 's/.* roi=\([0-9]*\) nroi=\([0-9]*\).*/\1 \2/p' "$tmp/count"
}
stub() {	# PATTERN, the driver's: the last
	awk -v p="$1" '$2 ~ p && $2 ~ /^<wasm_import/ { gsub("[<>:]", "", $2); print $2 }' "$tmp/dis" | tail -1
}
line() {	# name value note
	printf '{"name": "%s", "value": %s, "unit": "instructions", "target": "cortex-m4", "note": "%s"}\n' "$@"
}
set -- $(count "$(stub 'async_lower_x5d__x5b_lower')")
line adapter.insns.call "$(($1 / $2))" "async call of process(stream<u8>), the callee up to its first wait included"
set -- $(count "$(stub 'stream_write')")
line adapter.insns.write "$(($1 / $2))" "stream write of up to 64 bytes between components, mean of $2"
