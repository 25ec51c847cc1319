#!/bin/sh
# runtime.sh - figures of the runtime: flash, RAM, executed instructions on a
# Cortex-M4 in QEMU, exact, as JSON lines.
#
#	runtime.sh [BUILD]	BUILD holds rt/ (default build)
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
t=cortex-m4
cc="arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os -std=c11 -ffreestanding -ffunction-sections -fdata-sections -I$root/runtime -I$root/include"

line() {	# name value unit target note
	printf '{"name": "%s", "value": %s, "unit": "%s", "target": "%s", "note": "%s"}\n' "$@"
}

# .text of the members named, out of the archive
text() {
	mkdir -p "$tmp/o" && (cd "$tmp/o" && arm-none-eabi-ar x "$build/rt/$t/libheddle-rt.a")
	sum=0
	for m in "$@"; do
		n=$(arm-none-eabi-size "$tmp/o/$m.o" | awk 'NR == 2 { print $1 }')
		sum=$((sum + n))
	done
	echo $sum
}
# everything of the frozen feature set: streams, futures, sets, subtasks, tasks,
# callback and async lifts and lowers, resources, traps
core="port_cortex-m_copy.S core_call.c core_memory.c core_pipe.c core_resource.c core_set.c core_subtask.c core_table.c core_task.c core_thread.c core_trap.c core_waitable.c"
full="$core exec_sched.c exec_run.c exec_fiber.c port_cortex-m_enter.S core_ring.c host_ring.c host_mailbox.c port_cortex-m_port.c port_cortex-m_switch.S"
line runtime.text.core "$(text $core)" bytes $t "core/ with all frozen built-ins, -Os"
line runtime.text.full "$(text $full)" bytes $t "with scheduler, fibers, port, rings, mailboxes"
$cc -c "$root/runtime/config.c" -o "$tmp/config.o"
ram=$(arm-none-eabi-nm -S -t d "$tmp/config.o" | awk '$3 == "B" || $3 == "b" || $3 == "D" || $3 == "d" {
	if ($4 !~ /fiber_stacks|ring_storage|hd_channels|hd_xthreads/) s += $2 } END { print s + 0 }')
line runtime.ram "$ram" bytes $t "default pools of the canonical core, without stacks and byte rings"

gcc -O2 -shared -fPIC -w -o "$tmp/roi.so" "$root/bench/count/roi.c"
link() {	# SWEEP
	$cc -DSWEEP="$1" -DHD_INSTANCES=4 -DHD_HANDLES=$(($1 * 3 + 40)) -DHD_TASKS=$(($1 + 8)) \
		-DHD_CHANNELS=$(($1 + 8)) -DHD_SETS=$(($1 + 8)) \
		"$root/bench/runtime/bench.c" "$root/runtime/config.c" -nostartfiles -nostdlib -Wl,--gc-sections \
		-Wl,--undefined=hd_tick -Wl,--undefined=hd_mail_poll -L"$build/rt/board" -T mps2-an386.ld \
		-Wl,--start-group "$build/rt/$t/libheddle-board.a" "$build/rt/$t/libheddle-rt.a" -lgcc -Wl,--end-group \
		-Wl,--no-warn-rwx-segments -o "$tmp/bench.elf"
}
address() {
	arm-none-eabi-nm "$tmp/bench.elf" | awk -v s="$1" '$3 == s { print $1 }'
}
count() {	# begin end
	ROI_OUT=$tmp/roi qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
		-semihosting-config enable=on,target=native -plugin "$tmp/roi.so,begin=0x$(address "$1"),end=0x$(address "$2")" \
		-kernel "$tmp/bench.elf" >/dev/null
	sed 's/.* roi=\([0-9]*\).*/\1/' "$tmp/roi"
}
link 1
line runtime.insns.callback "$(count hd_deliver on_callback)" instructions $t "queued event to entry of __callback"
line runtime.insns.callback_canon "$(count hd_tick on_canon)" instructions $t "ready task to entry of a canonical callback"
line runtime.insns.fiber "$(count hd_port_switch landed)" instructions $t "stack switch without FP"
line runtime.insns.rendezvous64 "$(count hd_stream_write after_write)" instructions $t "write of 64 bytes meeting a pinned read, event posted"
line runtime.insns.isr "$(count hd_mailbox_put on_isr)" instructions $t "mailbox put to entry of __callback with the word"
line runtime.insns.stream_read64 "$(count kiln_builtins_stream_read after_read)" instructions $t "64 buffered bytes"
for n in 1 32 1024; do
	link $n
	line runtime.sweep.$n.poll "$(count hd_waitable_set_poll after_poll)" instructions $t "set of $n, one event"
	line runtime.sweep.$n.canon "$(count hd_tick on_canon)" instructions $t "$n tasks waiting"
	line runtime.sweep.$n.rendezvous64 "$(count hd_stream_write after_write)" instructions $t "$n streams, handles, tasks"
done
