;;! args: --print --opt=tidy,check,dce
;; One byte too far: the check stays.
(module
  (memory 1 1)
  (func (export "f") (result i32)
    (local i32 i32)
    (loop
      (local.set 1 (i32.add (local.get 1) (i32.load8_u offset=65280 (local.get 0))))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 257))))
    (local.get 1)))
;; func 0
;; b0() @0x27:
;;   v1:i32 = const @0x27
;;   v8:i32 = const #0x1 @0x27
;;   v2 br -> b1(v1 v1) @0x27
;; b1(v3:i32 v4:i32) @0x27:
;;   v5 bounds v4 #0xff01 @0x2d
;;   v6:i32 = i32.load8_u v4 #0xff00 @0x2d
;;   v7:i32 = i32.add v3 v6 @0x32
;;   v9:i32 = i32.add v4 v8 @0x39
;;   v12 br_if v8 -> b1(v7 v9) b2() @0x40
;; b2() @0x40:
;;   v13 return [v7] @0x45
;; cut @0x27 b1 2: v4 v3
