/* fuel.S - the way from compiled code whose fuel is used up, for Cortex-M.
 *
 * Apart from switch.S, so that code without fuel brings exec/fuel.c along in no
 * link.
 */
	.syntax unified
	.thumb
	.section .text.hd_fuel_out, "ax", %progbits
	.p2align 2
	.global hd_fuel_out
	.type hd_fuel_out, %function
	.thumb_func
/* void hd_fuel_out(void): LR names the site; every register is kept. */
hd_fuel_out:
	push {r0-r3, r12, lr}
	mov r0, lr
#ifdef __ARM_FP
	mrs r1, control
	lsls r1, r1, #29	/* FPCA */
	bmi 1f
#endif
	bl hd_fuel_spent
	pop {r0-r3, r12, pc}
#ifdef __ARM_FP
1:	vpush {s0-s15}
	bl hd_fuel_spent
	vpop {s0-s15}
	pop {r0-r3, r12, pc}
#endif
	.size hd_fuel_out, . - hd_fuel_out
