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
;;   v10:i32 = const #0x4 @0x29
;;   v3 br -> b1(v2 v2) @0x29
;; b1(v5:i32 v6:i32) @0x29:
;;   v7 bounds v6 #0x14 @0x2d
;;   v8:i32 = i32.load v6 #0x10 @0x2d
;;   v9:i32 = i32.add v5 v8 @0x36
;;   v11:i32 = i32.add v6 v10 @0x3d
;;   v12:i32 = i32.lt_u v11 v1 @0x44
;;   v13 br_if v12 -> b1(v9 v11) b2() @0x45
;; b2() @0x45:
;;   v14 return [v9] @0x4a
;; cut @0x29 b1 4: v1 v6 v5 -
