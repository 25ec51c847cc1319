/* gvn.c - global value numbering, scoped by dominators.
 *
 * Walks the dominator tree with a hash table of the expressions computed so
 * far; leaving a subtree takes its entries out again.  Covers
 *  - the rows of num.def, trapping ones included: an equal one that dominates
 *    did not trap, so neither would this one;
 *  - select, references, sizes;
 *  - loads, reads of globals and memory sizes, under the version of the state
 *    they read: each block knows its version on entry (joins of different
 *    versions and loops that write get a new one);
 *  - bounds checks: one of the same address that covers as much or more makes
 *    a later one needless, for memories never shrink.
 */
#include <string.h>

#include "ir/packed.h"
#include "opt/match.h"

/* What effects change; a version number counts each. */
enum { S_MEMORY, S_GLOBAL, S_SIZE, S_TABLE, S_KINDS };

struct versions {
	uint32_t v[S_KINDS];
};

struct entry {
	uint64_t key;
	ref value;
	uint32_t version;
	uint32_t next;		/* in its bucket, 0 is the end */
};

struct gvn {
	struct opt *o;
	struct ir_func *f;
	const struct ir_cfg *c;
	ref *map;
	struct versions *in, *out;	/* per block */
	uint32_t next_version;
	uint32_t *first;		/* per block: next_version on entry */
	uint32_t *bucket, mask;
	VEC(struct entry) entry;	/* a stack: leaving a block pops */
	bool changed;
};

/* --- versions ------------------------------------------------------------ */

static unsigned written(const struct ir_ins *i)
{
	if (opt_is_store(i->op))
		return 1u << S_MEMORY;
	switch (i->op) {
	case IR_MEMORY_COPY: case IR_MEMORY_FILL: case IR_MEMORY_INIT:
		return 1u << S_MEMORY;
	case IR_MEMORY_GROW:
		return 1u << S_SIZE;
	case IR_GLOBAL_SET:
		return 1u << S_GLOBAL;
	case IR_TABLE_SET: case IR_TABLE_GROW: case IR_TABLE_FILL:
	case IR_TABLE_COPY: case IR_TABLE_INIT:
		return 1u << S_TABLE;
	case IR_CALL: case IR_CALL_INDIRECT: case IR_FUEL:
		return (1u << S_KINDS) - 1;
	default:
		return 0;
	}
}

static unsigned block_writes(const struct gvn *g, blk b)
{
	const struct ir_block *p = &g->f->blocks.at[b];
	unsigned w = 0;

	for (uint32_t k = 0; k < p->ins.n; k++)
		w |= written(ir_at(g->f, p->ins.at[k]));
	return w;
}

static void renew(struct gvn *g, struct versions *v, unsigned kinds)
{
	for (unsigned k = 0; k < S_KINDS; k++)
		if (kinds >> k & 1)
			v->v[k] = ++g->next_version;
}

/* What the blocks of each loop write, inner loops included, by header. */
static uint8_t *loop_writes(struct gvn *g)
{
	const struct ir_cfg *c = g->c;
	uint8_t *w = arena_array(g->o->tmp, uint8_t, g->f->blocks.n);

	for (uint32_t k = 0; k < c->nrpo; k++) {
		unsigned bits = block_writes(g, c->rpo[k]);
		blk h = bits ? c->loop[c->rpo[k]] : UINT32_MAX;
		for (; h != UINT32_MAX; h = c->loop_parent[h])
			w[h] = (uint8_t)(w[h] | bits);
	}
	return w;
}

/* Versions on entry to b: those its predecessors agree on.  A back edge
 * changes what the loop writes and nothing else. */
static void enter_versions(struct gvn *g, blk b, const uint8_t *loops)
{
	const struct ir_cfg *c = g->c;
	unsigned differ = 0;
	bool first = true;

	for (uint32_t k = c->pred_begin[b]; k < c->pred_begin[b + 1]; k++) {
		blk p = c->pred[k];
		if (c->order[p] >= c->order[b]) {
			differ |= loops[b];
			continue;
		}
		if (first)
			g->in[b] = g->out[p];
		for (unsigned s = 0; s < S_KINDS; s++)
			if (g->in[b].v[s] != g->out[p].v[s])
				differ |= 1u << s;
		first = false;
	}
	renew(g, &g->in[b], differ);
}

static void number_versions(struct gvn *g)
{
	const uint8_t *loops = loop_writes(g);

	for (uint32_t k = 0; k < g->c->nrpo; k++) {
		blk b = g->c->rpo[k];
		const struct ir_block *p = &g->f->blocks.at[b];
		if (k)
			enter_versions(g, b, loops);
		g->out[b] = g->in[b];
		g->first[b] = g->next_version;
		for (uint32_t j = 0; j < p->ins.n; j++)
			renew(g, &g->out[b], written(ir_at(g->f, p->ins.at[j])));
	}
}

/* --- the table ----------------------------------------------------------- */

