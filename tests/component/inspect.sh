#!/bin/sh
# inspect.sh HEDDLE FILE.wasm WANT [OPTION...] - compares heddle inspect with a
# file; BLESS=1 rewrites it.
set -eu
heddle=$1 in=$2 want=$3
shift 3
[ -f "$in" ] || { echo "SKIP: no $in"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$heddle" inspect "$@" "$in" >"$tmp/out"
if [ "${BLESS:-0}" = 1 ]; then
	cp "$tmp/out" "$want"
fi
diff -u "$want" "$tmp/out"
