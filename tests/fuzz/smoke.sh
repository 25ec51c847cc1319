#!/bin/sh
# smoke.sh TARGET NAME SECONDS SEEDS... - a short run of one fuzz target from
# the seeds of the tree (tests/fuzz/seeds/NAME) and the folders that exist.
# libFuzzer targets keep what they find in fuzz-corpus/NAME of the build.
set -eu
target=$1 name=$2 seconds=$3
shift 3
here=$(dirname "$0")
seeds=
for dir in "$here/seeds/$name" "$@"; do
	[ -d "$dir" ] && seeds="$seeds $dir"
done
[ -n "$seeds" ] || { echo "SKIP: no seeds"; exit 77; }
if "$target" -help=1 2>&1 | grep -q max_total_time; then
	mkdir -p "fuzz-corpus/$name"
	exec "$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="fuzz-corpus/$name-" "fuzz-corpus/$name" $seeds
fi
exec "$target" -seconds="$seconds" $seeds
