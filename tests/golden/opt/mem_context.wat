;;! args: --print --opt=fold,mem,dce
;; A word of the context is got where it was set, and a set that another follows unseen goes; the other word is another.
;; A call may let other threads run, and a slot that is not a number may be either word: nothing is known behind them, and
;; what was set before is there.  A slot there is not is a call, which traps.
(module
  (import "pulseengine:async" "context_get" (func $get (param i32) (result i32)))
  (import "pulseengine:async" "context_set" (func $set (param i32 i32)))
  (import "pulseengine:async" "thread_yield" (func $yield))
  (memory 1 1)
  (func (export "forward") (param i32 i32) (result i32)
    (call $set (i32.const 0) (i32.const 3))
    (i32.store (i32.const 16) (i32.const 1))
    (call $set (i32.const 1) (local.get 1))
    (call $set (i32.const 0) (local.get 0))
    (i32.store (i32.const 16) (i32.const 2))
    (i32.add (call $get (i32.const 0)) (call $get (i32.const 1))))
  (func (export "twice") (result i32)
    (i32.sub (call $get (i32.const 0)) (call $get (i32.const 0))))
  (func (export "yields") (param i32) (result i32)
    (call $set (i32.const 0) (local.get 0))
    (call $yield)
    (call $set (i32.const 1) (call $get (i32.const 0)))
    (call $set (i32.const 0) (i32.const 5))
    (call $yield)
    (call $get (i32.const 1)))
  (func (export "any") (param i32 i32) (result i32)
    (call $set (i32.const 0) (i32.const 3))
    (call $set (local.get 1) (local.get 0))
    (call $get (i32.const 0)))
  (func (export "none") (param i32)
    (call $set (i32.const 0) (i32.const 3))
    (call $set (i32.const 2) (local.get 0))
    (call $set (i32.const 0) (local.get 0)))
  (func (export "traps") (param i32) (result i32)
    (call $set (i32.const 0) (i32.const 3))
    (call $set (i32.const 0) (i32.div_u (i32.const 9) (local.get 0)))
    (call $get (i32.const 0))))
;; func 3
;; b0(v1:i32 v2:i32) @0xd2:
;;   v3:i32 = const @0xd2
;;   v6:i32 = const #0x10 @0xd2
;;   v7:i32 = const #0x1 @0xd2
;;   v12:i32 = const #0x2 @0xd2
;;   v10 call $1 [v7 v2] @0xe3
;;   v11 call $1 [v3 v1] @0xe9
;;   v14 i32.store v6 v12 @0xef
;;   v17:i32 = i32.add v1 v2 @0xfa
;;   v18 return [v17] @0xfb
;; func 4
;; b0() @0xfe:
;;   v1:i32 = const @0xfe
;;   v2:i32 = call [v1] @0x100
;;   v4:i32 = i32.sub v2 v2 @0x106
;;   v5 return [v4] @0x107
;; func 5
;; b0(v1:i32) @0x10a:
;;   v2:i32 = const @0x10a
;;   v5:i32 = const #0x1 @0x10a
;;   v8:i32 = const #0x5 @0x10a
;;   v3 call $1 [v2 v1] @0x10e
;;   v4 call $2 @0x110
;;   v6:i32 = call [v2] @0x116
;;   v7 call $1 [v5 v6] @0x118
;;   v9 call $1 [v2 v8] @0x11e
;;   v10 call $2 @0x120
;;   v11:i32 = call [v5] @0x124
;;   v12 return [v11] @0x126
;; func 6
;; b0(v1:i32 v2:i32) @0x129:
;;   v3:i32 = const @0x129
;;   v4:i32 = const #0x3 @0x129
;;   v5 call $1 [v3 v4] @0x12d
;;   v6 call $1 [v2 v1] @0x133
;;   v7:i32 = call [v3] @0x137
;;   v8 return [v7] @0x139
;; func 7
;; b0(v1:i32) @0x13c:
;;   v2:i32 = const @0x13c
;;   v3:i32 = const #0x3 @0x13c
;;   v5:i32 = const #0x2 @0x13c
;;   v4 call $1 [v2 v3] @0x140
;;   v6 call $1 [v5 v1] @0x146
;;   v7 call $1 [v2 v1] @0x14c
;;   v8 return @0x14e
;; func 8
;; b0(v1:i32) @0x151:
;;   v2:i32 = const @0x151
;;   v3:i32 = const #0x3 @0x151
;;   v5:i32 = const #0x9 @0x151
;;   v4 call $1 [v2 v3] @0x155
;;   v6:i32 = i32.div_u v5 v1 @0x15d
;;   v7 call $1 [v2 v6] @0x15e
;;   v9 return [v6] @0x164
