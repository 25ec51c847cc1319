;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
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
;; 	push	{r4, r5, r6, lr}
;; 	cbz	r1, . + 28
;; 	ldr	r2, [pc, #32]
;; 	movw	r3, #65532
;; 	movs	r5, #0
;; 	cmp	r0, r3
;; 	bhi	. + 20
;; 	ldr	r4, [r2, r0]
;; 	adds	r5, r5, r4
;; 	adds	r0, #4
;; 	subs	r1, #1
;; 	bne	. - 12
;; 	mov	r0, r5
;; 	pop	{r4, r5, r6, pc}
;; 	movs	r0, #0
;; 	pop	{r4, r5, r6, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	nop
;; 	.word	0x00000000	@ memory0
