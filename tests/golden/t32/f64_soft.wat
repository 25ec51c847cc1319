;;! args: compile --emit=asm -O0 --target=cortex-m3 --function=f
;; and go through the run-time ABI elsewhere.
(module
  (func $f (export "f") (param f64 f64) (result f64)
    (f64.mul (local.get 0) (local.get 1))))
;; f:
;; 	push	{r4, lr}
;; 	bl	. + 0	@ __aeabi_dmul
;; 	pop	{r4, pc}
