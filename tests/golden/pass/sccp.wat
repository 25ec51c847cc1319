;; The flag changes only where it has changed already, so it is 1 in every round: the
;; test of it goes, and with it the call that is never made.
(module
  (import "env" "h" (func $h))
  (func (export "f") (param i32) (result i32)
    (local $flag i32)
    (local.set $flag (i32.const 1))
    (loop
      (if (i32.ne (local.get $flag) (i32.const 1))
        (then (call $h) (local.set $flag (i32.const 2))))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (local.get $flag)))))
    (local.get $flag)))
;; before
;; func 1
;; b0(v1:i32) @0x30:
;;   v3:i32 = const #0x1 @0x30
;;   v9:i32 = const #0x2 @0x30
;;   v4 br -> b1(v3 v1) @0x34
;; b1(v5:i32 v11:i32) @0x34:
;;   v6:i32 = i32.ne v5 v3 @0x3a
;;   v7 br_if v6 -> b2() b3(v5) @0x3b
;; b2() @0x3b:
;;   v8 call @0x3d
;;   v10 br -> b3(v9) @0x43
;; b3(v12:i32) @0x43:
;;   v13:i32 = i32.sub v11 v12 @0x48
;;   v14 br_if v13 -> b1(v12 v13) b4() @0x4b
;; b4() @0x4b:
;;   v15 return [v12] @0x50
;; cut @0x34 b1 2: v11 v5
;; after sccp
;; func 1
;; b0(v1:i32) @0x30:
;;   v16:i32 = const @0x0
;;   v3:i32 = const #0x1 @0x30
;;   v9:i32 = const #0x2 @0x30
;;   v4 br -> b1(v1) @0x34
;; b1(v11:i32) @0x34:
;;   v7 br -> b3() @0x3b
;; b3() @0x43:
;;   v13:i32 = i32.sub v11 v3 @0x48
;;   v14 br_if v13 -> b1(v13) b4() @0x4b
;; b4() @0x4b:
;;   v15 return [v3] @0x50
;; cut @0x34 b1 2: v11 v3
