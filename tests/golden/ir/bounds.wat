;;! args: --print
;; Every access is checked; one that can never be inside is a trap, and what
;; follows it is dropped.  Memory 1 may grow to two pages.
(module
  (memory 1 1)
  (memory 1 2)
  (func (param i32 i64)
    (i64.store offset=8 (local.get 0) (local.get 1))
    (drop (memory.grow 1 (i32.const 1)))
    (i32.store8 1 offset=0x1ffff (local.get 0) (i32.const 1))
    (i32.store8 0 offset=0x10000 (local.get 0) (i32.const 1))
    (i32.store (local.get 0) (i32.const 2))))
;; func 0
;; b0(v1:i32 v2:i64) @0x22 cold:
;;   v5:i32 = const #0x1 @0x22
;;   v3 bounds v1 #0x10 @0x26
;;   v4 i64.store v1 v2 #0x8 @0x26
;;   v6:i32 = memory.grow v5 $1 @0x2b
;;   v7 bounds v1 $1 #0x20000 @0x32
;;   v8 i32.store8 v1 v5 $1 #0x1ffff @0x32
;;   v9 trap #0x2 @0x3c
