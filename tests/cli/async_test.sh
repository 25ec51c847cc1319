# What is checked of the pulseengine:async dialect before anything is compiled.
. "$ROOT/tests/cli/lib.sh"
wat memory.wasm <<'W'
(module (import "pulseengine:async" "stream.read" (func $r (param i32 i32 i32 i32) (result i32)))
  (memory 1) (func (export "f") (drop (call $r (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 1)))))
W
expect 1 "$HEDDLE" compile memory.wasm -o x.o
says err "there is no memory 1"
absent x.o
wat callback.wasm <<'W'
(module (import "pulseengine:async" "task_backpressure" (func (param i32)))
  (func (export "__callback") (param i64)))
W
expect 1 "$HEDDLE" compile callback.wasm -o x.o
says err "__callback"
for sig in "(param i32 i32)" "(param i32 i32) (result i32)" "(param i32 i32 i32) (result i32)"; do
	case $sig in *result*) body='(i32.const 2)' ;; *) body= ;; esac
	echo "(module (func (export \"__callback\") $sig $body))" | wat form.wasm
	expect 0 "$HEDDLE" inspect form.wasm
	says out "callback: (event, "
done
wat kind.wasm <<'W'
(module (import "pulseengine:async" "stream_read" (global i32)))
W
expect 1 "$HEDDLE" compile kind.wasm -o x.o
says err "E0301"
finish
