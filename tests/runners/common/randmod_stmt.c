/* randmod_stmt.c - random statements: nothing is left on the stack.
 *
 * Each statement draws from a generator seeded by its id, which follows from
 * the ids of those around it; so leaving one out does not change the others.
 */
#include "common/randmod_int.h"

#include <string.h>

void gen_values(struct gen *g, const uint8_t *type, unsigned n, unsigned d)
{
	for (unsigned k = 0; k < n; k++)
		gen_expr(g, (enum type)type[k], d);
}

void gen_take(struct gen *g, const uint8_t *type, unsigned n)
{
	while (n-- > 0) {
		unsigned l = pick(g, g->nlocals);
		if (g->local[l] == type[n])
			put_op1(g, OP_LOCAL_SET, l);
		else
			put_op(g, OP_DROP);
	}
}

static void set_local(struct gen *g)
{
	unsigned l = pick(g, g->nlocals);
	bool tee = chance(g, 4);

	gen_expr(g, (enum type)g->local[l], 3);
	put_op1(g, tee ? OP_LOCAL_TEE : OP_LOCAL_SET, l);
	if (tee)
		gen_take(g, &g->local[l], 1);
}

static void set_global(struct gen *g)
{
	unsigned k = pick(g, NGLOBALS);

	gen_expr(g, (enum type)g->global[k], 3);
	put_op1(g, OP_GLOBAL_SET, k);
}

static void store(struct gen *g)
{
	enum op op;

	do
		op = (enum op)(OP_NUM_END + pick(g, OP_MEM_END - OP_NUM_END));
	while (!op_info[op].store ||
	       (g->o->no_floats && strchr("fd", op_info[op].sig[1])));
	gen_address(g, 2);
	gen_expr(g, type_of_letter(op_info[op].sig[1]), 3);
	put_memarg(g, op, pick(g, 64));
}

/* --- control ---------------------------------------------------------- */

static void push_label(struct gen *g, const uint8_t *type, unsigned n)
{
	g->label[g->nlabels++] = (struct label){ type, n };
}

static bool nest(const struct gen *g, unsigned labels)
{
	return g->nlabels + labels <= MAX_LABELS;
}

/* block or if with parameters and results */
static void block(struct gen *g, uint64_t id)
{
	struct sig *s = arena_new(g->a, struct sig);
	bool cond = chance(g, 2);

	*s = pick_sig(g, 2, 3);
	gen_values(g, s->param, s->nparams, 2);
	if (cond)
		gen_expr(g, T_I32, 2);
	put_op(g, cond ? OP_IF : OP_BLOCK);
	put_blocktype(g, *s);
	push_label(g, s->result, s->nresults);
	gen_take(g, s->param, s->nparams);
	gen_body(g, id + 1, 1 + pick(g, 4));
	gen_values(g, s->result, s->nresults, 2);
	if (cond) {
		put_op(g, OP_ELSE);
		gen_take(g, s->param, s->nparams);
		gen_body(g, id + 2, 1 + pick(g, 3));
		gen_values(g, s->result, s->nresults, 2);
	}
	g->nlabels--;
	put_op(g, OP_END);
	gen_take(g, s->result, s->nresults);
}

static void if_then(struct gen *g, uint64_t id)
{
	gen_expr(g, T_I32, 3);
	put_op(g, OP_IF);
	put_blocktype(g, (struct sig){ 0 });
	push_label(g, NULL, 0);
	gen_body(g, id + 1, 1 + pick(g, 4));
	g->nlabels--;
	put_op(g, OP_END);
}

/* Leaves to label 1 when the gas is used up, else uses some. */
static void use_gas(struct gen *g)
{
	put_op1(g, OP_GLOBAL_GET, GLOBAL_GAS);
	put_op(g, OP_I32_EQZ);
	put_op1(g, OP_BR_IF, 1);
	put_op1(g, OP_GLOBAL_GET, GLOBAL_GAS);
	put_i32(g, 1);
	put_op(g, OP_I32_SUB);
	put_op1(g, OP_GLOBAL_SET, GLOBAL_GAS);
}

/* Counts down at its head, so that a branch to it is safe anywhere. */
static void loop(struct gen *g, uint64_t id)
{
	unsigned c = g->counter + g->loops;
	int32_t times = (int32_t)(1 + pick(g, 9));

	if (g->loops == NCOUNTERS) {
		if_then(g, id);
		return;
	}
	g->loops++;
	put_i32(g, times);
	put_op1(g, OP_LOCAL_SET, c);
	put_op(g, OP_BLOCK);
	put_blocktype(g, (struct sig){ 0 });
	push_label(g, NULL, 0);
	put_op(g, OP_LOOP);
	put_blocktype(g, (struct sig){ 0 });
	push_label(g, NULL, 0);
	use_gas(g);
	put_op1(g, OP_LOCAL_GET, c);
	put_i32(g, 1);
	put_op(g, OP_I32_SUB);
	put_op1(g, OP_LOCAL_TEE, c);
	put_i32(g, 0);
	put_op(g, OP_I32_LT_S);
	put_op1(g, OP_BR_IF, 1);
	gen_body(g, id + 1, 1 + pick(g, 5));
	put_op1(g, OP_BR, 0);
	put_op(g, OP_END);
	put_op(g, OP_END);
	g->nlabels -= 2;
	g->loops--;
}

