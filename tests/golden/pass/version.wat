;;! before: tidy,gvn
;; One test in front of the loop decides between a copy without its check and the loop as it was.
(module
  (memory 1)
  (func (export "f") (param i32 i32) (result i32)
    (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if 0 (local.tee 1 (i32.add (local.get 1) (i32.const -1)))))
    (local.get 2)))
;; before: behind tidy,gvn
;; func 0
;; b0(v1:i32 v2:i32) @0x28:
;;   v3:i32 = const @0x28
;;   v10:i32 = const #0x4 @0x28
;;   v13:i32 = const #0xffffffff @0x28
;;   v4 br -> b1(v3 v1 v2) @0x28
;; b1(v5:i32 v6:i32 v12:i32) @0x28:
;;   v7 bounds v6 #0x4 @0x2e
;;   v8:i32 = i32.load v6 @0x2e
;;   v9:i32 = i32.add v5 v8 @0x31
;;   v11:i32 = i32.add v6 v10 @0x38
;;   v14:i32 = i32.add v12 v13 @0x3f
;;   v15 br_if v14 -> b1(v9 v11 v14) b2() @0x42
;; b2() @0x42:
;;   v16 return [v9] @0x47
;; cut @0x28 b1 3: v6 v12 v5
;; after version
;; func 0
;; b0(v1:i32 v2:i32) @0x28:
;;   v27:i32 = const #0x3fff @0x0
;;   v30:i32 = const #0xfffc @0x0
;;   v3:i32 = const @0x28
;;   v10:i32 = const #0x4 @0x28
;;   v13:i32 = const #0xffffffff @0x28
;;   v26:i32 = i32.add v2 v13 @0x28
;;   v28:i32 = i32.le_u v26 v27 @0x28
;;   v29:i32 = i32.mul v26 v10 @0x28
;;   v31:i32 = i32.sub v30 v29 @0x28
;;   v32:i32 = i32.le_u v1 v31 @0x28
;;   v33:i32 = i32.and v28 v32 @0x28
;;   v4 br_if v33 -> b1(v3 v1 v2) b3(v3 v1 v2) @0x28
;; b1(v5:i32 v6:i32 v12:i32) @0x28:
;;   v8:i32 = i32.load v6 @0x2e
;;   v9:i32 = i32.add v5 v8 @0x31
;;   v11:i32 = i32.add v6 v10 @0x38
;;   v14:i32 = i32.add v12 v13 @0x3f
;;   v15 br_if v14 -> b1(v9 v11 v14) b2(v9) @0x42
;; b2(v34:i32) @0x42:
;;   v16 return [v34] @0x47
;; b3(v17:i32 v18:i32 v19:i32) @0x28 cold:
;;   v20 bounds v18 #0x4 @0x2e
;;   v21:i32 = i32.load v18 @0x2e
;;   v22:i32 = i32.add v17 v21 @0x31
;;   v23:i32 = i32.add v18 v10 @0x38
;;   v24:i32 = i32.add v19 v13 @0x3f
;;   v25 br_if v24 -> b3(v22 v23 v24) b2(v22) @0x42
;; cut @0x28 b1 3: v6 v12 v5
;; cut @0x28 b3 3: v18 v19 v17
