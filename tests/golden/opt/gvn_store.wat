;;! args: --print --opt=gvn
;; A store makes later loads new ones.
(module
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.load (local.get 0)))
    (i32.store (local.get 0) (i32.const 7))
    (i32.add (local.get 1) (i32.load (local.get 0)))))
;; func 0
;; b0(v1:i32) @0x27:
;;   v5:i32 = const #0x7 @0x27
;;   v3 bounds v1 #0x4 @0x29
;;   v4:i32 = i32.load v1 @0x29
;;   v7 i32.store v1 v5 @0x32
;;   v9:i32 = i32.load v1 @0x39
;;   v10:i32 = i32.add v4 v9 @0x3c
;;   v11 return [v10] @0x3d
