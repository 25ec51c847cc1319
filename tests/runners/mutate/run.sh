#!/bin/sh
# run.sh MUTATE-RUN N CORPUS CORE_SPEC - N mutants over the kernels, the RFC
# guests and, when N is large, modules of the core suite.
run=$1 n=$2 corpus=$3 core=$4
[ -d "$corpus/rfc46" ] || { echo "skip: no corpus"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skip: no QEMU"; exit 77; }
set -- "$corpus"/rfc46/*.wasm "$corpus"/../bench/kernels/*.wasm
if [ "$n" -gt 5000 ]; then
	command -v wasm-validate >/dev/null || { echo "skip: no wabt"; exit 77; }
	[ -d "$core" ] || { echo "skip: core suite not unpacked"; exit 77; }
	for suite in address align block br br_if br_table call call_indirect \
		conversions endianness f32 f64 fac fib float_exprs float_misc \
		forward func global i32 i64 if int_exprs int_literals \
		labels left-to-right load local_get local_set local_tee loop \
		memory memory_copy memory_fill memory_grow memory_trap nop \
		return select stack store switch traps unreachable unwind; do
		for f in "$core/$suite".[0-9].wasm; do
			# the suite's modules that are to be refused stay out
			[ -f "$f" ] && wasm-validate "$f" 2>/dev/null &&
				set -- "$@" "$f"
		done
	done
fi
exec "$run" -n "$n" "$@"
