;;! args: --print --opt=tidy,check,dce
;; A counter from -64 up to 0 by 4, added to 1088, stays inside memory.
(module
  (memory 1)
  (func (export "f") (result i32)
    (local i32 i32)
    (local.set 0 (i32.const -64))
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.load (i32.add (local.get 0) (i32.const 1088)))))
      (br_if 0 (local.tee 0 (i32.add (local.get 0) (i32.const 4)))))
    (local.get 1)))
;; func 0
;; b0() @0x26:
;;   v1:i32 = const @0x26
;;   v2:i32 = const #0xffffffc0 @0x26
;;   v6:i32 = const #0x440 @0x26
;;   v11:i32 = const #0x4 @0x26
;;   v3 br -> b1(v1 v2) @0x2a
;; b1(v4:i32 v5:i32) @0x2a:
;;   v7:i32 = i32.add v5 v6 @0x33
;;   v9:i32 = i32.load v7 !4 @0x34
;;   v10:i32 = i32.add v4 v9 @0x37
;;   v12:i32 = i32.add v5 v11 @0x3e
;;   v13 br_if v12 -> b1(v10 v12) b2() @0x41
;; b2() @0x41:
;;   v14 return [v10] @0x46
;; cut @0x2a b1 2: v5 v4
