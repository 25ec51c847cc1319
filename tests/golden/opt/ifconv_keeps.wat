;;! args: --print --opt=tidy,check,ifconv,tidy
;; What may trap, reads memory, or has an effect stays behind its test: a division, a checked load, an unchecked one of what
;; changes, a call.  So do loops over words, and loops with another way out.
(module
  (import "e" "h" (func $h (result i32)))
  (memory 1 1)
  (func (export "divides") (param i32 i32)
    (local i32)
    (loop
      (if (local.get 1) (then (local.set 2 (i32.div_u (local.get 2) (local.get 1)))))
      (i32.store8 (local.get 0) (local.get 2))
      (br_if 0 (local.tee 0 (i32.and (i32.add (local.get 0) (i32.const 1)) (i32.const 255))))))
  (func (export "loads")
    (local i32 i32)
    (loop
      (local.set 1 (i32.load8_u offset=512 (local.get 0)))
      (if (local.get 1) (then (local.set 1 (i32.load8_u offset=256 (local.get 1)))))
      (i32.store8 (local.get 0) (local.get 1))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256)))))
  (func (export "words")
    (local i32 i32)
    (loop
      (local.set 1 (i32.load offset=1024 (local.get 0)))
      (if (i32.gt_u (local.get 1) (i32.const 9)) (then (local.set 1 (i32.const 9))))
      (i32.store (local.get 0) (local.get 1))
      (br_if 0 (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (i32.const 1024)))))
  (func (export "leaves")
    (local i32 i32)
    (loop $l (block $out
      (br_if $out (i32.eqz (local.tee 1 (i32.load8_u offset=512 (local.get 0)))))
      (if (i32.gt_u (local.get 1) (i32.const 9)) (then (local.set 1 (i32.const 9))))
      (i32.store8 (local.get 0) (local.get 1))
      (br_if $l (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 256))))))
  (func (export "calls") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (drop (call $h)) (i32.const 1)) (else (i32.const 0))))
  (func (export "signed") (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 26)) (then (i32.const 1)) (else (i32.const 0)))))
;; func 1
;; b0(v1:i32 v2:i32) @0x73:
;;   v3:i32 = const @0x73
;;   v13:i32 = const #0x1 @0x73
;;   v15:i32 = const #0xff @0x73
;;   v4 br -> b1(v3 v1) @0x73
;; b1(v6:i32 v9:i32) @0x73:
;;   v5 br_if v2 -> b2() b3(v6) @0x77
;; b2() @0x77:
;;   v7:i32 = i32.div_u v6 v2 !1 @0x7d
;;   v8 br -> b3(v7) @0x80
;; b3(v10:i32) @0x80:
;;   v11 bounds v9 #0x1 @0x85
;;   v12 i32.store8 v9 v10 @0x85
;;   v14:i32 = i32.add v9 v13 @0x8c
;;   v16:i32 = i32.and v14 v15 @0x90
;;   v17 br_if v16 -> b1(v10 v16) b4() @0x93
;; b4() @0x93:
;;   v18 return @0x96
;; cut @0x73 b1 3: v9 v2 v6
;; func 2
;; b0() @0x9b:
;;   v1:i32 = const @0x9b
;;   v13:i32 = const #0x1 @0x9b
;;   v15:i32 = const #0x100 @0x9b
;;   v2 br -> b1(v1) @0x9b
;; b1(v3:i32) @0x9b:
;;   v5:i32 = i32.load8_u v3 #0x200 @0x9f
;;   v6 br_if v5 -> b2() b3(v5) @0xa7
;; b2() @0xa7:
;;   v8:i32 = i32.load8_u v5 #0x100 @0xab
;;   v9 br -> b3(v8) @0xb1
;; b3(v10:i32) @0xb1:
;;   v12 i32.store8 v3 v10 @0xb6
;;   v14:i32 = i32.add v3 v13 @0xbd
;;   v16:i32 = i32.ne v14 v15 @0xc3
;;   v17 br_if v16 -> b1(v14) b4() @0xc4
;; b4() @0xc4:
;;   v18 return @0xc7
;; cut @0x9b b1 2: v3 -
;; func 3
;; b0() @0xcc:
;;   v1:i32 = const @0xcc
;;   v6:i32 = const #0x9 @0xcc
;;   v13:i32 = const #0x4 @0xcc
;;   v15:i32 = const #0x400 @0xcc
;;   v2 br -> b1(v1) @0xcc
;; b1(v3:i32) @0xcc:
;;   v5:i32 = i32.load v3 #0x400 !4 @0xd0
;;   v7:i32 = i32.gt_u v5 v6 @0xda
;;   v8 br_if v7 -> b3(v6) b3(v5) @0xdb
;; b3(v10:i32) @0xe1:
;;   v12 i32.store v3 v10 !4 @0xe6
;;   v14:i32 = i32.add v3 v13 @0xed
;;   v16:i32 = i32.ne v14 v15 @0xf3
;;   v17 br_if v16 -> b1(v14) b4() @0xf4
;; b4() @0xf4:
;;   v18 return @0xf7
;; cut @0xcc b1 2: v3 -
;; func 4
;; b0() @0xfc:
;;   v1:i32 = const @0xfc
;;   v8:i32 = const #0x9 @0xfc
;;   v15:i32 = const #0x1 @0xfc
;;   v17:i32 = const #0x100 @0xfc
;;   v2 br -> b1(v1) @0xfc
;; b1(v3:i32) @0xfc:
;;   v5:i32 = i32.load8_u v3 #0x200 @0x102
;;   v6:i32 = i32.eqz v5 @0x108
;;   v7 br_if v5 -> b2() b6() @0x109
;; b2() @0x109:
;;   v9:i32 = i32.gt_u v5 v8 @0x10f
;;   v10 br_if v9 -> b4(v8) b4(v5) @0x110
;; b4(v12:i32) @0x116:
;;   v14 i32.store8 v3 v12 @0x11b
;;   v16:i32 = i32.add v3 v15 @0x122
;;   v18:i32 = i32.ne v16 v17 @0x128
;;   v19 br_if v18 -> b1(v16) b6() @0x129
;; b6() @0x12b:
;;   v21 return @0x12d
;; cut @0xfc b1 2: v3 -
;; func 5
;; b0(v1:i32) @0x130:
;;   v4:i32 = const #0x1 @0x130
;;   v6:i32 = const @0x130
;;   v2 br_if v1 -> b1() b3(v6) @0x132
;; b1() @0x132:
;;   v3:i32 = call @0x134
;;   v5 br -> b3(v4) @0x139
;; b3(v8:i32) @0x13c:
;;   v9 return [v8] @0x13d
;; func 6
;; b0(v1:i32) @0x140:
;;   v2:i32 = const #0x1a @0x140
;;   v5:i32 = const #0x1 @0x140
;;   v7:i32 = const @0x140
;;   v3:i32 = i32.lt_s v1 v2 @0x144
;;   v4 br_if v3 -> b3(v5) b3(v7) @0x145
;; b3(v9:i32) @0x14c:
;;   v10 return [v9] @0x14d
