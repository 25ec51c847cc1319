/* sample.c - a state in which conditions hold, found by trying.
 *
 * Every leaf begins with some value; while a condition does not hold, what it
 * compares is given the value that it lacks, and so is what that is made of, down
 * to one leaf.  Whatever is tried, only a state in which all conditions were seen
 * to hold counts.
 */
#include "prove/sample.h"

#include "base/map.h"

enum {
	MOST = 4000,		/* terms of a question; more are not tried */
	STARTS = 4,		/* states that are begun with */
	ROUNDS = 48,		/* changes of each */
	DEPTH = 24		/* of what one change goes through */
};

/* A term under the conditions; its arguments stand before it. */
struct part {
	const struct term_node *of;
	const uint32_t *arg;	/* numbers of parts; of a sum those of its terms */
	uint32_t value;
	bool leaf;
};

struct sample {
	const struct terms *z;
	struct arena *arena;
	VEC(struct part) part;
	struct map number;	/* term -> its part + 1 */
	uint64_t seed;
};

static uint32_t any(struct sample *s)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(s->seed >> 32);
}

static bool is_leaf(enum term_op op)
{
	return op == TM_VAR || op == TM_UF || op == TM_LOAD || op == TM_STORE ||
	       op == TM_SYM;
}

static unsigned stride(const struct term_node *i)
{
	return i->op == TM_SUM ? 2 : 1;
}

/* The part that t is, made with all under it; MOST when there are too many. */
static uint32_t part_of(struct sample *s, term t)
{
	const struct term_node *i = term_at(s->z, t);
	const unsigned step = stride(i);
	const uint32_t *had = map_get(&s->number, t);
	struct part p = { .of = i, .leaf = is_leaf(i->op) };

	if (had)
		return *had - 1;
	const uint32_t n = p.leaf ? 0 : i->n / step;
	uint32_t *arg = arena_array(s->arena, uint32_t, n);
	for (uint32_t k = 0; k < n; k++) {
		arg[k] = part_of(s, term_arg(s->z, t, k * step + step - 1));
		if (arg[k] == MOST)
			return MOST;
	}
	if (s->part.n == MOST)
		return MOST;
	p.arg = arg;
	vec_push(s->arena, &s->part, p);
	*map_put(&s->number, t) = s->part.n;
	return s->part.n - 1;
}

/* --- what a state makes of them ---------------------------------------------------- */

static uint32_t coefficient(const struct sample *s, const struct part *p,
			    unsigned k)
{
	return s->z->pool.at[p->of->args + 2 * k];
}

static uint32_t arg(const struct sample *s, const struct part *p, unsigned k)
{
	return s->part.at[p->arg[k]].value;
}

static uint32_t shifted(enum term_op op, uint32_t x, uint32_t n)
{
	switch (op) {
	case TM_SHL: return n > 31 ? 0 : x << n;
	case TM_SHR: return n > 31 ? 0 : x >> n;
	case TM_SAR: return (uint32_t)((int32_t)x >> (n > 31 ? 31 : n));
	default:     return x >> (n & 31) | x << (-n & 31);
	}
}

static uint32_t divided(enum term_op op, uint32_t x, uint32_t y)
{
	if (op == TM_UDIV || !y)
		return y ? x / y : 0;
	return y == UINT32_MAX ? 0 - x : (uint32_t)((int32_t)x / (int32_t)y);
}

static uint32_t reversed_bits(uint32_t x)
{
	uint32_t r = 0;

	for (unsigned k = 0; k < 32; k++)
		r |= (x >> k & 1) << (31 - k);
	return r;
}

/* SUM, AND, OR, XOR, BAND */
static uint32_t many(const struct sample *s, const struct part *p)
{
	const enum term_op op = p->of->op;
	uint32_t r = op == TM_SUM ? p->of->imm : op == TM_AND ? UINT32_MAX :
		     op == TM_BAND;

	for (unsigned k = 0; k < p->of->n / stride(p->of); k++) {
		const uint32_t x = arg(s, p, k);
		r = op == TM_SUM ? r + coefficient(s, p, k) * x :
		    op == TM_OR ? r | x : op == TM_XOR ? r ^ x : r & x;
	}
	return r;
}

