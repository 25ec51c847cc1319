;;! args: --print
;; One edge per entry; case 1 falls through to case 0's code.
(module
  (func (param $x i32) (result i32)
    (local $r i32)
    (block $out
      (block $zero
        (block $one
          (br_table $zero $one $zero $out (local.get $x)))
        (local.set $r (i32.const 10)))
      (local.set $r (i32.add (local.get $r) (i32.const 1))))
    (local.get $r)))
;; func 0
;; b0(v1:i32) @0x1b:
;;   v2:i32 = const @0x1b
;;   v4:i32 = const #0xa @0x1b
;;   v7:i32 = const #0x1 @0x1b
;;   v3 br_table v1 -> b2(v2) b1() b2(v2) b3(v2) @0x23
;; b1() @0x29:
;;   v5 br -> b2(v4) @0x2e
;; b2(v6:i32) @0x2e:
;;   v8:i32 = i32.add v6 v7 @0x33
;;   v9 br -> b3(v8) @0x36
;; b3(v10:i32) @0x36:
;;   v11 return [v10] @0x39
