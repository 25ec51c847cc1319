;;! args: inspect --json --target=cortex-m4
;; The same for machines.
(module
  (import "pulseengine:async" "stream.read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "pulseengine:async" "future_write" (func (param i32 i32 i32) (result i32)))
  (import "board" "led" (func $led (param i32)))
  (memory (export "memory") 1 4)
  (func $leaf (param i32) (result i32) (local.get 0))
  (func (export "start") (param i32) (drop (call $read (local.get 0) (i32.const 0) (i32.const 4) (i32.const 0))))
  (func $rec (export "recurse") (param i32) (result i32) (i32.add (i32.const 1) (call $rec (local.get 0))))
  (func (export "blink") (call $led (i32.const 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "__callback") (param i32 i32 i32) (result i32) (i32.const 2)))
;; {"dialect":"pulseengine:async","functions":6,
;; "imports":[{"module":"pulseengine:async","name":"stream.read","kind":"function","type":"iiii:i","symbol":"kiln_builtins_stream_read"},{"module":"pulseengine:async","name":"future_write","kind":"function","type":"iii:i","symbol":"kiln_builtins_future_write"},{"module":"board","name":"led","kind":"function","type":"i:","symbol":"wasm_import_board_led"}],
;; "exports":[{"name":"memory","kind":"memory","type":"1..4 pages","symbol":"wasm_memory"},{"name":"start","kind":"function","type":"i:","symbol":"wasm_start","stack":8},{"name":"recurse","kind":"function","type":"i:i","symbol":"wasm_recurse","stack":null},{"name":"blink","kind":"function","type":":","symbol":"wasm_blink","stack":8},{"name":"grow","kind":"function","type":":i","symbol":"wasm_grow","stack":8},{"name":"__callback","kind":"function","type":"iii:i","symbol":"wasm___callback","stack":0}],
;; "callback":"(event, p1, p2) -> code",
;; "events":["stream-read","future-write"],
;; "memories":[{"bytes":65536,"capacity":65536,"fixed":false}],
;; "code_bytes":94,"stack_bytes":null}
