;; Backpressure is never raised, so lowering it does nothing.
(module
  (import "pulseengine:async" "task_backpressure" (func $bp (param i32)))
  (func (export "f") (param i32) (result i32)
    (call $bp (i32.const 0))
    (local.get 0)))
;; before
;; func 1
;; b0(v1:i32) @0x4d:
;;   v2:i32 = const @0x4d
;;   v3 call [v2] @0x4f
;;   v4 return [v1] @0x53
;; after backpressure
;; func 1
;; b0(v1:i32) @0x4d:
;;   v2:i32 = const @0x4d
;;   v4 return [v1] @0x53
