;;! args: --print
;; $k is set in the inner loop and read in the outer one: a parameter of both
;; headers.  $m is only passed around: of neither.
(module
  (func (param $n i32) (param $m i32) (result i32)
    (local $k i32)
    (loop $outer
      (loop $inner
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (local.set $m (local.get $m))
        (br_if $inner (i32.and (local.get $k) (i32.const 3))))
      (br_if $outer (i32.lt_u (local.get $k) (local.get $n))))
    (i32.add (local.get $m) (local.get $n))))
;; func 0
;; b0(v1:i32 v2:i32) @0x1c:
;;   v3:i32 = const @0x1c
;;   v7:i32 = const #0x1 @0x1c
;;   v10:i32 = const #0x3 @0x1c
;;   v4 br -> b1(v3) @0x1c
;; b1(v18:i32) @0x1c:
;;   v5 br -> b2(v18) @0x1e
;; b2(v6:i32) @0x1e:
;;   v8:i32 = i32.add v6 v7 @0x24
;;   v11:i32 = i32.and v8 v10 @0x2f
;;   v12 br_if v11 -> b2(v8) b3() @0x30
;; b3() @0x30:
;;   v13:i32 = i32.lt_u v8 v1 @0x37
;;   v14 br_if v13 -> b1(v8) b4() @0x38
;; b4() @0x38:
;;   v15:i32 = i32.add v2 v1 @0x3f
;;   v16 return [v15] @0x40
;; cut @0x1c b1 3: v1 v2 v18
;; cut @0x1e b2 3: v1 v2 v6
