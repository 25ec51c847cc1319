#!/bin/sh
# run.sh MUTATE-RUN CORPUS CORE_SPEC OPTION... - mutants of the core suite, or where CORE_SPEC is - of the kernels,
# the RFC guests and p3, as the options say. What is to be refused, the runner leaves out.
run=$1 corpus=$2 core=$3
shift 3
[ -d "$corpus/rfc46" ] || { echo "skip: no corpus"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skip: no QEMU"; exit 77; }
[ "$core" = - ] && exec "$run" "$@" "$corpus"/rfc46/*.wasm "$(dirname "$0")"/../../../bench/kernels/*.wasm \
	"$corpus"/p3/*/*.core.wasm
[ -d "$core" ] || { echo "skip: core suite not unpacked"; exit 77; }
exec "$run" "$@" "$core"/*.wasm
