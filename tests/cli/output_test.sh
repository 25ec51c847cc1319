# -o -, standard input, and output that is the same for every -j and run.
. "$ROOT/tests/cli/lib.sh"
in=$ROOT/examples/upcase.wasm
for target in cortex-m3 cortex-m4 cortex-m4f cortex-m7 cortex-m7dp cortex-m33 cortex-m55; do
	expect 0 "$HEDDLE" compile "$in" -o one.o -j1 --target $target
	expect 0 "$HEDDLE" compile "$in" -o two.o -j2 --target $target
	expect 0 "$HEDDLE" compile "$in" -o five.o -j5 --target $target
	same one.o two.o
	same one.o five.o
done
expect 0 "$HEDDLE" compile "$in" -o m4.o
"$HEDDLE" compile "$in" -o - >stdout.o || fail "-o -"
same m4.o stdout.o
"$HEDDLE" compile - -o stdin.o <"$in" || fail "standard input"
same m4.o stdin.o
expect 0 "$HEDDLE" compile "$in" -o asm1 --emit=asm -j1
expect 0 "$HEDDLE" compile "$in" -o asm2 --emit=asm -j2
same asm1 asm2
says asm1 "kiln_builtins_stream_read"
# a pipe is written to, never replaced by a file
mkfifo pipe
cat pipe >through &
expect 0 "$HEDDLE" compile "$in" -o pipe
wait
same m4.o through
[ -p pipe ] || fail "the pipe was replaced"
finish
