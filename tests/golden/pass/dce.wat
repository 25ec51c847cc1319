;; A sum that nobody uses goes; a division may trap and stays.
(module
  (func (export "f") (param i32 i32)
    (drop (i32.div_u (local.get 0) (local.get 1)))
    (drop (i32.add (local.get 0) (local.get 1)))))
;; before
;; func 0
;; b0(v1:i32 v2:i32) @0x20:
;;   v3:i32 = i32.div_u v1 v2 @0x24
;;   v4:i32 = i32.add v1 v2 @0x2a
;;   v5 return @0x2c
;; after dce
;; func 0
;; b0(v1:i32 v2:i32) @0x20:
;;   v3:i32 = i32.div_u v1 v2 @0x24
;;   v5 return @0x2c
