#!/bin/sh
# component.sh - executed instructions between components on a Cortex-M4 in
# QEMU, exact, as JSON lines.
#
#	component.sh [BUILD]	BUILD holds heddle and rt/ (default build)
#
# In tests/p3/call-driver.wasm and call-worker.wasm: an async call of
# add(u32, u32) -> u32, what each more of them adds to a whole run, so with the
# caller's loop and the callee's code.
#
# In examples/sensor-composed.wasm: the driver's async call of
# process(stream<u8>), stub entry to return, with what the callee does up to
# its first wait (a stream made, a set, a read begun); and one stream write of
# the driver, stub entry to return, averaged over a run.
#
# In tests/p3/pipe-source.wasm and pipe-sink.wasm, a transfer of 1 KB: what 64
# more of them add to a whole run, so with the events, both callbacks and the
# guests' own few instructions; and of that, one write and one read, stub entry
# to return.
#
# The call and the transfer again with --mpu.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
gcc -O2 -shared -fPIC -w -o "$tmp/roi.so" "$root/bench/count/roi.c"

build() {	# COMPONENT...
	"$build/heddle" build "$@" --no-prove -q -o "$tmp/app.elf"
	arm-none-eabi-objdump -d "$tmp/app.elf" > "$tmp/dis"
}
# executed instructions from one address to another: "total times"
between() {	# BEGIN END CALL
	ROI_OUT=$tmp/count qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
		-plugin "$tmp/roi.so,begin=0x$1,end=0x$2" \
		-semihosting-config "enable=on,target=native,arg=app,arg=invoke,arg=$3" \
		-kernel "$tmp/app.elf" >"$tmp/result"
	sed -n 's/.* roi=\([0-9]*\) nroi=\([0-9]*\).*/\1 \2/p' "$tmp/count"
}

# instructions from a stub's entry to behind its call, the only one there is
count() {	# STUB CALL
	[ "$(grep -c "bl.*<$1>" "$tmp/dis")" = 1 ] || { echo "component.sh: $1 is called from several places" >&2; exit 1; }
	between "$(awk -v n="<$1>:" '$2 == n { print $1 }' "$tmp/dis")" "$(awk -v n="<$1>" '
		found { sub(":", "", $1); print $1; exit }
		$0 ~ "bl" && index($0, n) { found = 1 }' "$tmp/dis")" "$2"
}
# instructions from main to the end of the program
whole() {	# CALL
	set -- "$1" $(arm-none-eabi-nm "$tmp/app.elf" | awk '$3 == "main" { m = $1 } $3 == "sh_exit" { e = $1 } END { print m, e }')
	set -- $(between "$2" "$3" "$1")
	echo "$1"
}
stub() {	# PATTERN, the driver's: the last
	awk -v p="$1" '$2 ~ p && $2 ~ /^<wasm_import/ { gsub("[<>:]", "", $2); print $2 }' "$tmp/dis" | tail -1
}
line() {	# name value note
	printf '{"name": "%s", "value": %s, "unit": "instructions", "target": "cortex-m4", "note": "%s"}\n' "$@"
}
build "$root/tests/p3/call-driver.wasm" "$root/tests/p3/call-worker.wasm"
few=$(whole 'run(100)')
many=$(whole 'run(1100)')
line adapter.insns.call "$(((many - few) / 1000))" "async call of add(u32, u32) -> u32, caller to callee and back, mean of 1000"
build "$root/tests/p3/call-driver.wasm" "$root/tests/p3/call-worker.wasm" --mpu
few=$(whole 'run(100)')
many=$(whole 'run(1100)')
line adapter.insns.call.mpu "$(((many - few) / 1000))" "the same with --mpu"

build "$root/examples/sensor-composed.wasm"
set -- $(count "$(stub 'async_lower_x5d__x5b_lower')" 'run(1000)')
line adapter.insns.call_wait "$(($1 / $2))" "async call of process(stream<u8>), the callee up to its first wait included"
set -- $(count "$(stub 'stream_write')" 'run(1000)')
line adapter.insns.write "$(($1 / $2))" "stream write of up to 64 bytes between components, mean of $2"

build "$root/tests/p3/pipe-source.wasm" "$root/tests/p3/pipe-sink.wasm"
few=$(whole 'run(64)')
many=$(whole 'run(128)')
line adapter.insns.stream1k "$(((many - few) / 64))" "1 KB of stream<u8> between components, all that runs, mean of 64"
set -- $(count "$(stub 'stream_write')" 'run(128)')
line adapter.insns.stream1k.write "$(($1 / $2))" "its write, stub entry to return, mean of $2"
set -- $(count "$(stub 'stream_read')" 'run(128)')
line adapter.insns.stream1k.read "$(($1 / $2))" "its read, stub entry to return, mean of $2"
build "$root/tests/p3/pipe-source.wasm" "$root/tests/p3/pipe-sink.wasm" --mpu
few=$(whole 'run(64)')
many=$(whole 'run(128)')
line adapter.insns.stream1k.mpu "$(((many - few) / 64))" "1 KB of stream<u8> between components, all that runs, with --mpu"
