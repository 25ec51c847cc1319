;;! args: --print --opt=tidy,gvn,version,gvn,dce,tidy
;; A large loop whose check is in one way through it, as in a state machine: it
;; stays one loop, for most iterations would win nothing by a copy without it.
(module
  (memory 1)
  (func (export "f") (param $p i32) (param $n i32) (result i32) (local $h i32)
    (loop $l
      (if (i32.eqz (i32.and (local.get $h) (i32.const 7)))
        (then (i32.store offset=4 (local.get $p) (local.get $h))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 31)) (i32.shr_u (local.get $h) (i32.const 3))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 33)) (i32.shr_u (local.get $h) (i32.const 4))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 35)) (i32.shr_u (local.get $h) (i32.const 5))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 37)) (i32.shr_u (local.get $h) (i32.const 6))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 39)) (i32.shr_u (local.get $h) (i32.const 7))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 41)) (i32.shr_u (local.get $h) (i32.const 8))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 43)) (i32.shr_u (local.get $h) (i32.const 9))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 45)) (i32.shr_u (local.get $h) (i32.const 10))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 47)) (i32.shr_u (local.get $h) (i32.const 11))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 49)) (i32.shr_u (local.get $h) (i32.const 12))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 51)) (i32.shr_u (local.get $h) (i32.const 13))))
        (local.set $h (i32.xor (i32.mul (local.get $h) (i32.const 53)) (i32.shr_u (local.get $h) (i32.const 14))))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $h)))
;; func 0
;; b0(v1:i32 v2:i32) @0x2a:
;;   v3:i32 = const @0x2a
;;   v6:i32 = const #0x7 @0x2a
;;   v13:i32 = const #0x1f @0x2a
;;   v15:i32 = const #0x3 @0x2a
;;   v18:i32 = const #0x21 @0x2a
;;   v20:i32 = const #0x4 @0x2a
;;   v23:i32 = const #0x23 @0x2a
;;   v25:i32 = const #0x5 @0x2a
;;   v28:i32 = const #0x25 @0x2a
;;   v30:i32 = const #0x6 @0x2a
;;   v33:i32 = const #0x27 @0x2a
;;   v37:i32 = const #0x29 @0x2a
;;   v39:i32 = const #0x8 @0x2a
;;   v42:i32 = const #0x2b @0x2a
;;   v44:i32 = const #0x9 @0x2a
;;   v47:i32 = const #0x2d @0x2a
;;   v49:i32 = const #0xa @0x2a
;;   v52:i32 = const #0x2f @0x2a
;;   v54:i32 = const #0xb @0x2a
;;   v57:i32 = const #0x31 @0x2a
;;   v59:i32 = const #0xc @0x2a
;;   v62:i32 = const #0x33 @0x2a
;;   v64:i32 = const #0xd @0x2a
;;   v67:i32 = const #0x35 @0x2a
;;   v69:i32 = const #0xe @0x2a
;;   v73:i32 = const #0x1 @0x2a
;;   v4 br -> b1(v3 v2) @0x2a
;; b1(v5:i32 v72:i32) @0x2a:
;;   v7:i32 = i32.and v5 v6 @0x30
;;   v9 br_if v7 -> b3() b2() @0x32
;; b2() @0x32:
;;   v10 bounds v1 #0x8 @0x38
;;   v11 i32.store v1 v5 #0x4 @0x38
;;   v12 br -> b3() @0x3b
;; b3() @0x3b:
;;   v14:i32 = i32.mul v5 v13 @0x40
;;   v16:i32 = i32.shr_u v5 v15 @0x45
;;   v17:i32 = i32.xor v14 v16 @0x46
;;   v19:i32 = i32.mul v17 v18 @0x4d
;;   v21:i32 = i32.shr_u v17 v20 @0x52
;;   v22:i32 = i32.xor v19 v21 @0x53
;;   v24:i32 = i32.mul v22 v23 @0x5a
;;   v26:i32 = i32.shr_u v22 v25 @0x5f
;;   v27:i32 = i32.xor v24 v26 @0x60
;;   v29:i32 = i32.mul v27 v28 @0x67
;;   v31:i32 = i32.shr_u v27 v30 @0x6c
;;   v32:i32 = i32.xor v29 v31 @0x6d
;;   v34:i32 = i32.mul v32 v33 @0x74
;;   v35:i32 = i32.shr_u v32 v6 @0x79
;;   v36:i32 = i32.xor v34 v35 @0x7a
;;   v38:i32 = i32.mul v36 v37 @0x81
;;   v40:i32 = i32.shr_u v36 v39 @0x86
;;   v41:i32 = i32.xor v38 v40 @0x87
;;   v43:i32 = i32.mul v41 v42 @0x8e
;;   v45:i32 = i32.shr_u v41 v44 @0x93
;;   v46:i32 = i32.xor v43 v45 @0x94
;;   v48:i32 = i32.mul v46 v47 @0x9b
;;   v50:i32 = i32.shr_u v46 v49 @0xa0
;;   v51:i32 = i32.xor v48 v50 @0xa1
;;   v53:i32 = i32.mul v51 v52 @0xa8
;;   v55:i32 = i32.shr_u v51 v54 @0xad
;;   v56:i32 = i32.xor v53 v55 @0xae
;;   v58:i32 = i32.mul v56 v57 @0xb5
;;   v60:i32 = i32.shr_u v56 v59 @0xba
;;   v61:i32 = i32.xor v58 v60 @0xbb
;;   v63:i32 = i32.mul v61 v62 @0xc2
;;   v65:i32 = i32.shr_u v61 v64 @0xc7
;;   v66:i32 = i32.xor v63 v65 @0xc8
;;   v68:i32 = i32.mul v66 v67 @0xcf
;;   v70:i32 = i32.shr_u v66 v69 @0xd4
;;   v71:i32 = i32.xor v68 v70 @0xd5
;;   v74:i32 = i32.sub v72 v73 @0xdc
;;   v75 br_if v74 -> b1(v71 v74) b4() @0xdf
;; b4() @0xdf:
;;   v76 return [v71] @0xe4
;; cut @0x2a b1 3: v1 v72 v5
