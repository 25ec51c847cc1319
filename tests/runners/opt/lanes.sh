#!/bin/sh
# lanes.sh RUNNER FIRST LAST ARGS... - generated loops over bytes and halfwords.
# RUNNER opt-run: plain against packed, in the evaluator.  spec-run: compiled code
# against V8, with ARGS naming the target.
set -eu
command -v wat2wasm >/dev/null || { echo "skipped: no wat2wasm (Debian package wabt)"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
runner=$1 first=$2 last=$3
shift 3
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 "$here/gen_lanes.py" "$first" "$last" "$dir"
case $runner in
*opt-run)
	"$runner" "$@" --rounds=12 "$dir"/*.wasm;;
*)
	command -v node >/dev/null || { echo "skipped: no node"; exit 77; }
	node "$here/lanes.mjs" "$dir" 4
	"$runner" "$@" "$dir/lanes.json";;
esac
