#!/bin/sh
# corpus.sh RUNNER TARGET DIR - all traces of the corpus on one target.
test -d "$3/named" || { echo "SKIP: no corpus at $3"; exit 77; }
test "$2" = host || command -v qemu-system-arm >/dev/null ||
	{ echo "SKIP: qemu-system-arm is not installed"; exit 77; }
out=$("$1" --target "$2" "$3/named" "$3/random.jsonl.gz")
status=$?
echo "$out" | tail -20
# a run that lost scenarios is not a pass
test $status -eq 0 && echo "$out" | grep -q '^1914 passed, 0 failed, 3 skipped$'
