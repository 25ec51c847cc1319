# Calls across modules and from C: several results, tail calls, references.
. "$ROOT/tests/cli/lib.sh"
need wast2json wabt
need_runtime
need qemu-system-arm qemu-system-arm
run=$(dirname "$HEDDLE")/spec-run
[ -e "$(dirname "$run")/rt/cortex-m4/spec_main.o" ] || { echo "skipped: no test firmware"; exit 77; }
expect 0 wast2json --enable-all "$ROOT/tests/cli/stubs.wast" -o stubs.json
# wabt forgets the comma between expected types of a trap
sed -i 's/"} *{"/"}, {"/g' stubs.json
for target in cortex-m3 cortex-m4f cortex-m7dp cortex-m33; do
	expect 0 "$run" --target $target stubs.json
	expect 0 "$run" --target $target --plain stubs.json
done
finish
