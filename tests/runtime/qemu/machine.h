/* machine.h - what tests on boards do to the processor. */
#ifndef RT_MACHINE_H
#define RT_MACHINE_H

#include <stdint.h>

#define REG(a)		(*(volatile uint32_t *)(a))
#define ICSR		REG(0xE000ED04u)
#define SYST_CSR	REG(0xE000E010u)
#define SYST_RVR	REG(0xE000E014u)
#define SYST_CVR	REG(0xE000E018u)
#define NVIC_ISER	REG(0xE000E100u)
#define NVIC_ISPR	REG(0xE000E200u)
#define NVIC_IPR	((volatile uint8_t *)0xE000E400u)
#define VTOR		REG(0xE000ED08u)
#define SHPR		((volatile uint8_t *)0xE000ED18u)	/* from exception 4 on */

#endif
