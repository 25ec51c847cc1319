;;! before: tidy
;; Three rounds, no loop.
(module
  (func (export "f") (param i32) (result i32)
    (local i32)
    (loop
      (local.set 0 (i32.rotl (local.get 0) (local.get 1)))
      (br_if 0 (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 3))))
    (local.get 0)))
;; before: behind tidy
;; func 0
;; b0(v1:i32) @0x22:
;;   v2:i32 = const @0x22
;;   v7:i32 = const #0x1 @0x22
;;   v9:i32 = const #0x3 @0x22
;;   v3 br -> b1(v1 v2) @0x22
;; b1(v4:i32 v5:i32) @0x22:
;;   v6:i32 = i32.rotl v4 v5 @0x28
;;   v8:i32 = i32.add v5 v7 @0x2f
;;   v10:i32 = i32.ne v8 v9 @0x34
;;   v11 br_if v10 -> b1(v6 v8) b2() @0x35
;; b2() @0x35:
;;   v12 return [v6] @0x3a
;; cut @0x22 b1 2: v4 v5
;; after unroll
;; func 0
;; b0(v1:i32) @0x22:
;;   v2:i32 = const @0x22
;;   v7:i32 = const #0x1 @0x22
;;   v9:i32 = const #0x3 @0x22
;;   v3 br -> b1(v1 v2) @0x22
;; b1(v4:i32 v5:i32) @0x22:
;;   v6:i32 = i32.rotl v4 v5 @0x28
;;   v8:i32 = i32.add v5 v7 @0x2f
;;   v10:i32 = i32.ne v8 v9 @0x34
;;   v13:i32 = i32.rotl v6 v8 @0x28
;;   v14:i32 = i32.add v8 v7 @0x2f
;;   v15:i32 = i32.ne v14 v9 @0x34
;;   v16:i32 = i32.rotl v13 v14 @0x28
;;   v17:i32 = i32.add v14 v7 @0x2f
;;   v18:i32 = i32.ne v17 v9 @0x34
;;   v11 br -> b2() @0x35
;; b2() @0x35:
;;   v12 return [v16] @0x3a
;; cut @0x22 b1 2: v4 v5
