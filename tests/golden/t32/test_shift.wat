;;! args: compile --target=cortex-m4 --emit=asm --no-prove -q
;; Low bits and against a power of two are 16-bit shifts, into the register that is
;; tested when nobody needs it any more, or into another that is spare; one bit is
;; the sign behind such a shift; and -4 is compared by an addition.  "round" finds
;; what is spare although all behind it is in a loop.
(module
  (func (export "low") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.and (local.get 0) (i32.const 7))))
  (func (export "bit") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.and (local.get 0) (i32.const 64))))
  (func (export "below") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.lt_u (local.get 0) (i32.const 65536))))
  (func (export "above") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.gt_u (local.get 0) (i32.const 4095))))
  (func (export "kept") (param i32 i32) (result i32)
    (i32.add (local.get 0)
      (select (i32.const 5) (local.get 1) (i32.and (local.get 0) (i32.const 1)))))
  (func (export "minus") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.eq (local.get 0) (i32.const -4))))
  (func (export "signed") (param i32 i32) (result i32)
    (select (i32.const 5) (local.get 1) (i32.gt_s (local.get 0) (i32.const -1))))
  (func (export "round") (param i32 i32) (result i32)
    (loop $l
      (if (i32.and (local.get 0) (i32.const 64)) (then (local.set 1 (i32.mul (local.get 1) (local.get 1)))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))
  (func (export "saved") (param i32 i32 i32 i32) (result i32)
    (i32.mul
      (i32.sub (local.get 3) (i32.mul (local.get 2) (i32.add (local.get 0) (local.get 1))))
      (select (local.get 2) (local.get 1) (i32.and (local.get 0) (i32.const 1))))))
;; low:
;; 	lsls	r0, r0, #29
;; 	it	ne
;; 	movne	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; bit:
;; 	lsls	r0, r0, #25
;; 	it	mi
;; 	movmi	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; below:
;; 	lsrs	r0, r0, #16
;; 	it	eq
;; 	moveq	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; above:
;; 	lsrs	r0, r0, #12
;; 	it	ne
;; 	movne	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; kept:
;; 	lsls	r2, r0, #31
;; 	it	ne
;; 	movne	r1, #5
;; 	adds	r0, r0, r1
;; 	bx	lr
;; minus:
;; 	adds	r0, #4
;; 	it	eq
;; 	moveq	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; signed:
;; 	cmp	r0, #0
;; 	it	ge
;; 	movge	r1, #5
;; 	mov	r0, r1
;; 	bx	lr
;; round:
;; 	lsls	r2, r0, #25
;; 	bpl	. + 4
;; 	muls	r1, r1
;; 	subs	r0, #1
;; 	bne	. - 8
;; 	mov	r0, r1
;; 	bx	lr
;; saved:
;; 	push	{r4, lr}
;; 	adds	r4, r0, r1
;; 	mls	r3, r2, r4, r3
;; 	lsls	r0, r0, #31
;; 	it	ne
;; 	movne	r1, r2
;; 	mul.w	r0, r3, r1
;; 	pop	{r4, pc}
;; instantiate:
;; 	bx	lr
