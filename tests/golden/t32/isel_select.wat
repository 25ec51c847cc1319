;;! args: compile --target=cortex-m4 --dump=mir -j1 -o /dev/null --no-prove -q
;; One arm of a select is done under the condition; clamps are one instruction.
(module
  (func (export "moved") (param i32 i32) (result i32)
    (select (i32.const 9) (local.get 0) (i32.lt_u (local.get 1) (i32.const 7))))
  (func (export "upper") (param i32) (result i32)
    (select (i32.sub (local.get 0) (i32.const 32)) (local.get 0)
      (i32.lt_u (i32.sub (local.get 0) (i32.const 97)) (i32.const 26))))
  (func (export "test") (param i32 i32 i32) (result i32)
    (select (local.get 1) (local.get 2) (i32.and (local.get 0) (i32.const 8))))
  (func (export "clamp") (param i32) (result i32) (local i32)
    (local.set 1 (select (local.get 0) (i32.const 32767) (i32.lt_s (local.get 0) (i32.const 32767))))
    (select (local.get 1) (i32.const -32768) (i32.gt_s (local.get 1) (i32.const -32768))))
  (func (export "both") (param i32 i32) (result i32)
    (if (result i32) (i32.and (i32.lt_u (local.get 0) (i32.const 10)) (i32.gt_s (local.get 1) (i32.const 3)))
      (then (local.get 0)) (else (local.get 1)))))
;; ;; mir of function 0
;; func 0 in 0 out 0 (v3@r0, v2@r1)
;; b0:
;; 	v1 = cmpop v2, v3 cmp.cc #7 const #9
;; 	ret v1@r0
;; ;; mir of function 1
;; func 1 in 0 out 0 (v3@r0)
;; b0:
;; 	v2 = sub v3 #97
;; 	v1 = cmpop v2, v3, v3 cmp.cc #26 sub #32
;; 	ret v1@r0
;; ;; mir of function 2
;; func 2 in 0 out 0 (v2@r0, v3@r1, v4@r2)
;; b0:
;; 	v1 = cmpsel v2, v3, v4 tst.ne #8
;; 	ret v1@r0
;; ;; mir of function 3
;; func 3 in 0 out 0 (v2@r0)
;; b0:
;; 	v1 = sat v2 #16
;; 	ret v1@r0
;; ;; mir of function 4
;; func 4 in 0 out 0 (v2@r0, v3@r1)
;; b0:
;; 	cmpbr v2 cmp.cc #10
;; 		-> b4 b3
;; b1(v1):
;; 	ret v1@r0
;; b2:
;; 	jump
;; 		-> b1(v2)
;; b3:
;; 	jump
;; 		-> b1(v3)
;; b4:
;; 	cmpbr v3 cmp.gt #3
;; 		-> b2 b3
;; ;; mir of function 5
;; func 5 in 0 out 0
;; b0:
;; 	ret
