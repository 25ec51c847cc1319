#!/bin/sh
# run.sh HEDDLE FILE.wat - compares what heddle says with what the file says.
#
#	;;! args: compile --target=cortex-m4 --emit=asm
#	(module ...)
#	;; the exact output, each line behind ";; "
#
# BLESS=1 rewrites the expected output.  Exit 77: wat2wasm is missing.
set -eu
heddle=$1
file=$2
command -v wat2wasm >/dev/null || { echo "skipped: no wat2wasm (Debian package wabt)"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

args=$(sed -n 's/^;;! args: *//p' "$file")
[ -n "$args" ] || { echo "$file: no ;;! args: line"; exit 1; }
wat2wasm --enable-all "$file" -o "$dir/in.wasm"
# Arguments are words without quotes: splitting is what is wanted.
case $args in
*"-o "*) "$heddle" $args "$dir/in.wasm" >"$dir/out" 2>&1 || echo "exit $?" >>"$dir/out" ;;
compile*) "$heddle" $args "$dir/in.wasm" -o - >"$dir/out" 2>&1 || echo "exit $?" >>"$dir/out" ;;
*) "$heddle" $args "$dir/in.wasm" >"$dir/out" 2>&1 || echo "exit $?" >>"$dir/out" ;;
esac
sed -i "s|$dir/||g" "$dir/out"

. "$(dirname "$0")/compare.sh"
