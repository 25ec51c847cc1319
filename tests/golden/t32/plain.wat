;;! args: compile --emit=asm -O0 --target=cortex-m4 --plain --function=f
;; The plain lowering keeps every value in memory.
(module
  (func $f (export "f") (param i32 i32) (result i32)
    (i32.sub (local.get 0) (local.get 1))))
;; f:
;; 	sub	sp, #16
;; 	str	r0, [sp, #8]
;; 	str	r1, [sp, #4]
;; 	ldr	r0, [sp, #8]
;; 	ldr	r1, [sp, #4]
;; 	subs	r2, r0, r1
;; 	str	r2, [sp, #0]
;; 	ldr	r0, [sp, #0]
;; 	add	sp, #16
;; 	bx	lr
