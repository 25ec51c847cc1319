/* emit.c - instructions of one block, as trees. */
#include "opt/out/plan.h"
#include "opt/pass.h"

void out_put(struct out *o, struct wasm_ins i)
{
	vec_push(o->a, &o->code, i);
}

static void put_op(struct out *o, enum op op)
{
	out_put(o, (struct wasm_ins){ .op = op });
}

static void put_local(struct out *o, enum op op, ref v)
{
	out_put(o, (struct wasm_ins){ .op = op,
				      .index = o->local ? o->local[v] : v });
}

static void put_const(struct out *o, enum type t, uint64_t bits)
{
	struct wasm_ins i = { .imm = bits };

	switch (t) {
	case T_I32: i.op = OP_I32_CONST; break;
	case T_I64: i.op = OP_I64_CONST; break;
	case T_F32: i.op = OP_F32_CONST; break;
	case T_F64: i.op = OP_F64_CONST; break;
	default:
		i.op = OP_REF_NULL;
		i.index = t;
		break;
	}
	out_put(o, i);
}

/* --- single instructions ------------------------------------------------------ */

/* The alignment that the input states; hints cannot be made up. */
static uint32_t alignment(const struct out *o, const struct ir_ins *i)
{
	const struct wasm_module *m = o->f->mod->wasm;
	struct wasm_ins was;

	if (i->at < m->size && wasm_next(m, i->at, &was, o->a, NULL) &&
	    opt_is_mem(was.op) &&
	    op_info[was.op].bytes == op_info[i->op].bytes)
		return was.align;
	return 0;
}

/* A check of its own: a byte is loaded and dropped (eight where the offset of
 * one could not be written). */
static void put_check(struct out *o, const struct ir_ins *i)
{
	bool wide = i->imm > (uint64_t)UINT32_MAX + 1;

	if (i->imm == 0) {
		o->failed = true;
		return;
	}
	out_put(o, (struct wasm_ins){ .op = wide ? OP_I64_LOAD
						 : OP_I32_LOAD8_U,
				      .index2 = i->aux,
				      .imm = i->imm - (wide ? 8 : 1) });
	put_op(o, OP_DROP);
}

/* The rows of ir.def whose row of ctl.def has the same operands; `index` and
 * `index2` are which of aux and imm. */
static bool plain(const struct ir_ins *i, struct wasm_ins *w)
{
	uint32_t imm = (uint32_t)i->imm;

	switch (i->op) {
#define AUX(id) \
	case IR_##id: *w = (struct wasm_ins){ .op = OP_##id, .index = i->aux }; break;
#define IMM(id) \
	case IR_##id: *w = (struct wasm_ins){ .op = OP_##id, .index = imm }; break;
#define AUX_IMM(id) \
	case IR_##id: *w = (struct wasm_ins){ .op = OP_##id, .index = i->aux, .index2 = imm }; break;
#define IMM_AUX(id) \
	case IR_##id: *w = (struct wasm_ins){ .op = OP_##id, .index = imm, .index2 = i->aux }; break;
	AUX(REF_FUNC) AUX(MEMORY_SIZE) AUX(MEMORY_GROW) AUX(MEMORY_FILL)
	AUX(GLOBAL_GET) AUX(GLOBAL_SET) AUX(TABLE_GET) AUX(TABLE_SET)
	AUX(TABLE_SIZE) AUX(TABLE_GROW) AUX(TABLE_FILL)
	AUX(CALL) AUX(RETURN_CALL)
	IMM(DATA_DROP) IMM(ELEM_DROP)
	AUX_IMM(MEMORY_COPY) AUX_IMM(TABLE_COPY)
	IMM_AUX(MEMORY_INIT) IMM_AUX(TABLE_INIT)
	IMM_AUX(CALL_INDIRECT) IMM_AUX(RETURN_CALL_INDIRECT)
#undef AUX
#undef IMM
#undef AUX_IMM
#undef IMM_AUX
	case IR_IS_NULL: *w = (struct wasm_ins){ .op = OP_REF_IS_NULL }; break;
	case IR_RETURN: *w = (struct wasm_ins){ .op = OP_RETURN }; break;
	default: return false;
	}
	return true;
}

static void put_select(struct out *o, const struct ir_ins *i)
{
	struct wasm_ins w = { .op = OP_SELECT };

	if (i->type == T_FUNCREF || i->type == T_EXTERNREF) {
		uint8_t *t = arena_new(o->a, uint8_t);
		*t = i->type;
		w.op = OP_SELECT_T;
		w.types = t;
	}
	out_put(o, w);
}

/* Instructions that trap with a given kind whatever happens. */
void out_trap(struct out *o, enum hd_trap_kind kind)
{
	switch (kind) {
	case HD_TRAP_UNREACHABLE:
		break;
	case HD_TRAP_MEMORY_BOUNDS:
		if (!o->f->mod->wasm->memories.n)
			o->failed = true;
		put_const(o, T_I32, UINT32_MAX);
		out_put(o, (struct wasm_ins){ .op = OP_I32_LOAD,
					      .imm = UINT32_MAX });
		break;
	case HD_TRAP_DIV_ZERO:
		put_const(o, T_I32, 0);
		put_const(o, T_I32, 0);
		put_op(o, OP_I32_DIV_U);
		break;
	case HD_TRAP_INT_OVERFLOW:
		put_const(o, T_I32, 0x80000000);
		put_const(o, T_I32, UINT32_MAX);
		put_op(o, OP_I32_DIV_S);
		break;
	default:
		o->failed = true;
		break;
	}
	put_op(o, OP_UNREACHABLE);
}

