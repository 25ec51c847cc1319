;;! args: --print --opt=inline,tidy,fold,gvn,dce,tidy
;; The callee disappears into its caller.
(module
  (func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "f") (param i32) (result i32)
    (i32.mul (call $g (local.get 0)) (call $g (i32.const 4)))))
;; func 0
;; b0(v1:i32) @0x21:
;;   v2:i32 = const #0x1 @0x21
;;   v3:i32 = i32.add v1 v2 @0x25
;;   v4 return [v3] @0x26
;; func 1
;; b0(v1:i32) @0x29:
;;   v14:i32 = const #0x5 @0x0
;;   v15:i32 = i32.mul v1 v14 @0x31
;;   v16:i32 = i32.add v15 v14 @0x31
;;   v6 return [v16] @0x32
