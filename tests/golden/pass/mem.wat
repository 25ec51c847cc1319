;;! before: fold
;; What was stored is what is loaded, and the store that another covers goes.
(module
  (memory 1 1)
  (global $g (mut i32) (i32.const 0))
  (func (export "f") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0))
    (i32.store (i32.const 16) (local.get 1))
    (global.set $g (local.get 0))
    (i32.add (i32.load (i32.const 16)) (global.get $g))))
;; before: behind fold
;; func 0
;; b0(v1:i32 v2:i32) @0x2f:
;;   v3:i32 = const #0x10 @0x2f
;;   v5 i32.store v3 v1 @0x33
;;   v7 i32.store v3 v2 @0x3a
;;   v8 global.set v1 @0x3f
;;   v10:i32 = i32.load v3 @0x43
;;   v11:i32 = global.get @0x46
;;   v12:i32 = i32.add v10 v11 @0x48
;;   v13 return [v12] @0x49
;; after mem
;; func 0
;; b0(v1:i32 v2:i32) @0x2f:
;;   v3:i32 = const #0x10 @0x2f
;;   v7 i32.store v3 v2 @0x3a
;;   v8 global.set v1 @0x3f
;;   v12:i32 = i32.add v2 v1 @0x48
;;   v13 return [v12] @0x49
