;;! args: compile --target=cortex-m4 --emit=asm --no-prove -q
;; Short code: one register for neighbouring bytes of a loop, product and
;; constant in one instruction, flags of an addition behind a move, words
;; counted from the first of their page, padding that is no instruction and no
;; register of a result, returns that pop.
(module
  (import "env" "h" (func $h (param i32) (result i32)))
  (memory 1 1)
  (func (export "fill") (local $i i32) (local $s i32)
    (local.set $i (i32.const -64))
    (loop $l
      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 1664525)) (i32.const 1013904223)))
      (i32.store8 offset=4416 (local.get $i) (local.get $s))
      (i32.store8 offset=4417 (local.get $i) (i32.shr_u (local.get $s) (i32.const 8)))
      (i32.store8 offset=4418 (local.get $i) (i32.shr_u (local.get $s) (i32.const 16)))
      (i32.store8 offset=4419 (local.get $i) (i32.shr_u (local.get $s) (i32.const 24)))
      (br_if $l (local.tee $i (i32.add (local.get $i) (i32.const 4))))))
  (func (export "words") (result i32)
    (i32.add
      (i32.add
        (i32.add (i32.load offset=5376 (i32.const 0)) (i32.load offset=5380 (i32.const 0)))
        (i32.add (i32.load offset=5392 (i32.const 0)) (i32.load offset=5396 (i32.const 0))))
      (i32.add
        (i32.add (i32.load offset=5408 (i32.const 0)) (i32.load offset=5412 (i32.const 0)))
        (i32.add (i32.load offset=5424 (i32.const 0)) (i32.load offset=5428 (i32.const 0))))))
  (func $two (param i32) (result i32 i32 i32 i32)
    (local i32 i32 i32)
    (local.set 1 (call $h (local.get 0)))
    (local.set 2 (call $h (local.get 1)))
    (local.set 3 (call $h (local.get 2)))
    (local.get 1) (local.get 2) (local.get 3)
    (i32.add (call $h (local.get 3)) (local.get 0)))
  (func $g (export "g") (param i32) (result i32)
    (call $h (local.get 0)))
  (export "two" (func $two)))
;; fill:
;; 	push.w	{r3, r4, r5, r6, r7, r8, r9, lr}
;; 	ldr	r7, [pc, #88]
;; 	movw	r8, #61116
;; 	movw	lr, #61117
;; 	movw	r9, #61118
;; 	movw	r6, #61119
;; 	ldr	r5, [pc, #76]
;; 	ldr	r4, [pc, #76]
;; 	movs	r3, #0
;; 	mvn.w	r1, #63
;; 	b	. + 6
;; 	pop.w	{r3, r4, r5, r6, r7, r8, r9, pc}
;; 	mla	r3, r3, r5, r4
;; 	cmp	r1, r6
;; 	bhi	. + 36
;; 	adds	r2, r7, r1
;; 	strb	r3, [r2, #0]
;; 	lsrs	r0, r3, #8
;; 	cmp	r1, r9
;; 	bhi	. + 30
;; 	strb	r0, [r2, #1]
;; 	lsrs	r0, r3, #16
;; 	cmp	r1, lr
;; 	bhi	. + 26
;; 	strb	r0, [r2, #2]
;; 	lsrs	r0, r3, #24
;; 	cmp	r1, r8
;; 	bhi	. + 22
;; 	strb	r0, [r2, #3]
;; 	adds	r1, #4
;; 	bne	. - 38
;; 	b	. - 44
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	.word	0x00001140	@ memory0+4416
;; 	.word	0x0019660d
;; 	.word	0x3c6ef35f
;; words:
;; 	push	{r4, lr}
;; 	ldr	r1, [pc, #32]
;; 	ldr	r2, [r1, #0]
;; 	ldr	r0, [r1, #4]
;; 	adds	r3, r2, r0
;; 	ldr	r2, [r1, #16]
;; 	ldr	r0, [r1, #20]
;; 	adds	r0, r2, r0
;; 	adds	r4, r3, r0
;; 	ldr	r2, [r1, #32]
;; 	ldr	r0, [r1, #36]
;; 	adds	r3, r2, r0
;; 	ldr	r2, [r1, #48]
;; 	ldr	r0, [r1, #52]
;; 	adds	r0, r2, r0
;; 	adds	r0, r3, r0
;; 	adds	r0, r4, r0
;; 	pop	{r4, pc}
;; 	.word	0x00001500	@ memory0+5376
;; two:
;; 	ldr	r3, [pc, #56]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 50
;; 	push.w	{r4, r5, r6, r7, r8, lr}
;; 	mov	r7, r0
;; 	mov	r0, r7
;; 	bl	. + 0	@ wasm_import_env_h
;; 	mov	r6, r0
;; 	mov	r0, r6
;; 	bl	. + 0	@ wasm_import_env_h
;; 	mov	r5, r0
;; 	mov	r0, r5
;; 	bl	. + 0	@ wasm_import_env_h
;; 	mov	r4, r0
;; 	mov	r0, r4
;; 	bl	. + 0	@ wasm_import_env_h
;; 	adds	r3, r7, r0
;; 	mov	r0, r6
;; 	mov	r1, r5
;; 	mov	r2, r4
;; 	pop.w	{r4, r5, r6, r7, r8, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	.word	0x00000000	@ hd_now
;; g:
;; 	ldr	r3, [pc, #16]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 10
;; 	push	{r4, lr}
;; 	bl	. + 0	@ wasm_import_env_h
;; 	pop	{r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	.word	0x00000000	@ hd_now
;; instantiate:
;; 	bx	lr
