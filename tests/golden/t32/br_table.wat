;;! args: compile --emit=asm -O0 --target=cortex-m4 --function=f
;; A dense table of branches is tbb.
(module
  (func $f (export "f") (param i32) (result i32)
    (block (block (block (block (block
      (br_table 0 1 2 3 4 (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 21)))
      (return (i32.const 32)))
      (return (i32.const 43)))
    (i32.const 54)))
;; f:
;; 	cmp	r0, #4
;; 	bcs	. + 10
;; 	tbb	[pc, r0]
;; 	.word	0x0406080a
;; 	movs	r0, #54
;; 	bx	lr
;; 	movs	r0, #43
;; 	bx	lr
;; 	movs	r0, #32
;; 	bx	lr
;; 	movs	r0, #21
;; 	bx	lr
;; 	movs	r0, #10
;; 	bx	lr
