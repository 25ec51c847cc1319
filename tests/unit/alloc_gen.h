/* alloc_gen.h - random machine code for the allocator's tests.
 *
 * Structured control flow (sequences, conditionals, switches, loops with
 * parameters, early returns), all operations of the table with a fixed
 * signature, comparisons, calls with fixed operands, tail calls; core, single
 * and double registers.  The same seed makes the same function.
 */
#ifndef ALLOC_GEN_H
#define ALLOC_GEN_H

#include <string.h>

#include "base/compiler.h"
#include "t32/mir.h"
#include "t32/target.h"

struct gen {
	struct mir_func *f;
	uint64_t state;
	VEC(vreg) avail;	/* defined where we are */
	uint32_t cur;		/* block being filled */
	uint32_t depth, loop;	/* of cur */
	int budget;
	unsigned call_odds;	/* of 100 operations */
	unsigned old_odds;	/* of 100 uses: any value, not a recent one */
	bool fp;
};

static uint32_t gen_rand(struct gen *g, uint32_t below)
{
	g->state ^= g->state << 13;
	g->state ^= g->state >> 7;
	g->state ^= g->state << 17;
	return (uint32_t)(g->state >> 20) % below;
}

static enum mir_class gen_class(struct gen *g)
{
	uint32_t r = g->fp ? gen_rand(g, 6) : 0;

	return r < 4 ? MIR_G : r == 4 ? MIR_S : MIR_D;
}

static vreg gen_def(struct gen *g, enum mir_class c)
{
	vreg v = mir_vreg_new(g->f, c);

	g->f->vregs.at[v].ir = v;
	return v;
}

static void gen_keep(struct gen *g, vreg v)
{
	vec_push(g->f->arena, &g->avail, v);
}

static vreg gen_const(struct gen *g, enum mir_class c)
{
	vreg v = gen_def(g, c);

	mir_add(g->f, g->cur, c == MIR_G ? MOP_CONST : MOP_FCONST, 1, 0, &v)->imm =
		(int32_t)gen_rand(g, 5);
	gen_keep(g, v);
	return v;
}

static vreg gen_use(struct gen *g, enum mir_class c)
{
	for (unsigned tries = 0; tries < 8 && g->avail.n; tries++) {
		uint32_t n = g->avail.n, near = n < 8 ? n : 8;
		bool old = gen_rand(g, 100) < g->old_odds;
		vreg v = g->avail.at[old ? gen_rand(g, n) : n - 1 - gen_rand(g, near)];
		if (g->f->vregs.at[v].cls == c)
			return v;
	}
	return gen_const(g, c);
}

static enum mir_class gen_letter(char c, enum mir_class w)
{
	return c == 'g' ? MIR_G : c == 's' ? MIR_S : c == 'd' ? MIR_D : w;
}

/* The uses of a comparison; returns their number. */
static unsigned gen_cmp(struct gen *g, uint8_t *cmp, vreg *use)
{
	static const struct { uint8_t cmp; const char *uses; } kinds[] = {
		{ CMP_RR, "gg" }, { CMP_RI, "g" }, { TST_RR, "gg" },
		{ CMP64, "gggg" }, { CMP64_Z, "gg" }, { CMP_FF, "ss" },
		{ CMP_FF, "dd" }, { CMP_FZ, "d" }
	};
	uint32_t k = gen_rand(g, g->fp ? 8 : 5);
	unsigned n = 0;

	*cmp = kinds[k].cmp;
	for (const char *p = kinds[k].uses; *p; p++)
		use[n++] = gen_use(g, gen_letter(*p, MIR_G));
	return n;
}

static void gen_compare(struct gen *g, enum mop op, unsigned ndef)
{
	vreg v[8];
	uint8_t cmp;
	enum mir_class c = op == MOP_CMP_SEL ? gen_class(g) : MIR_G;
	unsigned n = gen_cmp(g, &cmp, v + ndef);

	if (op == MOP_CMP_SEL) {
		v[ndef + n++] = gen_use(g, c);
		v[ndef + n++] = gen_use(g, c);
	}
	if (ndef)
		v[0] = gen_def(g, c);
	mir_add(g->f, g->cur, op, ndef, n, v)->cmp = cmp;
	if (ndef)
		gen_keep(g, v[0]);
}

/* An operation of a row with letters only. */
static void gen_row(struct gen *g, enum mop op)
{
	vreg v[8];
	unsigned n = 0, ndef = 0;
	enum mir_class w = gen_class(g);
	bool defs = true;

	for (const char *p = mop_info[op].sig; *p; p++) {
		if (*p == ':')
			defs = false;
		if (*p < 'a' || *p > 'z')
			continue;
		v[n++] = defs ? 0 : gen_use(g, gen_letter(*p, w));
		ndef += defs;
	}
	n = 0;
	for (const char *p = mop_info[op].sig; *p != ':'; p++)
		if (*p >= 'a' && *p <= 'z')
			v[n++] = gen_def(g, gen_letter(*p, w));
	unsigned nuse = 0;
	for (const char *p = strchr(mop_info[op].sig, ':'); *p; p++)
		nuse += *p >= 'a' && *p <= 'z';
	struct mir_ins *i = mir_add(g->f, g->cur, op, ndef, nuse, v);
	i->aux = gen_rand(g, 3);
	i->imm = (int32_t)gen_rand(g, 3);
	for (unsigned d = 0; d < ndef; d++)
		gen_keep(g, v[d]);
}

