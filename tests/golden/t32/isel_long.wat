;;! args: compile --target=cortex-m3 --dump=mir -j1 -o /dev/null --no-prove -q
;; Words of i64: what is known of the high one decides.
(module
  (func (export "umull") (param i32 i32) (result i32)
    (i32.wrap_i64 (i64.shr_u
      (i64.mul (i64.extend_i32_u (local.get 0)) (i64.extend_i32_u (local.get 1)))
      (i64.const 32))))
  (func (export "smlal") (param i64 i32 i32) (result i64)
    (i64.add (local.get 0)
      (i64.mul (i64.extend_i32_s (local.get 1)) (i64.extend_i32_s (local.get 2)))))
  (func (export "low") (param i64 i64) (result i32)
    (i32.wrap_i64 (i64.add (local.get 0) (i64.mul (local.get 1) (local.get 1)))))
  (func (export "join") (param i32 i32) (result i64)
    (i64.or (i64.extend_i32_u (local.get 0))
      (i64.shl (i64.extend_i32_u (local.get 1)) (i64.const 32))))
  (func (export "shl") (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1)))
  (func (export "sign") (param i64) (result i32) (i64.lt_s (local.get 0) (i64.const 0)))
  (func (export "clz") (param i64) (result i64) (i64.clz (local.get 0))))
;; ;; mir of function 0
;; func 0 in 0 out 0 (v2@r0, v3@r1)
;; b0:
;; 	v4, v1 = umull v2, v3
;; 	ret v1@r0
;; ;; mir of function 1
;; func 1 in 0 out 0 (v5@r0, v6@r1, v3@r2, v4@r3)
;; b0:
;; 	v1, v2 = smlal v3, v4, v5, v6
;; 	ret v1@r0, v2@r1
;; ;; mir of function 2
;; func 2 in 0 out 0 (v3@r0, v2@r2)
;; b0:
;; 	v1 = mla v2, v2, v3
;; 	ret v1@r0
;; ;; mir of function 3
;; func 3 in 0 out 0 (v1@r0, v2@r1)
;; b0:
;; 	ret v1@r0, v2@r1
;; ;; mir of function 4
;; func 4 in 0 out 0 (v3@r0, v4@r1, v12@r2)
;; b0:
;; 	v5 = and v12 #63
;; 	v6 = sub v5 #32
;; 	v7 = rsb v5 #32
;; 	v8 = shift v4, v5 lsl
;; 	v9 = shift v3, v7 lsr
;; 	v10 = orr v8, v9
;; 	v11 = shift v3, v6 lsl
;; 	v2 = orr v10, v11
;; 	v1 = shift v3, v5 lsl
;; 	ret v1@r0, v2@r1
;; ;; mir of function 5
;; func 5 in 0 out 0 (v2@r1)
;; b0:
;; 	v1 = cmpset v2 cmp.lt #0
;; 	ret v1@r0
;; ;; mir of function 6
;; func 6 in 0 out 0 (v3@r0, v4@r1)
;; b0:
;; 	v7 = clz v4
;; 	v8 = clz v3
;; 	v9 = shift v7 lsr #5
;; 	v1 = mla v8, v9, v7
;; 	v2 = const
;; 	ret v1@r0, v2@r1
;; ;; mir of function 7
;; func 7 in 0 out 0
;; b0:
;; 	ret
