;;! args: --print --opt=gvn
;; A check of as many bytes or more of the same address makes a later one needless.
(module
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (i32.add (i32.load offset=8 (local.get 0))
             (i32.add (i32.load (local.get 0)) (i32.load offset=12 (local.get 0))))))
;; func 0
;; b0(v1:i32) @0x25:
;;   v2 bounds v1 #0xc @0x27
;;   v3:i32 = i32.load v1 #0x8 @0x27
;;   v5:i32 = i32.load v1 @0x2c
;;   v6 bounds v1 #0x10 @0x31
;;   v7:i32 = i32.load v1 #0xc @0x31
;;   v8:i32 = i32.add v5 v7 @0x34
;;   v9:i32 = i32.add v3 v8 @0x35
;;   v10 return [v9] @0x36
