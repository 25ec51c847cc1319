#!/bin/sh
# run.sh RT BOARD - the firmware main with a hand-made guest, fibers, hd_copy and walls.
command -v qemu-system-arm >/dev/null || { echo "SKIP: qemu-system-arm is not installed"; exit 77; }
rt=$1 board=$2 bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

run() {	# ELF WORD...
	elf=$1; shift
	args=arg=app
	for w in "$@"; do args="$args,arg=$w"; done
	timeout 30 qemu-system-arm -M "$board" -nographic -monitor none -serial none \
		-semihosting-config "enable=on,target=native,$args" -kernel "$elf"
}
expect() {	# NAME STATUS OUTPUT WORD...
	name=$1 status=$2 want=$3; shift 3
	got=$(run "$rt/guest.elf" invoke "$@" 2>&1 </dev/null)
	s=$?
	if [ "$got" != "$want" ] || [ $s -ne "$status" ]; then
		echo "not ok - $name: status $s, '$got'"
		bad=1
	fi
}
one=0x3ff0000000000000
expect mix 0 21 mix 1 2 0x40400000 0x4010000000000000 5 0x40c00000
expect pair 0 "$(printf '%s\n%s' -1 42)" pair -2 41
expect half 0 f64:0x3ff8000000000000 half 0x40400000
expect nine 0 "$(printf '11\n3040506')" nine $one $one $one $one $one $one $one 0x4010000000000000 0x40400000 4 5 6
expect fault 5 "trap: processor fault in guest code" hard
expect stack 5 "trap: call stack exhausted" deep 100000
expect divide 5 "trap: integer divide by zero" divide 10 0
expect usage 2 "heddle: no exported function nothing" nothing
i=0
while [ $i -lt 600 ]; do echo "line $i of a stream that is longer than any ring"; i=$((i + 1)); done > "$tmp/in"
run "$rt/guest.elf" invoke start @stdin @stdout < "$tmp/in" > "$tmp/out"
tr a-z A-Z < "$tmp/in" | cmp - "$tmp/out" || { echo "not ok - stream"; bad=1; }
run "$rt/fiber.elf" </dev/null || bad=1
run "$rt/fiber_small.elf" </dev/null || bad=1
run "$rt/copy.elf" </dev/null || bad=1
run "$rt/copy_small.elf" </dev/null || bad=1
run "$rt/multi.elf" </dev/null || { echo "not ok - executors"; bad=1; }
run "$rt/multi_fiber.elf" </dev/null || { echo "not ok - fibers of an interrupt"; bad=1; }
run "$rt/multi_overflow.elf" </dev/null || { echo "not ok - overflows of an interrupt's fibers"; bad=1; }
for whose in handler inside; do
	got=$(run "$rt/multi_overflow.elf" $whose 2>&1 </dev/null)
	if [ $? -ne 99 ] || [ "$got" != "heddle: fatal fault outside guest code" ]; then
		echo "not ok - an overflow that is nobody's trap ($whose): '$got'"
		bad=1
	fi
done
run "$rt/rtos.elf" </dev/null || { echo "not ok - threads of an RTOS"; bad=1; }
run "$rt/multi_wall.elf" </dev/null || { echo "not ok - walls of executors"; bad=1; }
run "$rt/wall.elf" </dev/null || { echo "not ok - walls"; bad=1; }
test $bad -eq 0 && echo "ok - $board"
exit $bad
