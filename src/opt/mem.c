/* mem.c - values that memory, globals and the context are known to hold, useless
 * stores.
 *
 * Follows blocks with one predecessor: on entry they know what it knew at its
 * end.  A fact says that reading by row `op` at base + off gives `value`; it
 * comes from a load or from a store of the full width, and goes when a write
 * may touch its bytes.  Two accesses from the same base touch different bytes
 * when their constant distance says so: both are inside memory, so distances
 * modulo 2^32 are true.  Accesses from different bases may touch the same.
 *
 * A store (or global.set) goes when the same bytes are written again before
 * anything can see them: a load that may read them, a call, a possible trap,
 * another effect, the end of the block.
 *
 * context.get and context.set of a known slot are a read and a write of that
 * word of the running thread and nothing else (wasm/intrinsic.h); whatever may
 * let another thread run is another effect.
 */
#include "opt/pass.h"
#include "opt/trip.h"
#include "wasm/intrinsic.h"

enum { MAX_FACTS = 24 };

struct fact {
	uint16_t op;		/* load row, IR_GLOBAL_GET, or IR_CALL: the context */
	uint8_t bytes;
	uint32_t aux;		/* memory, global or slot */
	ref base;		/* 0: off is the address */
	uint32_t off;
	ref value;
	ref store;		/* nobody has seen this store yet, 0 none */
};

struct facts {
	uint32_t n;
	struct fact at[MAX_FACTS];
};

struct mem {
	struct opt *o;
	struct ir_func *f;
	ref *map;
	struct facts now;
	struct facts **end;	/* by block */
	bool changed;
};

/* --- the context --------------------------------------------------------- */

/* What call r does with a known word of the context; *value is what it sets. */
static enum context_use context_of(const struct mem *m, ref r, uint32_t *slot,
				   ref *value)
{
	const struct ir_ins *i = ir_at(m->f, r);
	uint64_t k = 0;

	if (i->op != IR_CALL)
		return CONTEXT_NONE;
	const ref *arg = &m->f->list.at[i->list];
	enum context_use use = intrinsic_context(m->f->mod->wasm, i->aux, slot);
	if (use == CONTEXT_NONE)
		return use;
	if (*slot == UINT32_MAX) {
		if (!opt_is_const(m->f, *arg++, &k) || k >= CONTEXT_WORDS)
			return CONTEXT_NONE;
		*slot = (uint32_t)k;
	}
	*value = use == CONTEXT_SET ? *arg : 0;
	return use;
}

/* --- aliases ------------------------------------------------------------- */

static struct fact place_of(const struct mem *m, const struct ir_ins *i)
{
	struct fact x = { .op = i->op, .aux = i->aux };
	uint64_t k;

	if (!opt_is_mem(i->op))
		return x;
	x.bytes = op_info[i->op].bytes;
	trip_offset(m->f, i->arg[0], &x.base, &x.off);
	if (opt_is_const(m->f, x.base, &k)) {
		x.base = 0;
		x.off += (uint32_t)k;
	}
	x.off += (uint32_t)i->imm;
	return x;
}

static bool imported(const struct mem *m, bool global, uint32_t index)
{
	const struct wasm_module *w = m->f->mod->wasm;

	return index < w->nimported[global ? WASM_GLOBAL : WASM_MEMORY];
}

/* Two imports may be one and the same memory or global. */
static bool same_thing(const struct mem *m, const struct fact *a,
		       const struct fact *b)
{
	bool global = a->op == IR_GLOBAL_GET;

	return a->aux == b->aux ||
	       (a->op != IR_CALL && imported(m, global, a->aux) &&
		imported(m, global, b->aux));
}

/* Memory, globals and the context are apart. */
static unsigned storage(const struct fact *x)
{
	return x->op == IR_GLOBAL_GET || x->op == IR_CALL ? x->op : OP_NUM_END;
}

static bool may_touch(const struct mem *m, const struct fact *a,
		      const struct fact *b)
{
	if (storage(a) != storage(b) || !same_thing(m, a, b))
		return false;
	if (!opt_is_mem(a->op) || a->base != b->base)
		return true;
	return a->off - b->off < b->bytes || b->off - a->off < a->bytes;
}

static bool same_place(const struct fact *a, const struct fact *b)
{
	return a->aux == b->aux && a->base == b->base && a->off == b->off;
}

/* --- facts --------------------------------------------------------------- */

static void drop(struct mem *m, uint32_t k)
{
	m->now.at[k] = m->now.at[--m->now.n];
}

static void add(struct mem *m, struct fact x)
{
	if (m->now.n == MAX_FACTS) {
		for (uint32_t k = 1; k < MAX_FACTS; k++)
			m->now.at[k - 1] = m->now.at[k];
		m->now.n--;
	}
	m->now.at[m->now.n++] = x;
}

/* Everything written so far may be looked at now. */
static void seen(struct mem *m)
{
	for (uint32_t k = 0; k < m->now.n; k++)
		m->now.at[k].store = 0;
}

static void kill_store(struct mem *m, ref r)
{
	opt_kill(m->f, r);
	m->changed = true;
}

/* A write to the place of x: facts about its bytes go, and stores of only
 * these bytes that nobody has seen. */
static void write_to(struct mem *m, const struct fact *x)
{
	for (uint32_t k = m->now.n; k-- > 0;) {
		struct fact *y = &m->now.at[k];
		if (!may_touch(m, y, x))
			continue;
		if (y->store && same_place(y, x) && y->bytes <= x->bytes)
			kill_store(m, y->store);
		drop(m, k);
	}
}

