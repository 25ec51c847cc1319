;;! args: compile -Oz --target=cortex-m4 --emit=asm --no-prove -q
;; What two ways do alike in front of where they meet is there once, and so is a return
;; of more than 16 bits ("early"); a conditional branch goes to the one block that returns.
;; Up to three words of the frame are pushed with what is saved ("pushed").
(module
  (import "e" "g" (func $g (param i32 i32) (result i32)))
  (import "e" "h" (func $h (param i32)))
  (import "e" "k" (func $k (param i32 i32 i32 i32 i32)))
  (import "e" "m" (func $m (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (func (export "early") (param i32 i32) (result i32)
    (if (local.get 0) (then (return (i32.const 9))))
    (call $m (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 5) (i32.const 5) (i32.const 5))
    (if (local.get 1) (then (return (i32.const 8))))
    (call $h (local.get 1))
    (i32.const 7))
  (func (export "pushed") (param i32) (result i32)
    (call $k (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5))
    (local.get 0))
  (func (export "pair") (param i32) (result i32 i32)
    (call $k (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5))
    (local.get 0) (i32.const 7))
  (func (export "meet") (param i32 i32 i32) (result i32)
    (block $out (result i32)
      (if (i32.eq (local.get 0) (i32.const 3))
        (then (call $h (i32.mul (local.get 1) (local.get 2)))
              (br $out (i32.add (call $g (local.get 1) (i32.const 7)) (local.get 1)))))
      (if (i32.eq (local.get 0) (i32.const 5))
        (then (call $h (i32.sub (local.get 1) (local.get 2)))
              (br $out (i32.add (call $g (local.get 1) (i32.const 7)) (local.get 1)))))
      (call $h (local.get 2))
      (i32.mul (call $g (local.get 1) (i32.const 7)) (local.get 1)))))
;; early:
;; 	ldr	r3, [pc, #60]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 54
;; 	push	{r4, lr}
;; 	sub	sp, #16
;; 	mov	r4, r1
;; 	cbnz	r0, . + 42
;; 	movs	r0, #5
;; 	str	r0, [sp, #0]
;; 	str	r0, [sp, #4]
;; 	str	r0, [sp, #8]
;; 	str	r0, [sp, #12]
;; 	movs	r0, #1
;; 	movs	r1, #2
;; 	movs	r2, #3
;; 	movs	r3, #4
;; 	bl	. + 0	@ wasm_import_e_m
;; 	cbnz	r4, . + 14
;; 	movs	r0, #0
;; 	bl	. + 0	@ wasm_import_e_h
;; 	movs	r0, #7
;; 	add	sp, #16
;; 	pop	{r4, pc}
;; 	movs	r0, #8
;; 	b	. - 6
;; 	movs	r0, #9
;; 	b	. - 10
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	.word	0x00000000	@ hd_now
;; pushed:
;; 	ldr	r3, [pc, #32]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 26
;; 	push	{r2, r3, r4, lr}
;; 	mov	r4, r0
;; 	movs	r0, #5
;; 	str	r0, [sp, #0]
;; 	movs	r0, #1
;; 	movs	r1, #2
;; 	movs	r2, #3
;; 	movs	r3, #4
;; 	bl	. + 0	@ wasm_import_e_k
;; 	mov	r0, r4
;; 	pop	{r2, r3, r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	.word	0x00000000	@ hd_now
;; pair:
;; 	ldr	r3, [pc, #36]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 28
;; 	push	{r2, r3, r4, lr}
;; 	mov	r4, r0
;; 	movs	r0, #5
;; 	str	r0, [sp, #0]
;; 	movs	r0, #1
;; 	movs	r1, #2
;; 	movs	r2, #3
;; 	movs	r3, #4
;; 	bl	. + 0	@ wasm_import_e_k
;; 	movs	r1, #7
;; 	mov	r0, r4
;; 	pop	{r2, r3, r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	nop
;; 	.word	0x00000000	@ hd_now
;; meet:
;; 	ldr	r3, [pc, #64]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 56
;; 	push	{r4, lr}
;; 	mov	r4, r1
;; 	cmp	r0, #3
;; 	beq	. + 28
;; 	cmp	r0, #5
;; 	beq	. + 20
;; 	mov	r0, r2
;; 	bl	. + 0	@ wasm_import_e_h
;; 	movs	r1, #7
;; 	mov	r0, r4
;; 	bl	. + 0	@ wasm_import_e_g
;; 	muls	r0, r4
;; 	pop	{r4, pc}
;; 	subs	r0, r4, r2
;; 	b	. + 6
;; 	mul.w	r0, r4, r2
;; 	bl	. + 0	@ wasm_import_e_h
;; 	movs	r1, #7
;; 	mov	r0, r4
;; 	bl	. + 0	@ wasm_import_e_g
;; 	adds	r0, r4, r0
;; 	pop	{r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	nop
;; 	.word	0x00000000	@ hd_now
;; instantiate:
;; 	bx	lr
