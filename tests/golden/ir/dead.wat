;;! args: --print
;; Unreachable code leaves no trace; a block that nothing leaves has no join.
(module
  (func (param i32) (result i32)
    (block $b (result i32)
      (loop $forever
        (br $b (i32.const 1))
        (br_if $forever (i32.const 2))
        (if (i32.const 3) (then (unreachable)) (else (nop))))
      (i32.const 4))
    (if (result i32) (then (return (i32.const 5))) (else (unreachable)))
    (drop)
    (i32.const 6)))
;; func 0
;; b0(v1:i32) @0x19:
;;   v3:i32 = const #0x1 @0x19
;;   v6:i32 = const #0x5 @0x19
;;   v2 br -> b1() @0x1b
;; b1() @0x1b:
;;   v4 br -> b2() @0x1f
;; b2() @0x30:
;;   v5 br_if v3 -> b3() b4() @0x31
;; b3() @0x31:
;;   v7 return [v6] @0x35
;; b4() @0x36 cold:
;;   v8 trap #0x1 @0x37
;; cut @0x1b b1 1: v1
