# examples/firmware: a C program with its own linker script, built with CMake.
. "$ROOT/tests/cli/lib.sh"
need_runtime
need qemu-system-arm qemu-system-arm
need cmake cmake
expect 0 cmake -S "$ROOT/examples/firmware" -B fw -DHEDDLE="$HEDDLE" -DHEDDLE_ROOT="$ROOT" -DHEDDLE_RT="$rt/cortex-m4"
expect 0 cmake --build fw
expect 0 timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
	-semihosting-config enable=on,target=native -kernel fw/firmware.elf
cat out err >all
cat >want <<'W'
heater on
heater off
19850
trap: unreachable
W
same all want
finish
