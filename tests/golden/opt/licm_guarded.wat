;;! args: --print --opt=tidy,check,licm
;; A division that a test in front of it keeps from trapping stays behind the test; one by a number may leave, tested or not.
(module
  (func (export "f") (param i32 i32 i32) (result i32) (local i32)
    (loop $l
      (if (local.get 1) (then (local.set 3 (i32.add (local.get 3) (i32.div_u (local.get 2) (local.get 1))))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 3))
  (func (export "g") (param i32 i32 i32) (result i32) (local i32)
    (loop $l
      (if (local.get 1) (then (local.set 3 (i32.add (local.get 3) (i32.div_u (local.get 2) (i32.const 7))))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 3)))
;; func 0
;; b0(v1:i32 v2:i32 v3:i32) @0x29:
;;   v4:i32 = const @0x29
;;   v12:i32 = const #0x1 @0x29
;;   v5 br -> b1(v4 v1) @0x29
;; b1(v7:i32 v11:i32) @0x29:
;;   v6 br_if v2 -> b2() b3(v7) @0x2d
;; b2() @0x2d:
;;   v8:i32 = i32.div_u v3 v2 !1 @0x35
;;   v9:i32 = i32.add v7 v8 @0x36
;;   v10 br -> b3(v9) @0x39
;; b3(v15:i32) @0x39:
;;   v13:i32 = i32.sub v11 v12 @0x3e
;;   v14 br_if v13 -> b1(v15 v13) b4() @0x41
;; b4() @0x41:
;;   v16 return [v15] @0x46
;; cut @0x29 b1 4: v11 v2 v3 v7
;; func 1
;; b0(v1:i32 v2:i32 v3:i32) @0x4b:
;;   v4:i32 = const @0x4b
;;   v8:i32 = const #0x7 @0x4b
;;   v13:i32 = const #0x1 @0x4b
;;   v9:i32 = i32.div_u v3 v8 !1 @0x57
;;   v5 br -> b1(v4 v1) @0x4b
;; b1(v7:i32 v12:i32) @0x4b:
;;   v6 br_if v2 -> b2() b3(v7) @0x4f
;; b2() @0x4f:
;;   v10:i32 = i32.add v7 v9 @0x58
;;   v11 br -> b3(v10) @0x5b
;; b3(v16:i32) @0x5b:
;;   v14:i32 = i32.sub v12 v13 @0x60
;;   v15 br_if v14 -> b1(v16 v14) b4() @0x63
;; b4() @0x63:
;;   v17 return [v16] @0x68
;; cut @0x4b b1 4: v12 v2 v3 v7
