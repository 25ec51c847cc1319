# -Oz links the runtime as one program where its compiler is the linker's, and
# otherwise as it is: larger, and the same.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
for in in "$ROOT/examples/upcase.wasm" "$ROOT/examples/sensor-composed.wasm"; do
	expect 0 "$HEDDLE" build -Oz "$in" -o one.elf
	expect 0 "$HEDDLE" build -Oz "$in" -o again.elf
	same one.elf again.elf
	[ -d rt ] || cp -r "$rt" rt
	rm -f rt/lto-*
	HEDDLE_RUNTIME=$dir/rt expect 0 "$HEDDLE" build -Oz "$in" -o apart.elf
	text() { arm-none-eabi-size "$1" | awk 'NR == 2 { print $1 }'; }
	[ "$(text one.elf)" -lt "$(text apart.elf)" ] ||
		fail "$in: $(text one.elf) bytes, and $(text apart.elf) apart"
done
echo "a line" >in
"$HEDDLE" run -Oz "$ROOT/examples/upcase.wasm" <in >one || fail "does not run"
HEDDLE_RUNTIME=$dir/rt "$HEDDLE" run -Oz "$ROOT/examples/upcase.wasm" <in >apart || fail "does not run apart"
[ "$(cat one)" = "A LINE" ] || fail "says $(cat one)"
same one apart
finish
