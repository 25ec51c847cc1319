/* pack.c - element loops, a word of elements at a time.
 *
 * The loop is a chain of blocks with one way out that accesses bytes or
 * halfwords at addresses which go up by the elements of an iteration, or down by
 * one.  Its
 * stores and sums are rewritten over words (pack_lane.c); the order that this
 * changes is proved harmless or tested in front (pack_mem.c).
 *
 * In place: where an iteration handles whole words already (a loop that was
 * unrolled by four) and nothing has to be tested, the loop keeps its shape.
 *
 * As a copy: a packed loop in front does `times` iterations at once, as often as
 * the exit test is known to pass; then the loop itself goes on, which does the
 * rest and everything that comes behind.  Where a test in front fails, it does
 * all.  Nothing in the loop can trap (checks are gone or it is left alone), so
 * the iterations that are done at once would all have been done.
 *
 * For the checker: an iteration of the packed loop is `times` of the source,
 * whose cut it copies.
 */
#include "opt/loopform.h"
#include "opt/pack/pack.h"

enum { MAX_BODY = 200, MAX_CHAIN = 6, MAX_LOOPS = 32 };

/* --- the loop ------------------------------------------------------------ */

/* The only way on that stays in the loop, or UINT32_MAX. */
static blk next_in_loop(const struct pack *p, blk b)
{
	blk next = UINT32_MAX;

	for (uint32_t e = 0; e < p->f->blocks.at[b].nedges; e++) {
		blk to = ir_edge(p->f, b, e)->to;
		if (!trip_inside(p->o->cfg, p->l.header, to))
			continue;
		if (next != UINT32_MAX)
			return UINT32_MAX;
		next = to;
	}
	return next;
}

/* Lists the chain; false when the loop forks, or has an inner one. */
static bool find_chain(struct pack *p)
{
	const struct ir_cfg *c = p->o->cfg;
	unsigned exits = 0;
	blk b = p->l.header;

	p->chain = arena_array(p->o->tmp, blk, MAX_CHAIN);
	do {
		const struct ir_block *k = &p->f->blocks.at[b];
		if (p->nchain == MAX_CHAIN || c->loop[b] != p->l.header ||
		    k->nedges > 2 ||
		    (b != p->l.header && k->params.n != 0))
			return false;
		for (uint32_t e = 0; e < k->nedges; e++)
			exits += !trip_inside(c, p->l.header,
					      ir_edge(p->f, b, e)->to);
		p->chain[p->nchain++] = b;
		b = next_in_loop(p, b);
	} while (b != p->l.header && b != UINT32_MAX);
	return b == p->l.header && exits == 1 &&
	       p->chain[p->nchain - 1] == p->l.latch;
}

static bool harmless(const struct ir_ins *i)
{
	unsigned flags = ir_flags(i);

	if (opt_is_store(i->op))
		return true;
	return !(flags & (IR_E | IR_T | IR_W));
}

/* Numbers the instructions; false when some have other effects or may trap. */
static bool number(struct pack *p)
{
	uint32_t at = 1;

	p->n = p->f->ins.n;
	p->pos = arena_array(p->o->tmp, uint32_t, p->n);
	for (uint32_t c = 0; c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->params.n; k++)
			p->pos[b->params.at[k]] = at++;
		for (uint32_t k = 0; k < b->ins.n; k++) {
			const struct ir_ins *i = ir_at(p->f, b->ins.at[k]);
			if (k + 1 < b->ins.n && !harmless(i))
				return false;
			p->pos[b->ins.at[k]] = at++;
		}
	}
	return at <= MAX_BODY;
}

/* The width of the loop's elements, from its stores, else its loads. */
static unsigned find_bits(const struct pack *p)
{
	unsigned bits[2] = { 0, 0 };

	for (uint32_t c = 0; c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->ins.n; k++) {
			unsigned op = ir_at(p->f, b->ins.at[k])->op;
			if (!opt_is_mem(op))
				continue;
			bool store = opt_is_store(op);
			if (store && bits[1] && bits[1] != pack_bits(op))
				return 0;
			if (store && !pack_bits(op))
				return 0;
			if (!bits[store])
				bits[store] = pack_bits(op);
		}
	}
	return bits[1] ? bits[1] : bits[0];
}

