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
one="arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os -std=c11 -ffreestanding -I$root/runtime -I$root/include"	# as heddle build links -Oz
cc="$one -ffunction-sections -fdata-sections"

line() {	# name value unit target note
	printf '{"name": "%s", "value": %s, "unit": "%s", "target": "%s", "note": "%s"}\n' "$@"
}

# .text that a link of these built-ins keeps, of members matching a pattern
frozen="hd_call_async hd_call_sync hd_stream_new hd_stream_read hd_stream_write hd_stream_cancel_read
hd_stream_cancel_write hd_stream_drop_readable hd_stream_drop_writable hd_future_new hd_future_read hd_future_write
hd_future_cancel_read hd_future_cancel_write hd_future_drop_readable hd_future_drop_writable hd_waitable_set_new
hd_waitable_set_wait hd_waitable_set_poll hd_waitable_set_drop hd_join hd_subtask_cancel hd_subtask_drop hd_task_return
hd_task_cancel hd_backpressure_inc hd_backpressure_dec hd_context_get hd_context_set hd_thread_yield hd_resource_new
hd_resource_rep hd_resource_drop hd_lift_own hd_lift_borrow hd_lower_own hd_lower_borrow hd_lift_pipe hd_lower_pipe
hd_memory_grow hd_trap_site"
edge="hd_fiber_run hd_tick hd_host_stream_init hd_host_write hd_host_read hd_host_end_drop hd_port_idle"
mail="hd_mailbox_init hd_mailbox_put hd_mail_poll"
# core/ by itself, of the library that is linked as one program: other files are
# no part of that.
mkdir "$tmp/apart"
(cd "$tmp/apart" && arm-none-eabi-ar x "$build/rt/$t/libheddle-rt-small.a" &&
	for o in small_exec_*.o small_host_*.o small_component_*.o small_port_*.o; do arm-none-eabi-objcopy -R '.gnu.lto_*' -R '.gnu.debuglto_*' "$o"; done &&
	arm-none-eabi-ar rcs "$tmp/core.a" ./*.o)
text() {	# LIBRARY PATTERN SYMBOL..., `small` in front of the library or not
	case $1 in
	rt) small= ;;
	core) small="-flto -flto-partition=none $tmp/core.a" ;;
	small) small="-flto -flto-partition=none $build/rt/$t/libheddle-rt-small.a" ;;
	*) small=$build/rt/$t/libheddle-rt-$1.a ;;
	esac
	pattern=$2; shift 2
	keep=
	for s in "$@"; do keep="$keep -Wl,-u,$s"; done
	$one -nostdlib -nostartfiles -Wl,--gc-sections,--no-warn-rwx-segments -Wl,-e,hd_call_async $keep \
		-Wl,--unresolved-symbols=ignore-all -Wl,-Map="$tmp/map" $small "$build/rt/$t/libheddle-rt.a" -o "$tmp/size.elf"
	awk -v p="$pattern" '
		/^ \.text[^ ]*$/ { pending = 1; next }
		/^ \.text/ && NF >= 4 && $4 ~ p { add($3) }
		pending && NF >= 3 && $3 ~ p { add($2) }
		{ pending = 0 }
		function add(x,  i, v) {
			v = 0
			for (i = 3; i <= length(x); i++)
				v = v * 16 + index("0123456789abcdef", substr(x, i, 1)) - 1
			sum += v
		}
		/^Memory Configuration|^Linker script/ { sum = 0 }
		END { print sum + 0 }' "$tmp/map"
}
line runtime.text.core "$(text core 'core_|copy.S|lto[.]o' $frozen)" bytes $t "core/ with all frozen built-ins, linked by -Oz"
line runtime.text.rings "$(text small '.' $frozen $edge)" bytes $t "with scheduler, fibers, port, host rings"
line runtime.text.full "$(text small '.' $frozen $edge $mail)" bytes $t "the same with mailboxes"
line runtime.text.core.fast "$(text rt 'core_|copy.S' $frozen)" bytes $t "the same with the short ways that -O2 links"
line runtime.text.full.fast "$(text rt 'libheddle-rt' $frozen $edge $mail)" bytes $t "the same with the short ways that -O2 links"
line runtime.text.full.multi "$(text multi 'libheddle-rt' $frozen $edge $mail hd_executor_run hd_executor_bind)" bytes $t "the same for several executors"
$cc -c "$root/runtime/config.c" -o "$tmp/config.o"
ram=$(arm-none-eabi-nm -S -t d "$tmp/config.o" | awk '$3 == "B" || $3 == "b" || $3 == "D" || $3 == "d" {
	if ($4 !~ /fiber_stacks|ring_storage|hd_channels|hd_xthreads/) s += $2 } END { print s + 0 }')
line runtime.ram "$ram" bytes $t "default pools of the canonical core, without stacks and byte rings"

gcc -O2 -shared -fPIC -w -o "$tmp/roi.so" "$root/bench/count/roi.c"
link() {	# SWEEP
	$cc -DSWEEP="$1" -DHD_INSTANCES=4 -DHD_HANDLES=$(($1 * 3 + 40)) -DHD_TASKS=$(($1 + 8)) \
		-DHD_CHANNELS=$(($1 + 8)) -DHD_LENDS=$(($1 < 255 ? $1 : 255)) \
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
line runtime.insns.callback_event "$(count hd_tick on_event)" instructions $t "queued event to entry of a canonical callback"
line runtime.insns.callback_canon "$(count begin_canon on_canon)" instructions $t "task that yielded to entry of its canonical callback"
line runtime.insns.fiber "$(count hd_port_switch landed)" instructions $t "stack switch without FP"
line runtime.insns.rendezvous64 "$(count hd_stream_write after_write)" instructions $t "write of 64 bytes meeting a pinned read, event posted"
line runtime.insns.isr "$(count hd_mailbox_put on_isr)" instructions $t "mailbox put to entry of __callback with the word"
line runtime.insns.stream_read64 "$(count kiln_builtins_stream_read after_read)" instructions $t "64 buffered bytes"
for n in 1 32 1024; do
	link $n
	line runtime.sweep.$n.poll "$(count hd_waitable_set_poll after_poll)" instructions $t "set of $n, one event"
	line runtime.sweep.$n.canon "$(count hd_tick on_event)" instructions $t "$n tasks waiting"
	line runtime.sweep.$n.lend "$(count hd_lift_borrow after_lend)" instructions $t "the last of $(($n < 255 ? $n : 255)) lends"
	line runtime.sweep.$n.queue "$(count begin_queue after_queue)" instructions $t "worst: write, event of who joined first of $n, all others have one"
	line runtime.sweep.$n.take "$(count begin_take after_take)" instructions $t "worst: poll, all of $n have an event"
	line runtime.sweep.$n.wake "$(count begin_wake after_wake)" instructions $t "worst: join, wakes one of $n, all others are ready"
	line runtime.sweep.$n.release "$(count begin_release after_release)" instructions $t "worst: lock released, $n wait for it"
	line runtime.sweep.$n.rendezvous64 "$(count hd_stream_write after_write)" instructions $t "$n streams, handles, tasks"
done
