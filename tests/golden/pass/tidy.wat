;; Empty arms and a decided branch go, and the block behind them is merged.
(module
  (func (export "f") (param i32) (result i32)
    (if (local.get 0) (then) (else))
    (if (i32.const 1) (then (return (i32.const 5))))
    (i32.const 6)))
;; before
;; func 0
;; b0(v1:i32) @0x20:
;;   v4:i32 = const #0x1 @0x20
;;   v6:i32 = const #0x5 @0x20
;;   v8:i32 = const #0x6 @0x20
;;   v2 br_if v1 -> b1() b2() @0x22
;; b1() @0x22:
;;   v3 br -> b2() @0x24
;; b2() @0x24:
;;   v5 br_if v4 -> b3() b4() @0x27
;; b3() @0x27:
;;   v7 return [v6] @0x2b
;; b4() @0x2c:
;;   v9 return [v8] @0x2f
;; after tidy
;; func 0
;; b0(v1:i32) @0x20:
;;   v4:i32 = const #0x1 @0x20
;;   v6:i32 = const #0x5 @0x20
;;   v8:i32 = const #0x6 @0x20
;;   v2 br_if v1 -> b3() b3() @0x22
;; b3() @0x27:
;;   v7 return [v6] @0x2b
