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

/* All faults: hd_fault builds a basic frame below the protected call, on the stack
 * that was in use: an executor may be an interrupt. */
	.section .text.hd_board_fault, "ax", %progbits
	.global hd_board_fault
	.type hd_board_fault, %function
	.thumb_func
hd_board_fault:
	tst lr, #4
	ite eq
	mrseq r0, msp
	mrsne r0, psp
	mov r1, lr
	push {r4, lr}
	bl hd_fault
	pop {r4, lr}
	tst lr, #4
	ite eq
	msreq msp, r0
	msrne psp, r0
	orr lr, lr, #0x10
	bx lr
	.size hd_board_fault, . - hd_board_fault
