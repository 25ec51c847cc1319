;;! args: --print --opt=tidy,check,fold,dce
;; The mask says nothing: x - 97 of a byte is below 26 with it or without.
(module
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (i32.lt_u
      (i32.and (i32.add (i32.load8_u (local.get 0)) (i32.const -97)) (i32.const 255))
      (i32.const 26))))
;; func 0
;; b0(v1:i32) @0x25:
;;   v4:i32 = const #0xffffff9f @0x25
;;   v8:i32 = const #0x1a @0x25
;;   v2 bounds v1 #0x1 @0x27
;;   v3:i32 = i32.load8_u v1 @0x27
;;   v5:i32 = i32.add v3 v4 @0x2d
;;   v9:i32 = i32.lt_u v5 v8 @0x34
;;   v10 return [v9] @0x35
