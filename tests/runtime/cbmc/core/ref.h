/* core/ref.h - of the bounded proofs: a reference is a pointer, and a proof may
 * foretell which.
 *
 * CBMC is fast where it knows where a pointer points, and what it has read from
 * a record it seldom knows. So a proof says which record comes next; that it is
 * right is one more claim.
 */
#ifndef HD_REF_H
#define HD_REF_H

#include "core/core.h"

extern struct hd_instance hd_instances[HD_INSTANCES];
extern struct hd_instance *hd_instance_at[HD_INSTANCES];

/* What is foretold (world.h). */
extern void *foretold;
extern bool foretelling;

static inline hd_ref hd_ref_of(const void *p)
{
	return (hd_ref)(uintptr_t)p;
}

static inline void *hd_at(hd_ref r)
{
	if (!foretelling)
		return r;
#ifndef REACH
	__CPROVER_assert(r == foretold, "a reference is to the record foretold");
#endif
	return foretold;
}

static inline bool hd_ref_reaches(const void *p)
{
	return hd_at(hd_ref_of(p)) == p;
}

#endif
