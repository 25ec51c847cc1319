;;! args: --print --opt=tidy,licm
;; The check comes behind a store, so it stays in the loop; the product moves.
(module
  (memory 1)
  (func (export "f") (param i32 i32 i32)
    (loop
      (i32.store (i32.const 0) (local.get 2))
      (i32.store (i32.const 4) (i32.load (local.get 1)))
      (i32.store (i32.const 8) (i32.mul (local.get 0) (local.get 1)))
      (br_if 0 (local.tee 2 (i32.add (local.get 2) (i32.const -1)))))))
;; func 0
;; b0(v1:i32 v2:i32 v3:i32) @0x26:
;;   v5:i32 = const @0x26
;;   v9:i32 = const #0x4 @0x26
;;   v14:i32 = const #0x8 @0x26
;;   v18:i32 = const #0xffffffff @0x26
;;   v7 bounds v5 #0x4 @0x2c
;;   v15:i32 = i32.mul v1 v2 @0x3f
;;   v4 br -> b1(v3) @0x26
;; b1(v6:i32) @0x26:
;;   v8 i32.store v5 v6 @0x2c
;;   v10 bounds v2 #0x4 @0x33
;;   v11:i32 = i32.load v2 @0x33
;;   v12 bounds v9 #0x4 @0x36
;;   v13 i32.store v9 v11 @0x36
;;   v16 bounds v14 #0x4 @0x40
;;   v17 i32.store v14 v15 @0x40
;;   v19:i32 = i32.add v6 v18 @0x47
;;   v20 br_if v19 -> b1(v19) b2() @0x4a
;; b2() @0x4a:
;;   v21 return @0x4d
;; cut @0x26 b1 3: v1 v2 v6
