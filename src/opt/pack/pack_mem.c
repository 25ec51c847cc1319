/* pack_mem.c - accesses of a loop as words of neighbouring elements.
 *
 * Order.  In the loop, lane j of a store and lane k of another access happen
 * in the order of their iterations and of their places in one.  In the packed
 * loop all loads of a word come before all stores of one, and stores in the
 * order of their groups.  Where that exchanges two lanes, their bytes must not
 * overlap; how far apart the two addresses are is the same in every
 * iteration, so one test in front of the loop, or none, tells.
 */
#include "opt/pack/pack.h"

unsigned pack_bits(unsigned op)
{
	switch (op) {
	case OP_I32_LOAD8_U: case OP_I32_LOAD8_S: case OP_I32_STORE8:
		return 8;
	case OP_I32_LOAD16_U: case OP_I32_LOAD16_S: case OP_I32_STORE16:
		return 16;
	default:
		return 0;
	}
}

/* --- addresses ----------------------------------------------------------- */

static bool add_invariant(struct pack_place *at, ref r, uint32_t scale)
{
	unsigned k = 0;

	while (k < at->ninv && at->inv[k] < r)
		k++;
	if (k < at->ninv && at->inv[k] == r) {
		at->inv_scale[k] += scale;
		return true;
	}
	if (at->ninv == 3)
		return false;
	for (unsigned j = at->ninv++; j > k; j--) {
		at->inv[j] = at->inv[j - 1];
		at->inv_scale[j] = at->inv_scale[j - 1];
	}
	at->inv[k] = r;
	at->inv_scale[k] = scale;
	return true;
}

static bool split(const struct pack *p, ref a, uint32_t scale,
		  struct pack_place *at, unsigned depth)
{
	const struct ir_ins *i = ir_at(p->f, a);
	uint64_t k;

	if (i->op == IR_CONST) {
		at->off += scale * (uint32_t)i->imm;
		return true;
	}
	if (!pack_inside(p, a))
		return add_invariant(at, a, scale);
	if (i->op == IR_PARAM && i->block == p->l.header) {
		if (at->iv && at->iv != a)
			return false;
		at->iv = a;
		at->scale += scale;
		return true;
	}
	if (depth == 0)
		return false;
	if (i->op == OP_I32_ADD)
		return split(p, i->arg[0], scale, at, depth - 1) &&
		       split(p, i->arg[1], scale, at, depth - 1);
	if (i->op == OP_I32_SHL && opt_is_const(p->f, i->arg[1], &k) && k < 32)
		return split(p, i->arg[0], scale << k, at, depth - 1);
	return false;
}

uint32_t pack_stride(const struct pack *p, const struct pack_place *at)
{
	uint32_t step;

	if (!at->iv || !trip_step(p->f, &p->l, at->iv, &step))
		return 0;
	return step * at->scale;
}

bool pack_place(const struct pack *p, ref access, struct pack_place *at)
{
	const struct ir_ins *i = ir_at(p->f, access);

	*at = (struct pack_place){ .off = (uint32_t)i->imm };
	return split(p, i->arg[0], 1, at, 8) &&
	       pack_stride(p, at) == (p->down ? 0 - p->bits / 8
					      : p->per * p->bits / 8);
}

bool pack_related(const struct pack_place *a, const struct pack_place *b)
{
	if (a->ninv != b->ninv || a->iv != b->iv || a->scale != b->scale)
		return false;
	for (unsigned k = 0; k < a->ninv; k++)
		if (a->inv[k] != b->inv[k] ||
		    a->inv_scale[k] != b->inv_scale[k])
			return false;
	return true;
}

/* --- groups -------------------------------------------------------------- */

static struct pack_group *known_group(struct pack *p, const ref *el)
{
	for (uint32_t k = 0; k < p->ngroups; k++)
		if (pack_same(p, p->group[k].el, el))
			return &p->group[k];
	return NULL;
}

struct pack_group *pack_group(struct pack *p, const ref *el)
{
	const struct ir_ins *first = ir_at(p->f, el[0]);
	struct pack_group g = { .store = opt_is_store(first->op) }, *old;
	struct pack_place at;

	old = known_group(p, el);
	if (old)
		return old;
	if (p->ngroups == PACK_GROUPS || pack_bits(first->op) != p->bits ||
	    !pack_place(p, el[0], &g.at))
		return NULL;
	for (unsigned e = 0; e < p->tuple; e++) {
		const struct ir_ins *i = ir_at(p->f, el[e]);
		g.el[e] = el[e];
		if (i->op != first->op || i->aux != first->aux ||
		    !pack_place(p, el[e], &at) || !pack_related(&at, &g.at) ||
		    at.off != g.at.off + e * p->bits / 8)
			return NULL;
	}
	p->group[p->ngroups] = g;
	return &p->group[p->ngroups++];
}

ref pack_access(struct pack *p, const struct pack_group *g, unsigned op,
		ref value)
{
	const struct ir_ins i = *ir_at(p->f, g->el[0]);
	uint32_t back = p->down ? (32 / p->bits - 1) * p->bits / 8 : 0;
	ref a = pack_copy(p, i.arg[0]);

	if (!a)
		return 0;
	/* the sum must not wrap, so the offset goes into it */
	if (back)
		a = guard_put_k(&p->body, OP_I32_ADD, a, i.imm - back);
	ref r = opt_ins(p->f, op, value ? T_NONE : T_I32, p->body.at, a, value);
	ir_at(p->f, r)->imm = back ? 0 : i.imm;
	ir_at(p->f, r)->aux = i.aux;
	vec_push(p->o->tmp, &p->body.ins, r);
	return r;
}

