/* version.c - loops in two versions: without checks, and as they were.
 *
 * For an innermost loop with one latch, the addresses of its bounds checks are
 *
 *	base + offset + k * step,   k = 0 .. trips
 *
 * where base does not change in the loop and `trips` is known before it, or
 * can be computed there from the exit test.  The preheader tests that the
 * lowest and the highest address are in memory, without wrapping around; if
 * so the copy without those checks runs, else the loop with them, which traps
 * exactly where it did.  Checks of one base and step share a test.
 *
 * A second form covers parameters that are no counters: when each way back to
 * the header has just passed `p < n`, all values of p are below n or the
 * first one.
 */
#include "opt/guard.h"
#include "opt/loopform.h"

enum {
	MAX_FAMILIES = 6,
	SMALL_LOOP = 40,	/* of one that gains by checks in some ways through it */
	MAX_LOOP = 300,		/* instructions of a loop that is copied */
	MAX_GROWTH = 1500,	/* instructions that one function may grow by */
	MAX_VERSIONS = 24,	/* in a function; */
	MAX_TRIES = 100
};

/* Checks whose addresses differ by constants. */
struct family {
	ref base[2];		/* invariant parts, 0 none */
	ref iv;			/* header parameter, 0 none */
	uint32_t step;		/* of iv */
	ref limit;		/* bounded form: iv is below this */
	int64_t lo, hi;		/* least offset; greatest behind an access */
	uint32_t mem;
};

struct version {
	struct opt *o;
	struct ir_func *f;
	struct trip_loop l;
	blk pre;
	struct family fam[MAX_FAMILIES];
	uint32_t nfam, nchecks;
	bool has_trips;		/* from an exit test: */
	struct trip_exit exit;
	ref trips;		/* run-time value, or 0: */
	uint64_t count;		/* constant */
	struct guard g;
};

/* --- making the tests ---------------------------------------------------- */

static ref emit(struct version *v, unsigned op, ref a, ref b)
{
	return guard_put(&v->g, op, a, b);
}

static ref konst(struct version *v, uint64_t k)
{
	return guard_const(&v->g, k);
}

static ref emit_k(struct version *v, unsigned op, ref a, uint64_t k)
{
	return guard_put_k(&v->g, op, a, k);
}

static void require(struct version *v, ref cond)
{
	guard_require(&v->g, cond);
}

static ref entering(const struct version *v, ref p)
{
	const struct ir_edge *e = ir_edge(v->f, v->pre, 0);

	return v->f->list.at[e->args + ir_at(v->f, p)->imm];
}

/* --- what the checks look like ------------------------------------------- */

static bool in_loop(const struct version *v, ref r)
{
	return trip_inside(v->o->cfg, v->l.header, ir_at(v->f, r)->block);
}

/* Splits an address into invariant parts, one header parameter, a constant. */
static bool split(const struct version *v, ref a, struct family *m,
		  uint32_t *off, unsigned depth)
{
	const struct ir_ins *i = ir_at(v->f, a);

	if (i->op == IR_CONST) {
		*off += (uint32_t)i->imm;
		return true;
	}
	if (!in_loop(v, a)) {
		if (m->base[1])
			return false;
		m->base[m->base[0] ? 1 : 0] = a;
		return true;
	}
	if (i->op == IR_PARAM && i->block == v->l.header && !m->iv) {
		m->iv = a;
		return true;
	}
	return i->op == OP_I32_ADD && depth &&
	       split(v, i->arg[0], m, off, depth - 1) &&
	       split(v, i->arg[1], m, off, depth - 1);
}

/* The limit that p is below whenever the latch goes back. */
static ref below_limit(const struct version *v, ref p)
{
	const struct ir_func *f = v->f;
	const struct ir_edge *back = &f->edges.at[v->l.back];
	const struct ir_ins *t = ir_at(f, ir_term(f, v->l.latch));
	ref next = f->list.at[back->args + ir_at(f, p)->imm];

	if (t->op != IR_BR_IF || back != ir_edge(f, v->l.latch, 0))
		return 0;
	const struct ir_ins *c = ir_at(f, t->arg[0]);
	if (c->op == OP_I32_LT_U && c->arg[0] == next && !in_loop(v, c->arg[1]))
		return c->arg[1];
	if (c->op == OP_I32_GT_U && c->arg[1] == next && !in_loop(v, c->arg[0]))
		return c->arg[0];
	return 0;
}

