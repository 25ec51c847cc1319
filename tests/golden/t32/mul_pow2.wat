;;! args: compile --emit=asm --target=cortex-m4 --function=f
;; A product with a power of two is one shift.
(module
  (func $f (export "f") (param i32) (result i32)
    (i32.mul (local.get 0) (i32.const 8))))
;; f:
;; 	lsls	r0, r0, #3
;; 	bx	lr
