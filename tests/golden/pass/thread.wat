;;! before: tidy,check
;; State 1 stays in itself without going through the switch.
(module
  (func (export "f") (param i32) (result i32)
    (local i32 i32)
    (loop
      (block (block (block (br_table 0 1 0 (local.get 1)))
          (local.set 1 (i32.const 1)) (br 1))
        (if (i32.and (local.get 0) (i32.const 15))
          (then (local.set 2 (i32.add (local.get 2) (i32.const 3))))
          (else (local.set 1 (i32.const 0)))))
      (br_if 0 (local.tee 0 (i32.add (local.get 0) (i32.const -1)))))
    (local.get 2)))
;; before: behind tidy,check
;; func 0
;; b0(v1:i32) @0x22:
;;   v2:i32 = const @0x22
;;   v6:i32 = const #0x1 @0x22
;;   v9:i32 = const #0xf @0x22
;;   v13:i32 = const #0x3 @0x22
;;   v18:i32 = const #0xffffffff @0x22
;;   v3 br -> b1(v2 v1 v2) @0x22
;; b1(v4:i32 v8:i32 v12:i32) @0x22:
;;   v5 br_table v4 -> b7(v12 v6) b3() b7(v12 v6) @0x2c
;; b3() @0x38:
;;   v10:i32 = i32.and v8 v9 @0x3d
;;   v11 br_if v10 -> b4() b6(v12 v2) @0x3e
;; b4() @0x3e:
;;   v14:i32 = i32.add v12 v13 @0x44
;;   v15 br -> b6(v14 v6) @0x47
;; b6(v23:i32 v25:i32) @0x4c:
;;   v17 br -> b7(v23 v25) @0x4d
;; b7(v21:i32 v24:i32) @0x4d:
;;   v19:i32 = i32.add v8 v18 @0x52
;;   v20 br_if v19 -> b1(v24 v19 v21) b8() @0x55
;; b8() @0x55:
;;   v22 return [v21] @0x5a
;; cut @0x22 b1 3: v8 v4 v12
;; after thread
;; func 0
;; b0(v1:i32) @0x22:
;;   v2:i32 = const @0x22
;;   v6:i32 = const #0x1 @0x22
;;   v9:i32 = const #0xf @0x22
;;   v13:i32 = const #0x3 @0x22
;;   v18:i32 = const #0xffffffff @0x22
;;   v3 br -> b1(v2 v1 v2) @0x22
;; b1(v4:i32 v8:i32 v12:i32) @0x22:
;;   v5 br_table v4 -> b7(v12 v6 v8) b3(v8 v12) b7(v12 v6 v8) @0x2c
;; b3(v37:i32 v38:i32) @0x38:
;;   v10:i32 = i32.and v37 v9 @0x3d
;;   v11 br_if v10 -> b4() b6(v38 v2) @0x3e
;; b4() @0x3e:
;;   v14:i32 = i32.add v38 v13 @0x44
;;   v15 br -> b9(v14 v6) @0x47
;; b6(v23:i32 v25:i32) @0x4c:
;;   v17 br -> b7(v23 v25 v37) @0x4d
;; b7(v21:i32 v24:i32 v39:i32) @0x4d:
;;   v19:i32 = i32.add v39 v18 @0x52
;;   v20 br_if v19 -> b1(v24 v19 v21) b8(v21) @0x55
;; b8(v40:i32) @0x55:
;;   v22 return [v40] @0x5a
;; b9(v26:i32 v27:i32) @0x4c:
;;   v28 br -> b10(v26 v27) @0x4d
;; b10(v29:i32 v30:i32) @0x4d:
;;   v31:i32 = i32.add v37 v18 @0x52
;;   v32 br_if v31 -> b11(v30 v31 v29) b8(v29) @0x55
;; b11(v33:i32 v34:i32 v35:i32) @0x22:
;;   v36 br -> b3(v34 v35) @0x2c
;; cut @0x22 b1 3: v8 v4 v12
;; cut @0x22 b11 3: v34 v33 v35
