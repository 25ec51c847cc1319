;;! args: compile -Oz --target=cortex-m4 --emit=asm --no-prove -q
;; A trap too far away for a branch of 16 bits stands behind the branch over it.
(module
  (memory 1 1)
  (func (export "far") (param i32) (result i32)
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.set 0 (i32.load offset=4 (local.get 0)))
    (local.get 0)))
;; far:
;; 	movw	r2, #65528
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r1, [pc, #464]
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bls	. + 6
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 210
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 208
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 206
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 204
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 202
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 200
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 198
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 196
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 194
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 192
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 190
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 188
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 186
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 184
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 182
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 180
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 178
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 176
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 174
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 172
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 170
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 168
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 166
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 164
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 162
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 160
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 158
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 156
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 154
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 152
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 150
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 148
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 146
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 144
;; 	ldr	r0, [r1, r0]
;; 	cmp	r0, r2
;; 	bhi	. + 142
;; 	ldr	r0, [r1, r0]
;; 	bx	lr
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	bl	. + 0	@ hd_trap_site	@ trap: out of bounds memory access
;; 	nop
;; 	.word	0x00000004	@ memory0+4
;; instantiate:
;; 	bx	lr
