/* switch.S - Arm Cortex-M (Thumb-2): protected calls, stack switches, traps.
 *
 * Everything callee-saved is pushed on the stack it belongs to; a jump record
 * or a switched-out fiber is one word, its SP.  s16-s31 go along where they hold
 * something: CONTROL.FPCA says whether floating point has been used since it was
 * last clear (FPCCR.ASPEN must be set, as it is from reset).
 */
	.syntax unified
	.thumb
	.text

#ifdef __ARM_FP
#define SAVE_FP		vpush {d8-d15}
#define LOAD_FP		vpop {d8-d15}
#else
#define SAVE_FP
#define LOAD_FP
#endif

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define HD_PSPLIM
#endif
#define MPU_RBAR	0xE000ED9C

/* The limit of the stack in use, on Armv8-M: PSPLIM where there is one executor, which is a
 * thread's; of several, those that are interrupts use MSP (CONTROL.SPSEL clear). */
#if defined(HD_PSPLIM) && defined(HD_MULTI)
#define HD_MSPLIM
#endif

/* In the guard word of a switched-out stack: s16-s31 follow.  A bit that reads
 * as 0 in PSPLIM and in MPU_RBAR. */
#ifdef HD_PSPLIM
#define WITH_FP		1
#else
#define WITH_FP		0x10
#endif

	.macro func name
	.section .text.\name, "ax", %progbits
	.p2align 2
	.global \name
	.type \name, %function
	.thumb_func
\name:
	.endm

/* int hd_port_catch(struct hd_jump *j, void (*fn)(void *), void *arg) */
	func hd_port_catch
	push {r3-r11, lr}
	SAVE_FP
	mov r3, sp
	str r3, [r0]
	mov r0, r2
	blx r1
	movs r0, #0
	LOAD_FP
	pop {r3-r11, pc}
	.size hd_port_catch, . - hd_port_catch

/* void hd_port_throw(struct hd_jump *j) */
	func hd_port_throw
	ldr r1, [r0]
	mov sp, r1
	movs r0, #1
	LOAD_FP
	pop {r3-r11, pc}
	.size hd_port_throw, . - hd_port_throw

/* void hd_trap_site(void): LR names the site. */
	func hd_trap_site
	mov r0, lr
	movs r1, #1		/* HD_TRAP_UNREACHABLE */
	b hd_trap_from
	.size hd_trap_site, . - hd_trap_site

/* void hd_port_switch(void **from, void *to)
 *
 * A switched-out stack holds, from its SP: its guard, s16-s31 (if it used
 * floating point), r4-r11, the address to go on at.  The guard is PSPLIM (or MSPLIM)
 * on Armv8-M and the base of MPU region 1 on Armv7-M: 32 bytes that nothing may
 * touch, where the board has set the region up (board/startup.c). */
	func hd_port_switch
	push {r4-r11, lr}
#ifdef HD_MSPLIM
	mrs r12, control
	lsls r2, r12, #30	/* SPSEL */
	bmi 4f
	mrs r3, msplim
	b 5f
4:	mrs r3, psplim
5:
#elif defined(HD_PSPLIM)
	mrs r3, psplim
#else
	ldr r2, =MPU_RBAR
	ldr r3, [r2]
#endif
#ifdef __ARM_FP
	mrs r2, control
	lsls r2, r2, #29	/* FPCA */
	bpl 1f
	vpush {d8-d15}
	orr r3, r3, #WITH_FP
1:
#endif
	push {r3}
	mov r3, sp
	str r3, [r0]
#ifdef HD_MSPLIM
	movs r3, #0
	lsls r2, r12, #30
	bmi 6f
	msr msplim, r3
	b 7f
6:	msr psplim, r3
7:
#elif defined(HD_PSPLIM)
	movs r3, #0
	msr psplim, r3
#endif
	mov sp, r1
	pop {r3}
#ifdef __ARM_FP
	tst r3, #WITH_FP
	beq 2f
	vpop {d8-d15}
	b 3f
2:	mrs r2, control		/* nothing here is worth saving */
	bic r2, r2, #4
	msr control, r2
	isb
3:
#endif
#ifdef HD_MSPLIM
	bic r3, r3, #WITH_FP
	lsls r2, r12, #30
	bmi 8f
	msr msplim, r3
	b 9f
8:	msr psplim, r3
9:
#elif defined(HD_PSPLIM)
	bic r3, r3, #WITH_FP
	msr psplim, r3
#else
	ldr r2, =MPU_RBAR
	orr r3, r3, #0x10	/* VALID: of the region in the low bits */
	str r3, [r2]
#endif
	pop {r4-r11, pc}
	.pool
	.size hd_port_switch, . - hd_port_switch

/* First activation of a stack: r4 = entry, r5 = arg. */
	func hd_cortex_start
	mov r0, r5
	blx r4
	udf #0
	.size hd_cortex_start, . - hd_cortex_start
