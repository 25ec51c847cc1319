#!/bin/sh
# orders.sh - every pass of the optimiser alone, or behind one other, on a suite.
#
#	orders.sh SPEC_RUN PASSES_DEF SUITE [FIRST]
#
# Without FIRST each pass runs alone; with it, FIRST and then each pass, itself
# too.  Each run must end with status 0, pass and skip as many assertions as the
# suite does without passes, and fail none.  A last line counts runs.
set -eu
run=$1 def=$2 suite=$3 first=${4:-}
[ -e "$suite" ] || { echo "SKIP: no core suite"; exit 77; }
passes=$(sed -n 's/^PASS(\([a-z]*\)).*/\1/p' "$def")
good=0 bad=0

# The runner's whole verdict: status, and its last line with all three counts.
count() {	# OPTION... -> "STATUS N passed, N failed, N skipped"
	status=0
	out=$("$run" --target eval --leave-out /simd/ -j 2 "$@" "$suite" 2>&1) || status=$?
	echo "$status $(printf '%s\n' "$out" | tail -1 | sed 's/^\([0-9]* passed, [0-9]* failed, [0-9]* skipped\).*/\1/')"
}
want=$(count)
case $want in
"0 "[1-9]*" passed, 0 failed, "*" skipped") ;;
*) echo "without passes: $want"; exit 1 ;;
esac
for p in $passes; do
	got=$(count --opt "${first:+$first,}$p")
	if [ "$got" = "$want" ]; then
		good=$((good + 1))
	else
		echo "${first:+$first,}$p: $got, wanted: $want"
		bad=$((bad + 1))
	fi
done
echo "$good orders passed, $bad failed; each: $want"
[ "$good" -gt 0 ] && [ "$bad" -eq 0 ]
