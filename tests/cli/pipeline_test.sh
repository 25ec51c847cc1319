# heddle run A.wasm B.wasm < in > out: one pipeline of two components. The
# first writes capitals, the second turns capitals alone: either of them left
# out, or the two in the other order, is another output.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
front=$ROOT/tests/p3/pipe-front.wasm
rot13=$ROOT/tests/p3/pipe-rot13.wasm

# piped FILE TARGET COMPONENT...
piped() {
	file=$1 target=$2
	shift 2
	LC_ALL=C tr a-z A-Z <"$file" | LC_ALL=C tr A-Z N-ZA-M >want
	expect 0 "$HEDDLE" run --target "$target" "$@" <"$file"
	cmp out want || fail "$file through $* on $target"
}
: >empty
printf a >one
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i }' >escapes
printf "$(cat escapes)" >bytes
[ "$(wc -c <bytes)" = 256 ] || fail "bytes: $(wc -c <bytes)"
yes 'The quick brown fox, 0123456789' | head -c 102400 >long
for n in 1023 1024 1025; do
	head -c $n long >long$n
done
for f in empty one bytes long1023 long1024 long1025 long; do
	piped $f cortex-m4 "$front" "$rot13"
done
piped bytes cortex-m33 "$front" "$rot13"
# interfaces decide, not the order on the command line
piped bytes cortex-m4 "$rot13" "$front"
# half a pipeline is none
expect 1 "$HEDDLE" run "$front" <bytes
says err rot13
[ -s out ] && fail "output from half a pipeline"
finish
