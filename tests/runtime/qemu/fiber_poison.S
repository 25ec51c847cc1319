/* fiber_poison.S - fills every callee-saved register, yields, compares.
 *
 * uint32_t poison_yield(uint32_t pattern, void (*yield)(void))
 *
 * Returns 0 when r4-r11 and, with floating point, s16-s31 hold after the call
 * what they held before, else the number of the first register that does not
 * (FP registers count from 16). */
	.syntax unified
	.thumb
	.section .text.poison_yield, "ax", %progbits
	.p2align 2
	.global poison_yield
	.type poison_yield, %function
	.thumb_func
poison_yield:
	push {r4-r11, lr}
	sub sp, #12
	str r0, [sp, #4]
	mov r12, r1
#ifdef __ARM_FP
	vpush {d8-d15}
	mov r3, r0
	.irp n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	adds r3, #1
	vmov s\n, r3
	.endr
#endif
	add r4, r0, #0x1000
	add r5, r0, #0x2000
	add r6, r0, #0x3000
	add r7, r0, #0x4000
	add r8, r0, #0x5000
	add r9, r0, #0x6000
	add r10, r0, #0x7000
	add r11, r0, #0x8000
	blx r12
#ifdef __ARM_FP
	ldr r2, [sp, #68]
#else
	ldr r2, [sp, #4]
#endif
	.macro verify reg, add, code
	movs r0, #\code
	add r3, r2, #\add
	cmp r3, \reg
	bne 9f
	.endm
	verify r4, 0x1000, 4
	verify r5, 0x2000, 5
	verify r6, 0x3000, 6
	verify r7, 0x4000, 7
	verify r8, 0x5000, 8
	verify r9, 0x6000, 9
	verify r10, 0x7000, 10
	verify r11, 0x8000, 11
#ifdef __ARM_FP
	mov r3, r2
	.irp n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	movs r0, #\n
	adds r3, #1
	vmov r1, s\n
	cmp r1, r3
	bne 9f
	.endr
#endif
	movs r0, #0
9:
#ifdef __ARM_FP
	vpop {d8-d15}
#endif
	add sp, #12
	pop {r4-r11, pc}
	.size poison_yield, . - poison_yield
