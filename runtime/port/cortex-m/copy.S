/* copy.S - hd_copy for Cortex-M: 256 and 64 bytes a turn (HD_SMALL: 32) where both
 * are aligned; and memset. */
	.syntax unified
	.thumb
	.section .text.hd_copy, "ax", %progbits
	.p2align 2
	.global hd_copy
	.type hd_copy, %function
	.thumb_func
/* void hd_copy(void *dst, const void *src, size_t n) */
hd_copy:
	subs r3, r0, r1
	cmp r3, r2
	bcc .Ldown		/* dst inside src: from the end */
	orr r3, r0, r1
	lsls r3, r3, #30
	bne .Lbytes
	cmp r2, #32
	bcc 3f
	push {r4-r10, lr}
#ifndef HD_SMALL
	subs r2, #256
	bcc 2f
1:	.rept 8
	ldmia r1!, {r3-r10}
	stmia r0!, {r3-r10}
	.endr
	subs r2, #256
	bcs 1b
2:	adds r2, #256 - 64
	bmi 9f
8:	ldmia r1!, {r3-r10}
	stmia r0!, {r3-r10}
	ldmia r1!, {r3-r10}
	stmia r0!, {r3-r10}
	subs r2, #64
	bpl 8b
9:	adds r2, #64
	it eq
	popeq {r4-r10, pc}
	cmp r2, #32
	bcc 7f
#endif
6:	ldmia r1!, {r3-r10}
	stmia r0!, {r3-r10}
	subs r2, #32
	cmp r2, #32
	bcs 6b
7:	pop {r4-r10, lr}
3:	subs r2, #4
	bcc 4f
	ldr r3, [r1], #4
	str r3, [r0], #4
	bne 3b
	bx lr
4:	adds r2, #4
.Lbytes:
	subs r2, #1
	bcc 5f
	ldrb r3, [r1], #1
	strb r3, [r0], #1
	b .Lbytes
5:	bx lr
.Ldown:
	subs r2, #1
	bcc 5b
	ldrb r3, [r1, r2]
	strb r3, [r0, r2]
	b .Ldown
	.size hd_copy, . - hd_copy

	.section .text.memset, "ax", %progbits
	.p2align 1
	.weak memset
	.type memset, %function
	.thumb_func
/* void *memset(void *dst, int c, size_t n): words where dst is aligned. */
memset:
	uxtb r1, r1
	orr r1, r1, r1, lsl #8
	orr r1, r1, r1, lsl #16
	mov r3, r0
	lsls r12, r0, #30
	bne 2f
	b 1f
0:	str r1, [r3], #4
1:	subs r2, #4
	bcs 0b
	adds r2, #4
2:	subs r2, #1
	bcc 3f
	strb r1, [r3], #1
	b 2b
3:	bx lr
	.size memset, . - memset
