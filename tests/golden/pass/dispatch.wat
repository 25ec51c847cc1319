;;! before: tidy,fold,dce
;; Tests of one value against one constant after another become a table.
(module
  (import "env" "h" (func $h (param i32)))
  (func (export "__callback") (param $e i32) (param $p i32)
    (if (i32.eq (local.get $e) (i32.const 1)) (then (call $h (i32.const 10))))
    (if (i32.eq (local.get $e) (i32.const 2)) (then (call $h (i32.const 20))))
    (if (i32.eq (local.get $e) (i32.const 4)) (then (call $h (i32.const 40))))
    (if (i32.eq (local.get $e) (i32.const 5)) (then (call $h (i32.const 50))))))
;; before: behind tidy,fold,dce
;; func 1
;; b0(v1:i32 v2:i32) @0x38:
;;   v3:i32 = const #0x1 @0x38
;;   v6:i32 = const #0xa @0x38
;;   v9:i32 = const #0x2 @0x38
;;   v12:i32 = const #0x14 @0x38
;;   v15:i32 = const #0x4 @0x38
;;   v18:i32 = const #0x28 @0x38
;;   v21:i32 = const #0x5 @0x38
;;   v24:i32 = const #0x32 @0x38
;;   v4:i32 = i32.eq v1 v3 @0x3c
;;   v5 br_if v4 -> b1() b2() @0x3d
;; b1() @0x3d:
;;   v7 call [v6] @0x41
;;   v8 br -> b2() @0x43
;; b2() @0x43:
;;   v10:i32 = i32.eq v1 v9 @0x48
;;   v11 br_if v10 -> b3() b4() @0x49
;; b3() @0x49:
;;   v13 call [v12] @0x4d
;;   v14 br -> b4() @0x4f
;; b4() @0x4f:
;;   v16:i32 = i32.eq v1 v15 @0x54
;;   v17 br_if v16 -> b5() b6() @0x55
;; b5() @0x55:
;;   v19 call [v18] @0x59
;;   v20 br -> b6() @0x5b
;; b6() @0x5b:
;;   v22:i32 = i32.eq v1 v21 @0x60
;;   v23 br_if v22 -> b7() b8() @0x61
;; b7() @0x61:
;;   v25 call [v24] @0x65
;;   v26 br -> b8() @0x67
;; b8() @0x67:
;;   v27 return @0x68
;; after dispatch
;; func 1
;; b0(v1:i32 v2:i32) @0x38:
;;   v3:i32 = const #0x1 @0x38
;;   v6:i32 = const #0xa @0x38
;;   v9:i32 = const #0x2 @0x38
;;   v12:i32 = const #0x14 @0x38
;;   v15:i32 = const #0x4 @0x38
;;   v18:i32 = const #0x28 @0x38
;;   v21:i32 = const #0x5 @0x38
;;   v24:i32 = const #0x32 @0x38
;;   v4:i32 = i32.eq v1 v3 @0x3c
;;   v5 br_table v1 -> b8() b1() b3() b8() b5() b7() b8() @0x3d
;; b1() @0x3d:
;;   v7 call [v6] @0x41
;;   v8 br -> b8() @0x43
;; b3() @0x49:
;;   v13 call [v12] @0x4d
;;   v14 br -> b8() @0x4f
;; b5() @0x55:
;;   v19 call [v18] @0x59
;;   v20 br -> b8() @0x5b
;; b7() @0x61:
;;   v25 call [v24] @0x65
;;   v26 br -> b8() @0x67
;; b8() @0x67:
;;   v27 return @0x68
