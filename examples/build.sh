#!/bin/sh
# build.sh - makes the .wasm of every example guest from its C source.
# The results are kept in the tree, so nobody needs clang to try them.
set -eu
cd "$(dirname "$0")"
# name of the source without .c, bytes of its stack (part of the device's RAM)
guest() {
	clang-19 --target=wasm32 -O2 -nostdlib -ffreestanding -Wall -Wextra \
		-c "$1.c" -o "$1.wasm.o"
	wasm-ld-19 --no-entry -z stack-size="$2" "$1.wasm.o" -o "$1.wasm"
	rm -f "$1.wasm.o"
}
guest upcase 1024
guest firmware/guest 512
