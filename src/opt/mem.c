/* mem.c - values that memory and globals are known to hold, useless stores.
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
 */
#include "opt/pass.h"
#include "opt/trip.h"

enum { MAX_FACTS = 24 };

struct fact {
	uint16_t op;		/* load row, or IR_GLOBAL_GET */
	uint8_t bytes;
	uint32_t aux;		/* memory or global */
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

	return a->aux == b->aux || (imported(m, global, a->aux) &&
				    imported(m, global, b->aux));
}

static bool may_touch(const struct mem *m, const struct fact *a,
		      const struct fact *b)
{
	if ((a->op == IR_GLOBAL_GET) != (b->op == IR_GLOBAL_GET) ||
	    !same_thing(m, a, b))
		return false;
	if (a->op == IR_GLOBAL_GET || a->base != b->base)
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
static void visit_read(struct mem *m, ref r)
{
	struct fact x = place_of(m, ir_at(m->f, r));

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

static void visit_write(struct mem *m, ref r)
{
	const struct ir_ins *i = ir_at(m->f, r);
	struct fact x = place_of(m, i);
	unsigned row = load_row(i->op);
	ref value = i->op == IR_GLOBAL_SET ? i->arg[0] : i->arg[1];

	if (i->op == IR_GLOBAL_SET)
		x.op = IR_GLOBAL_GET;
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
	x.op = (uint16_t)(row == OP_ILLEGAL ? i->op : row);
	x.store = r;
	add(m, x);
}

static void forget(struct mem *m, bool memory, bool globals)
{
	for (uint32_t k = m->now.n; k-- > 0;)
		if (m->now.at[k].op == IR_GLOBAL_GET ? globals : memory)
			drop(m, k);
}

static void visit_ins(struct mem *m, ref r)
{
	opt_resolve_uses(m->f, r, m->map);
	const struct ir_ins *i = ir_at(m->f, r);
	unsigned fl = ir_flags(i);

	if (opt_is_load(i->op) || i->op == IR_GLOBAL_GET) {
		visit_read(m, r);
	} else if (opt_is_store(i->op) || i->op == IR_GLOBAL_SET) {
		visit_write(m, r);
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
