# The C header: names, types, imports; it compiles as C and C++.
. "$ROOT/tests/cli/lib.sh"
wat h.wasm <<'W'
(module
  (import "env" "log-it" (func (param i32 f64) (result i64)))
  (import "env" "table" (table 1 funcref))
  (import "env" "base" (global i32))
  (memory (export "memory") 1 3)
  (memory (export "other") 1 1)
  (global (export "count") (mut i64) (i64.const 1))
  (func (export "a.b") (result i32 f32) (i32.const 1) (f32.const 2))
  (func (export "a_b") (param externref) (result funcref) (ref.null func))
  (func (export "a-b"))
  (func (export "*/ \"x"))
  (export "again" (func 0)))
W
expect 0 "$HEDDLE" compile h.wasm -o h.o --header h.h --prefix my
for want in "uint64_t my_import_env_log_it(uint32_t p0, double p1);" "void my_a_b(uint64_t *results);" \
	"const struct hd_func *my_a_b__2(void *p0);" "void my_a_b__3(void);" "extern uint64_t my_count;" \
	"extern uint8_t my_other[];" "void my_instantiate(void);"; do
	says h.h "$want"
done
for cc in "gcc -std=c11" "g++ -std=c++17" "arm-none-eabi-gcc -std=c11 -mthumb -mcpu=cortex-m4"; do
	command -v ${cc%% *} >/dev/null || continue
	case $cc in g++*) x=c++ ;; *) x=c ;; esac
	echo '#include "h.h"' | $cc -Wall -Wextra -Wpedantic -Werror -I. -I"$ROOT/include" -x $x -c -o h.host - || fail "$cc"
done
if command -v arm-none-eabi-nm >/dev/null; then
	arm-none-eabi-nm h.o >symbols
	for want in "U my_import_env_log_it" "T my_a_b__2" "T my_again" "R my_module" "A my_memory_capacity"; do
		says symbols "$want"
	done
fi
finish