static bool classify(const struct version *v, const struct ir_ins *i,
		     struct family *m, uint32_t *off)
{
	*m = (struct family){ .mem = i->aux };
	*off = 0;
	if (!split(v, i->arg[0], m, off, 6))
		return false;
	if (!m->iv)
		return true;
	if (trip_step(v->f, &v->l, m->iv, &m->step) && v->has_trips)
		return m->step != 0;
	m->step = 0;
	m->limit = m->base[0] ? 0 : below_limit(v, m->iv);
	return m->limit != 0 && *off < UINT32_C(0x80000000);
}

static bool same_family(const struct family *a, const struct family *b)
{
	return a->base[0] == b->base[0] && a->base[1] == b->base[1] &&
	       a->iv == b->iv && a->mem == b->mem;
}

/* The family of check r, made when there is room; NULL: the check stays. */
static struct family *family_of(struct version *v, ref r)
{
	const struct ir_ins *i = ir_at(v->f, r);
	struct family m;
	uint32_t off;

	if (i->op != IR_BOUNDS || !classify(v, i, &m, &off))
		return NULL;
	m.lo = off;
	if (off >= UINT32_C(0x80000000))
		m.lo -= INT64_C(1) << 32;
	m.hi = m.lo + (int64_t)i->imm;
	for (uint32_t k = 0; k < v->nfam; k++) {
		struct family *x = &v->fam[k];
		if (!same_family(x, &m))
			continue;
		x->lo = m.lo < x->lo ? m.lo : x->lo;
		x->hi = m.hi > x->hi ? m.hi : x->hi;
		return x;
	}
	if (v->nfam == MAX_FAMILIES)
		return NULL;
	v->fam[v->nfam] = m;
	return &v->fam[v->nfam++];
}

/* --- trips --------------------------------------------------------------- */

/* An exit test from which trips can be had: constant, or computed. */
static void find_trips(struct version *v)
{
	const struct ir_cfg *c = v->o->cfg;
	struct trip_exit x;
	bool exact;

	for (blk b = v->l.latch;; b = c->idom[b]) {
		if (trip_exit(v->f, c, &v->l, b, &x)) {
			uint64_t init = 0, limit = 0;
			uint64_t n = 0;
			if (opt_is_const(v->f, entering(v, x.counter), &init) &&
			    (!x.limit || opt_is_const(v->f, x.limit, &limit)))
				n = trip_count(&x, range_const((uint32_t)init),
					       range_const((uint32_t)limit),
					       &exact);
			if (n || (guard_can_count(&x) && !v->has_trips)) {
				v->has_trips = true;
				v->exit = x;
				v->count = n;
			}
			if (n)
				return;
		}
		if (b == v->l.header)
			return;
	}
}

/* Makes trips (iterations after the first) and requires what they rest on. */
static void make_trips(struct version *v)
{
	if (!v->trips)
		v->trips = guard_passes(&v->g, &v->exit,
					entering(v, v->exit.counter));
}

/* --- the test of a family ------------------------------------------------ */

/* Bytes of memory below which the family's highest end must stay, as a value;
 * the constant part is `least`, the size that is always there. */
static bool require_bounded(struct version *v, const struct family *m)
{
	int64_t top = (int64_t)v->f->mod->memory[m->mem].bytes - m->hi;
	uint64_t init;

	if (m->lo < 0 || top < 0 || top > INT64_C(0xfffffffe))
		return false;
	/* p <= top for the first value, p <= limit - 1 <= top for the others */
	require(v, emit_k(v, OP_I32_LE_U, m->limit, (uint64_t)top + 1));
	if (!opt_is_const(v->f, entering(v, m->iv), &init) ||
	    (int64_t)init > top)
		require(v, emit_k(v, OP_I32_LE_U, entering(v, m->iv),
				  (uint64_t)top));
	return true;
}

static ref lowest(struct version *v, const struct family *m)
{
	ref low = 0;

	for (unsigned k = 0; k < 2; k++)
		if (m->base[k])
			low = low ? emit(v, OP_I32_ADD, low, m->base[k])
				  : m->base[k];
	if (m->iv)
		low = low ? emit(v, OP_I32_ADD, low, entering(v, m->iv))
			  : entering(v, m->iv);
	if (!low)
		return konst(v, (uint64_t)m->lo);
	return m->lo ? emit_k(v, OP_I32_ADD, low, (uint64_t)m->lo) : low;
}

