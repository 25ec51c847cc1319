;;! args: --print --opt=fold,dce
;; Constants go outward and together; a product with a power of two is a shift.
(module
  (func (export "f") (param i32) (result i32)
    (i32.mul (i32.add (i32.add (local.get 0) (i32.const 3)) (i32.const 5)) (i32.const 8))))
;; func 0
;; b0(v1:i32) @0x20:
;;   v12:i32 = const #0x40 @0x0
;;   v2:i32 = const #0x3 @0x20
;;   v11:i32 = i32.shl v1 v2 @0x2a
;;   v13:i32 = i32.add v11 v12 @0x2a
;;   v8 return [v13] @0x2b
