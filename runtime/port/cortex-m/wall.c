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

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define V8
static const struct hd_wall none;
#else
/* RBAR with VALID and the region's number */
static const struct hd_wall none = { { 0x12, 0, 0x13, 0 } };
#endif

static void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

HD_HOT void hd_port_wall(const struct hd_wall *w)
{
	const uint32_t *word = (w ? w : &none)->word;
	const uint32_t a = word[0], b = word[1], c = word[2], d = word[3];

	__asm__ volatile("dmb" ::: "memory");	/* what was open is done with */
#ifdef V8
	MPU_RNR = 0;
	MPU_REGION[4] = a;
	MPU_REGION[5] = b;
	MPU_REGION[6] = c;
	MPU_REGION[7] = d;
#endif
	MPU_REGION[0] = a;
	MPU_REGION[1] = b;
	MPU_REGION[2] = c;
	MPU_REGION[3] = d;
#ifndef V8
	MPU_RNR = 1;
#endif
	barrier();
}

bool hd_port_wall_start(const struct hd_wall *w)
{
	if ((MPU_TYPE >> 8 & 0xff) < REGIONS)
		return false;
	hd_port_wall(w);
	MPU_CTRL |= ENABLE | PRIVDEFENA;
	barrier();
	return true;
}
