/* facts.c - deciding conditions from literals and unsigned bounds. */
#include "prove/facts.h"

enum { MOST_TIMES = 3 };	/* that clauses are gone through */

void facts_init(struct facts *f, struct terms *z, struct arena *a)
{
	*f = (struct facts){ .z = z, .arena = a, .state = ++z->states };
}
struct facts_mark facts_save(const struct facts *f)
{
	return (struct facts_mark){ f->literal.n, f->undo.n, f->offset.n,
				    f->state, f->contradiction };
}

void facts_back(struct facts *f, struct facts_mark m)
{
	while (f->undo.n > m.undo) {
		struct fact_undo u = f->undo.at[--f->undo.n];
		if (u.is_literal)
			f->truth.at[u.t] = 0;
		else
			f->bound.at[u.t] = u.old;
	}
	facts_drop_offsets(f, m.offset);
	f->literal.n = m.literal;
	f->state = m.state;
	f->contradiction = m.contradiction;
}

void facts_keep(const struct facts *f, struct facts_mark since, struct arena *a,
		struct facts_step *out)
{
	uint32_t n = f->undo.n - since.undo, m = f->offset.n - since.offset;

	*out = (struct facts_step){ .n = n, .noffsets = m, .state = f->state,
				    .contradiction = f->contradiction };
	out->change = arena_alloc(a, n * sizeof *out->change);
	out->offset = arena_array(a, term, m);
	for (uint32_t k = 0; k < n; k++) {
		const struct fact_undo *u = &f->undo.at[since.undo + k];
		struct fact_change *c = &out->change[k];
		c->t = u->t;
		if (u->is_literal)
			c->truth = f->truth.at[u->t];
		else
			c->bound = f->bound.at[u->t];
	}
	for (uint32_t k = 0; k < m; k++)
		out->offset[k] = f->offset.at[since.offset + k].t;
}

void facts_again(struct facts *f, const struct facts_step *s)
{
	for (uint32_t k = 0; k < s->n; k++) {
		const struct fact_change *c = &s->change[k];
		vec_push(f->arena, &f->undo, (struct fact_undo){ c->t,
			c->truth != 0, f->bound.at[c->t] });
		if (c->truth)
			f->truth.at[c->t] = (uint8_t)c->truth;
		else
			f->bound.at[c->t] = c->bound;
	}
	for (uint32_t k = 0; k < s->noffsets; k++)
		facts_keep_offset(f, s->offset[k]);
	f->contradiction = s->contradiction;
	f->state = s->state;
	/* limits are of steps, and these are some */
	f->z->effort += s->n / 4 + 1;
}

/* --- adding -------------------------------------------------------------------- */

/* x != k */
static void narrow_off(struct facts *f, term x, uint32_t k)
{
	struct bound b = facts_bound(f, x);

	if (b.lo == k && k != UINT32_MAX)
		facts_narrow(f, x, k + 1, UINT32_MAX);
	if (b.hi == k && k != 0)
		facts_narrow(f, x, 0, k - 1);
}

/* x is 0, or is not. */
static void narrow_zero(struct facts *f, term x, bool holds)
{
	if (holds)
		facts_narrow(f, x, 0, 0);
	else
		narrow_off(f, x, 0);
}

/* x < y holds, or does not. */
static void add_below(struct facts *f, term x, term y, bool holds)
{
	struct bound bx = facts_bound(f, x), by = facts_bound(f, y);

	if (holds && by.hi > 0) {
		facts_narrow(f, x, 0, by.hi - 1);
		if (bx.lo < UINT32_MAX)
			facts_narrow(f, y, bx.lo + 1, UINT32_MAX);
	} else if (!holds) {
		facts_narrow(f, x, by.lo, UINT32_MAX);
		facts_narrow(f, y, 0, bx.hi);
	} else {
		f->contradiction = true;
	}
}

/* x <= y, or x < y: y - x does not wrap. */
static void add_difference(struct facts *f, term x, term y, bool below)
{
	struct bound bx = facts_bound(f, x), by = facts_bound(f, y);
	uint32_t k;

	if (term_is_const(f->z, x, &k) || term_is_const(f->z, y, &k))
		return;
	if (by.hi < bx.lo)
		f->contradiction = true;
	else
		facts_narrow(f, term_sub(f->z, y, x), below, by.hi - bx.lo);
}