static uint32_t evaluate(const struct sample *s, const struct part *p)
{
	const uint32_t x = p->of->n ? arg(s, p, 0) : 0;
	const uint32_t y = p->of->n > 1 && p->of->op != TM_SUM ? arg(s, p, 1)
							       : 0;

	switch ((enum term_op)p->of->op) {
	case TM_CONST: return p->of->imm;
	case TM_SUM: case TM_AND: case TM_OR: case TM_XOR: case TM_BAND:
		return many(s, p);
	case TM_SHL: case TM_SHR: case TM_SAR: case TM_ROR:
		return shifted(p->of->op, x, y);
	case TM_MUL:   return x * y;
	case TM_UMULH: return (uint32_t)((uint64_t)x * y >> 32);
	case TM_SMULH:
		return (uint32_t)((int64_t)(int32_t)x * (int32_t)y >> 32);
	case TM_UDIV: case TM_SDIV: return divided(p->of->op, x, y);
	case TM_CLZ:   return x ? (uint32_t)__builtin_clz(x) : 32;
	case TM_RBIT:  return reversed_bits(x);
	case TM_REV:   return __builtin_bswap32(x);
	case TM_SEXT:
		return (uint32_t)((int32_t)(x << (32 - p->of->imm)) >>
				  (32 - p->of->imm));
	case TM_ITE:   return x ? y : arg(s, p, 2);
	case TM_TRUE:  return 1;
	case TM_EQ0:   return x == 0;
	case TM_ULT:   return x < y;
	case TM_SLT:   return (int32_t)x < (int32_t)y;
	case TM_BNOT:  return !x;
	default:       return 0;
	}
}

static void evaluate_all(struct sample *s)
{
	for (uint32_t k = 0; k < s->part.n; k++)
		if (!s->part.at[k].leaf)
			s->part.at[k].value = evaluate(s, &s->part.at[k]);
}

/* --- changes ------------------------------------------------------------------------ */

static void want(struct sample *s, uint32_t part, uint32_t value,
		 unsigned depth);

static uint32_t within(struct sample *s, const struct term_node *i, uint32_t v)
{
	if (v >= i->lo && v <= i->hi)
		return v;
	const uint32_t span = i->hi - i->lo;
	return i->lo + (span == UINT32_MAX ? any(s) : any(s) % (span + 1));
}

/* x with x * c = d, when there is one: c is odd times a power of two. */
static bool quotient(uint32_t c, uint32_t d, uint32_t *x)
{
	const unsigned zeros = (unsigned)__builtin_ctz(c);
	const uint32_t odd = c >> zeros;
	uint32_t inverse = odd;

	if (d & ((1u << zeros) - 1))
		return false;
	for (unsigned k = 0; k < 4; k++)
		inverse *= 2 - odd * inverse;
	*x = (d >> zeros) * inverse;
	return true;
}

/* One term of the sum takes the whole difference. */
static void want_sum(struct sample *s, const struct part *p, uint32_t value,
		     unsigned depth)
{
	const unsigned n = p->of->n / 2, first = any(s) % n;

	for (unsigned j = 0; j < n; j++) {
		const unsigned k = (first + j) % n;
		uint32_t x;
		if (!quotient(coefficient(s, p, k), value - p->value, &x))
			continue;
		want(s, p->arg[k], arg(s, p, k) + x, depth);
		return;
	}
}

/* Of those that make it what it is, one changes. */
static void want_bits(struct sample *s, const struct part *p, uint32_t value,
		      unsigned depth)
{
	const unsigned k = any(s) % p->of->n;
	const uint32_t x = arg(s, p, k);

	if (p->of->op == TM_XOR) {
		want(s, p->arg[k], x ^ p->value ^ value, depth);
		return;
	}
	/* bits that others leave open come from this one, others stay */
	uint32_t open = UINT32_MAX;
	for (unsigned j = 0; j < p->of->n; j++)
		if (j != k)
			open &= p->of->op == TM_AND ? arg(s, p, j)
						    : ~arg(s, p, j);
	want(s, p->arg[k], (x & ~open) | (value & open), depth);
}

static void want_shift(struct sample *s, const struct part *p, uint32_t value,
		       unsigned depth)
{
	const uint32_t x = arg(s, p, 0), n = arg(s, p, 1) & 31;

	if (p->of->op == TM_ROR)
		want(s, p->arg[0], shifted(TM_ROR, value, -n & 31), depth);
	else if (p->of->op == TM_SHL)
		want(s, p->arg[0], value >> n | (n ? x >> (32 - n) << (32 - n)
						   : 0), depth);
	else
		want(s, p->arg[0], value << n | (x & ((1u << n) - 1)), depth);
}

