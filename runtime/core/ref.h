/* core/ref.h - records of pools named in 16 bits.
 *
 * On 32-bit targets a reference counts units of eight bytes from 256 KiB below
 * hd_instances, so pools lie within 256 KiB of it (exec/app.c tests that) and
 * records that are referred to are aligned to 8.  0 is no record.  On hosts
 * with longer pointers a reference is one.
 */
#ifndef HD_REF_H
#define HD_REF_H

#include "core/core.h"

extern struct hd_instance hd_instances[];

/* Instances by number: the pool's, and those of components; all whose threads may
 * wait. */
extern struct hd_instance *hd_instance_at[];

#if UINTPTR_MAX > UINT32_MAX

static inline hd_ref hd_ref_of(const void *p)
{
	return (hd_ref)(uintptr_t)p;
}

static inline void *hd_at(hd_ref r)
{
	return r;
}

#define hd_at_in_line	hd_at

#else

#define HD_REF_BASE	((uintptr_t)hd_instances - 0x40000u)

/* The same, a number of which compilers make no other where that costs flash. */
static inline uintptr_t hd_ref_base(void)
{
	uintptr_t base = HD_REF_BASE;

#ifdef HD_SMALL
	__asm__("" : "+r"(base));
#endif
	return base;
}

static inline hd_ref hd_ref_of(const void *p)
{
	return (hd_ref)(((uintptr_t)p - hd_ref_base()) >> 3);
}

static HD_INLINE void *hd_at_in_line(uint32_t r)
{
	return (void *)(hd_ref_base() + ((uintptr_t)r << 3));
}

#ifdef HD_SMALL
#define HD_AT_APART
void *hd_at(uint32_t r);	/* table.c */
#else
#define hd_at		hd_at_in_line
#endif

#endif

/* Whether a reference can name p. */
static inline bool hd_ref_reaches(const void *p)
{
	return hd_at(hd_ref_of(p)) == p;
}

#endif
