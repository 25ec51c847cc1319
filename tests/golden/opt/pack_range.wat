;;! args: --print --opt=tidy,fold,gvn,check,tidy,ifstore,tidy,pack,gvn,dce,tidy
;; Letters to upper case, four at a time: the store under a condition becomes a
;; choice, the comparison a mask.  The loop behind does the last bytes.
(module
  (memory 1 1)
  (func (export "f") (param i32)
    (local i32 i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 255)))
    (block
      (loop
        (br_if 1 (i32.ge_u (local.get 1) (local.get 0)))
        (if (i32.lt_u (i32.add (local.tee 2 (i32.load8_u (local.get 1))) (i32.const -97)) (i32.const 26))
          (then (i32.store8 (local.get 1) (i32.sub (local.get 2) (i32.const 32)))))
        (local.set 1 (i32.add (local.get 1) (i32.const 1)))
        (br 0)))))
;; func 0
;; b0(v1:i32) @0x27:
;;   v30:i32 = const #0x9f9f9f9f @0x0
;;   v32:i32 = const #0x1a1a1a1a @0x0
;;   v36:i32 = const #0xe0e0e0e0 @0x0
;;   v41:i32 = const #0x70000000 @0x0
;;   v44:i32 = const #0x4 @0x0
;;   v47:i32 = const #0xfffffffc @0x0
;;   v25:i32 = const #0xffffffe0 @0x0
;;   v2:i32 = const @0x27
;;   v3:i32 = const #0xff @0x27
;;   v11:i32 = const #0xffffff9f @0x27
;;   v13:i32 = const #0x1a @0x27
;;   v21:i32 = const #0x1 @0x27
;;   v4:i32 = i32.and v1 v3 @0x2c
;;   v40:i32 = i32.le_u v2 v4 @0x31
;;   v42:i32 = i32.le_u v4 v41 @0x31
;;   v43:i32 = i32.and v40 v42 @0x31
;;   v45:i32 = i32.ge_u v4 v44 @0x31
;;   v46:i32 = i32.and v43 v45 @0x31
;;   v48:i32 = i32.and v4 v47 @0x31
;;   v49:i32 = i32.add v2 v48 @0x31
;;   v5 br_if v46 -> b6(v2) b1(v2) @0x31
;; b1(v6:i32) @0x31:
;;   v7:i32 = i32.ge_u v6 v4 @0x37
;;   v8 br_if v7 -> b5() b2() @0x38
;; b2() @0x38:
;;   v10:i32 = i32.load8_u v6 @0x3c
;;   v12:i32 = i32.add v10 v11 @0x44
;;   v14:i32 = i32.lt_u v12 v13 @0x47
;;   v26:i32 = i32.add v10 v25 @0x50
;;   v27:i32 = select v26 v10 v14 @0x48
;;   v19 i32.store8 v6 v27 @0x51
;;   v22:i32 = i32.add v6 v21 @0x59
;;   v23 br -> b1(v22) @0x5c
;; b5() @0x5f:
;;   v24 return @0x60
;; b6(v28:i32) @0x31:
;;   v29:i32 = i32.load v28 @0x31
;;   v31:i32 = i8x4.add v29 v30 @0x31
;;   v33:i32 = i8x4.ge_u v31 v32 @0x31
;;   v37:i32 = i8x4.add v29 v36 @0x31
;;   v38:i32 = bitselect v29 v37 v33 @0x31
;;   v39 i32.store v28 v38 @0x31
;;   v50:i32 = i32.add v28 v44 @0x31
;;   v51:i32 = i32.ne v49 v50 @0x31
;;   v52 br_if v51 -> b6(v50) b1(v50) @0x31
;; cut @0x31 b1 3: v4 v6 -
;; cut @0x31 b6 3: v4 v28 -
