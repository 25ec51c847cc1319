;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; No bits are no low bits: there is no shift to the left by 32.
(module
  (func (export "f") (param i32) (result i32)
    (if (result i32) (i32.and (local.get 0) (i32.const 0))
      (then (i32.const 5)) (else (i32.const 7)))))
;; f:
;; 	tst.w	r0, #0
;; 	bne	. + 6
;; 	movs	r0, #7
;; 	bx	lr
;; 	movs	r0, #5
;; 	bx	lr
