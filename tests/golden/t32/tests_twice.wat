;;! args: compile --emit=asm -O2 --no-prove --target=cortex-m4 --function=f
;; Both of two comparisons as the condition of two branches: each branch tests them one after the other, and no number is made of
;; them.
(module
  (import "e" "a" (func $a))
  (import "e" "b" (func $b))
  (func $f (export "f") (param i32 i32 i32) (local i32)
    (local.set 3 (i32.and (i32.ne (local.get 0) (i32.const 0)) (i32.lt_u (local.get 1) (i32.const 9))))
    (if (local.get 2)
      (then (if (local.get 3) (then (call $a) (call $a))))
      (else (if (local.get 3) (then (call $b)))))))
;; f:
;; 	ldr	r3, [pc, #40]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 34
;; 	push	{r4, lr}
;; 	cbnz	r2, . + 14
;; 	cbz	r0, . + 26
;; 	cmp	r1, #9
;; 	bcs	. + 22
;; 	bl	. + 0	@ wasm_import_e_b
;; 	pop	{r4, pc}
;; 	cbz	r0, . + 14
;; 	cmp	r1, #9
;; 	bcs	. + 10
;; 	bl	. + 0	@ wasm_import_e_a
;; 	bl	. + 0	@ wasm_import_e_a
;; 	pop	{r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	.word	0x00000000	@ hd_now
