;;! args: compile --emit=asm -O2 --no-prove --target=cortex-m4 --function=f
;; Stubs of the first part of a long function stand behind that part, so that its checks reach them in 16 bits.
(module
  (import "e" "h" (func $h))
  (memory 1)
  (func $f (export "f") (param i32 i32) (result i32)
    (if (local.get 0) (then
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)
      (call $h)

      (return (i32.const 1))))
    (i32.store offset=0 (local.get 1) (i32.load offset=4 (local.get 0))) (call $h)
    (i32.store offset=8 (local.get 1) (i32.load offset=12 (local.get 0))) (call $h)
    (i32.store offset=16 (local.get 1) (i32.load offset=20 (local.get 0))) (call $h)
    (i32.store offset=24 (local.get 1) (i32.load offset=28 (local.get 0))) (call $h)
    (i32.store offset=32 (local.get 1) (i32.load offset=36 (local.get 0))) (call $h)
    (i32.store offset=40 (local.get 1) (i32.load offset=44 (local.get 0))) (call $h)
    (i32.const 2)))
;; f:
;; 	ldr	r3, [pc, #428]
;; 	ldr	r3, [r3, #4]
;; 	cmp	sp, r3
;; 	bcc	. + 114
;; 	push	{r4, r5, r6, lr}
;; 	mov	r5, r1
;; 	cmp	r0, #0
;; 	bne	. + 134
;; 	ldr	r4, [pc, #416]
;; 	ldr	r1, [r4, #4]
;; 	movw	r0, #65532
;; 	cmp	r5, r0
;; 	bhi	. + 98
;; 	adds	r6, r4, r5
;; 	str	r1, [r6, #0]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	ldr	r1, [r4, #12]
;; 	movw	r0, #65524
;; 	cmp	r5, r0
;; 	bhi	. + 84
;; 	str	r1, [r6, #8]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	ldr	r1, [r4, #20]
;; 	movw	r0, #65516
;; 	cmp	r5, r0
;; 	bhi	. + 72
;; 	str	r1, [r6, #16]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	ldr	r1, [r4, #28]
;; 	movw	r0, #65508
;; 	cmp	r5, r0
;; 	bhi	. + 60
;; 	str	r1, [r6, #24]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	ldr	r1, [r4, #36]
;; 	movw	r0, #65500
;; 	cmp	r5, r0
;; 	bhi	. + 48
;; 	str	r1, [r6, #32]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	ldr	r1, [r4, #44]
;; 	movw	r0, #65492
;; 	cmp	r5, r0
;; 	bhi	. + 36
;; 	str	r1, [r6, #40]
;; 	bl	. + 0	@ wasm_import_e_h
;; 	movs	r0, #2
;; 	pop	{r4, r5, r6, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: call stack exhausted
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	bl	. + 0	@ wasm_import_e_h
;; 	movs	r0, #1
;; 	pop	{r4, r5, r6, pc}
;; 	.word	0x00000000	@ hd_now
;; 	.word	0x00000000	@ memory0
