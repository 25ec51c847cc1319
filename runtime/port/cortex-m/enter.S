/* enter.S - hd_enter, hd_enter_callback and hd_unwind for Cortex-M.
 *
 * One frame: callee-saved registers, s16-s31 where the caller has used floating
 * point (CONTROL.FPCA; switch.S), CONTROL, and the eight words of hd_now.
 * hd_now.frame is its address.
 */
#include "port/cortex-m/offsets.h"

	.syntax unified
	.thumb

/* The caller's frame, and its hd_now; r12: hd_now. */
	.macro save
#ifdef __ARM_FP
	push {r4-r11, lr}
	mrs r12, control
	lsls r4, r12, #29	/* FPCA */
	bpl 1f
	vpush {d8-d15}
1:	push {r12}
#else
	push {r3-r11, lr}
#endif
	ldr r12, =hd_now
	ldm r12, {r4-r11}
	push {r4-r11}
	.endm

/* hd_now is that of a thread; r7: its task. */
	.macro force thread
	ldr r7, [\thread, #THREAD_TASK]
	ldrd r4, r6, [r7, #TASK_FUEL]
	ldr r6, [r6, #INSTANCE_BASE]
	ldrd r8, r9, [\thread, #THREAD_CONTEXT]
	mov r10, \thread
	mov r11, sp
	stm r12, {r4-r11}
	.endm

	.section .text.hd_enter_callback, "ax", %progbits
	.p2align 2
	.global hd_enter_callback
	.type hd_enter_callback, %function
	.thumb_func
/* uint64_t hd_enter_callback(uint32_t event, uint32_t p1, uint32_t p2,
 *			      struct hd_thread *th) */
hd_enter_callback:
	save
	force r3
	ldr lr, [r7, #TASK_LOWER]
	ldr lr, [lr, #LOWER_CALLEE]
	ldr lr, [lr, #LIFT_CALLBACK]
	blx lr
	movs r1, #1
	b.w .Lleave
	.pool
	.size hd_enter_callback, . - hd_enter_callback

	.section .text.hd_enter, "ax", %progbits
	.p2align 2
	.global hd_enter
	.type hd_enter, %function
	.thumb_func
/* bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg) */
hd_enter:
	save
	force r0
	mov r0, r2
	blx r1
	movs r0, #1
.Lleave:
	ldr r12, =hd_now
	ldm r12, {r4-r11}
	str r4, [r7, #TASK_FUEL]
	strd r8, r9, [r10, #THREAD_CONTEXT]
	pop {r4-r11}
	stm r12, {r4-r11}
#ifdef __ARM_FP
	pop {r3}
	lsls r2, r3, #29
	bpl 1f
	vpop {d8-d15}
	pop {r4-r11, pc}
1:	mrs r2, control		/* the caller has nothing there */
	bic r2, r2, #4
	msr control, r2
	isb
	pop {r4-r11, pc}
#else
	pop {r3-r11, pc}
#endif

	.global hd_unwind
	.type hd_unwind, %function
	.thumb_func
/* void hd_unwind(void): hd_enter returns false, hd_enter_callback 0. */
hd_unwind:
	ldr r12, =hd_now
	ldr r1, [r12, #NOW_FRAME]
	cbz r1, 1f
	mov sp, r1
	movs r0, #0
	movs r1, #0
	b .Lleave
1:	bl hd_port_panic
	.pool
	.size hd_enter, . - hd_enter
