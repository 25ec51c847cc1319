#!/bin/sh
# bench.sh - every published figure: a table here, build/bench.json for machines.
set -eu
cd "$(dirname "$0")/.."
exec python3 bench/bench.py "$@"
