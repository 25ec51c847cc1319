;;! before: tidy,fold,gvn,check,tidy
;;! args: --packed=dsp
;; Four bytes at a time, by usub8 and its like.
(module
  (memory 1 1)
  (func (export "f")
    (local i32)
    (loop
      (i32.store8 offset=1024 (local.get 0)
        (i32.add (i32.load8_u (local.get 0)) (i32.load8_u offset=512 (local.get 0))))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256))))))
;; before: behind tidy,fold,gvn,check,tidy
;; func 0
;; b0() @0x26:
;;   v1:i32 = const @0x26
;;   v11:i32 = const #0x1 @0x26
;;   v13:i32 = const #0x100 @0x26
;;   v2 br -> b1(v1) @0x26
;; b1(v3:i32) @0x26:
;;   v5:i32 = i32.load8_u v3 @0x2c
;;   v7:i32 = i32.load8_u v3 #0x200 @0x31
;;   v8:i32 = i32.add v5 v7 @0x35
;;   v10 i32.store8 v3 v8 #0x400 @0x36
;;   v12:i32 = i32.add v3 v11 @0x3e
;;   v14:i32 = i32.ne v12 v13 @0x44
;;   v15 br_if v14 -> b1(v12) b2() @0x45
;; b2() @0x45:
;;   v16 return @0x48
;; cut @0x26 b1 1: v3
;; after pack
;; func 0
;; b0() @0x26:
;;   v22:i32 = const #0xff @0x0
;;   v23:i32 = const #0x4 @0x0
;;   v24:i32 = const #0xfffffffc @0x0
;;   v25:i32 = const #0xfc @0x0
;;   v1:i32 = const @0x26
;;   v11:i32 = const #0x1 @0x26
;;   v13:i32 = const #0x100 @0x26
;;   v2 br_if v11 -> b3(v1) b1(v1) @0x26
;; b1(v3:i32) @0x26:
;;   v5:i32 = i32.load8_u v3 @0x2c
;;   v7:i32 = i32.load8_u v3 #0x200 @0x31
;;   v8:i32 = i32.add v5 v7 @0x35
;;   v10 i32.store8 v3 v8 #0x400 @0x36
;;   v12:i32 = i32.add v3 v11 @0x3e
;;   v14:i32 = i32.ne v12 v13 @0x44
;;   v15 br_if v14 -> b1(v12) b2() @0x45
;; b2() @0x45:
;;   v16 return @0x48
;; b3(v17:i32) @0x26:
;;   v18:i32 = i32.load v17 @0x26
;;   v19:i32 = i32.load v17 #0x200 @0x26
;;   v20:i32 = i8x4.add v18 v19 @0x26
;;   v21 i32.store v17 v20 #0x400 @0x26
;;   v26:i32 = i32.add v17 v23 @0x26
;;   v27:i32 = i32.ne v26 v25 @0x26
;;   v28 br_if v27 -> b3(v26) b1(v26) @0x26
;; cut @0x26 b1 1: v3
;; cut @0x26 b3 1: v17
