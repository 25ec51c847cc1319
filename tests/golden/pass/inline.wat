;; A small callee in the place of its call.
(module
  (func $g (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.const 3)) (else (i32.const 4))))
  (func (export "f") (param i32) (result i32)
    (i32.mul (call $g (local.get 0)) (local.get 0))))
;; before
;; func 0
;; b0(v1:i32) @0x21:
;;   v3:i32 = const #0x3 @0x21
;;   v5:i32 = const #0x4 @0x21
;;   v2 br_if v1 -> b1() b2() @0x23
;; b1() @0x23:
;;   v4 br -> b3(v3) @0x27
;; b2() @0x27:
;;   v6 br -> b3(v5) @0x2a
;; b3(v7:i32) @0x2a:
;;   v8 return [v7] @0x2b
;; func 1
;; b0(v1:i32) @0x2e:
;;   v2:i32 = call [v1] @0x30
;;   v3:i32 = i32.mul v2 v1 @0x34
;;   v4 return [v3] @0x35
;; after inline
;; func 0
;; b0(v1:i32) @0x21:
;;   v3:i32 = const #0x3 @0x21
;;   v5:i32 = const #0x4 @0x21
;;   v2 br_if v1 -> b1() b2() @0x23
;; b1() @0x23:
;;   v4 br -> b3(v3) @0x27
;; b2() @0x27:
;;   v6 br -> b3(v5) @0x2a
;; b3(v7:i32) @0x2a:
;;   v8 return [v7] @0x2b
;; func 1
;; b0(v1:i32) @0x2e:
;;   v5:i32 = const #0x3 @0x0
;;   v6:i32 = const #0x4 @0x0
;;   v7 br_if v1 -> b2(v5) b2(v6) @0x23
;; b1(v10:i32) @0x30:
;;   v3:i32 = i32.mul v10 v1 @0x34
;;   v4 return [v3] @0x35
;; b2(v8:i32) @0x2a:
;;   v9 br -> b1(v8) @0x2b
