;; The same sum once, the same load once until a store, the check behind one that covers it.
(module
  (memory 1)
  (func (export "f") (param i32 i32) (result i32)
    (local i32)
    (local.set 2 (i32.add (i32.load (local.get 0)) (i32.load (local.get 0))))
    (i32.store (local.get 0) (i32.add (local.get 1) (i32.const 1)))
    (i32.add (i32.add (local.get 2) (i32.load (local.get 0)))
      (i32.add (local.get 1) (i32.const 1)))))
;; before
;; func 0
;; b0(v1:i32 v2:i32) @0x28:
;;   v9:i32 = const #0x1 @0x28
;;   v4 bounds v1 #0x4 @0x2a
;;   v5:i32 = i32.load v1 @0x2a
;;   v6 bounds v1 #0x4 @0x2f
;;   v7:i32 = i32.load v1 @0x2f
;;   v8:i32 = i32.add v5 v7 @0x32
;;   v10:i32 = i32.add v2 v9 @0x3b
;;   v11 bounds v1 #0x4 @0x3c
;;   v12 i32.store v1 v10 @0x3c
;;   v13 bounds v1 #0x4 @0x43
;;   v14:i32 = i32.load v1 @0x43
;;   v15:i32 = i32.add v8 v14 @0x46
;;   v16:i32 = i32.add v2 v9 @0x4b
;;   v17:i32 = i32.add v15 v16 @0x4c
;;   v18 return [v17] @0x4d
;; after gvn
;; func 0
;; b0(v1:i32 v2:i32) @0x28:
;;   v9:i32 = const #0x1 @0x28
;;   v4 bounds v1 #0x4 @0x2a
;;   v5:i32 = i32.load v1 @0x2a
;;   v8:i32 = i32.add v5 v5 @0x32
;;   v10:i32 = i32.add v2 v9 @0x3b
;;   v12 i32.store v1 v10 @0x3c
;;   v14:i32 = i32.load v1 @0x43
;;   v15:i32 = i32.add v8 v14 @0x46
;;   v17:i32 = i32.add v10 v15 @0x4c
;;   v18 return [v17] @0x4d
