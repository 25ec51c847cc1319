#!/bin/sh
# run.sh MODEL - exhaustive check of a Promela model.
command -v spin >/dev/null || { echo "SKIP: spin is not installed"; exit 77; }
model=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" && spin -a "$model" && gcc -O2 -w -DSAFETY -o pan pan.c && ./pan -m200000 > out || { cat out; exit 1; }
grep -E 'errors|states, stored' out
grep -q 'errors: 0' out
