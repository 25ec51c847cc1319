/* wall.c - walls in the registers of the MPU.
 *
 * Privileged code runs with the default map (PRIVDEFENA), so only what regions
 * say differs from it.
 *
 * Armv7-M: where regions overlap, the one with the higher number counts.
 * Region 2 denies all memories of the component, region 3 opens those of the
 * instance.  Regions 0 and 1 guard stacks, and hd_port_switch takes MPU_RNR to
 * be 1.
 *
 * Armv8-M: no region can deny privileged code reading, but an address in two
 * regions faults whatever they say.  Regions 0 and 2 are what lies below the
 * memories of the instance, 1 and 3 what lies above: each pair twice the same.
 * Source: Armv7-M ARM (DDI 0403E) B3.5, Armv8-M ARM (DDI 0553) B10.
 */
#include "component/wall.h"

#define REG(a)		(*(volatile uint32_t *)(a))
#define MPU_TYPE	REG(0xE000ED90u)
#define MPU_CTRL	REG(0xE000ED94u)
#define MPU_RNR		REG(0xE000ED98u)
#define MPU_REGION	((volatile uint32_t *)0xE000ED9Cu)	/* RBAR, RASR or
							   RLAR, then aliases */

#define REGIONS		4
#define ENABLE		1u
#define PRIVDEFENA	4u

static HD_INLINE void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* What denies goes first and comes back last: a region whose base is new and
 * whose size is old may be anywhere. */
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
HD_HOT void hd_port_wall(const struct hd_wall *w)
{
	__asm__ volatile("dmb" ::: "memory");	/* what was open is done with */
	MPU_RNR = 0;
	MPU_REGION[1] = 0;
	MPU_REGION[3] = 0;
	MPU_REGION[5] = 0;
	MPU_REGION[7] = 0;
	if (w) {
		const uint32_t a = w->word[0], b = w->word[1];
		const uint32_t c = w->word[2], d = w->word[3];

		MPU_REGION[0] = a;
		MPU_REGION[4] = a;
		MPU_REGION[1] = b;
		MPU_REGION[5] = b;
		MPU_REGION[2] = c;
		MPU_REGION[6] = c;
		MPU_REGION[3] = d;
		MPU_REGION[7] = d;
	}
	barrier();
}
#else
/* Nothing may come between the choice of a region and what is written to it: an
 * executor of higher priority would leave MPU_RNR at 1. */
HD_HOT void hd_port_wall(const struct hd_wall *w)
{
	uint32_t masked;

	__asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(masked) :: "memory");
	__asm__ volatile("dmb" ::: "memory");	/* what was open is done with */
	MPU_RNR = 2;
	MPU_REGION[1] = 0;
	if (w) {
		/* RBAR with VALID chooses the region */
		const uint32_t a = w->word[0], b = w->word[1];
		const uint32_t c = w->word[2], d = w->word[3];

		MPU_REGION[0] = c;
		MPU_REGION[1] = d;
		MPU_REGION[0] = a;
		MPU_REGION[1] = b;
	}
	MPU_RNR = 1;
	barrier();
	__asm__ volatile("msr primask, %0" :: "r"(masked) : "memory");
}
#endif

bool hd_port_wall_start(const struct hd_wall *w)
{
	if ((MPU_TYPE >> 8 & 0xff) < REGIONS)
		return false;
	hd_port_wall(w);
	MPU_CTRL |= ENABLE | PRIVDEFENA;
	barrier();
	return true;
}
