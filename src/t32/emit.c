/* emit.c - machine operations with registers, to one function's bytes.
 *
 * Blocks keep selection's order (reverse postorder, loops together), cold
 * ones last; blocks that only jump are skipped over by whoever jumps to
 * them.
 */
#include "base/compiler.h"
#include "t32/emit.h"

enum {
	REACH = 254,		/* of a branch on a condition in 16 bits */
	ISLAND_AFTER = 80,	/* bytes behind the first branch to a stub */
	TRIES = 3
};

/* --- layout ------------------------------------------------------------------ */

bool emit_only_returns(const struct mir_func *f, uint32_t b)
{
	const struct mir_block *m = &f->blocks.at[b];

	return m->ins.n == 1 && m->ins.at[0].op == MOP_RET;
}

/* Blocks that only return are one, the first. */
static void join_returns(struct emit *e)
{
	const struct mir_func *f = e->f;
	uint32_t first = UINT32_MAX;

	if (e->o->plain || (!e->o->size && !emit_returns_short(e)))
		return;
	for (uint32_t b = 1; b < f->blocks.n; b++) {
		if (!emit_only_returns(f, b))
			continue;
		if (first == UINT32_MAX)
			first = b;
		e->final[b] = first;
	}
	for (uint32_t b = 0; b < f->blocks.n; b++)
		e->final[b] = e->final[e->final[b]];
}

/* Where a jump to b ends up. */
static uint32_t final_target(const struct emit *e, uint32_t b)
{
	for (uint32_t hops = 0; hops < 64; hops++) {
		const struct mir_block *m = &e->f->blocks.at[b];
		if (b == 0 || !emit_only_jumps(e, b) || m->edge[0].to == b)
			break;
		b = m->edge[0].to;
	}
	return b;
}

/* Reverse postorder in which the successor deepest in loops, else the last
 * edge, comes next: loops stay together, branches fall through where wasm's
 * code does. */
struct walk {
	const struct mir_func *f;
	uint32_t *stack, *edge;		/* blocks being visited, edges done */
	bool *seen;
	uint32_t *post, npost;
};

/* Edges of b in the order to visit: shallowest first. */
static uint32_t pick_edge(const struct walk *w, uint32_t b, uint32_t k)
{
	const struct mir_block *m = &w->f->blocks.at[b];

	if (m->nedges != 2)
		return k;
	uint32_t d0 = w->f->blocks.at[m->edge[0].to].depth;
	uint32_t d1 = w->f->blocks.at[m->edge[1].to].depth;
	return d0 > d1 ? 1 - k : k;
}

static void visit(struct walk *w, uint32_t from)
{
	uint32_t n = 0;

	w->stack[n] = from;
	w->edge[n++] = 0;
	w->seen[from] = true;
	while (n > 0) {
		uint32_t b = w->stack[n - 1];
		const struct mir_block *m = &w->f->blocks.at[b];
		if (w->edge[n - 1] == m->nedges) {
			w->post[w->npost++] = b;
			n--;
			continue;
		}
		uint32_t to = m->edge[pick_edge(w, b, w->edge[n - 1]++)].to;
		if (w->seen[to])
			continue;
		w->seen[to] = true;
		w->stack[n] = to;
		w->edge[n++] = 0;
	}
}

static bool in_loop(const struct mir_func *f, uint32_t b, uint32_t header)
{
	return f->blocks.at[b].loop == header;
}

/* Does the block fall through to `next`, leaving a branch elsewhere? */
static bool may_branch_to(const struct emit *e, uint32_t b, uint32_t next)
{
	const struct mir_block *m = &e->f->blocks.at[b];

	return m->nedges == 2 && vec_last(&m->ins).op == MOP_CMP_BR &&
	       (e->final[m->edge[0].to] == next) !=
		       (e->final[m->edge[1].to] == next);
}

/* A loop whose last block jumps to its header runs a jump in every iteration.
 * The tail behind the last conditional branch goes in front of the header
 * instead, and that branch jumps to it: the jump is left to the entry. */
