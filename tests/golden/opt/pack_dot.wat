;;! args: --print --opt=tidy,fold,gvn,check,tidy,pack,gvn,dce,tidy
;; A sum of products unrolled by two stays in its place.
(module
  (memory 1 1)
  (func (export "f") (result i32)
    (local i32 i32)
    (loop
      (local.set 1 (i32.add (local.get 1)
        (i32.mul (i32.load16_s (local.get 0)) (i32.load16_s offset=512 (local.get 0)))))
      (local.set 1 (i32.add (local.get 1)
        (i32.mul (i32.load16_s offset=2 (local.get 0)) (i32.load16_s offset=514 (local.get 0)))))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (i32.const 256))))
    (local.get 1)))
;; func 0
;; b0() @0x27:
;;   v1:i32 = const @0x27
;;   v17:i32 = const #0x4 @0x27
;;   v19:i32 = const #0x100 @0x27
;;   v2 br -> b1(v1 v1) @0x27
;; b1(v3:i32 v4:i32) @0x27:
;;   v18:i32 = i32.add v4 v17 @0x4f
;;   v20:i32 = i32.ne v18 v19 @0x55
;;   v23:i32 = i32.load v4 @0x27
;;   v24:i32 = i32.load v4 #0x200 @0x27
;;   v25:i32 = i16x2.dot_s v23 v24 v3 @0x27
;;   v21 br_if v20 -> b1(v25 v18) b2() @0x56
;; b2() @0x56:
;;   v22 return [v25] @0x5b
;; cut @0x27 b1 2: v4 v3
