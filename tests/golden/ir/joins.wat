;;! args: --print
;; Where the arms agree there is no parameter: only the second result and $b
;; differ.  An if without else joins straight from its condition.
(module
  (func (param $c i32) (param $a i32) (param $b i32) (result i32 i32)
    (local.get $c)
    (if (result i32 i32)
      (then (local.set $b (i32.const 7)) (local.get $a) (local.get $b))
      (else (local.get $a) (i32.const 9)))
    (if (local.get $b) (then (local.set $a (i32.const 1))))
    (local.set $c (i32.add (local.get $a) (local.get $b)))
    (drop)
    (local.get $c)))
;; func 0
;; b0(v1:i32 v2:i32 v3:i32) @0x21:
;;   v5:i32 = const #0x7 @0x21
;;   v12:i32 = const #0x1 @0x21
;;   v4 br_if v1 -> b1() b2() @0x23
;; b1() @0x23:
;;   v6 br -> b3(v5) @0x2d
;; b2() @0x2d:
;;   v8 br -> b3(v3) @0x32
;; b3(v10:i32) @0x32:
;;   v11 br_if v10 -> b4() b5(v2) @0x35
;; b4() @0x35:
;;   v13 br -> b5(v12) @0x3b
;; b5(v14:i32) @0x3b:
;;   v15:i32 = i32.add v14 v10 @0x40
;;   v16 return [v2 v15] @0x46