/* Elements per iteration, from the first access of their width. */
static bool find_shape(struct pack *p)
{
	p->bits = find_bits(p);
	for (uint32_t c = 0; p->bits && c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->ins.n; k++) {
			ref r = b->ins.at[k];
			struct pack_place at;
			if (pack_bits(ir_at(p->f, r)->op) != p->bits)
				continue;
			p->per = 1;
			pack_place(p, r, &at);
			uint32_t stride = pack_stride(p, &at);
			p->down = stride == 0 - p->bits / 8;
			if (p->down)
				stride = p->bits / 8;
			p->per = stride / (p->bits / 8);
			unsigned lanes = 32 / p->bits;
			if (!stride || stride % (p->bits / 8) || p->per > 16)
				return false;
			p->tuple = p->per < lanes ? p->per : lanes;
			p->times = lanes / p->tuple;
			return p->per % p->tuple == 0 &&
			       lanes % p->tuple == 0;
		}
	}
	return false;
}

ref pack_copy(struct pack *p, ref r)
{
	if (p->inplace || !pack_inside(p, r))
		return r;
	if (p->now[r])
		return p->now[r];
	struct ir_ins i = *ir_at(p->f, r);
	if (i.op == IR_PARAM || i.op >= OP_NUM_END || i.nlist)
		return 0;
	for (unsigned k = 0; k < i.nargs; k++) {
		i.arg[k] = pack_copy(p, i.arg[k]);
		if (!i.arg[k])
			return 0;
	}
	i.block = UINT32_MAX;
	vec_push(p->f->arena, &p->f->ins, i);
	p->now[r] = p->f->ins.n - 1;
	vec_push(p->o->tmp, &p->body.ins, p->now[r]);
	return p->now[r];
}

/* --- words --------------------------------------------------------------- */

static bool pack_values(struct pack *p)
{
	for (uint32_t k = 0; k < p->ngroups; k++) {
		ref el[PACK_LANES];
		if (!p->group[k].store)
			continue;
		pack_args(p, p->group[k].el, 1, el);
		ref v = pack_lane(p, el);
		if (!v)
			return false;
		p->group[k].value = v;
		p->scalar += 32 / p->bits;
	}
	for (uint32_t k = 0; k < p->ngroups; k++)
		if (p->group[k].store &&
		    !pack_access(p, &p->group[k], OP_I32_STORE,
				 p->group[k].value))
			return false;
	return true;
}

/* Makes the words of one iteration of the packed loop. */
static bool make_words(struct pack *p, struct pack_totals *t)
{
	p->ngroups = p->nmemo = p->scalar = 0;
	*t = (struct pack_totals){ .n = 0 };
	if (!p->inplace) {
		p->now = arena_array(p->o->tmp, ref, p->n);
		const struct ir_block *h = &p->f->blocks.at[p->l.header];
		for (uint32_t k = 0; k < h->params.n; k++) {
			ref r = h->params.at[k];
			enum type type = (enum type)ir_at(p->f, r)->type;
			ref c = ir_new(p->f, IR_PARAM, type, p->body.at);
			ir_at(p->f, c)->imm = k;
			p->now[r] = c;
		}
	}
	if (!pack_stores(p) || !pack_find_totals(p, t) || !pack_values(p))
		return false;
	return (p->ngroups || t->n) && pack_order(p);
}

static void give_up(struct pack *p)
{
	const struct ir_block *h = &p->f->blocks.at[p->l.header];

	guard_drop(&p->head);
	guard_drop(&p->body);
	for (uint32_t k = 0; p->now && k < h->params.n; k++)
		if (p->now[h->params.at[k]])
			opt_kill(p->f, p->now[h->params.at[k]]);
	p->now = NULL;
}

/* Less than three quarters of the instructions: in place, of those that words
 * stand for; in a copy, of whole iterations, addresses and all. */
static bool worth(const struct pack *p)
{
	uint32_t before = p->scalar, after = p->body.ins.n;

	if (!p->inplace) {
		before = 0;
		for (uint32_t c = 0; c < p->nchain; c++)
			before += p->f->blocks.at[p->chain[c]].ins.n;
		before *= p->times;
		after += 2;
	}
	return after * 4 <= before * 3;
}

/* --- in place ------------------------------------------------------------ */

/* The words may be done at the end of the latch: what was done before is
 * stores and loads of groups only, and no way out lies between. */
static bool can_stay(const struct pack *p)
{
	bool stored = false;

	for (uint32_t c = 0; c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->ins.n; k++) {
			unsigned op = ir_at(p->f, b->ins.at[k])->op;
			stored |= opt_is_store(op);
			if (opt_is_load(op) && stored &&
			    pack_bits(op) != p->bits)
				return false;
		}
		if (stored && b->nedges > 1 && c + 1 < p->nchain)
			return false;
	}
	return true;
}

