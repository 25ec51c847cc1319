;;! args: --print --opt=tidy,check,dce
;; stream_read gives at most as many bytes as were asked for: a result that is
;; not negative bounds the loop, and no check is left in it.
(module
  (import "pulseengine:async" "stream_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory 1 1)
  (func (export "f") (param $h i32) (result i32) (local $n i32) (local $i i32) (local $sum i32)
    (local.set $n (call $read (local.get $h) (i32.const 65280) (i32.const 256) (i32.const 0)))
    (if (i32.gt_s (local.get $n) (i32.const 0)) (then
      (loop $l
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u offset=65280 (local.get $i))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))))
    (local.get $sum)))
;; func 1
;; b0(v1:i32) @0x53:
;;   v2:i32 = const @0x53
;;   v3:i32 = const #0xff00 @0x53
;;   v4:i32 = const #0x100 @0x53
;;   v14:i32 = const #0x1 @0x53
;;   v5:i32 = call [v1 v3 v4 v2] @0x5e
;;   v6:i32 = i32.gt_s v5 v2 @0x66
;;   v7 br_if v6 -> b2(v2 v2) b4(v2) @0x67
;; b2(v9:i32 v10:i32) @0x69:
;;   v12:i32 = i32.load8_u v10 #0xff00 @0x6f
;;   v13:i32 = i32.add v9 v12 @0x74
;;   v15:i32 = i32.add v10 v14 @0x7b
;;   v16:i32 = i32.lt_u v15 v5 @0x80
;;   v17 br_if v16 -> b2(v13 v15) b4(v13) @0x81
;; b4(v19:i32) @0x84:
;;   v20 return [v19] @0x87
;; cut @0x69 b2 4: v1 v5 v10 v9
