;; Constants are evaluated, a product by a power of two is a shift, what adds to a sum is
;; added to its constant; a division by zero still traps.
(module
  (func (export "f") (param i32) (result i32)
    (i32.add
      (i32.add (i32.mul (local.get 0) (i32.const 8)) (i32.const 5))
      (i32.sub (i32.const 7) (i32.const 3))))
  (func (export "g") (result i32)
    (i32.div_u (i32.const 1) (i32.const 0))))
;; before
;; func 0
;; b0(v1:i32) @0x29:
;;   v2:i32 = const #0x8 @0x29
;;   v4:i32 = const #0x5 @0x29
;;   v6:i32 = const #0x7 @0x29
;;   v7:i32 = const #0x3 @0x29
;;   v3:i32 = i32.mul v1 v2 @0x2d
;;   v5:i32 = i32.add v3 v4 @0x30
;;   v8:i32 = i32.sub v6 v7 @0x35
;;   v9:i32 = i32.add v5 v8 @0x36
;;   v10 return [v9] @0x37
;; func 1
;; b0() @0x3a:
;;   v1:i32 = const #0x1 @0x3a
;;   v2:i32 = const @0x3a
;;   v3:i32 = i32.div_u v1 v2 @0x3e
;;   v4 return [v3] @0x3f
;; after fold
;; func 0
;; b0(v1:i32) @0x29:
;;   v12:i32 = const #0x4 @0x0
;;   v13:i32 = const #0x9 @0x0
;;   v2:i32 = const #0x8 @0x29
;;   v4:i32 = const #0x5 @0x29
;;   v6:i32 = const #0x7 @0x29
;;   v7:i32 = const #0x3 @0x29
;;   v11:i32 = i32.shl v1 v7 @0x2d
;;   v5:i32 = i32.add v11 v4 @0x30
;;   v14:i32 = i32.add v11 v13 @0x36
;;   v10 return [v14] @0x37
;; func 1
;; b0() @0x3a:
;;   v1:i32 = const #0x1 @0x3a
;;   v2:i32 = const @0x3a
;;   v3:i32 = i32.div_u v1 v2 @0x3e
;;   v4 return [v3] @0x3f