static bool in_group(const struct pack *p, ref r)
{
	for (uint32_t k = 0; k < p->ngroups; k++)
		for (unsigned e = 0; e < p->tuple; e++)
			if (p->group[k].el[e] == r)
				return true;
	return false;
}

/* Loads that stay where they are must come before all stores, or be ordered
 * against them like those of the groups. */
static bool loads_grouped(const struct pack *p)
{
	bool stored = false;

	for (uint32_t c = 0; c < p->nchain; c++) {
		const struct ir_block *b = &p->f->blocks.at[p->chain[c]];
		for (uint32_t k = 0; k < b->ins.n; k++) {
			unsigned op = ir_at(p->f, b->ins.at[k])->op;
			stored |= opt_is_store(op);
			if (opt_is_load(op) && stored &&
			    !in_group(p, b->ins.at[k]))
				return false;
		}
	}
	return true;
}

static void replace_totals(struct pack *p, const struct pack_totals *t)
{
	ref *map;

	if (!t->n)
		return;
	map = arena_array(p->o->tmp, ref, p->f->ins.n);
	for (uint32_t k = 0; k < t->n; k++)
		map[t->at[k].last] = t->at[k].packed;
	ir_replace(p->f, map);
}

static bool stay(struct pack *p)
{
	struct pack_totals t;
	uint64_t k;

	p->inplace = true;
	if (!can_stay(p) || !make_words(p, &t) || !loads_grouped(p) ||
	    !worth(p) || (p->head.ok && !(opt_is_const(p->f, p->head.ok, &k) &&
					  k))) {
		give_up(p);
		return false;
	}
	guard_place(&p->head, p->pre);
	guard_place(&p->body, p->l.latch);
	replace_totals(p, &t);
	for (uint32_t g = 0; g < p->ngroups; g++)
		for (unsigned e = 0; p->group[g].store && e < p->tuple; e++)
			opt_kill(p->f, p->group[g].el[e]);
	opt_sweep(p->f);
	return true;
}

/* --- a copy in front ----------------------------------------------------- */

static bool find_exit(const struct pack *p, struct trip_exit *x)
{
	for (uint32_t c = 0; c < p->nchain; c++)
		if (trip_exit(p->f, p->o->cfg, &p->l, p->chain[c], x))
			return guard_can_count(x);
	return false;
}

static ref entering(const struct pack *p, ref param)
{
	return p->f->list.at[ir_edge(p->f, p->pre, 0)->args +
			     ir_at(p->f, param)->imm];
}

/* Whether the loop is known to run too few times; a guess is enough. */
static bool is_short(const struct pack *p, ref passes)
{
	struct range r = pack_range(p, (ref[PACK_LANES]){ passes, passes,
							  passes, passes });

	return range_smax(r) < (int32_t)(2 * p->times);
}

/* Requires enough passes; the value that the exit's counter ends with. */
static ref last_value(struct pack *p, const struct trip_exit *x)
{
	struct guard *h = &p->head;
	bool down = x->step >> 31;
	uint32_t step = down ? 0u - x->step : x->step;
	ref init = entering(p, x->counter);
	ref n = guard_passes(h, x, init);

	if (is_short(p, n))
		return 0;
	guard_require(h, guard_put_k(h, OP_I32_GE_U, n, p->times));
	n = guard_put_k(h, OP_I32_AND, n, 0u - p->times);
	if (step != 1)
		n = guard_put_k(h, OP_I32_MUL, n, step);
	return guard_put(h, down ? OP_I32_SUB : OP_I32_ADD, init, n);
}

static ref packed_next(struct pack *p, const struct pack_totals *t, ref param)
{
	uint32_t step;

	for (uint32_t k = 0; k < t->n; k++)
		if (t->at[k].param == param)
			return t->at[k].packed;
	CHECK(trip_step(p->f, &p->l, param, &step));
	return guard_put_k(&p->body, OP_I32_ADD, p->now[param],
			   step * p->times);
}

static void copy_cut(struct pack *p, blk to)
{
	struct ir_func *f = p->f;
	uint32_t n = f->cuts.n;

	for (uint32_t k = 0; k < n; k++) {
		struct ir_cut cut = f->cuts.at[k];
		if (cut.block != p->l.header)
			continue;
		cut.block = to;
		cut.refs = ir_list(f, f->list.at + cut.refs, cut.n);
		for (uint32_t j = 0; j < cut.n; j++) {
			ref *r = &f->list.at[cut.refs + j];
			if (pack_inside(p, *r))
				*r = p->now[*r];
		}
		vec_push(f->arena, &f->cuts, cut);
	}
}

