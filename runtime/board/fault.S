/* fault.S - vectors, reset onto the process stack, the way out of faults. */
	.syntax unified
	.thumb

	.section .vectors, "a", %progbits
	.global hd_vectors
	.type hd_vectors, %object
hd_vectors:
	.word __handler_stack_top, Reset_Handler
	.word hd_board_fault, hd_board_fault, hd_board_fault
	.word hd_board_fault, hd_board_fault
	.space 41 * 4
	.size hd_vectors, . - hd_vectors

	.section .text.Reset_Handler, "ax", %progbits
	.global Reset_Handler
	.type Reset_Handler, %function
	.thumb_func
Reset_Handler:
	ldr r0, =__stack_top
	msr psp, r0
	movs r0, #2
	msr control, r0
	isb
	b hd_board_start
	.pool
	.size Reset_Handler, . - Reset_Handler

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define HD_MSPLIM
#endif
#define FAULT_STACK	512

/* All faults: hd_fault builds a basic frame below the protected call, on the stack
 * that was in use: an executor may be an interrupt.  Then that stack, which may be a
 * fiber's, is MSP's, and there may be no room on it for this: it goes on on one of its
 * own.  No register need be kept, for what was interrupted never goes on. */
	.section .text.hd_board_fault, "ax", %progbits
	.global hd_board_fault
	.type hd_board_fault, %function
	.thumb_func
hd_board_fault:
	mov r1, lr
	mov r4, lr
	tst lr, #4
	beq 1f
	mrs r0, psp
	bl hd_fault
	msr psp, r0
	b 2f
1:	mov r0, sp
#ifdef HD_MSPLIM
	mrs r5, msplim
	movs r2, #0
	msr msplim, r2
#endif
	ldr r2, =hd_fault_stack + FAULT_STACK
	mov sp, r2
	bl hd_fault
	mov sp, r0
#ifdef HD_MSPLIM
	msr msplim, r5
#endif
2:	orr lr, r4, #0x10	/* a basic frame */
	bx lr
	.pool
	.size hd_board_fault, . - hd_board_fault

	.section .bss.hd_fault_stack, "aw", %nobits
	.p2align 3
	.type hd_fault_stack, %object
hd_fault_stack:
	.space FAULT_STACK
	.size hd_fault_stack, . - hd_fault_stack
