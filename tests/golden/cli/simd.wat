;;! args: compile --target=cortex-m4
;; What cannot be compiled is an error that names it.
(module
  (func (export "f") (param i32) (result i32)
    (i8x16.extract_lane_s 0 (i8x16.splat (local.get 0)))))
;; in.wasm:0x0022: error[E0300]: unsupported feature: simd: i8x16.splat
;;   func 0
;;     0x0020  local.get 0
;;     0x0022  i8x16.splat
;;             ^^^^^^^^^^^
;;     0x0024  i8x16.extract_lane_s 0
;;   advice: compile the source without this feature
;; exit 1
