;;! args: compile --emit=asm -O0 --target=cortex-m3 --function=f
;; 64-bit sums use the carry.
(module
  (func $f (export "f") (param i64 i64) (result i64)
    (i64.add (local.get 0) (local.get 1))))
;; f:
;; 	push	{r4, lr}
;; 	adds	r4, r0, r2
;; 	adcs	r1, r3
;; 	mov	r0, r4
;; 	pop	{r4, pc}
