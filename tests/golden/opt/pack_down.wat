;;! args: --print --opt=tidy,fold,gvn,check,tidy,pack,gvn,dce,tidy
;; From the end to the beginning: a word's last lane is the first iteration.
(module
  (memory 1 1)
  (func (export "f")
    (local i32)
    (local.set 0 (i32.const 64))
    (loop
      (i32.store16 offset=1000 (i32.shl (local.get 0) (i32.const 1))
        (i32.xor (i32.load16_u offset=2000 (i32.shl (local.get 0) (i32.const 1))) (i32.const 255)))
      (br_if 0 (local.tee 0 (i32.add (local.get 0) (i32.const -1)))))))
;; func 0
;; b0() @0x26:
;;   v20:i32 = const #0x7ce @0x0
;;   v23:i32 = const #0xff00ff @0x0
;;   v25:i32 = const #0x3e6 @0x0
;;   v30:i32 = const #0x2 @0x0
;;   v31:i32 = const #0xfffffffe @0x0
;;   v2:i32 = const #0x40 @0x26
;;   v5:i32 = const #0x1 @0x26
;;   v10:i32 = const #0xff @0x26
;;   v14:i32 = const #0xffffffff @0x26
;;   v3 br -> b3(v2) @0x2b
;; b1(v4:i32) @0x2b:
;;   v6:i32 = i32.shl v4 v5 @0x31
;;   v9:i32 = i32.load16_u v6 #0x7d0 @0x37
;;   v11:i32 = i32.xor v9 v10 @0x3e
;;   v13 i32.store16 v6 v11 #0x3e8 @0x3f
;;   v15:i32 = i32.add v4 v14 @0x47
;;   v16 br_if v15 -> b1(v15) b2() @0x4a
;; b2() @0x4a:
;;   v17 return @0x4d
;; b3(v18:i32) @0x2b:
;;   v19:i32 = i32.shl v18 v5 @0x31
;;   v21:i32 = i32.add v19 v20 @0x2b
;;   v22:i32 = i32.load v21 @0x2b
;;   v24:i32 = i32.xor v22 v23 @0x2b
;;   v26:i32 = i32.add v19 v25 @0x2b
;;   v27 i32.store v26 v24 @0x2b
;;   v33:i32 = i32.add v18 v31 @0x2b
;;   v34:i32 = i32.ne v33 v30 @0x2b
;;   v35 br_if v34 -> b3(v33) b1(v33) @0x2b
;; cut @0x2b b1 1: v4
;; cut @0x2b b3 1: v18