struct stores {
	ref r[PACK_GROUPS * PACK_LANES];
	struct pack_place at[PACK_GROUPS * PACK_LANES];
	bool done[PACK_GROUPS * PACK_LANES];
	unsigned n;
};

/* A store still without a group at that distance from store k, or n. */
static unsigned neighbour(const struct stores *s, unsigned k, uint32_t off)
{
	unsigned j = 0;

	while (j < s->n && (s->done[j] || !pack_related(&s->at[j], &s->at[k]) ||
			    s->at[j].off != s->at[k].off + off))
		j++;
	return j;
}

/* Takes the run of an iteration's elements that starts with store k. */
static bool take_run(struct pack *p, struct stores *s, unsigned k)
{
	uint32_t width = p->bits / 8;
	ref el[PACK_LANES];

	for (unsigned e = 0; e < p->per; e++) {
		unsigned j = neighbour(s, k, e * width);
		if (j == s->n || (e == 0 && j != k))
			return false;
		el[e % p->tuple] = s->r[j];
		/* the first anchors the others: it is taken last */
		s->done[j] = j != k;
		if (e % p->tuple == p->tuple - 1 && !pack_group(p, el))
			return false;
	}
	s->done[k] = true;
	return true;
}

bool pack_stores(struct pack *p)
{
	struct stores *s = arena_array(p->o->tmp, struct stores, 1);
	uint32_t width = p->bits / 8;

	for (uint32_t c = 0; c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->ins.n; k++) {
			ref r = b->ins.at[k];
			if (!opt_is_store(ir_at(p->f, r)->op))
				continue;
			if (s->n == ARRAY_LEN(s->r) ||
			    !pack_place(p, r, &s->at[s->n]))
				return false;
			s->r[s->n++] = r;
		}
	}
	for (unsigned left = s->n; left;) {
		unsigned k = 0;
		while (k < s->n && (s->done[k] ||
				    neighbour(s, k, 0 - width) < s->n))
			k++;
		if (k == s->n || !take_run(p, s, k))
			return false;
		left -= p->per;
	}
	return true;
}

/* --- order --------------------------------------------------------------- */

/* When lane k of a group happens: iteration, then place. */
static uint64_t moment(const struct pack *p, const struct pack_group *g,
		       unsigned k)
{
	if (p->down)
		k = 32 / p->bits - 1 - k;
	return (uint64_t)(k / p->tuple) << 32 | p->pos[g->el[k % p->tuple]];
}

/* The sum an address starts from, in front of the loop. */
static ref origin(struct pack *p, const struct pack_place *at)
{
	struct guard *h = &p->head;
	ref sum = 0;

	for (unsigned k = 0; k <= at->ninv; k++) {
		ref v = k < at->ninv ? at->inv[k]
			: p->f->list.at[ir_edge(p->f, p->pre, 0)->args +
					ir_at(p->f, at->iv)->imm];
		uint32_t scale = k < at->ninv ? at->inv_scale[k] : at->scale;
		ref t = scale == 1 ? v : guard_put_k(h, OP_I32_MUL, v, scale);
		sum = sum ? guard_put(h, OP_I32_ADD, sum, t) : t;
	}
	return guard_put_k(h, OP_I32_ADD, sum, at->off);
}

/* Two memories that are not the same one; two imported ones may be. */
static bool apart(const struct pack *p, uint32_t a, uint32_t b)
{
	const struct wasm_memory *m = p->f->mod->wasm->memories.at;

	return a != b &&
	       (m[a].import == UINT32_MAX || m[b].import == UINT32_MAX);
}

/* The packed loop does all of a before all of b.  Lanes k of b that came
 * before lanes j of a must not overlap them: with d = address of b minus that of
 * a, d + (k - j) * width is not in (-width, width). */
static bool in_order(struct pack *p, const struct pack_group *a,
		     const struct pack_group *b)
{
	int lanes = 32 / (int)p->bits, width = (int)p->bits / 8;
	int lo = lanes, hi = -lanes;

	if (apart(p, ir_at(p->f, a->el[0])->aux, ir_at(p->f, b->el[0])->aux))
		return true;
	for (int j = 0; j < lanes; j++)
		for (int k = 0; k < lanes; k++)
			if (moment(p, b, (unsigned)k) <
			    moment(p, a, (unsigned)j)) {
				lo = k - j < lo ? k - j : lo;
				hi = k - j > hi ? k - j : hi;
			}
	if (lo > hi)
		return true;
	/* d must not be one of these: `first`, and count - 1 more */
	uint32_t first = (uint32_t)(-hi * width - width + 1);
	uint32_t count = (uint32_t)((hi - lo + 2) * width - 1);
	if (ir_at(p->f, a->el[0])->aux != ir_at(p->f, b->el[0])->aux)
		return false;
	if (pack_related(&a->at, &b->at))
		return b->at.off - a->at.off - first >= count;
	ref d = guard_put(&p->head, OP_I32_SUB, origin(p, &b->at),
			  origin(p, &a->at));
	d = guard_put_k(&p->head, OP_I32_SUB, d, first);
	guard_require(&p->head, guard_put_k(&p->head, OP_I32_GE_U, d, count));
	return true;
}

bool pack_order(struct pack *p)
{
	for (uint32_t a = 0; a < p->ngroups; a++)
		for (uint32_t b = 0; b < p->ngroups; b++) {
			const struct pack_group *x = &p->group[a];
			const struct pack_group *y = &p->group[b];
			if (a == b || !y->store || (x->store && b < a))
				continue;
			if (!in_order(p, x, y))
				return false;
		}
	return true;
}
