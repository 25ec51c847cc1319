/* opt/interval.h - sets of 32-bit values: intervals that may wrap around.
 *
 * {lo, lo + 1, ..., lo + len} modulo 2^32, so that a loop counter from -4096 up
 * to 0 and an address below 5120 are both one interval.  tz low bits of every
 * member are zero.  All operations over-approximate.
 */
#ifndef OPT_INTERVAL_H
#define OPT_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

struct range {
	uint32_t lo, len;
	uint8_t tz;
};

static inline struct range range_full(void)
{
	return (struct range){ 0, UINT32_MAX, 0 };
}

struct range range_of(uint32_t lo, uint32_t hi);	/* lo..hi, wrapping */
struct range range_const(uint32_t v);
static inline bool range_is_full(struct range r)
{
	return r.len == UINT32_MAX;
}
static inline bool range_is_const(struct range r)
{
	return r.len == 0;
}

/* Bounds as unsigned and signed numbers. */
uint32_t range_umin(struct range r);
uint32_t range_umax(struct range r);
int32_t range_smin(struct range r);
int32_t range_smax(struct range r);

/* Whether every member of a is one of b. */
bool range_inside(struct range a, struct range b);
struct range range_union(struct range a, struct range b);
struct range range_meet(struct range a, struct range b);

struct range range_add(struct range a, struct range b);
struct range range_sub(struct range a, struct range b);
struct range range_mul(struct range a, struct range b);

/* The result of a num.def row with i32 operands and result. */
struct range range_eval(unsigned op, struct range a, struct range b);

/* Whether `a op b` for a comparison row is decided: 0, 1, or -1 for open. */
int range_compare(unsigned op, struct range a, struct range b);
/* What a can be when `a op b` holds. */
struct range range_assume(unsigned op, struct range a, struct range b);
/* The comparison that holds when op does not; with operands exchanged. */
unsigned range_negated(unsigned op);
unsigned range_mirrored(unsigned op);

#endif
