;;! args: --print
;; A loop header has parameters for what the loop changes and reads: the sum
;; and the counter.  The limit is not changed, the scratch local not read
;; before it is written; neither gets one, and the cut says so.
(module (memory 1)
  (func (export "sum") (param $n i32) (result i32)
    (local $i i32) (local $s i32) (local $scratch i32)
    (loop $l
      (local.set $scratch (i32.load offset=16 (local.get $i)))
      (local.set $s (i32.add (local.get $s) (local.get $scratch)))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $l (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $s)))
;; func 0
;; b0(v1:i32) @0x29:
;;   v2:i32 = const @0x29
;;   v9:i32 = const #0x4 @0x29
;;   v3 br -> b1(v2 v2) @0x29
;; b1(v4:i32 v7:i32) @0x29:
;;   v5 bounds v4 #0x14 @0x2d
;;   v6:i32 = i32.load v4 #0x10 @0x2d
;;   v8:i32 = i32.add v7 v6 @0x36
;;   v10:i32 = i32.add v4 v9 @0x3d
;;   v11:i32 = i32.lt_u v10 v1 @0x44
;;   v12 br_if v11 -> b1(v10 v8) b2() @0x45
;; b2() @0x45:
;;   v13 return [v8] @0x4a
;; cut @0x29 b1 4: v1 v4 v7 -
