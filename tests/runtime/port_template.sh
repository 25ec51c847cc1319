#!/bin/sh
# port_template.sh ROOT - the port to copy compiles, for the host and for every
# kind of Cortex-M, and defines the port's functions and nothing else.
root=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 skipped=0
want="hd_port_catch hd_port_clock hd_port_idle hd_port_panic hd_port_stack_init hd_port_switch hd_port_throw"

one() {	# NM COMPILER...
	nm=$1
	shift
	command -v "$1" >/dev/null || { echo "skip: no $1"; skipped=$((skipped + 1)); return; }
	"$@" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -ffreestanding -I"$root/include" -I"$root/runtime" \
		-c "$root/runtime/port/template/port.c" -o "$tmp/port.o" || { failed=$((failed + 1)); return; }
	have=$($nm --defined-only "$tmp/port.o" | awk '$2 == "T" { print $3 }' | sort | tr '\n' ' ')
	if [ "$have" = "$want " ]; then
		passed=$((passed + 1))
	else
		echo "$*: defines $have"
		failed=$((failed + 1))
	fi
}

one nm cc
one nm clang-19
for core in cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55; do
	one arm-none-eabi-nm arm-none-eabi-gcc -mcpu=$core -mthumb
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
