/* isel.c - instruction selection: the order of things.
 *
 * requires: IR that passes ir_check.  makes: MIR that passes mir_check.
 * The method is told in isel.h.
 */
#include "ir/packed.h"
#include "t32/bound.h"
#include "t32/isel.h"

static void sel_trap_if(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (i->flags & IR_NO_TRAP)
		return;
	struct cond_part p = isel_match_cond(s, i->arg[0]);
	isel_put_trap(s, &p, (enum hd_trap_kind)i->imm);
}

static void sel_fuel(struct isel *s, ref r)
{
	uint32_t now = mir_sym(s->f, SYM_RUNTIME, 0, 0, "hd_now");
	vreg v = isel_addr_sym(s, now, 0);

	isel_put(s, MOP_FUEL, 0, 1, &v)->imm =
		(int32_t)(uint32_t)ir_at(s->ir, r)->imm;
}

static void sel_ref_func(struct isel *s, ref r)
{
	struct mir_ins *i = isel_put(s, MOP_ADDR, 1, 0, &s->lo[r]);

	i->sym = mir_sym(s->f, SYM_FUNCREF, ir_at(s->ir, r)->aux, 0, NULL);
}

/* Instructions of ir.def with an effect. */
static void sel_effect(struct isel *s, ref r)
{
	switch (ir_at(s->ir, r)->op) {
	case IR_BOUNDS: case IR_BOUNDS_N:
		sel_bounds(s, r);
		break;
	case IR_TRAP_IF:
		sel_trap_if(s, r);
		break;
	case IR_GLOBAL_GET: case IR_GLOBAL_SET:
		sel_global(s, r);
		break;
	case IR_CALL: case IR_CALL_INDIRECT:
		sel_call(s, r);
		break;
	case IR_FUEL:
		sel_fuel(s, r);
		break;
	case IR_RESULT:
		break;	/* defined by its call */
	default:
		if (ir_flags(ir_at(s->ir, r)) & IR_X)
			sel_terminator(s, r);
		else
			sel_bulk(s, r);
		break;
	}
}

/* A value somebody demanded, of an instruction without effect. */
static void sel_tree(struct isel *s, ref r)
{
	struct node n;
	struct word w = { r, 0, true, 0 };

	CHECK(isel_node_of(s, w, &n));
	sel_node(s, &n, s->lo[r]);
}

static bool is_effect(const struct ir_ins *i)
{
	return i->op >= OP_WASM_END &&
	       ((ir_flags(i) & (IR_E | IR_R | IR_T | IR_X | IR_W)) ||
		i->op == IR_BOUNDS || i->op == IR_BOUNDS_N ||
		i->op == IR_TRAP_IF || i->op == IR_RESULT);
}

static bool divides(unsigned op)
{
	return (op >= OP_I32_DIV_S && op <= OP_I32_REM_U) ||
	       (op >= OP_I64_DIV_S && op <= OP_I64_REM_U);
}

static bool may_trap_unused(const struct ir_ins *i)
{
	return i->op < OP_NUM_END && (ir_flags(i) & IR_T);
}

/* Absolute value and negation of floats in core registers are trees. */
static bool is_sign_bits(const struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;

	return (op == OP_F32_ABS || op == OP_F32_NEG || op == OP_F64_ABS ||
		op == OP_F64_NEG) && isel_is_soft_float(s, r);
}

void sel_value(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (is_effect(i)) {
		sel_effect(s, r);
		return;
	}
	if (i->op >= OP_NUM_END && i->op < OP_MEM_END) {
		if (op_info[i->op].store)
			sel_store(s, r);
		else
			sel_load(s, r);
		return;
	}
	if (!s->lo[r] && !s->hi[r] && !may_trap_unused(i))
		return;
	if (i->op == IR_SELECT)
		sel_select(s, r);
	else if (i->op == IR_BITSELECT || ir_is_packed(i->op))
		sel_packed(s, r);
	else if (i->op == IR_REF_FUNC)
		sel_ref_func(s, r);
	else if (divides(i->op) && i->type == T_I32)
		sel_divide(s, r);
	else if (isel_is_float_op(i->op) && !is_sign_bits(s, r))
		sel_float(s, r);
	else if (isel_is_compare(s, r))
		sel_compare(s, r);
	else if (i->type == T_I64 || i->type == T_F64)
		sel_long(s, r);
	else
		sel_tree(s, r);
}

/* --- blocks ------------------------------------------------------------------------ */

static void open_group(struct isel *s, ref r)
{
	s->cr = r;
	vec_push(s->a, &s->all, (struct group){ s->pool.n, s->pool.n, r });
}

static void close_group(struct isel *s)
{
	vec_last(&s->all).end = s->pool.n;
	if (vec_last(&s->all).begin == s->pool.n)
		s->all.n--;
}

static void sel_block(struct isel *s, blk b)
{
	const struct ir_block *bl = &s->ir->blocks.at[b];

	s->cb = b;
	s->group_begin[b] = s->all.n;
	for (uint32_t k = bl->ins.n; k-- > 0;) {
		open_group(s, bl->ins.at[k]);
		sel_value(s, bl->ins.at[k]);
		close_group(s);
	}
	if (b == 0) {
		open_group(s, bl->ins.at[0]);
		vec_last(&s->all).r = 0;
		sel_entry(s);
		close_group(s);
	}
	s->group_end[b] = s->all.n;
}

