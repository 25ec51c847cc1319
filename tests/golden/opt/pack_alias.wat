;;! args: --print --opt=tidy,fold,gvn,check,tidy,pack,gvn,dce,tidy
;; Two buffers at addresses from outside: the packed loop runs when their distance
;; shows that no byte is read after a neighbour of it was written.
(module
  (memory 1 1)
  (func (export "f") (param i32 i32)
    (local i32)
    (local.set 0 (i32.and (local.get 0) (i32.const 4095)))
    (local.set 1 (i32.and (local.get 1) (i32.const 4095)))
    (loop
      (i32.store8 (i32.add (local.get 0) (local.get 2))
        (i32.add (i32.load8_u (i32.add (local.get 1) (local.get 2))) (i32.const 3)))
      (br_if 0 (i32.ne (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 64))))))
;; func 0
;; b0(v1:i32 v2:i32) @0x28:
;;   v26:i32 = const #0x3030303 @0x0
;;   v34:i32 = const #0x4 @0x0
;;   v36:i32 = const #0x3c @0x0
;;   v3:i32 = const @0x28
;;   v4:i32 = const #0xfff @0x28
;;   v13:i32 = const #0x3 @0x28
;;   v17:i32 = const #0x1 @0x28
;;   v19:i32 = const #0x40 @0x28
;;   v5:i32 = i32.and v1 v4 @0x2d
;;   v6:i32 = i32.and v2 v4 @0x35
;;   v30:i32 = i32.sub v5 v6 @0x38
;;   v31:i32 = i32.sub v30 v17 @0x38
;;   v32:i32 = i32.ge_u v31 v13 @0x38
;;   v7 br_if v32 -> b3(v3) b1(v3) @0x38
;; b1(v8:i32) @0x38:
;;   v9:i32 = i32.add v5 v8 @0x3e
;;   v10:i32 = i32.add v6 v8 @0x43
;;   v12:i32 = i32.load8_u v10 @0x44
;;   v14:i32 = i32.add v12 v13 @0x49
;;   v16 i32.store8 v9 v14 @0x4a
;;   v18:i32 = i32.add v8 v17 @0x51
;;   v20:i32 = i32.ne v18 v19 @0x57
;;   v21 br_if v20 -> b1(v18) b2() @0x58
;; b2() @0x58:
;;   v22 return @0x5b
;; b3(v23:i32) @0x38:
;;   v24:i32 = i32.add v6 v23 @0x43
;;   v25:i32 = i32.load v24 @0x38
;;   v27:i32 = i8x4.add v25 v26 @0x38
;;   v28:i32 = i32.add v5 v23 @0x3e
;;   v29 i32.store v28 v27 @0x38
;;   v37:i32 = i32.add v23 v34 @0x38
;;   v38:i32 = i32.ne v37 v36 @0x38
;;   v39 br_if v38 -> b3(v37) b1(v37) @0x38
;; cut @0x38 b1 3: v5 v6 v8
;; cut @0x38 b3 3: v5 v6 v23