static void add_atom(struct facts *f, term c, bool holds)
{
	struct terms *z = f->z;
	term x = term_arg(z, c, 0);
	uint32_t k;

	switch (term_at(z, c)->op) {
	case TM_ULT: {
		term y = term_arg(z, c, 1);
		add_below(f, x, y, holds);
		/* the same of complements, whose bounds may say more */
		add_below(f, term_not(z, y), term_not(z, x), holds);
		add_difference(f, holds ? x : y, holds ? y : x, holds);
		break;
	}
	case TM_SLT: {
		uint32_t y;
		if (!term_is_const(z, term_arg(z, c, 1), &y))
			break;
		/* x >= y > 0, or x < y <= 0, as signed numbers */
		if (!holds && y < 0x80000000u)
			facts_narrow(f, x, y, INT32_MAX);
		else if (holds && y > 0x80000000u)
			facts_narrow(f, x, 0x80000000u, y - 1);
		break;
	}
	case TM_EQ0: {
		term base = term_split(z, x, &k);
		if (holds)
			facts_narrow(f, base ? base : x, 0 - k, 0 - k);
		else
			narrow_off(f, base ? base : x, 0 - k);
		/* of a difference, either way round, that says more */
		narrow_zero(f, x, holds);
		narrow_zero(f, term_mul_add(z, x, UINT32_MAX,
					    term_const(z, 0)), holds);
		break;
	}
	default:
		break;
	}
}

static void set_truth(struct facts *f, term c, bool holds)
{
	facts_room(f, c);
	uint8_t v = holds ? 2 : 1;
	if (f->truth.at[c] && f->truth.at[c] != v)
		f->contradiction = true;
	if (f->truth.at[c])
		return;
	vec_push(f->arena, &f->undo, (struct fact_undo){ .t = c,
							 .is_literal = true });
	f->truth.at[c] = v;
}

static void add(struct facts *f, term c, bool holds);

term facts_halved(struct terms *z, term t)
{
	const struct term_node i = *term_at(z, t);

	if (term_factors(z, t) & 1)
		return 0;
	term half = term_const(z, (uint32_t)((int32_t)i.imm / 2));
	for (unsigned k = 0; k < i.n; k += 2)
		half = term_mul_add(z, z->pool.at[i.args + k + 1], (uint32_t)
				    ((int32_t)z->pool.at[i.args + k] / 2),
				    half);
	return half;
}

/* 2^n * x is not 0: nor is x. */
static void add_halved(struct facts *f, term c)
{
	term half = facts_halved(f->z, term_arg(f->z, c, 0));

	if (half)
		add(f, term_eq(f->z, half, term_const(f->z, 0)), false);
}

/* x is 0: so is 2^n * x.  It is not when x is not, and that does not wrap. */
static int decide_times(struct facts *f, term t)
{
	struct terms *z = f->z;

	for (uint32_t most = UINT32_MAX >> 1; (t = facts_halved(z, t)); most >>= 1) {
		int d = facts_known(f, term_eq(z, t, term_const(z, 0)));
		if (d == 1 || (d == 0 && facts_bound(f, t).hi <= most))
			return d;
	}
	return -1;
}

/* Of a choice, one way of which never is 0 or always is: what that it is 0 says of
 * its condition and its other way.  0 where it says no more. */
static term zero_choice(struct terms *z, term c)
{
	uint32_t k = 0;
	term t = term_at(z, c)->op == TM_EQ0 ? term_arg(z, c, 0) : 0;

	if (t && term_at(z, t)->op == TM_SUM)
		t = term_split(z, t, &k);
	if (!t || term_at(z, t)->op != TM_ITE)
		return 0;
	term minus = term_const(z, 0 - k);
	term x = term_eq(z, term_arg(z, t, 1), minus);
	term y = term_eq(z, term_arg(z, t, 2), minus);
	bool known = x == z->yes || x == z->no || y == z->yes || y == z->no;
	return known ? term_ite(z, term_arg(z, t, 0), x, y) : 0;
}

static void add(struct facts *f, term c, bool holds)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_BNOT) {
		add(f, term_arg(f->z, c, 0), !holds);
		return;
	}
	if (i.op == TM_FALSE ? holds : i.op == TM_TRUE && !holds)
		f->contradiction = true;
	set_truth(f, c, holds);
	if (i.op == TM_BAND && holds) {
		for (unsigned k = 0; k < i.n; k++)
			add(f, f->z->pool.at[i.args + k], true);
	} else if (i.op == TM_BAND) {
		/* all but one hold: the one does not */
		term open = 0;
		for (unsigned k = 0; k < i.n; k++) {
			term d = f->z->pool.at[i.args + k];
			int v = facts_decide(f, d);
			if (v == 0 || (v < 0 && open))
				return;
			if (v < 0)
				open = d;
		}
		if (open)
			add(f, open, false);
		else
			f->contradiction = true;
	} else if (i.op == TM_EQ0 && !holds) {
		add_atom(f, c, false);
		add_halved(f, c);
	} else if (i.op == TM_ULT || i.op == TM_SLT ||
		   i.op == TM_EQ0) {
		add_atom(f, c, holds);
		/* what is below another is not equal to it */
		if (holds && i.op != TM_EQ0)
			add(f, term_eq(f->z, term_arg(f->z, c, 0),
				       term_arg(f->z, c, 1)), false);
	}
}