/* Puts the packed loop between preheader and header. */
static void link_copy(struct pack *p, const struct pack_totals *t, ref counter,
		      ref last)
{
	struct ir_func *f = p->f;
	uint32_t n = f->blocks.at[p->l.header].params.n;
	ref *next = arena_array(p->o->tmp, ref, n + 1);
	struct ir_edge in = *ir_edge(f, p->pre, 0);
	blk b = ir_block_new(f);

	f->blocks.at[b].at = f->blocks.at[p->l.header].at;
	for (uint32_t k = 0; k < n; k++) {
		ref r = f->blocks.at[p->l.header].params.at[k];
		ir_at(f, p->now[r])->block = b;
		vec_push(f->arena, &f->blocks.at[b].params, p->now[r]);
		next[k] = packed_next(p, t, r);
	}
	ref more = guard_put(&p->body, OP_I32_NE,
			     next[ir_at(f, counter)->imm], last);
	ref term = opt_ins(f, IR_BR_IF, T_NONE, p->body.at, more, 0);
	ir_append(f, b, term);
	guard_place(&p->body, b);
	ir_edges_new(f, b, 2);
	ir_edge(f, b, 0)->to = b;
	ir_edge(f, b, 1)->to = p->l.header;
	opt_set_args(f, ir_edge(f, b, 0), next, n);
	opt_set_args(f, ir_edge(f, b, 1), next, n);
	guard_place(&p->head, p->pre);
	struct ir_ins *br = ir_at(f, ir_term(f, p->pre));
	br->op = IR_BR_IF;
	br->nargs = 1;
	br->arg[0] = p->head.ok;
	ir_edges_new(f, p->pre, 2);
	*ir_edge(f, p->pre, 1) = in;
	ir_edge(f, p->pre, 0)->to = b;
	opt_set_args(f, ir_edge(f, p->pre, 0), f->list.at + in.args, in.nargs);
	copy_cut(p, b);
}

static bool copy(struct pack *p)
{
	struct trip_exit x;
	struct pack_totals t;
	uint64_t k;

	p->inplace = false;
	p->head.ok = 0;
	if (!find_exit(p, &x) || !make_words(p, &t) || !worth(p)) {
		give_up(p);
		return false;
	}
	ref last = last_value(p, &x);
	if (!last || (opt_is_const(p->f, p->head.ok, &k) && !k)) {
		give_up(p);
		return false;
	}
	link_copy(p, &t, x.counter, last);
	return true;
}

/* --- the pass ------------------------------------------------------------ */

static bool pack_loop(struct opt *o, blk h)
{
	uint32_t at = o->f->blocks.at[h].at;
	struct pack *p = arena_array(o->tmp, struct pack, 1);

	*p = (struct pack){
		.o = o, .f = o->f, .dsp = o->options->packed == OPT_PACKED_DSP,
		.head = { .o = o, .at = at }, .body = { .o = o, .at = at },
	};
	if (!trip_loop(p->f, o->cfg, h, &p->l) || !find_chain(p) ||
	    !number(p) || !find_shape(p))
		return false;
	p->pre = opt_preheader(o, h);
	return (p->times == 1 && stay(p)) || copy(p);
}

static bool innermost(const struct ir_cfg *c, blk h)
{
	for (uint32_t k = 0; k < c->nrpo; k++)
		if (c->loop_parent[c->rpo[k]] == h &&
		    c->loop[c->rpo[k]] == c->rpo[k])
			return false;
	return true;
}

static bool pack(struct opt *o)
{
	blk worklist[MAX_LOOPS];
	uint32_t n = 0;

	if (o->options->size || o->options->packed == OPT_PACKED_NONE)
		return false;
	bool changed = opt_preheaders(o);
	for (uint32_t k = 0; k < o->cfg->nrpo && n < MAX_LOOPS; k++) {
		blk h = o->cfg->rpo[k];
		if (o->cfg->loop[h] == h && o->f->blocks.at[h].likely != 1 &&
		    innermost(o->cfg, h))
			worklist[n++] = h;
	}
	for (uint32_t k = 0; k < n; k++) {
		if (!pack_loop(o, worklist[k]))
			continue;
		changed = true;
		o->cfg = ir_cfg(o->f, o->tmp);
	}
	return changed;
}

const struct pass pass_pack = {
	.name = "pack",
	.help = "do loops over bytes and halfwords a word at a time",
	.run = pack,
	.needs = OPT_CFG,
};
