/* hold.c - several executors: inside the runtime, BASEPRI keeps out interrupts
 * up to the priority of the highest executor, and with them the switch of an
 * RTOS.  More urgent ones go on as ever: they call hd_mailbox_put alone. */
#include "port/port.h"

/* config.c: HD_CEILING. */
extern const uint8_t hd_ceiling;

bool hd_port_hold(bool on)
{
	const uint32_t level = on ? hd_ceiling : 0;
	uint32_t before;

	__asm__ volatile("mrs %0, basepri" : "=r"(before) :: "memory");
	__asm__ volatile("msr basepri, %0\n\tisb" :: "r"(level) : "memory");
	return before != 0;
}

uint32_t hd_port_exception(void);

/* In an exception CONTROL.FPCA begins clear, which entries and switches take for nothing in
 * s16-s31 that is worth saving (enter.S, switch.S); but those of whoever was interrupted
 * are.  An instruction of floating point sets it. */
uint32_t hd_port_exception(void)
{
	uint32_t ipsr;

	__asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
#ifdef __ARM_FP
	if (ipsr)
		__asm__ volatile("vmov.f32 s0, s0");
#endif
	return ipsr;
}

/* The guard of a thread that hd_port_switch moves (switch.S): PSPLIM, or the base of MPU
 * region 1, which MPU_RNR names.  MSPLIM is what interrupts leave as they found it. */
uintptr_t hd_port_guard(uintptr_t next);

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
uintptr_t hd_port_guard(uintptr_t next)
{
	uintptr_t before;

	__asm__ volatile("mrs %0, psplim" : "=r"(before));
	if (next)
		__asm__ volatile("msr psplim, %0" :: "r"(next));
	return before;
}
#else
#define MPU_RBAR	(*(volatile uint32_t *)0xE000ED9Cu)
#define REGION_1	0x11u		/* with VALID */

uintptr_t hd_port_guard(uintptr_t next)
{
	const uintptr_t before = MPU_RBAR & ~31u;

	if (next)
		MPU_RBAR = next | REGION_1;
	return before;
}
#endif