/* low + span <= room without wrapping; span = trips * |step|. */
static bool require_family(struct version *v, const struct family *m)
{
	int64_t room = (int64_t)v->f->mod->memory[m->mem].bytes -
		       (m->hi - m->lo);
	bool down = m->step >> 31;
	uint64_t step = down ? 0u - m->step : m->step;

	if (room < 0 || room > INT64_C(0xffffffff))
		return false;
	if (m->limit)
		return require_bounded(v, m);
	if (!m->iv) {
		require(v, emit_k(v, OP_I32_LE_U, lowest(v, m),
				  (uint64_t)room));
		return true;
	}
	if (v->count) {
		uint64_t span = (v->count - 1) * step;
		if (v->count - 1 > UINT32_MAX || span > (uint64_t)room)
			return false;
		ref low = lowest(v, m);
		if (down)
			low = emit_k(v, OP_I32_SUB, low, span);
		require(v, emit_k(v, OP_I32_LE_U, low, (uint64_t)room - span));
		return true;
	}
	make_trips(v);
	require(v, emit_k(v, OP_I32_LE_U, v->trips, (uint64_t)room / step));
	ref span = step == 1 ? v->trips
			     : emit_k(v, OP_I32_MUL, v->trips, step);
	ref low = lowest(v, m);
	if (down)
		low = emit(v, OP_I32_SUB, low, span);
	require(v, emit(v, OP_I32_LE_U, low,
			emit(v, OP_I32_SUB, konst(v, (uint64_t)room), span)));
	return true;
}

/* --- one loop ------------------------------------------------------------ */

/* Whether the family can be tested at all, before anything is emitted. */
static bool testable(const struct version *v, const struct family *m)
{
	int64_t size = (int64_t)v->f->mod->memory[m->mem].bytes;
	uint64_t step = m->step >> 31 ? 0u - m->step : m->step;

	if (m->limit)
		return m->lo >= 0 && m->hi <= size;
	if (m->hi - m->lo > size || size - (m->hi - m->lo) > UINT32_MAX)
		return false;
	return !m->iv || !v->count ||
	       (v->count <= UINT32_MAX &&
		(v->count - 1) * step <= (uint64_t)(size - (m->hi - m->lo)));
}

/* Puts the checks that the tests will cover out of the fast version. */
static void drop_checks(struct version *v, const blk *blocks, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct ir_block *p = &v->f->blocks.at[blocks[k]];
		for (uint32_t j = 0; j < p->ins.n; j++) {
			ref r = p->ins.at[j];
			const struct family *m = family_of(v, r);
			if (m && testable(v, m))
				opt_kill(v->f, r);
		}
	}
}

/* The preheader goes to the fast version when all tests hold. */
static void branch(struct version *v, blk slow)
{
	struct ir_func *f = v->f;
	struct ir_edge e = *ir_edge(f, v->pre, 0);
	struct ir_ins *t = ir_at(f, ir_term(f, v->pre));

	t->op = IR_BR_IF;
	t->nargs = 1;
	t->arg[0] = v->g.ok;
	ir_edges_new(f, v->pre, 2);
	*ir_edge(f, v->pre, 0) = e;
	ir_edge(f, v->pre, 1)->to = slow;
	opt_set_args(f, ir_edge(f, v->pre, 1), f->list.at + e.args, e.nargs);
}

static uint32_t count_ins(const struct ir_func *f, const blk *b, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t k = 0; k < n; k++)
		sum += f->blocks.at[b[k]].ins.n;
	return sum;
}

/* Is the check in each iteration, and of a family that can be tested? */
static bool pays_always(struct version *v, blk b, ref r)
{
	const struct family *m = ir_dominates(v->o->cfg, b, v->l.latch) ?
					 family_of(v, r) : NULL;

	return m && testable(v, m);
}

/* Whether there are families, and a second version is worth its size: a large
 * loop must have checks that each iteration loses. */
