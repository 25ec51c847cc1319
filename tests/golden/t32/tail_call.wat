;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; A tail call is a branch.
(module
  (func $g (export "g") (param i32 i32) (result i32) (i32.xor (local.get 0) (local.get 1)))
  (func $f (export "f") (param i32 i32) (result i32)
    (return_call $g (local.get 1) (local.get 0))))
;; f:
;; 	mov	r12, r0
;; 	mov	r0, r1
;; 	mov	r1, r12
;; 	b.w	. + 0	@ g
