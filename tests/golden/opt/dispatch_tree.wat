;;! args: --print --opt=tidy,fold,dce,dispatch,tidy
;; A binary search for 2, 3, 4, 5, 6, 7.
(module
  (func (export "f") (param $e i32) (result i32)
    (if (i32.lt_s (local.get $e) (i32.const 5))
      (then
        (if (i32.lt_s (local.get $e) (i32.const 3))
          (then (if (i32.eq (local.get $e) (i32.const 2)) (then (return (i32.const 22)))))
          (else
            (if (i32.eq (local.get $e) (i32.const 3)) (then (return (i32.const 33))))
            (if (i32.eq (local.get $e) (i32.const 4)) (then (return (i32.const 44)))))))
      (else
        (if (i32.lt_s (local.get $e) (i32.const 6))
          (then (if (i32.eq (local.get $e) (i32.const 5)) (then (return (i32.const 55)))))
          (else
            (if (i32.eq (local.get $e) (i32.const 6)) (then (return (i32.const 66))))
            (if (i32.eq (local.get $e) (i32.const 7)) (then (return (i32.const 77))))))))
    (i32.const 0)))
;; func 0
;; b0(v1:i32) @0x20:
;;   v2:i32 = const #0x5 @0x20
;;   v5:i32 = const #0x3 @0x20
;;   v8:i32 = const #0x2 @0x20
;;   v11:i32 = const #0x16 @0x20
;;   v16:i32 = const #0x21 @0x20
;;   v18:i32 = const #0x4 @0x20
;;   v21:i32 = const #0x2c @0x20
;;   v25:i32 = const #0x6 @0x20
;;   v30:i32 = const #0x37 @0x20
;;   v35:i32 = const #0x42 @0x20
;;   v37:i32 = const #0x7 @0x20
;;   v40:i32 = const #0x4d @0x20
;;   v44:i32 = const @0x20
;;   v3:i32 = i32.lt_s v1 v2 @0x24
;;   v4 br_table v1 -> b21() b21() b3() b6() b8() b13() b16() b18() b21() @0x25
;; b3() @0x33:
;;   v12 return [v11] @0x37
;; b6() @0x3f:
;;   v17 return [v16] @0x43
;; b8() @0x4a:
;;   v22 return [v21] @0x4e
;; b13() @0x5e:
;;   v31 return [v30] @0x62
;; b16() @0x6a:
;;   v36 return [v35] @0x6f
;; b18() @0x76:
;;   v41 return [v40] @0x7b
;; b21() @0x7e:
;;   v45 return [v44] @0x81
