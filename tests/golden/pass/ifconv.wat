;;! before: tidy,check
;; A choice between 1 and 0 is the comparison, and a loop over bytes becomes one block.  A choice of other numbers stays a
;; branch, which costs less.
(module
  (memory 1 1)
  (func (export "number") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 26)) (then (i32.const 1)) (else (i32.const 0))))
  (func (export "others") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.const 7)) (else (i32.const 3))))
  (func (export "loop")
    (local i32 i32)
    (loop
      (local.set 1 (i32.load8_u (local.get 0)))
      (if (i32.lt_u (i32.sub (local.get 1) (i32.const 97)) (i32.const 26))
        (then (local.set 1 (i32.sub (local.get 1) (i32.const 32)))))
      (i32.store8 offset=256 (local.get 0) (local.get 1))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256))))))
;; before: behind tidy,check
;; func 0
;; b0(v1:i32) @0x40:
;;   v2:i32 = const #0x1a @0x40
;;   v5:i32 = const #0x1 @0x40
;;   v7:i32 = const @0x40
;;   v3:i32 = i32.lt_u v1 v2 @0x44
;;   v4 br_if v3 -> b3(v5) b3(v7) @0x45
;; b3(v9:i32) @0x4c:
;;   v10 return [v9] @0x4d
;; func 1
;; b0(v1:i32) @0x50:
;;   v3:i32 = const #0x7 @0x50
;;   v5:i32 = const #0x3 @0x50
;;   v2 br_if v1 -> b3(v3) b3(v5) @0x52
;; b3(v7:i32) @0x59:
;;   v8 return [v7] @0x5a
;; func 2
;; b0() @0x5f:
;;   v1:i32 = const @0x5f
;;   v6:i32 = const #0x61 @0x5f
;;   v8:i32 = const #0x1a @0x5f
;;   v11:i32 = const #0x20 @0x5f
;;   v17:i32 = const #0x1 @0x5f
;;   v19:i32 = const #0x100 @0x5f
;;   v2 br -> b1(v1) @0x5f
;; b1(v3:i32) @0x5f:
;;   v5:i32 = i32.load8_u v3 @0x63
;;   v7:i32 = i32.sub v5 v6 @0x6d
;;   v9:i32 = i32.lt_u v7 v8 @0x70
;;   v10 br_if v9 -> b2() b3(v5) @0x71
;; b2() @0x71:
;;   v12:i32 = i32.sub v5 v11 @0x77
;;   v13 br -> b3(v12) @0x7a
;; b3(v14:i32) @0x7a:
;;   v16 i32.store8 v3 v14 #0x100 @0x7f
;;   v18:i32 = i32.add v3 v17 @0x87
;;   v20:i32 = i32.ne v18 v19 @0x8d
;;   v21 br_if v20 -> b1(v18) b4() @0x8e
;; b4() @0x8e:
;;   v22 return @0x91
;; cut @0x5f b1 2: v3 -
;; after ifconv
;; func 0
;; b0(v1:i32) @0x40:
;;   v2:i32 = const #0x1a @0x40
;;   v5:i32 = const #0x1 @0x40
;;   v7:i32 = const @0x40
;;   v3:i32 = i32.lt_u v1 v2 @0x44
;;   v11:i32 = select v5 v7 v3 @0x45
;;   v4 br -> b3(v11) @0x45
;; b3(v9:i32) @0x4c:
;;   v10 return [v9] @0x4d
;; func 1
;; b0(v1:i32) @0x50:
;;   v3:i32 = const #0x7 @0x50
;;   v5:i32 = const #0x3 @0x50
;;   v2 br_if v1 -> b3(v3) b3(v5) @0x52
;; b3(v7:i32) @0x59:
;;   v8 return [v7] @0x5a
;; func 2
;; b0() @0x5f:
;;   v1:i32 = const @0x5f
;;   v6:i32 = const #0x61 @0x5f
;;   v8:i32 = const #0x1a @0x5f
;;   v11:i32 = const #0x20 @0x5f
;;   v17:i32 = const #0x1 @0x5f
;;   v19:i32 = const #0x100 @0x5f
;;   v2 br -> b1(v1) @0x5f
;; b1(v3:i32) @0x5f:
;;   v5:i32 = i32.load8_u v3 @0x63
;;   v7:i32 = i32.sub v5 v6 @0x6d
;;   v9:i32 = i32.lt_u v7 v8 @0x70
;;   v12:i32 = i32.sub v5 v11 @0x77
;;   v23:i32 = select v12 v5 v9 @0x71
;;   v10 br -> b3(v23) @0x71
;; b3(v14:i32) @0x7a:
;;   v16 i32.store8 v3 v14 #0x100 @0x7f
;;   v18:i32 = i32.add v3 v17 @0x87
;;   v20:i32 = i32.ne v18 v19 @0x8d
;;   v21 br_if v20 -> b1(v18) b4() @0x8e
;; b4() @0x8e:
;;   v22 return @0x91
;; cut @0x5f b1 2: v3 -
