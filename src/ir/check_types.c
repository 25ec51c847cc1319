/* check_types.c - operand and result types, and indices, by row. */
#include "base/compiler.h"
#include "ir/check.h"

#define FAIL(...) return arena_printf(k->a, __VA_ARGS__)

static enum type type_of(const struct check *k, ref r)
{
	return (enum type)ir_at(k->f, r)->type;
}

/* The list against n types; `index`: a further i32 is the last. */
static bool list_is(const struct check *k, const struct ir_ins *i,
		    const uint8_t *type, uint32_t n, bool index)
{
	if (i->nlist != n + index)
		return false;
	for (uint32_t j = 0; j < n; j++)
		if (type_of(k, k->f->list.at[i->list + j]) != type[j])
			return false;
	return !index || type_of(k, k->f->list.at[i->list + n]) == T_I32;
}

/* The signature of a call; NULL when its indices are wrong. */
static const struct wasm_functype *callee(const struct check *k,
					  const struct ir_ins *i)
{
	const struct wasm_module *m = k->f->mod->wasm;

	if (i->op == IR_CALL || i->op == IR_RETURN_CALL)
		return i->aux < m->funcs.n
			       ? &m->types.at[m->funcs.at[i->aux].type]
			       : NULL;
	return i->aux < m->tables.n && i->imm < m->types.n
		       ? &m->types.at[i->imm]
		       : NULL;
}

static const char *check_call(struct check *k, ref r)
{
	const struct ir_ins *i = ir_at(k->f, r);
	const struct wasm_functype *t = callee(k, i);
	bool index = i->op == IR_CALL_INDIRECT ||
		     i->op == IR_RETURN_CALL_INDIRECT;
	bool tail = i->op == IR_RETURN_CALL || i->op == IR_RETURN_CALL_INDIRECT;

	if (!t)
		FAIL("v%u: index out of range", r);
	if (!list_is(k, i, t->param, t->nparams, index))
		FAIL("v%u: arguments do not match the callee", r);
	if (i->type != (t->nresults && !tail ? t->result[0] : T_NONE))
		FAIL("v%u: result type", r);
	if (!tail)
		return NULL;
	bool same = t->nresults == k->f->type.nresults;
	for (uint32_t j = 0; same && j < t->nresults; j++)
		same = t->result[j] == k->f->type.result[j];
	if (!same)
		FAIL("v%u: results are not those of the function", r);
	return NULL;
}

const char *check_result(struct check *k, blk b, uint32_t j)
{
	const struct ir_func *f = k->f;
	const ref *at = f->blocks.at[b].ins.at;
	const struct ir_ins *i = ir_at(f, at[j]);
	uint32_t call = j;

	while (call > 0 && ir_at(f, at[call])->op == IR_RESULT)
		call--;
	const struct ir_ins *c = ir_at(f, at[call]);
	if ((c->op != IR_CALL && c->op != IR_CALL_INDIRECT) ||
	    i->arg[0] != at[call])
		FAIL("v%u: does not follow its call", at[j]);
	const struct wasm_functype *t = callee(k, c);
	if (i->imm == 0 || i->imm >= t->nresults ||
	    i->type != t->result[i->imm])
		FAIL("v%u: result number or type", at[j]);
	return NULL;
}

static bool letters_agree(const struct check *k, const struct ir_ins *i)
{
	const char *args = ir_args(i->op);

	for (unsigned j = 0; j < i->nargs; j++)
		if (args[j] != '*' &&
		    type_of(k, i->arg[j]) != type_of_letter(args[j]))
			return false;
	return true;
}

/* What aux and imm must be below, by row. */
static bool indices_ok(const struct wasm_module *m, const struct ir_ins *i)
{
	if (i->op >= OP_NUM_END && i->op < OP_MEM_END)
		return i->aux < m->memories.n;
	switch (i->op) {
	case IR_BOUNDS: case IR_BOUNDS_N:
		/* sums of addresses and imm must not wrap */
		return i->aux < m->memories.n && i->imm >> 34 == 0;
	case IR_MEMORY_SIZE: case IR_MEMORY_GROW: case IR_MEMORY_FILL:
		return i->aux < m->memories.n;
	case IR_MEMORY_COPY:
		return i->aux < m->memories.n && i->imm < m->memories.n;
	case IR_MEMORY_INIT:
		return i->aux < m->memories.n && i->imm < m->datas.n;
	case IR_DATA_DROP:
		return i->imm < m->datas.n;
	case IR_GLOBAL_GET: case IR_GLOBAL_SET:
		return i->aux < m->globals.n;
	case IR_TABLE_GET: case IR_TABLE_SET: case IR_TABLE_SIZE:
	case IR_TABLE_GROW: case IR_TABLE_FILL:
		return i->aux < m->tables.n;
	case IR_TABLE_COPY:
		return i->aux < m->tables.n && i->imm < m->tables.n;
	case IR_TABLE_INIT:
		return i->aux < m->tables.n && i->imm < m->elems.n;
	case IR_ELEM_DROP:
		return i->imm < m->elems.n;
	case IR_REF_FUNC:
		return i->aux < m->funcs.n;
	case IR_TRAP: case IR_TRAP_IF:
		return i->imm > HD_TRAP_NONE && i->imm < 256;
	default:
		return true;
	}
}

static bool is_ref(enum type t)
{
	return t == T_FUNCREF || t == T_EXTERNREF;
}

/* Rows whose types depend on the module or on each other. */
static bool special_ok(const struct check *k, const struct ir_ins *i)
{
	const struct wasm_module *m = k->f->mod->wasm;

	switch (i->op) {
	case IR_CONST:
		return i->type != T_NONE && i->type < T_BOTTOM;
	case IR_SELECT:
		return i->type == type_of(k, i->arg[0]) &&
		       i->type == type_of(k, i->arg[1]);
	case IR_IS_NULL:
		return is_ref(type_of(k, i->arg[0]));
	case IR_GLOBAL_GET:
		return i->type == m->globals.at[i->aux].type;
	case IR_GLOBAL_SET:
		return type_of(k, i->arg[0]) == m->globals.at[i->aux].type;
	case IR_TABLE_GET:
		return i->type == m->tables.at[i->aux].type;
	case IR_TABLE_SET: case IR_TABLE_FILL:
		return type_of(k, i->arg[1]) == m->tables.at[i->aux].type;
	case IR_TABLE_GROW:
		return type_of(k, i->arg[0]) == m->tables.at[i->aux].type;
	case IR_RETURN:
		return list_is(k, i, k->f->type.result, k->f->type.nresults,
			       false);
	default:
		return i->type == ir_fixed_type(i->op);
	}
}

const char *check_types(struct check *k, ref r)
{
	const struct ir_ins *i = ir_at(k->f, r);

	if (!letters_agree(k, i))
		FAIL("v%u: operand types of %s", r, ir_text(i->op));
	if (i->op == IR_RESULT)
		return NULL;	/* check_result */
	switch (i->op) {
	case IR_CALL: case IR_CALL_INDIRECT:
	case IR_RETURN_CALL: case IR_RETURN_CALL_INDIRECT:
		return check_call(k, r);
	default:
		break;
	}
	if (!indices_ok(k->f->mod->wasm, i))
		FAIL("v%u: index of %s out of range", r, ir_text(i->op));
	if (!special_ok(k, i))
		FAIL("v%u: types of %s", r, ir_text(i->op));
	return NULL;
}
