;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; Division traps on zero and on overflow.
(module
  (func $f (export "f") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1))))
;; f:
;; 	cbz	r1, . + 16
;; 	sdiv	r0, r0, r1
;; 	ands	r1, r0
;; 	cmp.w	r1, #-2147483648
;; 	beq	. + 8
;; 	bx	lr
;; 	bl	. + 0	@ hd_trap_site	@ trap: integer divide by zero
;; 	bl	. + 0	@ hd_trap_site	@ trap: integer overflow
