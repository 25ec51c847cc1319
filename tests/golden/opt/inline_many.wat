;;! args: --print --opt=inline,tidy,fold,gvn,dce,tidy
;; A function that itself calls stays a function where it is called from three places that are in no loop; in a loop, and from
;; two places, it goes in.
(module
  (import "e" "h" (func $h (param i32) (result i32)))
  (func $g (param i32) (result i32) (call $h (i32.add (local.get 0) (i32.const 1))))
  (func (export "three") (param i32) (result i32)
    (call $g (call $g (call $g (local.get 0)))))
  (func (export "two") (param i32) (result i32)
    (call $g (call $g (local.get 0))))
  (func (export "loop") (param i32) (result i32)
    (loop $l (result i32)
      (local.set 0 (call $g (call $g (call $g (local.get 0)))))
      (br_if $l (local.get 0))
      (local.get 0))))
;; func 1
;; b0(v1:i32) @0x3d:
;;   v2:i32 = const #0x1 @0x3d
;;   v3:i32 = i32.add v1 v2 @0x41
;;   v4:i32 = call [v3] @0x42
;;   v5 return [v4] @0x44
;; func 2
;; b0(v1:i32) @0x47:
;;   v2:i32 = call $1 [v1] @0x49
;;   v3:i32 = call $1 [v2] @0x4b
;;   v4:i32 = call $1 [v3] @0x4d
;;   v5 return [v4] @0x4f
;; func 3
;; b0(v1:i32) @0x52:
;;   v5:i32 = const #0x1 @0x0
;;   v6:i32 = i32.add v1 v5 @0x41
;;   v7:i32 = call [v6] @0x42
;;   v10:i32 = i32.add v7 v5 @0x41
;;   v11:i32 = call [v10] @0x42
;;   v4 return [v11] @0x58
;; func 4
;; b0(v1:i32) @0x5b:
;;   v9:i32 = const #0x1 @0x0
;;   v2 br -> b1(v1) @0x5b
;; b1(v3:i32) @0x5b:
;;   v10:i32 = i32.add v3 v9 @0x41
;;   v11:i32 = call [v10] @0x42
;;   v14:i32 = i32.add v11 v9 @0x41
;;   v15:i32 = call [v14] @0x42
;;   v18:i32 = i32.add v15 v9 @0x41
;;   v19:i32 = call [v18] @0x42
;;   v7 br_if v19 -> b1(v19) b2() @0x69
;; b2() @0x69:
;;   v8 return [v19] @0x6e
;; cut @0x5b b1 1: v3
