;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; A checked load is one compare, one branch to a cold stub and one load.
(module
  (memory (export "memory") 1 1)
  (func $f (export "f") (param i32) (result i32)
    (i32.load offset=4 (local.get 0))))
;; f:
;; 	movw	r1, #65528
;; 	cmp	r0, r1
;; 	bhi	. + 8
;; 	ldr	r1, [pc, #8]
;; 	ldr	r0, [r1, r0]
;; 	bx	lr
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	nop
;; 	.word	0x00000004	@ memory0+4
