;;! before: tidy,check
;; The store under a condition, behind a load of the same byte, stores a choice.
(module
  (memory 1 1)
  (func (export "f")
    (local i32 i32)
    (loop
      (if (i32.lt_u (local.tee 1 (i32.load8_u (local.get 0))) (i32.const 26))
        (then (i32.store8 (local.get 0) (i32.sub (local.get 1) (i32.const 32)))))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256))))))
;; before: behind tidy,check
;; func 0
;; b0() @0x26:
;;   v1:i32 = const @0x26
;;   v6:i32 = const #0x1a @0x26
;;   v9:i32 = const #0x20 @0x26
;;   v14:i32 = const #0x1 @0x26
;;   v16:i32 = const #0x100 @0x26
;;   v2 br -> b1(v1) @0x26
;; b1(v3:i32) @0x26:
;;   v5:i32 = i32.load8_u v3 @0x2a
;;   v7:i32 = i32.lt_u v5 v6 @0x31
;;   v8 br_if v7 -> b2() b3() @0x32
;; b2() @0x32:
;;   v10:i32 = i32.sub v5 v9 @0x3a
;;   v12 i32.store8 v3 v10 @0x3b
;;   v13 br -> b3() @0x3e
;; b3() @0x3e:
;;   v15:i32 = i32.add v3 v14 @0x43
;;   v17:i32 = i32.ne v15 v16 @0x49
;;   v18 br_if v17 -> b1(v15) b4() @0x4a
;; b4() @0x4a:
;;   v19 return @0x4d
;; cut @0x26 b1 2: v3 -
;; after ifstore
;; func 0
;; b0() @0x26:
;;   v1:i32 = const @0x26
;;   v6:i32 = const #0x1a @0x26
;;   v9:i32 = const #0x20 @0x26
;;   v14:i32 = const #0x1 @0x26
;;   v16:i32 = const #0x100 @0x26
;;   v2 br -> b1(v1) @0x26
;; b1(v3:i32) @0x26:
;;   v5:i32 = i32.load8_u v3 @0x2a
;;   v7:i32 = i32.lt_u v5 v6 @0x31
;;   v10:i32 = i32.sub v5 v9 @0x3a
;;   v20:i32 = select v10 v5 v7 @0x32
;;   v12 i32.store8 v3 v20 @0x3b
;;   v8 br -> b3() @0x32
;; b3() @0x3e:
;;   v15:i32 = i32.add v3 v14 @0x43
;;   v17:i32 = i32.ne v15 v16 @0x49
;;   v18 br_if v17 -> b1(v15) b4() @0x4a
;; b4() @0x4a:
;;   v19 return @0x4d
;; cut @0x26 b1 2: v3 -
