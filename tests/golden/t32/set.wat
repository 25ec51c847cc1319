;;! args: compile --emit=asm -O2 --no-prove --target=cortex-m4
;; Comparisons as numbers: unsigned order from the carry, equality from the difference, and what else there is under conditions.
(module
  (func (export "ge_u") (param i32 i32) (result i32) (i32.ge_u (local.get 0) (local.get 1)))
  (func (export "lt_u") (param i32 i32) (result i32) (i32.lt_u (local.get 0) (local.get 1)))
  (func (export "gt_u") (param i32 i32) (result i32) (i32.gt_u (local.get 0) (local.get 1)))
  (func (export "le_u") (param i32 i32) (result i32) (i32.le_u (local.get 0) (local.get 1)))
  (func (export "gt_k") (param i32) (result i32) (i32.gt_u (local.get 0) (i32.const 255)))
  (func (export "le_most") (param i32) (result i32) (i32.le_u (local.get 0) (i32.const 0xfffffffe)))
  (func (export "eq") (param i32 i32) (result i32) (i32.eq (local.get 0) (local.get 1)))
  (func (export "ne") (param i32 i32) (result i32) (i32.ne (local.get 0) (local.get 1)))
  (func (export "eq_k") (param i32 i32) (result i32) (i32.eq (local.get 1) (i32.const 5)))
  (func (export "ne_k") (param i32) (result i32) (i32.ne (local.get 0) (i32.const 200)))
  (func (export "eqz") (param i32 i32) (result i32) (i32.eqz (local.get 1)))
  (func (export "nez") (param i32 i32) (result i32) (i32.ne (local.get 1) (i32.const 0)))
  (func (export "aligned") (param i32) (result i32) (i32.eqz (i32.and (local.get 0) (i32.const 3))))
  (func (export "lt_s") (param i32 i32) (result i32) (i32.lt_s (local.get 0) (local.get 1))))
;; ge_u:
;; 	cmp	r0, r1
;; 	movs	r0, #0
;; 	adcs	r0, r0
;; 	bx	lr
;; lt_u:
;; 	cmp	r0, r1
;; 	sbcs	r0, r0
;; 	rsbs	r0, r0, #0
;; 	bx	lr
;; gt_u:
;; 	cmp	r1, r0
;; 	sbcs	r0, r0
;; 	rsbs	r0, r0, #0
;; 	bx	lr
;; le_u:
;; 	cmp	r1, r0
;; 	movs	r0, #0
;; 	adcs	r0, r0
;; 	bx	lr
;; gt_k:
;; 	cmp.w	r0, #256
;; 	movs	r0, #0
;; 	adcs	r0, r0
;; 	bx	lr
;; le_most:
;; 	cmp.w	r0, #-1
;; 	sbcs	r0, r0
;; 	rsbs	r0, r0, #0
;; 	bx	lr
;; eq:
;; 	subs	r0, r0, r1
;; 	clz	r0, r0
;; 	lsrs	r0, r0, #5
;; 	bx	lr
;; ne:
;; 	subs	r0, r0, r1
;; 	it	ne
;; 	movne	r0, #1
;; 	bx	lr
;; eq_k:
;; 	subs	r0, r1, #5
;; 	clz	r0, r0
;; 	lsrs	r0, r0, #5
;; 	bx	lr
;; ne_k:
;; 	subs	r0, #200
;; 	it	ne
;; 	movne	r0, #1
;; 	bx	lr
;; eqz:
;; 	clz	r0, r1
;; 	lsrs	r0, r0, #5
;; 	bx	lr
;; nez:
;; 	subs	r0, r1, #1
;; 	sbc.w	r0, r1, r0
;; 	bx	lr
;; aligned:
;; 	lsls	r0, r0, #30
;; 	clz	r0, r0
;; 	lsrs	r0, r0, #5
;; 	bx	lr
;; lt_s:
;; 	cmp	r0, r1
;; 	ite	lt
;; 	movlt	r0, #1
;; 	movge	r0, #0
;; 	bx	lr
;; instantiate:
;; 	bx	lr