static bool numbered(const struct ir_ins *i, const struct versions *v,
		     uint32_t *version)
{
	*version = 0;
	if (i->op < OP_NUM_END || i->op == IR_BITSELECT ||
	    ir_is_packed(i->op))
		return true;
	if (opt_is_load(i->op)) {
		*version = v->v[S_MEMORY];
		return true;
	}
	switch (i->op) {
	case IR_CONST: case IR_SELECT: case IR_REF_FUNC: case IR_IS_NULL:
	case IR_BOUNDS:
		return true;
	case IR_GLOBAL_GET:
		*version = v->v[S_GLOBAL];
		return true;
	case IR_MEMORY_SIZE:
		*version = v->v[S_SIZE];
		return true;
	case IR_TABLE_SIZE:
		*version = v->v[S_TABLE];
		return true;
	default:
		return false;
	}
}

static uint64_t key_of(const struct ir_ins *i, uint32_t version)
{
	uint64_t h = i->op | (uint64_t)i->type << 16 | (uint64_t)version << 32;

	h = hash_mix(h) ^ i->arg[0];
	h = hash_mix(h) ^ i->arg[1] ^ (uint64_t)i->arg[2] << 32;
	if (i->op == IR_BOUNDS)
		return hash_mix(h) ^ i->aux;
	return hash_mix(hash_mix(h) ^ i->imm) ^ i->aux;
}

static bool same(const struct ir_ins *a, const struct ir_ins *b)
{
	return a->op == b->op && a->type == b->type && a->arg[0] == b->arg[0] &&
	       a->arg[1] == b->arg[1] && a->arg[2] == b->arg[2] &&
	       a->aux == b->aux &&
	       (a->imm == b->imm || (a->op == IR_BOUNDS && a->imm >= b->imm));
}

static ref find(const struct gvn *g, uint64_t key, uint32_t version,
		const struct ir_ins *i)
{
	uint32_t e = g->bucket[key & g->mask];

	for (; e; e = g->entry.at[e].next)
		if (g->entry.at[e].key == key &&
		    g->entry.at[e].version == version &&
		    same(ir_at(g->f, g->entry.at[e].value), i))
			return g->entry.at[e].value;
	return 0;
}

static void enter(struct gvn *g, uint64_t key, uint32_t version, ref r)
{
	struct entry e = { key, r, version, g->bucket[key & g->mask] };

	vec_push(g->o->tmp, &g->entry, e);
	g->bucket[key & g->mask] = g->entry.n - 1;
}

static void leave(struct gvn *g, uint32_t n)
{
	while (g->entry.n > n) {
		const struct entry *e = &g->entry.at[--g->entry.n];
		g->bucket[e->key & g->mask] = e->next;
	}
}

/* --- the walk ------------------------------------------------------------ */

static void visit_ins(struct gvn *g, ref r, struct versions *v)
{
	struct ir_ins *i = ir_at(g->f, r);
	uint32_t version;

	opt_resolve_uses(g->f, r, g->map);
	if (opt_commutative(i->op) && i->arg[0] > i->arg[1] &&
	    ir_at(g->f, i->arg[1])->op != IR_CONST) {
		ref a = i->arg[0];
		i->arg[0] = i->arg[1];
		i->arg[1] = a;
	}
	if (numbered(i, v, &version)) {
		uint64_t key = key_of(i, version);
		ref known = find(g, key, version, i);
		if (known) {
			if (i->type != T_NONE)
				g->map[r] = known;
			opt_kill(g->f, r);
			g->changed = true;
			return;
		}
		enter(g, key, version, r);
	}
	renew(g, v, written(i));
}

static void visit_block(struct gvn *g, blk b)
{
	const struct ir_block *p = &g->f->blocks.at[b];
	struct versions v = g->in[b];

	g->next_version = g->first[b];	/* the same numbers as before */
	for (uint32_t k = 0; k < p->ins.n; k++)
		visit_ins(g, p->ins.at[k], &v);
}

static void walk(struct gvn *g)
{
	struct opt_tree t = opt_dominator_tree(g->c, g->o->tmp);
	uint32_t *mark = arena_array(g->o->tmp, uint32_t, g->c->n);
	blk b = 0;

	for (;;) {
		mark[b] = g->entry.n;
		visit_block(g, b);
		if (t.first[b]) {
			b = t.first[b];
			continue;
		}
		leave(g, mark[b]);
		while (b && !t.next[b]) {
			b = g->c->idom[b];
			leave(g, mark[b]);
		}
		if (!b)
			return;
		b = t.next[b];
	}
}

static bool gvn(struct opt *o)
{
	struct gvn g = { .o = o, .f = o->f, .c = o->cfg };
	uint32_t size = 64;

	while (size < o->f->ins.n)
		size *= 2;
	g.map = arena_array(o->tmp, ref, o->f->ins.n);
	g.in = arena_array(o->tmp, struct versions, o->f->blocks.n);
	g.out = arena_array(o->tmp, struct versions, o->f->blocks.n);
	g.first = arena_array(o->tmp, uint32_t, o->f->blocks.n);
	g.bucket = arena_array(o->tmp, uint32_t, size);
	g.mask = size - 1;
	vec_push(o->tmp, &g.entry, (struct entry){ 0 });
	number_versions(&g);
	walk(&g);
	if (g.changed) {
		ir_replace(o->f, g.map);
		opt_sweep(o->f);
	}
	return g.changed;
}

const struct pass pass_gvn = {
	.name = "gvn",
	.help = "share equal values, loads and checks along dominators",
	.run = gvn,
	.needs = OPT_CFG,
	.keeps = OPT_CFG,
};
