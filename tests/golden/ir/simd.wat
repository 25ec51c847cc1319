;;! args: --print
;; What cannot be compiled is refused by name.
(module
  (func (param i32) (result i32)
    (i32x4.extract_lane 1 (i32x4.splat (local.get 0)))))
;; in.wasm:0x001b: error[E0300]: unsupported feature: simd: i32x4.splat
;;   func 0
;;   advice: compile the source without this feature