/* What of the literal may say more when more is known; 0: nothing. */
static term open_part(struct facts *f, term c)
{
	bool holds = term_at(f->z, c)->op != TM_BNOT;
	term d = zero_choice(f->z, holds ? c : term_arg(f->z, c, 0));

	return !d || holds ? d : term_bnot(f->z, d);
}

static bool is_clause(const struct facts *f, term c)
{
	const struct term_node *i = term_at(f->z, c);

	return i->op == TM_BNOT &&
	       term_at(f->z, term_arg(f->z, c, 0))->op == TM_BAND;
}

static void add_open_part(struct facts *f, term c)
{
	term d = open_part(f, c);

	if (d)
		add(f, d, true);
}

/* Clauses that are known may have but one way left to hold; so may those that are
 * parts of what holds as a whole. */
static void conclude(struct facts *f, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		term c = f->literal.at[k];
		const struct term_node i = *term_at(f->z, c);
		if (is_clause(f, c))
			add(f, c, true);
		else
			add_open_part(f, c);
		for (unsigned j = 0; i.op == TM_BAND && j < i.n; j++) {
			term part = f->z->pool.at[i.args + j];
			if (is_clause(f, part))
				add(f, part, true);
		}
	}
	/* limits are of steps, and these are some */
	f->z->effort += n;
}

void facts_add(struct facts *f, term c)
{
	vec_push(f->arena, &f->literal, c);
	f->state = ++f->z->states;
	add(f, c, true);
	add_open_part(f, c);
	conclude(f, f->literal.n - 1);
}

void facts_add_one(struct facts *f, term c)
{
	vec_push(f->arena, &f->literal, c);
	f->state = ++f->z->states;
	if (is_clause(f, c))
		set_truth(f, term_arg(f->z, c, 0), false);
	else
		add(f, c, true);
}

void facts_conclude(struct facts *f)
{
	uint32_t before;

	for (unsigned n = 0; n < MOST_TIMES; n++) {
		before = f->undo.n;
		f->state = ++f->z->states;
		conclude(f, f->literal.n);
		if (f->undo.n == before)
			break;
	}
}

/* --- deciding -------------------------------------------------------------------- */

static int decide_atom(struct facts *f, term c);

/* What literals and bounds say, with nothing concluded from them. */
int facts_known(struct facts *f, term c)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_TRUE || i.op == TM_FALSE)
		return i.op == TM_TRUE;
	if (i.op == TM_BNOT) {
		int d = facts_known(f, term_arg(f->z, c, 0));
		return d < 0 ? d : !d;
	}
	facts_room(f, c);
	if (f->truth.at[c])
		return f->truth.at[c] - 1;
	return i.op == TM_ULT || i.op == TM_SLT || i.op == TM_EQ0 ?
		decide_atom(f, c) : -1;
}

static int decide_atom(struct facts *f, term c)
{
	struct terms *z = f->z;
	term x = term_arg(z, c, 0);
	struct bound a = facts_bound(f, x), b;

	switch (term_at(z, c)->op) {
	case TM_EQ0: {
		uint32_t k;
		if (a.lo > 0)
			return 0;
		if (a.hi == 0)
			return 1;
		term base = term_split(z, x, &k);
		if (!base)
			return -1;
		b = facts_bound(f, base);
		if (0 - k < b.lo || 0 - k > b.hi || facts_never_in(f, x, 0, 0))
			return 0;
		return b.lo == b.hi ? 1 : -1;
	}
	case TM_ULT:
		b = facts_bound(f, term_arg(z, c, 1));
		if (a.hi < b.lo || a.lo >= b.hi)
			return a.hi < b.lo;
		/* below nothing that it may be, or always so */
		if (facts_never_in(f, x, 0, b.hi - 1))
			return 0;
		return b.lo && facts_never_in(f, x, b.lo, UINT32_MAX) ? 1 : -1;
	case TM_SLT:
		b = facts_bound(f, term_arg(z, c, 1));
		if ((a.lo ^ a.hi) >> 31 || (b.lo ^ b.hi) >> 31)
			return -1;
		return (int32_t)a.hi < (int32_t)b.lo    ? 1
		       : (int32_t)a.lo >= (int32_t)b.hi ? 0 : -1;
	default:
		return -1;
	}
}

