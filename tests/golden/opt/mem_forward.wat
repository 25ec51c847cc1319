;;! args: --print --opt=fold,mem,dce
;; What was stored is what is loaded; a store over it that nobody saw between goes; another base may alias.
(module
  (memory 1 1)
  (func (export "f") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0))
    (i32.store (i32.const 20) (local.get 1))
    (i32.store (i32.const 16) (i32.load (i32.const 20)))
    (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 20))))
  (func (export "g") (param i32 i32) (result i32)
    (i32.store (local.get 0) (i32.const 1))
    (i32.store (local.get 1) (i32.const 2))
    (i32.load (local.get 0))))
;; func 0
;; b0(v1:i32 v2:i32) @0x2c:
;;   v3:i32 = const #0x10 @0x2c
;;   v6:i32 = const #0x14 @0x2c
;;   v8 i32.store v6 v2 @0x37
;;   v12 i32.store v3 v2 @0x41
;;   v17:i32 = i32.add v2 v2 @0x4e
;;   v18 return [v17] @0x4f
;; func 1
;; b0(v1:i32 v2:i32) @0x52:
;;   v3:i32 = const #0x1 @0x52
;;   v6:i32 = const #0x2 @0x52
;;   v4 bounds v1 #0x4 @0x56
;;   v5 i32.store v1 v3 @0x56
;;   v7 bounds v2 #0x4 @0x5d
;;   v8 i32.store v2 v6 @0x5d
;;   v9 bounds v1 #0x4 @0x62
;;   v10:i32 = i32.load v1 @0x62
;;   v11 return [v10] @0x65
