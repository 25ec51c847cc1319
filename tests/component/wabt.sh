#!/bin/sh
# wabt.sh HEDDLE DIR... - lowers every component below the folders; what comes
# out must pass wabt's validator.
set -eu
heddle=$1
shift
command -v wasm-validate >/dev/null || { echo "SKIP: no wasm-validate (Debian package wabt)"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0
for f in $(find "$@" -name '*.wasm' ! -path '*/validate-*' ! -name '*.core.wasm' | sort); do
	if ! "$heddle" lower "$f" -o "$tmp/out.wasm" || ! wasm-validate --enable-all "$tmp/out.wasm"; then
		echo "FAIL $f"
		bad=$((bad + 1))
	fi
	n=$((n + 1))
done
[ "$n" -gt 0 ] || { echo "SKIP: no components below $*"; exit 77; }
echo "$((n - bad)) passed, $bad failed"
[ "$bad" = 0 ]
