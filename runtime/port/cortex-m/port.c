/* port.c - the Cortex-M port, bare metal. */
#include "port/port.h"

void hd_cortex_start(void);

/* The word hd_port_switch takes the guard from. */
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define GUARD_REGION 0
#else
#define GUARD_REGION 1
#endif

void *hd_port_stack_init(void *stack, size_t size, void (*entry)(void *),
			 void *arg)
{
	uintptr_t *regs = (uintptr_t *)(void *)((char *)stack + size) - 10;
					/* the guard, r4-r11, lr */

	regs[0] = (uintptr_t)stack + HD_BELOW_GUARD + GUARD_REGION;
	regs[1] = (uintptr_t)entry;
	regs[2] = (uintptr_t)arg;
	regs[9] = (uintptr_t)hd_cortex_start;
	return regs;
}

void hd_port_idle(void)
{
	__asm__ volatile("wfe" ::: "memory");
}

/* The application advances it from its SysTick handler. */
static volatile uint32_t clock_ms;

uint32_t hd_port_clock(void)
{
	return clock_ms;
}

void hd_port_tick(uint32_t ms)
{
	clock_ms += ms;
}