static bool find_families(struct version *v, const blk *blocks, uint32_t n,
			  bool large)
{
	uint32_t good = 0, always = 0;

	for (uint32_t k = 0; k < n; k++) {
		const struct ir_block *p = &v->f->blocks.at[blocks[k]];
		for (uint32_t j = 0; j < p->ins.n; j++)
			family_of(v, p->ins.at[j]);
	}
	for (uint32_t k = 0; k < v->nfam; k++)
		good += testable(v, &v->fam[k]);
	for (uint32_t k = 0; k < n && large && good; k++) {
		const struct ir_block *p = &v->f->blocks.at[blocks[k]];
		for (uint32_t j = 0; j < p->ins.n; j++)
			always += pays_always(v, blocks[k], p->ins.at[j]);
	}
	return good && (always || !large);
}

/* Versions the loop of header h; *grown is what the function grew by. */
static bool version_loop(struct opt *o, blk h, uint32_t *grown)
{
	struct version v = { .o = o, .f = o->f };
	struct opt_clone c;
	uint32_t n;

	if (!trip_loop(o->f, o->cfg, h, &v.l))
		return false;
	blk *blocks = opt_loop_blocks(o, h, &n);
	uint32_t size = count_ins(o->f, blocks, n);
	v.pre = opt_preheader(o, h);
	v.g = (struct guard){ .o = o, .at = o->f->blocks.at[h].at };
	if (size > MAX_LOOP || *grown + size > MAX_GROWTH)
		return false;
	find_trips(&v);
	if (v.has_trips && v.count && v.count <= 3)
		return false;
	if (!find_families(&v, blocks, n, size > SMALL_LOOP))
		return false;
	opt_clone_blocks(o, blocks, n, &c);
	for (uint32_t k = 0; k < n; k++)
		o->f->blocks.at[c.block[blocks[k]]].likely = 1;
	drop_checks(&v, blocks, n);
	for (uint32_t k = 0; k < v.nfam; k++)
		if (testable(&v, &v.fam[k]))
			CHECK(require_family(&v, &v.fam[k]));
	guard_place(&v.g, v.pre);
	branch(&v, c.block[h]);
	opt_sweep(o->f);
	o->cfg = ir_cfg(o->f, o->tmp);
	opt_clone_repair(o, &c, true);
	*grown += size;
	return true;
}

/* What is known of the loops before any is looked at. */
struct outline {
	uint32_t *ins, *checks;		/* by header: directly in the loop */
	bool *outer;			/* it has inner loops */
	uint32_t total;			/* checks in loops */
};

static void draw(const struct opt *o, struct outline *l)
{
	const struct ir_cfg *c = o->cfg;

	l->ins = arena_array(o->tmp, uint32_t, c->n);
	l->checks = arena_array(o->tmp, uint32_t, c->n);
	l->outer = arena_array(o->tmp, bool, c->n);
	for (uint32_t k = 0; k < c->nrpo; k++) {
		blk b = c->rpo[k], h = c->loop[b];
		const struct ir_block *p = &o->f->blocks.at[b];
		if (h == UINT32_MAX)
			continue;
		if (h == b && c->loop_parent[h] != UINT32_MAX)
			l->outer[c->loop_parent[h]] = true;
		l->ins[h] += p->ins.n;
		for (uint32_t j = 0; j < p->ins.n; j++) {
			bool is = ir_at(o->f, p->ins.at[j])->op == IR_BOUNDS;
			l->checks[h] += is;
			l->total += is;
		}
	}
}

static bool worth_trying(const struct outline *l, blk h)
{
	return l->checks[h] && !l->outer[h] && l->ins[h] <= MAX_LOOP;
}

static bool version(struct opt *o)
{
	uint32_t grown = 0, done = 0, tries = 0;
	struct outline l = { 0 };

	if (o->options->size)
		return false;
	draw(o, &l);
	if (!l.total)
		return false;
	bool changed = opt_preheaders(o);
	if (changed)
		draw(o, &l);
	/* headers by number: copies, which come last, are not looked at */
	uint32_t n = o->f->blocks.n;
	for (blk h = 0; h < n; h++) {
		if (done == MAX_VERSIONS || tries == MAX_TRIES)
			break;
		if (o->cfg->order[h] == UINT32_MAX || o->cfg->loop[h] != h ||
		    !worth_trying(&l, h))
			continue;
		tries++;
		if (version_loop(o, h, &grown)) {
			changed = true;
			done++;
		}
	}
	return changed;
}

const struct pass pass_version = {
	.name = "version",
	.help = "run loops without checks when a test in front shows they pass",
	.run = version,
	.needs = OPT_CFG,
};
