/* driver.S - executes single instructions for values.c.
 *
 * Reads records from the host file "cases" through semihosting, loads the
 * registers from the record, executes its instruction in `slot`, stores the registers
 * back into the record and appends it to the host file "results".  Around the
 * slot every word is a call, so that where it went is known.  lr and psp belong
 * to the driver.  Runs in RAM, since it writes its own code.
 */
	.syntax unified
	.thumb
	.section .vectors, "a"
	.word	stack
	.word	start + 1
	.word	fault + 1
	.word	fault + 1
	.word	fault + 1
	.word	fault + 1
	.word	fault + 1

	.section .driver, "awx"
	.global	start, slot, record
	.thumb_func
start:
#ifdef FP
	ldr	r0, =0xe000ed88		@ CPACR: full access to the FP unit
	mov	r1, #0xf00000
	str	r1, [r0]
	dsb
	isb
#endif
	adr	r1, open_cases
	movs	r0, #1
	bkpt	0xab
	ldr	r4, =files
	str	r0, [r4]
	adr	r1, open_results
	movs	r0, #1
	bkpt	0xab
	str	r0, [r4, #4]
next:
	ldr	r1, =block		@ SYS_READ: handle, place, size
	ldr	r4, =files
	ldr	r0, [r4]
	str	r0, [r1]
	movs	r0, #6
	bkpt	0xab
	cmp	r0, #0
	bne	done
	ldr	r4, =record
	ldr	r0, [r4]
	ldr	r1, =slot
	str	r0, [r1]
	dsb
	isb
#ifdef FP
	add	r0, r4, #68
	vldmia	r0, {s0-s31}
	ldr	r0, [r4, #8]
	vmsr	fpscr, r0
#endif
	ldr	r0, [r4, #4]
#ifdef DSP
	msr	APSR_nzcvqg, r0
#else
	msr	APSR_nzcvq, r0
#endif
	add	lr, r4, #12
	ldr	sp, [r4, #64]
	ldmia	lr, {r0-r12}
	ldr.w	pc, =slot + 1
	.thumb_func
catch:					@ lr: 4 behind the place reached
	msr	psp, lr
	ldr.w	lr, =record + 12
	stmia	lr!, {r0-r12}
	mov	r0, sp
	str	r0, [lr]
	ldr	r4, =record
	mrs	r0, APSR
	str	r0, [r4, #4]
	mrs	r0, psp
	str	r0, [r4, #SIZE - 4]
#ifdef FP
	vmrs	r0, fpscr
	str	r0, [r4, #8]
	add	r0, r4, #68
	vstmia	r0, {s0-s31}
#endif
	ldr	r0, =stack
	mov	sp, r0
	ldr	r1, =block		@ SYS_WRITE
	ldr	r4, =files
	ldr	r0, [r4, #4]
	str	r0, [r1]
	movs	r0, #5
	bkpt	0xab
	b	next
	.thumb_func
fault:
	movs	r2, #1
	b	leave
done:
	movs	r2, #0
leave:
	ldr	r1, =status		@ SYS_EXIT_EXTENDED
	str	r2, [r1, #4]
	movs	r0, #0x20
	bkpt	0xab
	b	leave
	.balign	4
open_cases:
	.word	cases, 1, 5
open_results:
	.word	results, 5, 7
cases:	.asciz	"cases"
results: .asciz	"results"
	.balign	4
	.ltorg
files:	.word	0, 0
block:	.word	0, record, SIZE
status:	.word	0x20026, 0
	.space	256
stack:
	.balign	8
field:	.rept	FIELD / 4		@ wherever the instruction goes
	bl	catch
	.endr
slot:	nop.w
	.rept	FIELD / 4
	bl	catch
	.endr
	.balign	8			@ near enough for literals
record:	.space	SIZE
