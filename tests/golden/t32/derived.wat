;;! args: compile --target=cortex-m4 --emit=asm --no-prove -q
;; What is next to an address or a number in a register is made by an addition;
;; next to one whose register has been taken since (r5), by a literal.  A
;; number that is another shifted or complemented is made of it in 16 bits.
(module
  (memory 1 1)
  (func (export "near") (local $i i32)
    (local.set $i (i32.const -64))
    (loop $l
      (i32.store8 offset=4160 (local.get $i) (i32.const 1))
      (br_if $l (local.tee $i (i32.add (local.get $i) (i32.const 2)))))
    (local.set $i (i32.const -64))
    (loop $m
      (i32.store8 offset=4161 (local.get $i) (i32.const 2))
      (br_if $m (local.tee $i (i32.add (local.get $i) (i32.const 2))))))
  (func (export "numbers") (param i32 i32) (result i32)
    (i32.store offset=4160 (i32.const 0) (i32.mul (local.get 0) (i32.const 0x12345678)))
    (i32.xor (i32.mul (local.get 1) (i32.const 0x12345678)) (i32.mul (local.get 0) (i32.const 0x1234567a))))
  (func (export "shifted") (param i32) (result i32)
    (i32.add
      (i32.mul (i32.rotr (local.get 0) (i32.const 3)) (i32.const 0x12345))
      (i32.add (i32.mul (local.get 0) (i32.const 0x1234500))
        (i32.mul (i32.xor (local.get 0) (i32.const 5)) (i32.const 0xfffedcba))))))
;; near:
;; 	push	{r4, r5, r6, lr}
;; 	movs	r6, #2
;; 	ldr	r5, [pc, #52]
;; 	movw	r4, #61374
;; 	movs	r3, #1
;; 	subs	r2, r5, #1
;; 	adds	r1, r4, #1
;; 	mvn.w	r0, #63
;; 	b	. + 4
;; 	pop	{r4, r5, r6, pc}
;; 	cmp	r0, r1
;; 	bhi	. + 24
;; 	strb	r3, [r2, r0]
;; 	adds	r0, #2
;; 	bne	. - 8
;; 	mvn.w	r0, #63
;; 	cmp	r0, r4
;; 	bhi	. + 14
;; 	strb	r6, [r5, r0]
;; 	adds	r0, #2
;; 	bne	. - 8
;; 	pop	{r4, r5, r6, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	nop
;; 	.word	0x00001041	@ memory0+4161
;; numbers:
;; 	push	{r4, r5, r6, lr}
;; 	ldr	r5, [pc, #20]
;; 	mul.w	r3, r0, r5
;; 	ldr	r4, [pc, #16]
;; 	str	r3, [r4, #64]
;; 	muls	r5, r1
;; 	ldr	r2, [pc, #16]
;; 	muls	r0, r2
;; 	eors	r0, r5
;; 	pop	{r4, r5, r6, pc}
;; 	nop
;; 	.word	0x12345678
;; 	.word	0x00001000	@ memory0+4096
;; 	.word	0x1234567a
;; shifted:
;; 	ror.w	r3, r0, #3
;; 	ldr	r2, [pc, #20]
;; 	muls	r2, r0
;; 	eor.w	r1, r0, #5
;; 	ldr	r0, [pc, #16]
;; 	mla	r1, r1, r0, r2
;; 	mvns	r0, r0
;; 	mla	r0, r3, r0, r1
;; 	bx	lr
;; 	nop
;; 	.word	0x01234500
;; 	.word	0xfffedcba
;; instantiate:
;; 	bx	lr