/* One side of a comparison becomes what the other asks for. */
static void want_less(struct sample *s, const struct part *p, bool less,
		      unsigned depth)
{
	const uint32_t flip = p->of->op == TM_SLT ? 0x80000000 : 0;
	const uint32_t a = arg(s, p, 0) ^ flip, b = arg(s, p, 1) ^ flip;
	const bool left = any(s) & 1, near = any(s) & 1;
	uint32_t v;

	if (less && left ? b == 0 : less && a == UINT32_MAX)
		return;
	if (less)
		v = left ? near ? b - 1 : any(s) % b
			 : near ? a + 1 : a + 1 + any(s) % (UINT32_MAX - a);
	else
		v = near ? left ? b : a :
		    left ? b + (b ? any(s) % (0 - b) : any(s))
			 : (a == UINT32_MAX ? any(s) : any(s) % (a + 1));
	want(s, p->arg[!left], v ^ flip, depth);
}

static void want_choice(struct sample *s, const struct part *p, uint32_t value,
			unsigned depth)
{
	if (any(s) & 1)
		want(s, p->arg[0], !arg(s, p, 0), depth);
	else
		want(s, p->arg[arg(s, p, 0) ? 1 : 2], value, depth);
}

/* Of conditions: all must hold, or one of them not. */
static void want_all(struct sample *s, const struct part *p, bool value,
		     unsigned depth)
{
	const unsigned n = p->of->n, first = any(s) % n;

	for (unsigned j = 0; j < n; j++) {
		const unsigned k = (first + j) % n;
		if (arg(s, p, k) == value)
			continue;
		want(s, p->arg[k], value, depth);
		return;
	}
}

/* Changes a leaf under a part, so that the part comes closer to a value. */
static void want(struct sample *s, uint32_t part, uint32_t value,
		 unsigned depth)
{
	struct part *p = &s->part.at[part];

	if (p->leaf) {
		p->value = within(s, p->of, value);
		return;
	}
	if (depth-- == 0)
		return;
	switch ((enum term_op)p->of->op) {
	case TM_SUM: want_sum(s, p, value, depth); return;
	case TM_AND: case TM_OR: case TM_XOR:
		want_bits(s, p, value, depth);
		return;
	case TM_SHL: case TM_SHR: case TM_SAR: case TM_ROR:
		want_shift(s, p, value, depth);
		return;
	case TM_SEXT: want(s, p->arg[0], value, depth); return;
	case TM_REV:
		want(s, p->arg[0], __builtin_bswap32(value), depth);
		return;
	case TM_RBIT:
		want(s, p->arg[0], reversed_bits(value), depth);
		return;
	case TM_MUL: case TM_UMULH: case TM_SMULH: case TM_UDIV:
	case TM_SDIV: case TM_CLZ:
		want(s, p->arg[0], any(s), depth);
		return;
	case TM_ITE: want_choice(s, p, value, depth); return;
	case TM_EQ0:
		want(s, p->arg[0], value ? 0 : 1 + any(s) % 255, depth);
		return;
	case TM_ULT: case TM_SLT: want_less(s, p, value, depth); return;
	case TM_BNOT: want(s, p->arg[0], !value, depth); return;
	case TM_BAND: want_all(s, p, value, depth); return;
	default: return;
	}
}

/* --- the search ----------------------------------------------------------------------- */

/* Leaves at their least, small, or anywhere. */
static void begin(struct sample *s, unsigned how)
{
	for (uint32_t k = 0; k < s->part.n; k++) {
		struct part *p = &s->part.at[k];
		if (p->leaf)
			p->value = how == 0 ? p->of->lo :
				within(s, p->of, how == 1 ? 64 + any(s) % 64
							  : any(s));
	}
}

/* One of the conditions that do not hold; MOST when all do. */
static uint32_t fails(struct sample *s, const uint32_t *c, uint32_t n)
{
	const uint32_t first = any(s) % n;

	for (uint32_t k = 0; k < n; k++) {
		const uint32_t at = c[(first + k) % n];
		if (!s->part.at[at].value)
			return at;
	}
	return MOST;
}

bool sample_holds(const struct terms *z, const term *c, uint32_t n,
		  struct arena *scratch)
{
	struct sample s = { .z = z, .arena = scratch };
	uint32_t *at = arena_array(scratch, uint32_t, n);

	map_init(&s.number, scratch);
	for (uint32_t k = 0; k < n; k++) {
		at[k] = part_of(&s, c[k]);
		if (at[k] == MOST)
			return false;
	}
	for (unsigned how = 0; how < STARTS && n; how++) {
		begin(&s, how);
		for (unsigned round = 0; round < ROUNDS; round++) {
			evaluate_all(&s);
			const uint32_t bad = fails(&s, at, n);
			if (bad == MOST)
				return true;
			want(&s, bad, 1, DEPTH);
		}
	}
	return n == 0;
}