static void put_trap_if(struct out *o, const struct ir_ins *i)
{
	out_put(o, (struct wasm_ins){ .op = OP_IF, .block_type = -64 });
	out_trap(o, (enum hd_trap_kind)i->imm);
	put_op(o, OP_END);
}

static void put_ins(struct out *o, ref r)
{
	const struct ir_ins *i = ir_at(o->f, r);
	struct wasm_ins w;

	if (i->op < OP_NUM_END) {
		put_op(o, (enum op)i->op);
	} else if (opt_is_mem(i->op)) {
		out_put(o, (struct wasm_ins){ .op = (enum op)i->op,
					      .index2 = i->aux, .imm = i->imm,
					      .align = alignment(o, i) });
	} else if (plain(i, &w)) {
		out_put(o, w);
	} else if (i->op == IR_SELECT) {
		put_select(o, i);
	} else if (i->op == IR_BOUNDS) {
		put_check(o, i);
	} else if (i->op == IR_TRAP_IF) {
		put_trap_if(o, i);
	} else {
		o->failed = true;
	}
}

/* --- trees ------------------------------------------------------------------------ */

static void tree(struct out *o, ref r)
{
	uint32_t n = out_operands(o->f, r);

	for (uint32_t k = 0; k < n; k++)
		out_value(o, r, k, out_operand(o->f, r, k));
	put_ins(o, r);
}

void out_value(struct out *o, ref user, uint32_t k, ref v)
{
	const struct ir_ins *i = ir_at(o->f, v);

	if (i->op == IR_CONST) {
		put_const(o, (enum type)i->type, i->imm);
	} else if (user && o->host[v] == user && o->host_k[v] == k) {
		tree(o, v);
		if (o->tee[v])
			put_local(o, OP_LOCAL_TEE, v);
	} else {
		put_local(o, OP_LOCAL_GET, v);
	}
}

static void keep_or_drop(struct out *o, ref v)
{
	if (o->uses[v])
		put_local(o, OP_LOCAL_SET, v);
	else
		put_op(o, OP_DROP);
}

/* The results of r go to locals, the last one first. */
static void results(struct out *o, ref r)
{
	const struct ir_ins *i = ir_at(o->f, r);
	const struct ir_block *p = &o->f->blocks.at[i->block];
	uint32_t n = out_results(o->f, i), k = 0;

	if (n > 1) {
		ref *all = arena_array(o->a, ref, n);
		while (p->ins.at[k] != r)
			k++;
		for (k++; ir_at(o->f, p->ins.at[k])->op == IR_RESULT; k++)
			all[ir_at(o->f, p->ins.at[k])->imm] = p->ins.at[k];
		for (k = n; k-- > 1;)
			keep_or_drop(o, all[k]);
	}
	if (i->type != T_NONE)
		keep_or_drop(o, r);
}

void out_block(struct out *o, blk b)
{
	for (uint32_t k = 0; k < o->list[b].v.n; k++) {
		ref r = o->list[b].v.at[k];
		if (o->host[r] || (ir_flags(ir_at(o->f, r)) & IR_X))
			continue;
		tree(o, r);
		results(o, r);
	}
}

/* --- edges -------------------------------------------------------------------------- */

bool out_copy_needed(const struct out *o, ref user, uint32_t k, ref arg,
		     ref param)
{
	return !o->local || out_is_const(o->f, arg) ||
	       (o->host[arg] == user && user && o->host_k[arg] == k) ||
	       o->local[arg] != o->local[param];
}

/* Values are pushed before the first parameter is set, so it does not matter
 * that some locals are both; constants follow one by one. */
void out_copies(struct out *o, blk b, const struct ir_edge *e)
{
	const struct ir_block *to = &o->f->blocks.at[e->to];
	const ref *arg = o->f->list.at + e->args;
	ref user = ir_term(o->f, b);

	if (ir_at(o->f, user)->op != IR_BR)
		user = 0;
	for (uint32_t k = 0; k < e->nargs; k++)
		if (!out_is_const(o->f, arg[k]) &&
		    out_copy_needed(o, user, k, arg[k], to->params.at[k]))
			out_value(o, user, k, arg[k]);
	for (uint32_t k = e->nargs; k-- > 0;)
		if (!out_is_const(o->f, arg[k]) &&
		    out_copy_needed(o, user, k, arg[k], to->params.at[k]))
			put_local(o, OP_LOCAL_SET, to->params.at[k]);
	for (uint32_t k = 0; k < e->nargs; k++) {
		if (!out_is_const(o->f, arg[k]))
			continue;
		out_value(o, user, k, arg[k]);
		put_local(o, OP_LOCAL_SET, to->params.at[k]);
	}
}
