;;! args: --print --opt=tidy,fold,gvn,check,tidy,pack,gvn,dce,tidy
;; Each byte depends on the one before: left alone.
(module
  (memory 1 1)
  (func (export "f")
    (local i32)
    (loop
      (i32.store8 offset=1 (local.get 0)
        (i32.add (i32.load8_u (local.get 0)) (i32.const 3)))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 64))))))
;; func 0
;; b0() @0x26:
;;   v1:i32 = const @0x26
;;   v6:i32 = const #0x3 @0x26
;;   v10:i32 = const #0x1 @0x26
;;   v12:i32 = const #0x40 @0x26
;;   v2 br -> b1(v1) @0x26
;; b1(v3:i32) @0x26:
;;   v5:i32 = i32.load8_u v3 @0x2c
;;   v7:i32 = i32.add v5 v6 @0x31
;;   v9 i32.store8 v3 v7 #0x1 @0x32
;;   v11:i32 = i32.add v3 v10 @0x39
;;   v13:i32 = i32.ne v11 v12 @0x3f
;;   v14 br_if v13 -> b1(v11) b2() @0x40
;; b2() @0x40:
;;   v15 return @0x43
;; cut @0x26 b1 1: v3
