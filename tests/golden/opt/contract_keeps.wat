;;! args: --print --opt=tidy,check,dce
;; One byte more than was asked for: the check stays.  So does that of a loop
;; whose count may be an error code, read as a large number.
(module
  (import "pulseengine:async" "stream_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory 1 1)
  (func (export "f") (param $h i32) (result i32) (local $n i32) (local $i i32) (local $sum i32)
    (local.set $n (call $read (local.get $h) (i32.const 65280) (i32.const 256) (i32.const 0)))
    (if (i32.gt_s (local.get $n) (i32.const 0)) (then
      (loop $l
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u offset=65280 (local.get $i))))
        (br_if $l (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))))
    (local.get $sum))
  (func (export "g") (param $h i32) (result i32) (local $n i32) (local $i i32) (local $sum i32)
    (local.set $n (call $read (local.get $h) (i32.const 65280) (i32.const 256) (i32.const 0)))
    (if (local.get $n) (then
      (loop $l
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u offset=65280 (local.get $i))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))))
    (local.get $sum)))
;; func 1
;; b0(v1:i32) @0x58:
;;   v2:i32 = const @0x58
;;   v3:i32 = const #0xff00 @0x58
;;   v4:i32 = const #0x100 @0x58
;;   v14:i32 = const #0x1 @0x58
;;   v5:i32 = call [v1 v3 v4 v2] @0x63
;;   v6:i32 = i32.gt_s v5 v2 @0x6b
;;   v7 br_if v6 -> b2(v2 v2) b4(v2) @0x6c
;; b2(v9:i32 v10:i32) @0x6e:
;;   v11 bounds v10 #0xff01 @0x74
;;   v12:i32 = i32.load8_u v10 #0xff00 @0x74
;;   v13:i32 = i32.add v9 v12 @0x79
;;   v15:i32 = i32.add v10 v14 @0x80
;;   v16:i32 = i32.le_u v15 v5 @0x85
;;   v17 br_if v16 -> b2(v13 v15) b4(v13) @0x86
;; b4(v19:i32) @0x89:
;;   v20 return [v19] @0x8c
;; cut @0x6e b2 4: v1 v5 v10 v9
;; func 2
;; b0(v1:i32) @0x91:
;;   v2:i32 = const @0x91
;;   v3:i32 = const #0xff00 @0x91
;;   v4:i32 = const #0x100 @0x91
;;   v13:i32 = const #0x1 @0x91
;;   v5:i32 = call [v1 v3 v4 v2] @0x9c
;;   v6 br_if v5 -> b2(v2 v2) b4(v2) @0xa2
;; b2(v8:i32 v9:i32) @0xa4:
;;   v10 bounds v9 #0xff01 @0xaa
;;   v11:i32 = i32.load8_u v9 #0xff00 @0xaa
;;   v12:i32 = i32.add v8 v11 @0xaf
;;   v14:i32 = i32.add v9 v13 @0xb6
;;   v15:i32 = i32.lt_u v14 v5 @0xbb
;;   v16 br_if v15 -> b2(v12 v14) b4(v12) @0xbc
;; b4(v18:i32) @0xbf:
;;   v19 return [v18] @0xc2
;; cut @0xa4 b2 4: v1 v5 v9 v8
