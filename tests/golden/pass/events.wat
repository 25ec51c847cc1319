;;! args: --events=4
;; Of the events only number 2 reaches the callback: both tests are decided.
(module
  (import "env" "h" (func $h (param i32)))
  (func (export "__callback") (param $e i32) (param $p i32)
    (if (i32.eq (local.get $e) (i32.const 1)) (then (call $h (i32.const 10))))
    (if (i32.eq (local.get $e) (i32.const 2)) (then (call $h (i32.const 20))))))
;; before
;; func 1
;; b0(v1:i32 v2:i32) @0x38:
;;   v3:i32 = const #0x1 @0x38
;;   v6:i32 = const #0xa @0x38
;;   v9:i32 = const #0x2 @0x38
;;   v12:i32 = const #0x14 @0x38
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
;;   v15 return @0x50
;; after events
;; func 1
;; b0(v1:i32 v2:i32) @0x38:
;;   v16:i32 = const @0x0
;;   v3:i32 = const #0x1 @0x38
;;   v6:i32 = const #0xa @0x38
;;   v9:i32 = const #0x2 @0x38
;;   v12:i32 = const #0x14 @0x38
;;   v5 br_if v16 -> b1() b2() @0x3d
;; b1() @0x3d:
;;   v7 call [v6] @0x41
;;   v8 br -> b2() @0x43
;; b2() @0x43:
;;   v11 br_if v3 -> b3() b4() @0x49
;; b3() @0x49:
;;   v13 call [v12] @0x4d
;;   v14 br -> b4() @0x4f
;; b4() @0x4f:
;;   v15 return @0x50
