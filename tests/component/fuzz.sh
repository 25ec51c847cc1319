#!/bin/sh
# fuzz.sh TARGET CORPUS - a short fuzz run with every component of the corpus
# as a seed.
set -eu
target=$1 corpus=$2
[ -d "$corpus" ] || { echo "SKIP: no corpus at $corpus"; exit 77; }
set --
for dir in "$corpus"/cm-async/official/*/ "$corpus"/p3/*/; do
	set -- "$@" "${dir%/}"
done
if "$target" -help=1 2>&1 | grep -q max_total_time; then
	mkdir -p fuzz-corpus/component
	exec "$target" -max_total_time=20 -max_len=8192 -timeout=10 fuzz-corpus/component "$@"
fi
exec "$target" -seconds="${FUZZ_SECONDS:-20}" "$@"