static void rotate_loop(struct emit *e, uint32_t last)
{
	const struct mir_func *f = e->f;
	uint32_t id = e->layout[last], first = last, at = last;
	const struct mir_block *m = &f->blocks.at[id];

	if (vec_last(&m->ins).op != MOP_JUMP)
		return;
	uint32_t header = e->final[m->edge[0].to];
	if (f->blocks.at[header].loop != header || !in_loop(f, id, header))
		return;
	while (at > 0 && e->layout[at] != header)
		at--;
	if (e->layout[at] != header || at == 0 || at == last)
		return;
	while (first > at + 1 &&
	       !may_branch_to(e, e->layout[first - 1], e->layout[first])) {
		first--;
		if (!in_loop(f, e->layout[first], header))
			return;
	}
	if (!may_branch_to(e, e->layout[first - 1], e->layout[first]))
		return;
	/* The other way out of that branch should be the way out of the loop. */
	const struct mir_block *p = &f->blocks.at[e->layout[first - 1]];
	for (unsigned k = 0; k < 2; k++) {
		uint32_t to = e->final[p->edge[k].to];
		if (to != e->layout[first] &&
		    f->blocks.at[to].depth >= f->blocks.at[header].depth &&
		    to != header)
			return;
	}
	for (uint32_t k = first; k <= last; k++) {
		uint32_t moved = e->layout[k];
		for (uint32_t n = k; n > at; n--)
			e->layout[n] = e->layout[n - 1];
		e->layout[at++] = moved;
	}
}

static void plan_layout(struct emit *e)
{
	const struct mir_func *f = e->f;
	struct arena *a = e->s.arena;
	struct walk w = { .f = f };

	w.stack = arena_array(a, uint32_t, f->blocks.n);
	w.edge = arena_array(a, uint32_t, f->blocks.n);
	w.post = arena_array(a, uint32_t, f->blocks.n);
	w.seen = arena_array(a, bool, f->blocks.n);
	visit(&w, 0);
	e->layout = arena_array(a, uint32_t, f->blocks.n + 1);
	e->block = arena_array(a, label, f->blocks.n);
	e->final = arena_array(a, uint32_t, f->blocks.n);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		e->final[b] = final_target(e, b);
	join_returns(e);
	for (int cold = 0; cold < 2; cold++)
		for (uint32_t k = w.npost; k > 0; k--) {
			uint32_t b = w.post[k - 1];
			if (e->final[b] == b &&
			    (f->blocks.at[b].cold && b > 0) == cold)
				e->layout[e->nlayout++] = b;
		}
	for (uint32_t k = 0; k < e->nlayout; k++)
		if (!f->blocks.at[e->layout[k]].cold)
			rotate_loop(e, k);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		e->block[b] = asm_label(&e->s);
	for (uint32_t b = 0; b < f->blocks.n; b++)
		e->block[b] = e->block[e->final[b]];
}

/* --- one operation --------------------------------------------------------------- */

static void call(struct emit *e, const struct mir_ins *i)
{
	if (i->op == MOP_CALL) {
		asm_call(&e->s, i->sym, false);
		return;
	}
	ASM1(&e->s, T32_BLX, (int32_t)emit_use(e, i, i->nuse - 1u));
}

static void tail(struct emit *e, const struct mir_ins *i)
{
	emit_epilogue(e, false);
	if (i->op == MOP_TAIL)
		asm_call(&e->s, i->sym, true);
	else
		ASM1(&e->s, T32_BX, (int32_t)emit_use(e, i, i->nuse - 1u));
}

static void trap(struct emit *e, const struct mir_ins *i)
{
	asm_call(&e->s, e->trap_sym, false);
	asm_trap_site(&e->s, (enum hd_trap_kind)i->aux, i->at);
}

/* Stack places: outgoing area, slots, incoming area. */
static void stack(struct emit *e, const struct mir_ins *i)
{
	uint32_t imm = (uint32_t)i->imm;

	switch (i->op) {
	case MOP_LOAD_IN: case MOP_LOAD_IN_ONCE:
		emit_slot(e, mir_def(e->f, i, 0), e->frame.total + imm, false);
		break;
	case MOP_STORE_IN:
		emit_slot(e, mir_use(e->f, i, 0), e->frame.total + imm, true);
		break;
	case MOP_LOAD_OUT:
		emit_slot(e, mir_def(e->f, i, 0), imm, false);
		break;
	case MOP_STORE_OUT:
		emit_slot(e, mir_use(e->f, i, 0), imm, true);
		break;
	case MOP_SPILL:
		emit_slot(e, mir_use(e->f, i, 0), e->frame.slots + 4 * imm, true);
		break;
	default:
		emit_slot(e, mir_def(e->f, i, 0), e->frame.slots + 4 * imm,
			  false);
	}
}

