#!/bin/sh
# loops.sh OPT-RUN PASSES FIRST LAST - generated loops, plain against optimised.
set -eu
command -v wat2wasm >/dev/null || { echo "skipped: no wat2wasm (Debian package wabt)"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 "$(dirname "$0")/gen_loops.py" "$3" "$4" "$dir"
"$1" "--opt=$2" --rounds=6 "$dir"/*.wasm
"$1" "--opt=$2" --rounds=6 --fuel "$dir"/*.wasm
