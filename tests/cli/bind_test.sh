# bind: headers compile, with the documentation of the component; the example
# firmware runs.
. "$ROOT/tests/cli/lib.sh"
inc="-I$ROOT/include -I$ROOT/runtime"
for f in examples/component-firmware/thermostat tests/p3/echo tests/p3/flow-source tests/p3/flow-driver tests/p3/counters-worker \
	tests/component/data/values tests/component/data/bind; do
	expect 0 "$HEDDLE" bind "$ROOT/$f.wasm" --prefix app -o app.h
	echo '#define APP_DEFINE_IMPORTS
#include "app.h"
void hd_trap(enum hd_trap_kind k) { (void)k; for (;;) ; }' >app.c
	expect 0 gcc -std=c11 -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-variable $inc -fsyntax-only app.c
done
# package-docs, as wit-component writes it: a version byte and JSON
cat "$ROOT/examples/component-firmware/thermostat.wasm" >docs.wasm
python3 - >>docs.wasm.end <<'P'
import sys, json
doc = json.dumps({"interfaces": {"control": {"funcs": {"smooth": {"docs": "Running mean.\nEnds with */ its input."}}}}}).encode()
body = bytes([12]) + b"package-docs" + b"\0" + doc
leb = lambda n: bytes([n & 127 | 128, n >> 7]) if n > 127 else bytes([n])
sys.stdout.buffer.write(b"\0" + leb(len(body)) + body)
P
cat docs.wasm.end >>docs.wasm
expect 0 "$HEDDLE" bind docs.wasm -o docs.h
grep -q '^ \* Running mean.$' docs.h || fail "documentation is missing"
grep -q '^ \* Ends with \* its input.$' docs.h || fail "a comment could end early"
expect 1 "$HEDDLE" bind "$ROOT/examples/upcase.wasm" -o no.h
expect 2 "$HEDDLE" bind "$ROOT/tests/p3/echo.wasm"
need_runtime
need qemu-system-arm qemu-system-arm
need cmake cmake
expect 0 cmake -S "$ROOT/examples/component-firmware" -B fw -DHEDDLE="$HEDDLE" -DHEDDLE_ROOT="$ROOT" -DHEDDLE_RT="$rt/cortex-m4"
expect 0 cmake --build fw
expect 0 timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
	-semihosting-config enable=on,target=native -kernel fw/firmware.elf
cat out err >all
cat >want <<'W'
grüß dich: 3 readings, mean 200833
warning: no readings
no readings
started
info: measured
sum 6150
31 ms
100 150 200 250 350 450 550 650 750 850 
W
same all want
finish