/* The load row that gives back what a full-width store wrote, or OP_ILLEGAL. */
static unsigned load_row(unsigned op)
{
	switch (op) {
	case OP_I32_STORE: return OP_I32_LOAD;
	case OP_I64_STORE: return OP_I64_LOAD;
	case OP_F32_STORE: return OP_F32_LOAD;
	case OP_F64_STORE: return OP_F64_LOAD;
	case IR_GLOBAL_SET: return IR_GLOBAL_GET;
	default: return OP_ILLEGAL;
	}
}

/* --- instructions -------------------------------------------------------- */

/* A read of a known value is that value. */
static void visit_read(struct mem *m, ref r, struct fact x)
{
	for (uint32_t k = 0; k < m->now.n; k++) {
		const struct fact *y = &m->now.at[k];
		if (y->op != x.op || !same_place(y, &x) || !y->value)
			continue;
		m->map[r] = y->value;
		opt_kill(m->f, r);
		m->changed = true;
		return;
	}
	for (uint32_t k = 0; k < m->now.n; k++)
		if (may_touch(m, &m->now.at[k], &x))
			m->now.at[k].store = 0;
	x.value = r;
	add(m, x);
}

/* Reading by `row` what r wrote to x gives `value`, unless it is OP_ILLEGAL. */
static void visit_write(struct mem *m, ref r, struct fact x, unsigned row,
			ref value)
{
	for (uint32_t k = 0; k < m->now.n; k++) {
		const struct fact *y = &m->now.at[k];
		if (row != OP_ILLEGAL && y->op == row && same_place(y, &x) &&
		    y->value == value) {
			kill_store(m, r);	/* it is there already */
			return;
		}
	}
	write_to(m, &x);
	x.value = row == OP_ILLEGAL ? 0 : value;
	if (row != OP_ILLEGAL)
		x.op = (uint16_t)row;
	x.store = r;
	add(m, x);
}

static void visit_store(struct mem *m, ref r)
{
	const struct ir_ins *i = ir_at(m->f, r);
	struct fact x = place_of(m, i);

	if (i->op == IR_GLOBAL_SET)
		x.op = IR_GLOBAL_GET;
	visit_write(m, r, x, load_row(i->op),
		    i->op == IR_GLOBAL_SET ? i->arg[0] : i->arg[1]);
}

/* Whether r is an access to the context. */
static bool visit_context(struct mem *m, ref r)
{
	struct fact x = { .op = IR_CALL };
	ref value;

	switch (context_of(m, r, &x.aux, &value)) {
	case CONTEXT_GET:
		visit_read(m, r, x);
		return true;
	case CONTEXT_SET:
		visit_write(m, r, x, IR_CALL, value);
		return true;
	default:
		return false;
	}
}

static void forget(struct mem *m, bool memory, bool others)
{
	for (uint32_t k = m->now.n; k-- > 0;)
		if (opt_is_mem(m->now.at[k].op) ? memory : others)
			drop(m, k);
}

static void visit_ins(struct mem *m, ref r)
{
	opt_resolve_uses(m->f, r, m->map);
	const struct ir_ins *i = ir_at(m->f, r);
	unsigned fl = ir_flags(i);

	if (opt_is_load(i->op) || i->op == IR_GLOBAL_GET) {
		visit_read(m, r, place_of(m, i));
	} else if (opt_is_store(i->op) || i->op == IR_GLOBAL_SET) {
		visit_store(m, r);
	} else if (visit_context(m, r)) {
		return;
	} else if (fl & (IR_T | IR_E | IR_X)) {
		bool call = ir_leaves(i->op);
		seen(m);
		forget(m, call || (fl & IR_W), call);
	}
}

/* --- blocks -------------------------------------------------------------- */

static void enter(struct mem *m, blk b)
{
	const struct ir_cfg *c = m->o->cfg;

	m->now.n = 0;
	if (c->pred_begin[b + 1] - c->pred_begin[b] != 1)
		return;
	blk p = c->pred[c->pred_begin[b]];
	if (m->end[p])
		m->now = *m->end[p];
}

/* Whether some successor starts from what b knows at its end. */
static bool is_wanted(const struct mem *m, blk b)
{
	const struct ir_cfg *c = m->o->cfg;

	for (uint32_t k = 0; k < m->f->blocks.at[b].nedges; k++) {
		blk to = ir_edge(m->f, b, k)->to;
		if (c->pred_begin[to + 1] - c->pred_begin[to] == 1)
			return true;
	}
	return false;
}

static bool mem(struct opt *o)
{
	struct mem m = { .o = o, .f = o->f };

	m.map = arena_array(o->tmp, ref, o->f->ins.n);
	m.end = arena_array(o->tmp, struct facts *, o->f->blocks.n);
	for (uint32_t k = 0; k < o->cfg->nrpo; k++) {
		blk b = o->cfg->rpo[k];
		enter(&m, b);
		for (uint32_t j = 0; j < o->f->blocks.at[b].ins.n; j++)
			visit_ins(&m, o->f->blocks.at[b].ins.at[j]);
		if (m.now.n && is_wanted(&m, b)) {
			m.end[b] = arena_new(o->tmp, struct facts);
			*m.end[b] = m.now;
		}
	}
	if (m.changed) {
		ir_replace(o->f, m.map);
		opt_sweep(o->f);
	}
	return m.changed;
}

const struct pass pass_mem = {
	.name = "mem",
	.help = "forward stores to loads, drop stores that nobody sees",
	.run = mem,
	.needs = OPT_CFG,
	.keeps = OPT_CFG,
};
