;;! args: --print --opt=tidy,unroll,fold,check,tidy,fold,dce,tidy
;; Three iterations, no loop.
(module
  (func (export "f") (param i32) (result i32)
    (local i32)
    (loop
      (local.set 0 (i32.rotl (local.get 0) (local.get 1)))
      (br_if 0 (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 3))))
    (local.get 0)))
;; func 0
;; b0(v1:i32) @0x22:
;;   v9:i32 = const #0x3 @0x22
;;   v22:i32 = i32.rotl v1 v9 @0x28
;;   v12 return [v22] @0x3a
