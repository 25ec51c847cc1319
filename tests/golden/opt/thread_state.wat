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
;;   v5 br_table v4 -> b7(v12 v6) b3() b7(v12 v6) @0x31
;; b3() @0x3d:
;;   v10:i32 = i32.and v8 v9 @0x42
;;   v11 br_if v10 -> b4() b6(v12 v2) @0x43
;; b4() @0x43:
;;   v14:i32 = i32.add v12 v13 @0x49
;;   v15 br -> b6(v14 v6) @0x4c
;; b6(v23:i32 v25:i32) @0x51:
;;   v17 br -> b7(v23 v25) @0x52
;; b7(v21:i32 v24:i32) @0x52:
;;   v19:i32 = i32.add v8 v18 @0x57
;;   v20 br_if v19 -> b1(v24 v19 v21) b8() @0x5a
;; b8() @0x5a:
;;   v22 return [v21] @0x5f
;; cut @0x27 b1 3: v8 v4 v12