static bool gen_row_ok(const struct gen *g, enum mop op)
{
	const char *sig = mop_info[op].sig;

	if (mop_info[op].flags & (MOP_T | MOP_C) || strchr(sig, '*') ||
	    op == MOP_SPILL || op == MOP_RELOAD || op == MOP_STORE_IN)
		return false;
	return g->fp || !(strpbrk(sig, "sd"));
}

/* Fixed uses from r0 and s0 on; returns their number. */
static unsigned gen_args(struct gen *g, vreg *v, uint8_t *fix)
{
	unsigned core = gen_rand(g, 5), n = 0;

	for (unsigned k = 0; k < core; k++) {
		v[n] = gen_use(g, MIR_G);
		fix[n++] = (uint8_t)k;
	}
	for (unsigned s = REG_S0; g->fp && s < REG_S0 + gen_rand(g, 5);) {
		enum mir_class c = s % 2 ? MIR_S : gen_rand(g, 2) ? MIR_S : MIR_D;
		v[n] = gen_use(g, c);
		fix[n++] = (uint8_t)s;
		s += c == MIR_D ? 2 : 1;
	}
	return n;
}

static void gen_call(struct gen *g)
{
	vreg v[16];
	uint8_t fix[16];
	unsigned ndef = gen_rand(g, 3);
	bool fpdef = g->fp && gen_rand(g, 3) == 0, indirect = gen_rand(g, 3) == 0;

	if (fpdef)
		ndef = 1;
	unsigned nuse = gen_args(g, v + ndef, fix + ndef);
	if (indirect) {
		v[ndef + nuse] = gen_use(g, MIR_G);
		fix[ndef + nuse++] = REG_NONE;
	}
	for (unsigned d = 0; d < ndef; d++) {
		v[d] = gen_def(g, !fpdef ? MIR_G : gen_rand(g, 2) ? MIR_S : MIR_D);
		fix[d] = (uint8_t)(fpdef ? REG_S0 : d);
	}
	struct mir_ins *i = mir_add(g->f, g->cur, indirect ? MOP_CALL_R : MOP_CALL,
				    ndef, nuse, v);
	for (unsigned k = 0; k < ndef + nuse; k++)
		g->f->opnds.at[i->opnd + k].fix = fix[k];
	for (unsigned d = 0; d < ndef; d++)
		gen_keep(g, v[d]);
	g->f->calls = true;
}

static void gen_op(struct gen *g)
{
	if (gen_rand(g, 100) < g->call_odds) {
		gen_call(g);
		return;
	}
	switch (gen_rand(g, 12)) {
	case 0: gen_compare(g, MOP_CMP_SET, 1); return;
	case 1: gen_compare(g, MOP_CMP_SEL, 1); return;
	case 2: gen_compare(g, MOP_CMP_TRAP, 0); return;
	default: break;
	}
	enum mop op;
	do
		op = (enum mop)gen_rand(g, MOP_END);
	while (!gen_row_ok(g, op));
	gen_row(g, op);
}

static uint32_t gen_block(struct gen *g)
{
	uint32_t b = mir_block_new(g->f);

	g->f->blocks.at[b].depth = g->depth;
	g->f->blocks.at[b].loop = g->loop;
	return b;
}

static void gen_edges(struct gen *g, uint32_t n, const uint32_t *to)
{
	struct mir_block *blk = &g->f->blocks.at[g->cur];

	blk->nedges = n;
	blk->edge = arena_array(g->f->arena, struct mir_edge, n);
	for (uint32_t k = 0; k < n; k++)
		blk->edge[k].to = to[k];
}

/* Jumps with arguments of the target's classes. */
static void gen_jump(struct gen *g, uint32_t to)
{
	struct mir_func *f = g->f;
	uint32_t n = f->blocks.at[to].params.n;
	vreg v[16];

	for (uint32_t k = 0; k < n; k++)
		v[k] = gen_use(g, f->vregs.at[f->blocks.at[to].params.at[k]].cls);
	mir_add(f, g->cur, MOP_JUMP, 0, 0, NULL);
	gen_edges(g, 1, &to);
	f->blocks.at[g->cur].edge[0].args = f->vlist.n;
	f->blocks.at[g->cur].edge[0].nargs = n;
	for (uint32_t k = 0; k < n; k++)
		vec_push(f->arena, &f->vlist, v[k]);
}

static void gen_branch(struct gen *g, uint32_t yes, uint32_t no)
{
	gen_compare(g, MOP_CMP_BR, 0);
	gen_edges(g, 2, (uint32_t[]){ yes, no });
}

static void gen_params(struct gen *g, uint32_t b, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		vreg p = gen_def(g, gen_class(g));
		vec_push(g->f->arena, &g->f->blocks.at[b].params, p);
	}
}