static void operation(struct emit *e, const struct mir_ins *i,
		      const struct mir_block *b)
{
	switch (i->op) {
	case MOP_MOV:
		emit_move(e, mir_def(e->f, i, 0), mir_use(e->f, i, 0));
		break;
	case MOP_PARMOVE:
		emit_parmove(e, i);
		break;
	case MOP_CONST:
		asm_const(&e->s, emit_def(e, i, 0), (uint32_t)i->imm, false);
		break;
	case MOP_ADDR:
		asm_address(&e->s, emit_def(e, i, 0), i->sym, i->imm);
		if (e->f->syms.at[i->sym].in_instance)
			ASM2(&e->s, T32_ADD_H_N, (int32_t)emit_def(e, i, 0),
			     REG_INSTANCE);
		break;
	case MOP_LOAD_IN: case MOP_LOAD_IN_ONCE: case MOP_STORE_IN:
	case MOP_LOAD_OUT: case MOP_STORE_OUT: case MOP_SPILL: case MOP_RELOAD:
		stack(e, i);
		break;
	case MOP_LDR_RI: case MOP_STR_RI: case MOP_LDR_RR: case MOP_STR_RR:
	case MOP_LDR_POST: case MOP_STR_POST: case MOP_LDRD: case MOP_STRD:
		emit_mem(e, i);
		break;
	case MOP_CMP_BR: case MOP_CMP_SET: case MOP_CMP_SEL: case MOP_CMP_TRAP:
	case MOP_CMP_OP:
		emit_cmp(e, i);
		break;
	case MOP_JUMP:
		emit_goto(e, e->final[b->edge[0].to]);
		break;
	case MOP_JTABLE:
		emit_jtable(e, i, b);
		break;
	case MOP_CALL: case MOP_CALL_R:
		call(e, i);
		break;
	case MOP_RET:
		emit_return(e);
		break;
	case MOP_TAIL: case MOP_TAIL_R:
		tail(e, i);
		break;
	case MOP_TRAP:
		trap(e, i);
		break;
	case MOP_FUEL:
		emit_fuel(e, i);
		break;
	case MOP_FMOV_SG: case MOP_FMOV_GS: case MOP_FMOV_DGG:
	case MOP_FMOV_GGD: case MOP_FCONST: case MOP_FUN: case MOP_FBIN:
		emit_fp(e, i);
		break;
	default:
		emit_alu(e, i);
	}
}

/* --- hints ----------------------------------------------------------------------------- */

/* Copies the cuts whose blocks were emitted; where their values are is
 * filled by t32_hints. */
static void plan_cuts(struct emit *e, const struct ir_func *ir)
{
	if (!ir)
		return;
	for (uint32_t k = 0; k < ir->cuts.n; k++)
		vec_push(e->s.arena, &e->code->cuts,
			 (struct t32_cut){ .at = ir->cuts.at[k].at,
					   .code = UINT32_MAX });
}

static void mark_cuts(struct emit *e, const struct ir_func *ir, uint32_t irblock)
{
	if (!ir)
		return;
	for (uint32_t k = 0; k < ir->cuts.n; k++)
		if (ir->cuts.at[k].block == irblock)
			asm_cut(&e->s, k);
}

/* --- the function ------------------------------------------------------------------------ */

static uint32_t runtime_sym(struct emit *e, const char *name)
{
	vec_push(e->s.arena, &e->code->syms,
		 (struct mir_sym){ .kind = SYM_RUNTIME, .name = name });
	return e->code->syms.n - 1;
}

static void copy_syms(struct emit *e)
{
	struct t32_code *c = e->code;

	for (uint32_t k = 0; k < e->f->syms.n; k++)
		vec_push(e->s.arena, &c->syms, e->f->syms.at[k]);
	e->trap_sym = runtime_sym(e, "hd_trap_site");
	e->fuel_sym = runtime_sym(e, "hd_fuel_out");
	e->now_sym = runtime_sym(e, "hd_now");
}

