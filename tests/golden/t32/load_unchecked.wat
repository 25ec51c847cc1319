;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f --bounds=none
;; The same without its check.
(module
  (memory (export "memory") 1 1)
  (func $f (export "f") (param i32) (result i32)
    (i32.load offset=4 (local.get 0))))
;; f:
;; 	ldr	r1, [pc, #4]
;; 	ldr	r0, [r1, r0]
;; 	bx	lr
;; 	nop
;; 	.word	0x00000004	@ memory0+4
