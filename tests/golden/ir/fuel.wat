;;! args: --print --fuel
;; Charges: the body up to and with the call; behind it up to the loop (which
;; costs nothing itself); the loop's block; the last one.  `end` alone is free.
(module
  (func $f)
  (func (param $n i32)
    (call $f)
    (local.set $n (i32.add (local.get $n) (i32.const 1)))
    (loop $l
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (block (block (nop)))))
;; func 0
;; b0() @0x1c:
;;   v1 return @0x1c
;; func 1
;; b0(v1:i32) @0x1f:
;;   v5:i32 = const #0x1 @0x1f
;;   v2 fuel #0x1 @0x1f
;;   v3 call @0x1f
;;   v4 fuel #0x4 @0x21
;;   v6:i32 = i32.add v1 v5 @0x25
;;   v7 br -> b1(v6) @0x28
;; b1(v9:i32) @0x28:
;;   v8 fuel #0x5 @0x2a
;;   v10:i32 = i32.sub v9 v5 @0x2e
;;   v11 br_if v10 -> b1(v10) b2() @0x31
;; b2() @0x31:
;;   v12 fuel #0x1 @0x38
;;   v13 return @0x3b
;; cut @0x28 b1 1: v9
