;;! args: compile --target=cortex-m4f --dump=mir -j1 -o /dev/null --no-prove -q
;; Arguments in registers, on the stack, in d registers; tail calls.
(module
  (func $many (import "m" "many") (param i32 i64 i32 i64 f32) (result i64))
  (func (export "args") (param i64) (result i64)
    (call $many (i32.const 1) (local.get 0) (i32.const 70000) (i64.const -1) (f32.const 1)))
  (func $two (param f64 i32) (result f64 i64 i32)
    (local.get 0) (i64.extend_i32_s (local.get 1)) (local.get 1))
  (func (export "results") (param f64) (result i64)
    (call $two (local.get 0) (i32.const 3)) (drop) (i64.const 1) (i64.add) (return))
  (func $tail (param i32 i32 i32 i32 i32 i32) (result i32)
    (return_call $tail (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 0))))
;; ;; mir of function 1
;; func 1 in 0 out 16 (v6@r0, v7@r1)
;; b0:
;; 	v3 = const #70000
;; 	v4 = const #-1
;; 	s8 = fconst #1065353216
;; 	storeout v3
;; 	storeout v4 #8
;; 	storeout v4 #12
;; 	v5 = const #1
;; 	v1@r0, v2@r1 = call func.0 v5@r0, v6@r2, v7@r3, s8@s0
;; 	ret v1@r0, v2@r1
;; ;; mir of function 2
;; func 2 in 0 out 0 (d6@s0, v4@r0)
;; b0:
;; 	v2, v3 = vmov d6
;; 	v5 = shift v4 asr #31
;; 	d1 = vmov v2, v3
;; 	ret d1@s0, v4@r0, v5@r1, v4@r2
;; ;; mir of function 3
;; func 3 in 0 out 0
;; b0:
;; 	v1 = const #4
;; 	v2 = const
;; 	ret v1@r0, v2@r1
;; ;; mir of function 4
;; func 4 in 8 out 0 (v2@r0, v3@r1, v4@r2, v5@r3)
;; b0:
;; 	v6 = loadin1
;; 	v1 = loadin1 #4
;; 	storein v1
;; 	storein v2 #4
;; 	tail func.4 v3@r0, v4@r1, v5@r2, v6@r3
;; ;; mir of function 5
;; func 5 in 0 out 0
;; b0:
;; 	ret
