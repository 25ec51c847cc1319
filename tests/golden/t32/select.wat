;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; A select is an IT block.
(module
  (func $f (export "f") (param i32 i32) (result i32)
    (select (local.get 0) (local.get 1)
      (i32.lt_s (local.get 0) (local.get 1)))))
;; f:
;; 	cmp	r0, r1
;; 	it	ge
;; 	movge	r0, r1
;; 	bx	lr