static void make_blocks(struct isel *s)
{
	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		blk b = s->cfg->rpo[k];
		s->mblock[b] = mir_block_new(s->f);
	}
	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		blk b = s->cfg->rpo[k], h = s->cfg->loop[b];
		struct mir_block *m = &s->f->blocks.at[s->mblock[b]];
		m->depth = s->cfg->depth[b];
		m->loop = h == UINT32_MAX ? UINT32_MAX : s->mblock[h];
		m->cold = s->ir->blocks.at[b].likely == 1;
		m->ir = b;
		m->at = s->ir->blocks.at[b].at;
	}
}

static void make_params(struct isel *s, blk b)
{
	const struct ir_block *bl = &s->ir->blocks.at[b];
	struct mir_block *m = &s->f->blocks.at[s->mblock[b]];

	for (uint32_t k = 0; b && k < bl->params.n; k++) {
		ref p = bl->params.at[k];
		if (s->need[p] & 1)
			vec_push(s->f->arena, &m->params,
				 isel_use_word(s, (struct word){ .r = p }));
		if (s->need[p] & 2)
			vec_push(s->f->arena, &m->params,
				 isel_use_word(s, (struct word){ .r = p, .half = 1 }));
	}
}

/* --- putting groups and shared values together ---------------------------------------- */

struct places {
	uint32_t *before, *end;		/* heads + 1, per ref and per block */
};

/* Lists of pending values per place; each comes behind what it is made of. */
static struct places sort_pending(struct isel *s)
{
	struct places p = {
		arena_array(s->a, uint32_t, s->ir->ins.n),
		arena_array(s->a, uint32_t, s->ir->blocks.n)
	};

	for (uint32_t k = PEND_LEVELS * s->pends.n; k-- > 0;) {
		uint32_t n = k % s->pends.n;
		struct pend *x = &s->pends.at[n];
		if (!x->used || x->level != k / s->pends.n)
			continue;
		uint32_t *head = x->before ? &p.before[x->before] :
					     &p.end[x->block];
		x->next = *head;
		*head = n + 1;
	}
	return p;
}

static void put_list(struct isel *s, uint32_t block, uint32_t head)
{
	for (; head; head = s->pends.at[head - 1].next)
		isel_put_pend(s, block, &s->pends.at[head - 1]);
}

static void assemble(struct isel *s, blk b, const struct places *p)
{
	uint32_t m = s->mblock[b];

	for (uint32_t g = s->group_end[b]; g-- > s->group_begin[b];) {
		const struct group *x = &s->all.at[g];
		if (g == s->group_begin[b])
			put_list(s, m, p->end[b]);
		if (x->r)
			put_list(s, m, p->before[x->r]);
		for (uint32_t k = x->begin; k < x->end; k++)
			vec_push(s->f->arena, &s->f->blocks.at[m].ins,
				 s->pool.at[k]);
	}
}

static bool stack_results(const struct isel *s)
{
	for (uint32_t k = 0; k < s->ir->type.nresults; k++)
		if (s->abi.result[k].reg == REG_NONE)
			return true;
	return false;
}

static void start(struct isel *s, const struct ir_func *ir,
		  const struct t32_options *o, struct arena *a)
{
	*s = (struct isel){
		.ir = (struct ir_func *)(uintptr_t)ir, .mod = ir->mod, .o = o,
		.tg = o->target, .a = a, .cfg = ir_cfg(ir, a),
		.f = mir_new(a, o->target),
		.dp = o->target->features & T32_FPDP
	};
	map_init(&s->pend_map, a);
	map_init(&s->fconst_map, a);
	map_init(&s->native_map, a);
	s->mblock = arena_array(a, uint32_t, ir->blocks.n);
	s->group_begin = arena_array(a, uint32_t, ir->blocks.n);
	s->group_end = arena_array(a, uint32_t, ir->blocks.n);
	s->f->index = ir->index;
	s->f->stack_check = o->stack_check && (o->stack_check[ir->index] ||
					       bound_comes_back(ir));
	if (o->keeps_instance)
		s->f->reserved |= (regset)1 << 9;
	t32_abi(&ir->type, o->target, a, &s->abi);
	s->store_in = stack_results(s);
}

struct mir_func *t32_select(const struct ir_func *ir,
			    const struct t32_options *o, struct arena *a)
{
	struct isel s;

	start(&s, ir, o, a);
	isel_analyse(&s);
	make_blocks(&s);
	for (uint32_t k = s.cfg->nrpo; k-- > 0;)
		sel_block(&s, s.cfg->rpo[k]);
	isel_place_pending(&s);
	struct places p = sort_pending(&s);
	for (uint32_t k = 0; k < s.cfg->nrpo; k++) {
		make_params(&s, s.cfg->rpo[k]);
		assemble(&s, s.cfg->rpo[k], &p);
	}
	mir_preds(s.f);
	return s.f;
}
