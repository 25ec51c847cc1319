#!/bin/sh
# adapters.sh HEDDLE - lowers data/values.wasm and runs its adapters.
set -eu
here=$(dirname "$0")
node=${HEDDLE_NODE:-node}
command -v "$node" >/dev/null || { echo "SKIP: no node"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$1" lower "$here/data/values.wasm" -o "$tmp/out.wasm"
"$node" "$here/adapters.mjs" "$tmp/out.wasm"
