# A missing tool is named with its package, and nothing is left behind.
. "$ROOT/tests/cli/lib.sh"
in=$ROOT/examples/upcase.wasm
mkdir empty
PATH=$dir/empty expect 4 "$HEDDLE" build "$in" -o x.elf
says err "gcc-arm-none-eabi"
absent x.elf
need_runtime
mkdir gcc
ln -s "$(command -v arm-none-eabi-gcc)" gcc/arm-none-eabi-gcc
PATH=$dir/gcc expect 4 "$HEDDLE" run "$in"
says err "qemu-system-arm"
HEDDLE_RUNTIME=$dir/empty expect 0 "$HEDDLE" compile "$in" -o x.o
finish
