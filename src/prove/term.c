/* term.c - the table of terms, leaves, memories. */
#include "prove/term.h"

#include <string.h>

#include "base/map.h"

static uint32_t hash_of(const struct term_shape *s, const uint32_t *arg,
			unsigned n)
{
	uint64_t h = hash_mix((uint64_t)s->op << 40 | (uint64_t)s->sort << 32 |
			      s->imm);

	for (unsigned k = 0; k < n; k++) {
		h = (h ^ arg[k]) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static bool same(const struct terms *z, term t, const struct term_shape *s,
		 const uint32_t *arg, unsigned n)
{
	const struct term_node *i = term_at(z, t);

	return i->op == s->op && i->sort == s->sort && i->imm == s->imm &&
	       i->n == n &&
	       (!n || !memcmp(&z->pool.at[i->args], arg, n * sizeof *arg));
}

static void put_slot(struct terms *z, uint32_t h, term t)
{
	uint32_t k = h & (z->nslots - 1);

	while (z->slot[k])
		k = (k + 1) & (z->nslots - 1);
	z->slot[k] = t;
}

static void grow(struct terms *z)
{
	z->nslots = z->nslots ? 2 * z->nslots : 1024;
	z->slot = arena_array(z->arena, term, z->nslots);
	for (term t = 1; t < z->nodes.n; t++) {
		const struct term_node *i = term_at(z, t);
		struct term_shape s = { (enum term_op)i->op,
					(enum term_sort)i->sort, i->imm, 0, 0 };
		put_slot(z, hash_of(&s, i->n ? &z->pool.at[i->args] : NULL,
				    i->n), t);
	}
}

static term find(const struct terms *z, uint32_t h, const struct term_shape *s,
		 const uint32_t *arg, unsigned n)
{
	for (uint32_t k = h & (z->nslots - 1); z->slot[k];
	     k = (k + 1) & (z->nslots - 1))
		if (same(z, z->slot[k], s, arg, n))
			return z->slot[k];
	return 0;
}

term term_find(const struct terms *z, const struct term_shape *s,
	       const term *arg, unsigned n)
{
	return find(z, hash_of(s, arg, n), s, arg, n);
}

term term_make(struct terms *z, const struct term_shape *s, const term *arg,
	       unsigned n)
{
	const uint32_t h = hash_of(s, arg, n);
	term t;

	z->effort += 1 + n / 8;
	if (z->most && z->effort >= z->most)
		longjmp(*z->arena->oom, 1);
	if (2 * z->nodes.n >= z->nslots)
		grow(z);
	t = find(z, h, s, arg, n);
	if (t)
		return t;
	t = z->nodes.n;
	uint32_t args = z->pool.n;
	for (unsigned k = 0; k < n; k++)
		vec_push(z->arena, &z->pool, arg[k]);
	vec_push(z->arena, &z->nodes, (struct term_node){
		.op = (uint8_t)s->op, .sort = (uint8_t)s->sort,
		.n = (uint16_t)n, .imm = s->imm, .args = args,
		.lo = s->lo, .hi = s->hi });
	put_slot(z, h, t);
	return t;
}

void terms_init(struct terms *z, struct arena *a)
{
	*z = (struct terms){ .arena = a };
	map_init(&z->first_of, a);
	vec_push(a, &z->nodes, (struct term_node){ .op = TM_NONE });
	z->yes = term_make(z, &(struct term_shape){ TM_TRUE, SORT_BOOL, 0, 0,
						    0 }, NULL, 0);
	z->no = term_make(z, &(struct term_shape){ TM_FALSE, SORT_BOOL, 0, 0,
						   0 }, NULL, 0);
}

bool term_is_const(const struct terms *z, term t, uint32_t *k)
{
	const struct term_node *i = term_at(z, t);

	if (i->op != TM_CONST)
		return false;
	*k = i->imm;
	return true;
}

/* --- leaves --------------------------------------------------------------- */

term term_const(struct terms *z, uint32_t k)
{
	return term_make(z, &(struct term_shape){ TM_CONST, SORT_WORD, k, k, k },
			 NULL, 0);
}

term term_var(struct terms *z, enum term_sort s, uint32_t lo, uint32_t hi)
{
	return term_make(z, &(struct term_shape){ TM_VAR, s, z->nvars++, lo,
						  hi }, NULL, 0);
}

term term_sym(struct terms *z, uint32_t symbol)
{
	return term_make(z, &(struct term_shape){ TM_SYM, SORT_WORD, symbol, 4,
						  UINT32_MAX }, NULL, 0);
}

term term_uf(struct terms *z, enum term_sort s, uint32_t f, const term *arg,
	     unsigned n)
{
	return term_make(z, &(struct term_shape){ TM_UF, s, f, 0, UINT32_MAX },
			 arg, n);
}

term term_uf_in(struct terms *z, uint32_t f, const term *arg, unsigned n,
		uint32_t lo, uint32_t hi)
{
	if (lo == hi)
		return term_const(z, lo);
	return term_make(z, &(struct term_shape){ TM_UF, SORT_WORD, f, lo, hi },
			 arg, n);
}

/* --- memories ----------------------------------------------------------------- */

/* Is [b, b + nb) apart from [a, a + na), where b - a is the constant d? */
static bool apart(uint32_t d, uint32_t na, uint32_t nb)
{
	return d >= na && 0 - d >= nb;
}

/* t without its constant, and that. */
static const uint32_t *parts_of(const struct terms *z, const term *t,
				uint32_t *n, uint32_t *k)
{
	const struct term_node *i = term_at(z, *t);

	*n = i->op == TM_SUM ? i->n : 1;
	*k = i->op == TM_SUM ? i->imm : 0;
	return i->op == TM_SUM ? &z->pool.at[i->args] : t;
}

/* b - a when that is a constant.  Sums of the same parts need not be subtracted:
 * what is stored is looked through at each access, and most of it is beside it. */
static bool distance(struct terms *z, term a, term b, uint32_t *d)
{
	uint32_t na, nb, ka, kb;
	const uint32_t *x = parts_of(z, &a, &na, &ka);
	const uint32_t *y = parts_of(z, &b, &nb, &kb);

	z->effort++;
	if (na == nb && !memcmp(x, y, na * sizeof *x)) {
		*d = kb - ka;
		return true;
	}
	return term_is_const(z, term_sub(z, b, a), d);
}

static uint32_t ones(unsigned bits)
{
	return bits == 32 ? UINT32_MAX : (1u << bits) - 1;
}

/* The same when the distance is known by its bounds only. */
static bool far_apart(struct terms *z, term a, term b, uint32_t na, uint32_t nb)
{
	const struct term_node *i = term_at(z, term_sub(z, b, a));

	return i->lo >= na && i->hi <= 0 - nb;
}

/* Looks through stores that cannot matter; takes the value of one that covers
 * the place. */
term term_load(struct terms *z, unsigned bits, term token, term address)
{
	if (z->bytes && bits > 8)
		return term_load_bytes(z, bits, token, address);
	while (term_at(z, token)->op == TM_STORE) {
		unsigned have = term_at(z, token)->imm;
		uint32_t d;
		if (!distance(z, term_arg(z, token, 1), address, &d)) {
			if (!far_apart(z, term_arg(z, token, 1), address,
				       have / 8, bits / 8))
				break;
			token = term_arg(z, token, 0);
			continue;
		}
		if (d + bits / 8 <= have / 8 && d < 4)
			return term_andk(z, term_shiftk(z, TM_SHR,
					 term_arg(z, token, 2), 8 * d),
					 ones(bits));
		if (!apart(d, have / 8, bits / 8))
			break;
		token = term_arg(z, token, 0);
	}
	struct term_shape s = { TM_LOAD, SORT_WORD, bits, 0, ones(bits) };
	return term_make(z, &s, (term[]){ token, address }, 2);
}

/* A store whose value is not what is there.  It goes below those at constant
 * distances that are further up: what is there is the same below them. */
static term put_store(struct terms *z, const struct term_shape *s, term token,
		      term address, term value)
{
	unsigned bits = s->imm;
	uint32_t d;

	if (term_at(z, token)->op == TM_STORE &&
	    distance(z, term_arg(z, token, 1), address, &d)) {
		unsigned have = term_at(z, token)->imm;
		term below = term_arg(z, token, 0);
		term at = term_arg(z, token, 1), v = term_arg(z, token, 2);
		if (d == 0 && have == bits)
			return term_store(z, bits, below, address, value);
		if (apart(d, have / 8, bits / 8) && d < 0x80000000u) {
			term t = put_store(z, s, below, address, value);
			return term_make(z, &(struct term_shape){
				TM_STORE, SORT_TOKEN, have, 0, 0 },
				(term[]){ t, at, v }, 3);
		}
	}
	return term_make(z, s, (term[]){ token, address, value }, 3);
}

/* Stores at constant distances from each other are kept by descending
 * distance, and the later of two at one place alone. */
term term_store(struct terms *z, unsigned bits, term token, term address,
		term value)
{
	struct term_shape s = { TM_STORE, SORT_TOKEN, bits, 0, 0 };

	if (z->bytes && bits > 8)
		return term_store_bytes(z, bits, token, address, value);
	value = z->bytes ? term_low_byte(z, value)
			 : term_andk(z, value, ones(bits));
	/* what is there already */
	if (value == term_load(z, bits, token, address))
		return token;
	return put_store(z, &s, token, address, value);
}
