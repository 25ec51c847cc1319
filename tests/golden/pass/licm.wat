;;! before: tidy
;; The product and the checks of an address that does not change go in front of the loop; the load stays behind the store.
(module
  (memory 1)
  (func (export "f") (param i32 i32 i32)
    (loop
      (i32.store (local.get 1) (i32.load offset=4 (local.get 1)))
      (i32.store (i32.const 8) (i32.mul (local.get 0) (local.get 1)))
      (br_if 0 (local.tee 2 (i32.add (local.get 2) (i32.const -1)))))))
;; before: behind tidy
;; func 0
;; b0(v1:i32 v2:i32 v3:i32) @0x26:
;;   v9:i32 = const #0x8 @0x26
;;   v14:i32 = const #0xffffffff @0x26
;;   v4 br -> b1(v3) @0x26
;; b1(v13:i32) @0x26:
;;   v5 bounds v2 #0x8 @0x2c
;;   v6:i32 = i32.load v2 #0x4 @0x2c
;;   v7 bounds v2 #0x4 @0x2f
;;   v8 i32.store v2 v6 @0x2f
;;   v10:i32 = i32.mul v1 v2 @0x38
;;   v11 bounds v9 #0x4 @0x39
;;   v12 i32.store v9 v10 @0x39
;;   v15:i32 = i32.add v13 v14 @0x40
;;   v16 br_if v15 -> b1(v15) b2() @0x43
;; b2() @0x43:
;;   v17 return @0x46
;; cut @0x26 b1 3: v1 v2 v13
;; after licm
;; func 0
;; b0(v1:i32 v2:i32 v3:i32) @0x26:
;;   v9:i32 = const #0x8 @0x26
;;   v14:i32 = const #0xffffffff @0x26
;;   v5 bounds v2 #0x8 @0x2c
;;   v7 bounds v2 #0x4 @0x2f
;;   v10:i32 = i32.mul v1 v2 @0x38
;;   v4 br -> b1(v3) @0x26
;; b1(v13:i32) @0x26:
;;   v6:i32 = i32.load v2 #0x4 @0x2c
;;   v8 i32.store v2 v6 @0x2f
;;   v11 bounds v9 #0x4 @0x39
;;   v12 i32.store v9 v10 @0x39
;;   v15:i32 = i32.add v13 v14 @0x40
;;   v16 br_if v15 -> b1(v15) b2() @0x43
;; b2() @0x43:
;;   v17 return @0x46
;; cut @0x26 b1 3: v1 v2 v13
