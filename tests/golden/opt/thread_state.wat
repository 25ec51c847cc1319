;;! args: --print --opt=tidy,check,thread,tidy
;; State 1 stays in itself without going through the switch; 0 goes to it once.
(module
  (memory 1)
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
;; func 0
;; b0(v1:i32) @0x27:
;;   v2:i32 = const @0x27
;;   v6:i32 = const #0x1 @0x27
;;   v9:i32 = const #0xf @0x27
;;   v13:i32 = const #0x3 @0x27
;;   v18:i32 = const #0xffffffff @0x27
;;   v3 br -> b1(v2 v1 v2) @0x27
;; b1(v4:i32 v8:i32 v12:i32) @0x27:
;;   v5 br_table v4 -> b7(v12 v6 v8) b3(v8 v12) b7(v12 v6 v8) @0x31
;; b3(v37:i32 v38:i32) @0x3d:
;;   v10:i32 = i32.and v37 v9 @0x42
;;   v11 br_if v10 -> b4() b6() @0x43
;; b4() @0x43:
;;   v14:i32 = i32.add v38 v13 @0x49
;;   v31:i32 = i32.add v37 v18 @0x57
;;   v32 br_if v31 -> b11() b8(v14) @0x5a
;; b6() @0x51:
;;   v17 br -> b7(v38 v2 v37) @0x52
;; b7(v21:i32 v24:i32 v39:i32) @0x52:
;;   v19:i32 = i32.add v39 v18 @0x57
;;   v20 br_if v19 -> b1(v24 v19 v21) b8(v21) @0x5a
;; b8(v40:i32) @0x5a:
;;   v22 return [v40] @0x5f
;; b11() @0x27:
;;   v36 br -> b3(v31 v14) @0x31
;; cut @0x27 b1 3: v8 v4 v12
;; cut @0x27 b11 3: v31 v6 v14
