;;! before: tidy
;; A masked index is inside the memory: no check; behind x < 8 the comparison x < 16 is known.
(module
  (memory 1 1)
  (func (export "f") (param i32) (result i32)
    (if (i32.lt_u (local.get 0) (i32.const 8))
      (then (return (i32.lt_u (local.get 0) (i32.const 16)))))
    (i32.load8_u (i32.and (local.get 0) (i32.const 255)))))
;; before: behind tidy
;; func 0
;; b0(v1:i32) @0x26:
;;   v2:i32 = const #0x8 @0x26
;;   v5:i32 = const #0x10 @0x26
;;   v8:i32 = const #0xff @0x26
;;   v3:i32 = i32.lt_u v1 v2 @0x2a
;;   v4 br_if v3 -> b1() b2() @0x2b
;; b1() @0x2b:
;;   v6:i32 = i32.lt_u v1 v5 @0x31
;;   v7 return [v6] @0x32
;; b2() @0x33:
;;   v9:i32 = i32.and v1 v8 @0x39
;;   v10 bounds v9 #0x1 @0x3a
;;   v11:i32 = i32.load8_u v9 @0x3a
;;   v12 return [v11] @0x3d
;; after check
;; func 0
;; b0(v1:i32) @0x26:
;;   v13:i32 = const #0x1 @0x0
;;   v2:i32 = const #0x8 @0x26
;;   v5:i32 = const #0x10 @0x26
;;   v8:i32 = const #0xff @0x26
;;   v3:i32 = i32.lt_u v1 v2 @0x2a
;;   v4 br_if v3 -> b1() b2() @0x2b
;; b1() @0x2b:
;;   v7 return [v13] @0x32
;; b2() @0x33:
;;   v9:i32 = i32.and v1 v8 @0x39
;;   v11:i32 = i32.load8_u v9 @0x3a
;;   v12 return [v11] @0x3d
