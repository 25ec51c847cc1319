/* invoke.S - loads AAPCS argument registers and calls. */
	.syntax unified
	.thumb
	.section .text.hd_cortex_invoke, "ax", %progbits
	.p2align 2

/* void hd_cortex_invoke(struct hd_regs *r, const uint32_t *stack,
 *			 uint32_t words, void (*code)(void))
 *
 * struct hd_regs: uint32_t r[4]; uint32_t s[16].  words is even.  r0, r1 and
 * s0, s1 are stored back after the call. */
	.global hd_cortex_invoke
	.type hd_cortex_invoke, %function
	.thumb_func
hd_cortex_invoke:
	push {r4-r7, lr}
	sub sp, #4
	mov r4, r0
	mov r5, sp
	mov r12, r3
	lsls r2, r2, #2
	mov r3, sp
	subs r3, r3, r2
	mov sp, r3
1:	cbz r2, 2f
	subs r2, #4
	ldr r6, [r1, r2]
	str r6, [r3, r2]
	b 1b
2:
#if defined(__ARM_FP) && defined(__ARM_PCS_VFP)
	add r6, r4, #16
	vldm r6, {s0-s15}
#endif
	mov r6, r12
	ldm r4, {r0-r3}
	blx r6
	str r0, [r4]
	str r1, [r4, #4]
#if defined(__ARM_FP) && defined(__ARM_PCS_VFP)
	vstr s0, [r4, #16]
	vstr s1, [r4, #20]
#endif
	mov sp, r5
	add sp, #4
	pop {r4-r7, pc}
	.size hd_cortex_invoke, . - hd_cortex_invoke
