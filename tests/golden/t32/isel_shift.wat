;;! args: compile --target=cortex-m4 --dump=mir -j1 -o /dev/null --no-prove -q
;; Shifts, masks and products are absorbed by what uses them.
(module
  (func (export "shifted") (param i32 i32) (result i32)
    (i32.xor (local.get 0) (i32.shr_u (local.get 1) (i32.const 15))))
  (func (export "field") (param i32) (result i32)
    (i32.and (i32.shr_u (local.get 0) (i32.const 5)) (i32.const 7)))
  (func (export "insert") (param i32 i32) (result i32)
    (i32.or (i32.and (local.get 0) (i32.const 0xffff00ff))
      (i32.shl (i32.and (local.get 1) (i32.const 255)) (i32.const 8))))
  (func (export "clear") (param i32 i32) (result i32)
    (i32.and (local.get 0) (i32.xor (local.get 1) (i32.const -1))))
  (func (export "rotate") (param i32) (result i32)
    (i32.or (i32.shl (local.get 0) (i32.const 9)) (i32.shr_u (local.get 0) (i32.const 23))))
  (func (export "mls") (param i32 i32 i32) (result i32)
    (i32.sub (local.get 0) (i32.mul (local.get 1) (local.get 2))))
  (func (export "swap") (param i32) (result i32)
    (i32.or
      (i32.or (i32.shl (local.get 0) (i32.const 24))
        (i32.shl (i32.and (local.get 0) (i32.const 0xff00)) (i32.const 8)))
      (i32.or (i32.and (i32.shr_u (local.get 0) (i32.const 8)) (i32.const 0xff00))
        (i32.shr_u (local.get 0) (i32.const 24))))))
;; ;; mir of function 0
;; func 0 in 0 out 0 (v3@r0, v2@r1)
;; b0:
;; 	v1 = eor v3, v2 lsr #15
;; 	ret v1@r0
;; ;; mir of function 1
;; func 1 in 0 out 0 (v2@r0)
;; b0:
;; 	v1 = ubfx v2 #5 #3
;; 	ret v1@r0
;; ;; mir of function 2
;; func 2 in 0 out 0 (v2@r0, v3@r1)
;; b0:
;; 	v1 = bfi v2, v3 #8 #8
;; 	ret v1@r0
;; ;; mir of function 3
;; func 3 in 0 out 0 (v3@r0, v2@r1)
;; b0:
;; 	v1 = bic v3, v2
;; 	ret v1@r0
;; ;; mir of function 4
;; func 4 in 0 out 0 (v2@r0)
;; b0:
;; 	v1 = shift v2 ror #23
;; 	ret v1@r0
;; ;; mir of function 5
;; func 5 in 0 out 0 (v4@r0, v2@r1, v3@r2)
;; b0:
;; 	v1 = mls v2, v3, v4
;; 	ret v1@r0
;; ;; mir of function 6
;; func 6 in 0 out 0 (v2@r0)
;; b0:
;; 	v1 = rev v2
;; 	ret v1@r0
;; ;; mir of function 7
;; func 7 in 0 out 0
;; b0:
;; 	ret
