/* machine.h - what tests on boards do to the processor. */
#ifndef RT_MACHINE_H
#define RT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/semihost.h"

#define REG(a)		(*(volatile uint32_t *)(a))
#define ICSR		REG(0xE000ED04u)
#define SYST_CSR	REG(0xE000E010u)
#define SYST_RVR	REG(0xE000E014u)
#define SYST_CVR	REG(0xE000E018u)
#define NVIC_ISER	REG(0xE000E100u)
#define NVIC_ISPR	REG(0xE000E200u)
#define NVIC_IPR	((volatile uint8_t *)0xE000E400u)
#define VTOR		REG(0xE000ED08u)
#define SHCSR		REG(0xE000ED24u)
#define SHPR		((volatile uint8_t *)0xE000ED18u)	/* from exception 4 on */

/* The interrupt that is an executor, and how urgent it is: as the runtime's inside. */
#define IRQ		30u
#define CEILING		0x80u

extern const uintptr_t hd_vectors[];

/* Ends the test when that is not so. */
static inline void expect(bool ok, const char *what)
{
	if (ok)
		return;
	sh_puts(SH_STDOUT, "not ok - ");
	sh_puts(SH_STDOUT, what);
	sh_puts(SH_STDOUT, "\n");
	sh_exit(1);
}

/* Vectors that the test may change; SysTick is more urgent than the runtime's
 * inside.  Returns them, by number of exception. */
static inline uintptr_t *machine_vectors(void (*tick)(void))
{
	static __attribute__((aligned(512))) uintptr_t vectors[64];

	for (unsigned i = 0; i < 16; i++)
		vectors[i] = hd_vectors[i];
	vectors[15] = (uintptr_t)tick;
	VTOR = (uint32_t)vectors;
	SHPR[11] = 0x40;
	return vectors;
}

/* The same, and IRQ runs an executor. */
static inline void machine_executor(void (*tick)(void), void (*executor)(void))
{
	machine_vectors(tick)[16 + IRQ] = (uintptr_t)executor;
	NVIC_IPR[IRQ] = CEILING;
	NVIC_ISER = 1u << IRQ;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

#endif
