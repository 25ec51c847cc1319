;;! args: compile --emit=asm -O0 --target=cortex-m4 --instance=pointer --function=f
;; Code shared by instances finds its memory through r9.
(module
  (memory (export "memory") 1 1)
  (global $g (export "g") (mut i32) (i32.const 1))
  (func $f (export "f") (param i32) (result i32)
    (global.set $g (local.get 0))
    (i32.load (local.get 0))))
;; f:
;; 	ldr	r1, [pc, #24]
;; 	add	r1, r9
;; 	str	r0, [r1, #0]
;; 	movw	r1, #65532
;; 	cmp	r0, r1
;; 	bhi	. + 10
;; 	ldr	r1, [pc, #16]
;; 	add	r1, r9
;; 	ldr	r0, [r1, r0]
;; 	bx	lr
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	nop
;; 	.word	0x00000000	@ global0
;; 	.word	0x00000000	@ memory0
