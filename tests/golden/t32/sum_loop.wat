;;! args: compile --emit=asm --target=cortex-m4 --function=f
;; A loop over an array.
(module
  (memory (export "memory") 1 1)
  (func $f (export "f") (param $p i32) (param $n i32) (result i32)
    (local $s i32)
    (block $out
      (br_if $out (i32.eqz (local.get $n)))
      (loop $top
        (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br_if $top (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
    (local.get $s)))
;; f:
;; 	push	{r4, lr}
;; 	cbnz	r1, . + 6
;; 	movs	r3, #0
;; 	b	. + 56
;; 	subs	r2, r1, #1
;; 	cmp.w	r2, #16384
;; 	ite	cc
;; 	movcc	r2, #1
;; 	movcs	r2, #0
;; 	lsls	r3, r1, #2
;; 	rsb.w	r3, r3, #65536
;; 	cmp	r0, r3
;; 	ite	ls
;; 	movls	r3, #1
;; 	movhi	r3, #0
;; 	ldr	r4, [pc, #52]
;; 	tst	r2, r3
;; 	bne	. + 12
;; 	movw	r2, #65532
;; 	mov.w	lr, #0
;; 	b	. + 18
;; 	movs	r3, #0
;; 	ldr	r2, [r4, r0]
;; 	adds	r3, r3, r2
;; 	adds	r0, #4
;; 	subs	r1, #1
;; 	bne	. - 8
;; 	mov	r0, r3
;; 	pop	{r4, pc}
;; 	cmp	r0, r2
;; 	bhi	. + 16
;; 	ldr	r3, [r4, r0]
;; 	add	r3, lr
;; 	adds	r0, #4
;; 	subs	r1, #1
;; 	beq	. - 16
;; 	mov	lr, r3
;; 	b	. - 16
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	.word	0x00000000	@ memory0
