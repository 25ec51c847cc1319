;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; Multiply and accumulate is one instruction.
(module
  (func $f (export "f") (param i32 i32 i32) (result i32)
    (i32.add (local.get 2) (i32.mul (local.get 0) (local.get 1)))))
;; f:
;; 	mla	r0, r0, r1, r2
;; 	bx	lr
