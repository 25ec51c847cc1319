;;! args: compile --emit=asm -O0 --target=cortex-m4f --function=f
;; Floats live in VFP registers where the core has them.
(module
  (func $f (export "f") (param f32 f32) (result f32)
    (f32.sqrt (f32.add (f32.mul (local.get 0) (local.get 0))
                       (f32.mul (local.get 1) (local.get 1))))))
;; f:
;; 	vmul.f32	s2, s0, s0
;; 	vmul.f32	s0, s1, s1
;; 	vadd.f32	s0, s2, s0
;; 	vsqrt.f32	s0, s0
;; 	bx	lr
