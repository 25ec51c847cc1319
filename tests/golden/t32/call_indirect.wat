;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; A table that is never written is in flash, with one array per type.
(module
  (type $t (func (param i32) (result i32)))
  (table 3 3 funcref)
  (elem (i32.const 0) $a $b $v)
  (func $a (type $t) (i32.add (local.get 0) (i32.const 1)))
  (func $b (type $t) (i32.sub (local.get 0) (i32.const 1)))
  (func $v)
  (func $f (export "f") (param i32 i32) (result i32)
    (call_indirect (type $t) (local.get 0) (local.get 1))))
;; f:
;; 	push	{r4, lr}
;; 	ldr	r2, [pc, #24]
;; 	cmp	r1, #3
;; 	bcs	. + 14
;; 	ldr.w	r1, [r2, r1, lsl #2]
;; 	cmp	r1, #1
;; 	beq	. + 10
;; 	blx	r1
;; 	pop	{r4, pc}
;; 	bl	. + 0	@ hd_trap_site	@ trap: undefined element
;; 	bl	. + 0	@ hd_trap_site	@ trap: indirect call type mismatch
;; 	.word	0x00000000	@ table_direct0.0
