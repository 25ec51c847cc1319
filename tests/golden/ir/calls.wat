;;! args: --print
;; Further results follow their call; a tail call ends its block.
(module
  (type $t (func (param i32) (result i32 i64)))
  (table 1 funcref)
  (func $f (type $t) (local.get 0) (i64.const 5))
  (func (param i32) (result i32 i64)
    (call $f (local.get 0))
    (drop)
    (call_indirect (type $t) (local.get 0))
    (if (param i32) (result i32) (i32.wrap_i64)
      (then (return_call_indirect (type $t) (i32.const 0))))
    (return_call $f)))
;; func 0
;; b0(v1:i32) @0x26:
;;   v2:i64 = const #0x5 @0x26
;;   v3 return [v1 v2] @0x2a
;; func 1
;; b0(v1:i32) @0x2d:
;;   v8:i32 = const @0x2d
;;   v2:i32 = call [v1] @0x2f
;;   v3:i64 = result v2 #0x1 @0x2f
;;   v4:i32 = call_indirect [v2 v1] @0x34
;;   v5:i64 = result v4 #0x1 @0x34
;;   v6:i32 = i32.wrap_i64 v5 @0x37
;;   v7 br_if v6 -> b1() b2() @0x38
;; b1() @0x38:
;;   v9 return_call_indirect [v4 v8] @0x3c
;; b2() @0x3f:
;;   v10 return_call [v4] @0x40
