;;! args: compile --emit=asm -O0 --target=cortex-m4 --fuel=1000 --function=f
;; Fuel is charged per basic block.
(module
  (func $f (export "f") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1))))
;; f:
;; 	push	{r4, lr}
;; 	ldr	r1, [pc, #24]
;; 	ldr.w	r12, [r1, #0]
;; 	subs.w	r12, r12, #3
;; 	str.w	r12, [r1, #0]
;; 	bmi	. + 6
;; 	adds	r0, #1
;; 	pop	{r4, pc}
;; 	bl	. + 0	@ hd_fuel_out	@ trap: fuel exhausted
;; 	b	. - 8
;; 	.word	0x00000000	@ hd_now
