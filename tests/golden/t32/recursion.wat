;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=fib
;; Recursion compares SP with the limit on entry.
(module
  (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
      (then (local.get 0))
      (else (i32.add
        (call $fib (i32.sub (local.get 0) (i32.const 1)))
        (call $fib (i32.sub (local.get 0) (i32.const 2))))))))
;; fib:
;; 	ldr	r3, [pc, #40]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 32
;; 	push	{r4, r5, r6, lr}
;; 	mov	r4, r0
;; 	cmp	r4, #2
;; 	bcc	. + 20
;; 	subs	r0, r4, #1
;; 	bl	. + 0	@ fib
;; 	mov	r5, r0
;; 	subs	r0, r4, #2
;; 	bl	. + 0	@ fib
;; 	adds	r0, r5, r0
;; 	pop	{r4, r5, r6, pc}
;; 	mov	r0, r4
;; 	pop	{r4, r5, r6, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	nop
;; 	.word	0x00000000	@ hd_now