static void gen_enter(struct gen *g, uint32_t b)
{
	g->cur = b;
	for (uint32_t k = 0; k < g->f->blocks.at[b].params.n; k++)
		gen_keep(g, g->f->blocks.at[b].params.at[k]);
}

static void gen_seq(struct gen *g, unsigned nest);

static void gen_if(struct gen *g, unsigned nest)
{
	uint32_t arms = gen_rand(g, 4) ? 2 : 2 + gen_rand(g, 4), arm[8];
	uint32_t join, scope = g->avail.n;

	for (uint32_t k = 0; k < arms; k++)
		arm[k] = gen_block(g);
	join = gen_block(g);
	gen_params(g, join, gen_rand(g, 4));
	if (arms == 2)
		gen_branch(g, arm[0], arm[1]);
	else {
		vreg v = gen_use(g, MIR_G);
		mir_add(g->f, g->cur, MOP_JTABLE, 0, 1, &v);
		gen_edges(g, arms, arm);
	}
	scope = g->avail.n < scope ? g->avail.n : scope;
	for (uint32_t k = 0; k < arms; k++) {
		gen_enter(g, arm[k]);
		if (gen_rand(g, 3))
			gen_seq(g, nest + 1);
		if (k && gen_rand(g, 10) == 0)
			mir_add(g->f, g->cur, MOP_TRAP, 0, 0, NULL);
		else
			gen_jump(g, join);
		g->avail.n = scope;
	}
	gen_enter(g, join);
}

/* header(params): [body] test -> latch or exit. */
static void gen_loop(struct gen *g, unsigned nest)
{
	uint32_t outer = g->loop, scope;
	uint32_t exit = gen_block(g), header = mir_block_new(g->f), latch;

	g->depth++;
	g->loop = header;
	g->f->blocks.at[header].depth = g->depth;
	g->f->blocks.at[header].loop = header;
	gen_params(g, header, gen_rand(g, 2) ? gen_rand(g, 4) : gen_rand(g, 15));
	gen_jump(g, header);
	scope = g->avail.n;
	gen_enter(g, header);
	gen_seq(g, nest + 1);
	latch = gen_block(g);
	gen_branch(g, latch, exit);
	scope = gen_rand(g, 2) ? g->avail.n : scope;
	gen_enter(g, latch);
	if (gen_rand(g, 3) == 0)
		gen_op(g);
	gen_jump(g, header);
	g->depth--;
	g->loop = outer;
	g->avail.n = scope;
	gen_enter(g, exit);
}

static void gen_seq(struct gen *g, unsigned nest)
{
	for (uint32_t n = 1 + gen_rand(g, 8); n && g->budget > 0; n--) {
		g->budget--;
		uint32_t what = nest < 5 ? gen_rand(g, 20) : 20;
		if (what == 0)
			gen_loop(g, nest);
		else if (what < 3)
			gen_if(g, nest);
		else
			gen_op(g);
	}
}

static void gen_end(struct gen *g)
{
	vreg v[20];
	uint8_t fix[20];
	unsigned n;
	enum mop op = MOP_RET;

	if (gen_rand(g, 6) == 0) {
		n = gen_args(g, v, fix);
		op = MOP_TAIL;
		if (gen_rand(g, 2)) {
			v[n] = gen_use(g, MIR_G);
			fix[n++] = REG_IP;
			op = MOP_TAIL_R;
		}
	} else {
		enum mir_class c = gen_class(g);
		n = 1;
		v[0] = gen_use(g, c);
		fix[0] = c == MIR_G ? 0 : REG_S0;
	}
	struct mir_ins *i = mir_add(g->f, g->cur, op, 0, n, v);
	for (unsigned k = 0; k < n; k++)
		g->f->opnds.at[i->opnd + k].fix = fix[k];
}

static struct mir_func *gen_func(struct arena *a, uint64_t seed, int budget)
{
	struct gen g = { .state = seed * 0x9e3779b97f4a7c15u + 88172645463325252u,
			 .loop = UINT32_MAX, .budget = budget };

	for (int k = 0; k < 4; k++)
		gen_rand(&g, 2);
	g.f = mir_new(a, &targets[0]);
	g.f->index = (uint32_t)seed;
	g.fp = gen_rand(&g, 2);
	g.call_odds = gen_rand(&g, 2) ? 0 : gen_rand(&g, 20);
	g.old_odds = gen_rand(&g, 60);
	g.cur = gen_block(&g);
	for (unsigned k = gen_rand(&g, 5); k-- > 0;) {
		vreg v = gen_def(&g, MIR_G);
		vec_push(a, &g.f->params, (struct mir_opnd){ v, (uint8_t)k });
		gen_keep(&g, v);
	}
	if (g.fp && gen_rand(&g, 2)) {
		vreg v = gen_def(&g, MIR_D);
		vec_push(a, &g.f->params, (struct mir_opnd){ v, REG_S0 });
		gen_keep(&g, v);
	}
	while (g.budget > 0)
		gen_seq(&g, 0);
	gen_end(&g);
	return g.f;
}

#endif
