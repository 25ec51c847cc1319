;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; Intrinsics of pulseengine:async are calls with the parameters in order.
(module
  (import "pulseengine:async" "stream.read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1 1)
  (func $f (export "f") (param i32) (result i32)
    (call $read (local.get 0) (i32.const 64) (i32.const 16) (i32.const 0)))
  (func (export "__callback") (param i32 i32)))
;; f:
;; 	push	{r4, lr}
;; 	movs	r1, #64
;; 	movs	r2, #16
;; 	movs	r3, #0
;; 	bl	. + 0	@ kiln_builtins_stream_read
;; 	pop	{r4, pc}