/* Nested blocks, one per case, and a br_table in the innermost. */
static void cases(struct gen *g, uint64_t id)
{
	unsigned n = 2 + pick(g, 4), entries = pick(g, 9);

	for (unsigned k = 0; k < n; k++) {
		put_op(g, OP_BLOCK);
		put_blocktype(g, (struct sig){ 0 });
		push_label(g, NULL, 0);
	}
	gen_expr(g, T_I32, 3);
	if (!chance(g, 4)) {
		put_i32(g, 7);
		put_op(g, OP_I32_AND);
	}
	put_op(g, OP_BR_TABLE);
	buf_uleb(&g->code, entries);
	for (unsigned k = 0; k <= entries; k++)
		buf_uleb(&g->code, pick(g, n));
	for (unsigned k = 0; k < n; k++) {
		g->nlabels--;
		put_op(g, OP_END);
		if (k + 1 == n)
			break;
		gen_body(g, id + 1 + k, 1 + pick(g, 2));
		if (chance(g, 2))
			put_op1(g, OP_BR, n - 2 - k);
	}
}

static void branch(struct gen *g)
{
	unsigned k = pick(g, g->nlabels);
	const struct label *l = &g->label[g->nlabels - 1 - k];

	gen_values(g, l->type, l->n, 2);
	gen_expr(g, T_I32, 3);
	put_op1(g, OP_BR_IF, k);
	gen_take(g, l->type, l->n);
}

/* A jump behind a condition, so that not everything after it is dead. */
static void leave(struct gen *g)
{
	const struct sig *s = g->self;

	gen_expr(g, T_I32, 3);
	put_op(g, OP_IF);
	put_blocktype(g, (struct sig){ 0 });
	if (chance(g, 12)) {
		put_op(g, OP_UNREACHABLE);
	} else {
		gen_values(g, s->result, s->nresults, 2);
		put_op(g, OP_RETURN);
	}
	put_op(g, OP_END);
}

/* --- calls ------------------------------------------------------------ */

static void deeper(struct gen *g, int32_t by)
{
	put_op1(g, OP_GLOBAL_GET, GLOBAL_DEPTH);
	put_i32(g, by);
	put_op(g, OP_I32_ADD);
	put_op1(g, OP_GLOBAL_SET, GLOBAL_DEPTH);
}

static void put_call(struct gen *g, bool tail, unsigned f)
{
	if (chance(g, 2)) {
		put_op1(g, tail ? OP_RETURN_CALL : OP_CALL, f);
		return;
	}
	/* the entry that holds f, but sometimes another one */
	gen_expr(g, T_I32, 1);
	put_i32(g, chance(g, 40) ? 15 : 0);
	put_op(g, OP_I32_AND);
	put_i32(g, (int32_t)(f % TABLE_SIZE));
	put_op(g, OP_I32_OR);
	put_op1(g, tail ? OP_RETURN_CALL_INDIRECT : OP_CALL_INDIRECT,
		g->func_type[f]);
	buf_uleb(&g->code, 0);
}

static void call(struct gen *g)
{
	unsigned f = pick(g, g->nfuncs);
	const struct sig *s = &g->sig[g->func_type[f]];

	gen_values(g, s->param, s->nparams, 2);
	deeper(g, 1);
	put_call(g, false, f);
	deeper(g, -1);
	gen_take(g, s->result, s->nresults);
}

static void tail_call(struct gen *g)
{
	unsigned f = pick(g, g->nfuncs);
	const struct sig *s = &g->sig[g->func_type[f]];

	if (!g->o->tail_calls || s != g->self) {
		call(g);
		return;
	}
	gen_expr(g, T_I32, 2);
	put_op(g, OP_IF);
	put_blocktype(g, (struct sig){ 0 });
	gen_values(g, s->param, s->nparams, 2);
	put_call(g, true, f);
	put_op(g, OP_END);
}

/* --- bulk ------------------------------------------------------------- */

static void bulk(struct gen *g)
{
	if (!g->o->bulk) {
		store(g);
		return;
	}
	gen_address(g, 1);
	if (chance(g, 2)) {
		gen_expr(g, T_I32, 1);
		put_i32(g, (int32_t)pick(g, 100));
		put_op1(g, OP_MEMORY_FILL, 0);
	} else {
		gen_address(g, 1);
		put_i32(g, (int32_t)pick(g, 100));
		put_op1(g, OP_MEMORY_COPY, 0);
		buf_uleb(&g->code, 0);
	}
}

static void size_or_grow(struct gen *g)
{
	static const uint8_t i32 = T_I32;

	if (g->o->grow && chance(g, 3)) {
		put_i32(g, (int32_t)pick(g, 2));
		put_op1(g, OP_MEMORY_GROW, 0);
	} else {
		put_op1(g, OP_MEMORY_SIZE, 0);
	}
	gen_take(g, &i32, 1);
}

/* --- any -------------------------------------------------------------- */

static void statement(struct gen *g, uint64_t id)
{
	switch (pick(g, 20)) {
	case 0: case 1: case 2: set_global(g); break;
	case 3: case 4: case 5: store(g); break;
	case 6: case 7: if (nest(g, 1)) block(g, id); break;
	case 8: case 9: if (nest(g, 2)) loop(g, id); break;
	case 10: if (nest(g, 1)) if_then(g, id); break;
	case 11: if (nest(g, 5)) cases(g, id); break;
	case 12: case 13: branch(g); break;
	case 14: if (chance(g, 3)) leave(g); break;
	case 15: call(g); break;
	case 16: tail_call(g); break;
	case 17: bulk(g); break;
	case 18: if (chance(g, 2)) size_or_grow(g); break;
	default: set_local(g); break;
	}
}

void gen_body(struct gen *g, uint64_t id, unsigned n)
{
	uint64_t outer = g->rng;

	for (unsigned k = 0; k < n; k++) {
		uint64_t mine = hash_mix(id * 0x9e3779b97f4a7c15 + k);
		if (g->o->omit && map_get(g->o->omit, mine))
			continue;
		vec_push(g->a, &g->r->ids, mine);
		g->rng = mine ^ g->o->seed;
		statement(g, mine);
	}
	g->rng = outer;
}
