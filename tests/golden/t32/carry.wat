;;! args: compile --target=cortex-m4 --emit=asm --no-prove -q
;; The bit that a shift has moved out is the carry, as in a CRC; another bit of
;; the same value is tested.
(module
  (func (export "crc") (param i32) (result i32)
    (select
      (i32.xor (i32.shr_u (local.get 0) (i32.const 1)) (i32.const 0xedb88320))
      (i32.shr_u (local.get 0) (i32.const 1))
      (i32.and (local.get 0) (i32.const 1))))
  (func (export "other") (param i32) (result i32)
    (select
      (i32.xor (i32.shr_u (local.get 0) (i32.const 2)) (i32.const 0xedb88320))
      (i32.shr_u (local.get 0) (i32.const 2))
      (i32.and (local.get 0) (i32.const 1)))))
;; crc:
;; 	lsrs	r2, r0, #1
;; 	ldr	r1, [pc, #8]
;; 	it	cs
;; 	eorcs	r2, r1
;; 	mov	r0, r2
;; 	bx	lr
;; 	.word	0xedb88320
;; other:
;; 	lsrs	r2, r0, #2
;; 	ldr	r1, [pc, #12]
;; 	lsls	r0, r0, #31
;; 	it	ne
;; 	eorne	r2, r1
;; 	mov	r0, r2
;; 	bx	lr
;; 	nop
;; 	.word	0xedb88320
;; instantiate:
;; 	bx	lr