static void emit_block(struct emit *e, const struct ir_func *ir, uint32_t k)
{
	uint32_t id = e->layout[k];
	const struct mir_block *b = &e->f->blocks.at[id];

	e->place = k;
	e->next = k + 1 < e->nlayout ? e->layout[k + 1] : UINT32_MAX;
	asm_bind(&e->s, e->block[id]);
	mark_cuts(e, ir, b->ir);
	emit_known_enter(e, id);
	emit_spare_enter(e, id);
	e->block_start = e->s.items.n;
	for (uint32_t j = 0; j < b->ins.n; j++) {
		e->s.at = b->ins.at[j].at;
		if (!emit_derived(e, &b->ins.at[j]))
			operation(e, &b->ins.at[j], b);
		emit_known_step(e, &b->ins.at[j]);
	}
}

/* Where control does not go on, stubs that would soon be too far for 16 bits are
 * put here. */
static void put_island(struct emit *e)
{
	uint32_t n = e->s.items.n, bytes = 0;

	if (!e->way->islands || e->stubs_out == e->stubs.n || !n ||
	    !asm_is_barrier(&e->s, n - 1))
		return;
	for (uint32_t k = e->stubs.at[e->stubs_out].from; k < n; k++)
		bytes += e->s.items.at[k].size;
	if (bytes >= ISLAND_AFTER)
		emit_stubs(e);
}

/* The branches to traps that take more than 16 bits, for another try. */
static void note_far(const struct emit *e, struct emit_way *way)
{
	bool *here = arena_array(e->s.arena, bool, e->ntraps);

	for (uint32_t k = 0; k < e->ntraps && way->here; k++)
		here[k] = way->here[k];
	for (uint32_t k = 0; k < e->s.items.n; k++) {
		const struct asm_item *i = &e->s.items.at[k];
		if ((i->kind == ASM_BRANCH || i->kind == ASM_CBZ) && i->n)
			here[i->n - 1] = i->size > 2;
	}
	way->here = here;
	way->ntraps = e->ntraps;
}

static struct t32_code *emit_once(const struct mir_func *f,
				  const struct ir_func *ir,
				  const struct t32_options *o,
				  struct arena *a, struct emit_way *way)
{
	struct emit e = { .f = f, .o = o, .way = way };

	asm_init(&e.s, a);
	e.code = arena_new(a, struct t32_code);
	e.code->index = f->index;
	e.code->stack_check = f->stack_check;
	copy_syms(&e);
	emit_frame_plan(&e);
	e.code->frame = e.frame.total;
	emit_known_plan(&e);
	emit_spare_plan(&e);
	plan_layout(&e);
	plan_cuts(&e, ir);
	e.s.at = f->blocks.at[0].at;
	emit_prologue(&e);
	for (uint32_t k = 0; k < e.nlayout; k++) {
		emit_block(&e, ir, k);
		put_island(&e);
	}
	emit_stubs(&e);
	if (o->size && !o->plain)
		asm_join_tails(&e.s);
	asm_finish(&e.s, e.code);
	note_far(&e, way);
	if (ir && o->hints)
		t32_hints(f, ir, e.frame.slots, e.code, a);
	return e.code;
}

struct t32_code *t32_emit(const struct mir_func *f, const struct ir_func *ir,
			  const struct t32_options *o, struct arena *a)
{
	struct emit_way way = { .islands = false };
	struct t32_code *c = emit_once(f, ir, o, a, &way);

	if (o->plain || c->n <= REACH || c->traps.n == 0)
		return c;
	for (unsigned k = 0; k < TRIES && o->size; k++) {
		struct t32_code *d = emit_once(f, ir, o, a, &way);
		if (d->n >= c->n)
			break;
		c = d;
	}
	way = (struct emit_way){ .islands = true };
	for (unsigned k = 0; k < (o->size ? TRIES : 1); k++) {
		struct t32_code *d = emit_once(f, ir, o, a, &way);
		if (d->n >= c->n && k)
			break;
		c = d->n < c->n ? d : c;
	}
	return c;
}