/* Is x a multiple of 2^k? */
static bool is_multiple(struct facts *f, term x, uint32_t k)
{
	struct terms *z = f->z;

	return facts_known(f, term_eq(z, term_andk(z, x, (1u << k) - 1),
				      term_const(z, 0))) == 1;
}

/* A multiple of 2^k that is not 0 is not below 2^k; and ~x < -2^k says that it
 * is not. */
static int decide_multiple(struct facts *f, term c)
{
	struct terms *z = f->z;
	term x = term_arg(z, c, 0);
	uint32_t n;

	if (!term_is_const(z, term_arg(z, c, 1), &n))
		return -1;
	bool turned = n & (n - 1);
	if (turned) {
		x = term_not(z, x);
		n = 0 - n;
	}
	if (!n || (n & (n - 1)) ||
	    facts_known(f, term_eq(z, x, term_const(z, 0))) != 0 ||
	    !is_multiple(f, x, (uint32_t)__builtin_ctz(n)))
		return -1;
	return turned;
}

/* x is not y, where x = p / 2^k without a rest: not when p is known not to be
 * 2^k * y, for x = y would make it that. */
static bool not_quotient(struct facts *f, term x, term y)
{
	struct terms *z = f->z;
	const struct term_node i = *term_at(z, x);
	uint32_t k;

	if (i.op != TM_SHR || !term_is_const(z, term_arg(z, x, 1), &k) ||
	    k > 31)
		return false;
	term p = term_arg(z, x, 0);
	term times = term_mul_add(z, y, 1u << k, term_const(z, 0));
	return facts_known(f, term_eq(z, times, p)) == 0 &&
	       is_multiple(f, p, k);
}

static bool differ(struct facts *f, term x, term y)
{
	return facts_known(f, term_eq(f->z, x, y)) == 0 ||
	       not_quotient(f, x, y) || not_quotient(f, y, x);
}

/* a < b is false when b - 1 < a, or b < a + 1, or not above and not equal: what a
 * counter that has not reached its limit is after one more step.  Subtracting
 * and adding may wrap: then the two are equal. */
static bool one_step(struct facts *f, term c)
{
	struct terms *z = f->z;
	term a = term_arg(z, c, 0), b = term_arg(z, c, 1);

	for (unsigned k = 0; k < 2; k++) {
		term x = k ? term_addk(z, a, 1) : a;
		term y = k ? b : term_addk(z, b, UINT32_MAX);
		if (facts_known(f, term_ult(z, y, x)) == 1 ||
		    (facts_known(f, term_ult(z, x, y)) == 0 &&
		     differ(f, x, y)))
			return true;
	}
	return false;
}

/* x <= y - 1, or x + 1 <= y, where that does not wrap. */
static bool is_below(struct facts *f, term x, term y)
{
	struct terms *z = f->z;

	return (facts_bound(f, y).lo > 0 &&
		facts_at_most(f, x, term_addk(z, y, UINT32_MAX))) ||
	       (facts_bound(f, x).hi < UINT32_MAX &&
		facts_at_most(f, term_addk(z, x, 1), y));
}

/* What order follows from literals; asked once of what holds. */
static int decide_order(struct facts *f, term c)
{
	term x = term_arg(f->z, c, 0), y = term_arg(f->z, c, 1);

	if (one_step(f, c) || facts_at_most(f, y, x))
		return 0;
	if (is_below(f, x, y))
		return 1;
	int d = decide_multiple(f, c);
	if (d >= 0)
		return d;
	f->open.at[c] = f->state;
	return -1;
}

int facts_decide(struct facts *f, term c)
{
	const struct term_node i = *term_at(f->z, c);

	if (i.op == TM_TRUE || i.op == TM_FALSE)
		return i.op == TM_TRUE;
	if (i.op == TM_BNOT) {
		int d = facts_decide(f, term_arg(f->z, c, 0));
		return d < 0 ? d : !d;
	}
	facts_room(f, c);
	if (f->truth.at[c])
		return f->truth.at[c] - 1;
	if (i.op == TM_BAND) {
		int all = 1;
		for (unsigned k = 0; k < i.n; k++) {
			int d = facts_decide(f, f->z->pool.at[i.args + k]);
			if (d == 0)
				return 0;
			if (d < 0)
				all = -1;
		}
		return all;
	}
	int d = i.n ? decide_atom(f, c) : -1;
	if (d < 0 && i.op == TM_EQ0)
		return decide_times(f, term_arg(f->z, c, 0));
	if (d >= 0 || i.op != TM_ULT)
		return d;
	while (f->open.n <= c)
		vec_push(f->arena, &f->open, UINT32_MAX);
	return f->open.at[c] == f->state ? -1 : decide_order(f, c);
}
