/* instantiate.c - instantiation as an IR function.
 *
 * Order and traps are those of the core specification, "Instantiation":
 * globals, then element segments, then data segments, each placed and
 * dropped, then start.  Elements are written in one step per segment, so a
 * segment that does not fit writes nothing.
 */
#include "ir/instantiate.h"

struct inst {
	struct ir_func *f;
	const struct ir_module *im;
	const struct wasm_module *m;
	uint32_t at;		/* byte offset of what is being done */
};

enum { ENTRY = 0 };

static ref constant(struct inst *s, enum type t, uint64_t bits)
{
	return ir_const(s->f, ENTRY, t, bits);
}

/* Appends an instruction with up to three operands. */
static ref add(struct inst *s, unsigned op, enum type t, const ref arg[3])
{
	ref r = ir_new(s->f, op, t, s->at);
	struct ir_ins *i = ir_at(s->f, r);

	for (unsigned k = 0; arg && k < i->nargs; k++)
		i->arg[k] = arg[k];
	ir_append(s->f, ENTRY, r);
	return r;
}

static ref add_aux(struct inst *s, unsigned op, enum type t, uint32_t aux)
{
	ref r = add(s, op, t, NULL);

	ir_at(s->f, r)->aux = aux;
	return r;
}

/* --- constant expressions -------------------------------------------------- */

static ref leaf(struct inst *s, const struct wasm_ins *w)
{
	switch (w->op) {
	case OP_I32_CONST:
		return constant(s, T_I32, w->imm & UINT32_MAX);
	case OP_I64_CONST:
		return constant(s, T_I64, w->imm);
	case OP_F32_CONST:
		return constant(s, T_F32, w->imm & UINT32_MAX);
	case OP_F64_CONST:
		return constant(s, T_F64, w->imm);
	case OP_GLOBAL_GET:
		return add_aux(s, IR_GLOBAL_GET,
			       (enum type)s->m->globals.at[w->index].type,
			       w->index);
	case OP_REF_FUNC:
		return add_aux(s, IR_REF_FUNC, T_FUNCREF, w->index);
	default:
		return 0;
	}
}

/* The value of a validated constant expression of type t. */
static ref expression(struct inst *s, const struct wasm_expr *e, enum type t)
{
	VEC(ref) stack = { 0 };
	struct arena *a = s->f->arena;
	struct wasm_ins w;

	for (uint32_t at = e->begin; at < e->end; at = w.next) {
		CHECK(wasm_next(s->m, at, &w, a, NULL));
		if (w.op == OP_END)
			break;
		if (w.op == OP_REF_NULL) {
			vec_push(a, &stack, constant(s, t, 0));
		} else if (w.op < OP_NUM_END) {
			CHECK(stack.n >= 2);
			ref arg[3] = { stack.at[stack.n - 2], vec_last(&stack) };
			enum type r = op_info[w.op].sig[3] == 'l' ? T_I64 : T_I32;
			stack.n -= 2;
			vec_push(a, &stack, add(s, w.op, r, arg));
		} else {
			vec_push(a, &stack, leaf(s, &w));
		}
	}
	CHECK(stack.n == 1 && stack.at[0]);
	return stack.at[0];
}

/* The only instruction of an expression, when it is just one. */
static bool single(const struct wasm_module *m, const struct wasm_expr *e,
		   struct wasm_ins *w)
{
	struct wasm_ins end;

	return wasm_next(m, e->begin, w, NULL, NULL) &&
	       wasm_next(m, w->next, &end, NULL, NULL) && end.op == OP_END;
}

static bool expr_const(const struct wasm_module *m, const struct wasm_expr *e,
		       uint32_t *func)
{
	struct wasm_ins w;

	while (single(m, e, &w) && w.op == OP_GLOBAL_GET) {
		const struct wasm_global *g = &m->globals.at[w.index];
		if (g->import != UINT32_MAX || g->mut)
			return false;
		e = &g->init;
	}
	*func = w.op == OP_REF_FUNC ? w.index : UINT32_MAX;
	return w.op == OP_REF_FUNC || w.op == OP_REF_NULL;
}

bool ir_elem_const(const struct wasm_module *m, const struct wasm_elem *e,
		   uint32_t k, uint32_t *func)
{
	if (e->func) {
		*func = e->func[k];
		return true;
	}
	return expr_const(m, &e->expr[k], func);
}

bool ir_elem_static(const struct ir_module *im, const struct wasm_elem *e)
{
	const struct wasm_module *m = im->wasm;
	uint64_t offset;
	uint32_t global;

	if (e->mode != WASM_ACTIVE || !im->table[e->table].immutable ||
	    !wasm_const_value(m, &e->offset, &offset, &global))
		return false;
	return (offset & UINT32_MAX) + e->n <= im->table[e->table].n;
}

/* --- the steps --------------------------------------------------------------- */

static void set_globals(struct inst *s)
{
	for (uint32_t g = 0; g < s->m->globals.n; g++) {
		const struct wasm_global *w = &s->m->globals.at[g];
		if (w->import != UINT32_MAX || s->im->global[g].constant)
			continue;
		s->at = w->init.begin;
		ref arg[3] = { expression(s, &w->init, (enum type)w->type) };
		ir_at(s->f, add(s, IR_GLOBAL_SET, T_NONE, arg))->aux = g;
	}
}

static bool all_const(const struct wasm_module *m, const struct wasm_elem *e)
{
	uint32_t func;

	for (uint32_t k = 0; k < e->n; k++)
		if (!ir_elem_const(m, e, k, &func))
			return false;
	return true;
}

/* A segment some of whose entries come from imported globals: the check of
 * table.init for the whole, then entry by entry. */
static void place_entries(struct inst *s, const struct wasm_elem *e,
			  ref offset)
{
	enum type t = (enum type)e->type;
	ref size = add_aux(s, IR_TABLE_SIZE, T_I32, e->table);
	ref n = constant(s, T_I32, e->n);
	ref room = add(s, OP_I32_SUB, T_I32, (ref[3]){ size, n });
	ref small = add(s, OP_I32_LT_U, T_I32, (ref[3]){ size, n });
	ref beyond = add(s, OP_I32_GT_U, T_I32, (ref[3]){ offset, room });
	ref bad = add(s, OP_I32_OR, T_I32, (ref[3]){ small, beyond });
	ref trap = add(s, IR_TRAP_IF, T_NONE, (ref[3]){ bad });

	ir_at(s->f, trap)->imm = HD_TRAP_TABLE_BOUNDS;
	for (uint32_t k = 0; k < e->n; k++) {
		ref i = add(s, OP_I32_ADD, T_I32,
			    (ref[3]){ offset, constant(s, T_I32, k) });
		ref v = e->func ? add_aux(s, IR_REF_FUNC, T_FUNCREF, e->func[k])
				: expression(s, &e->expr[k], t);
		ref set = add(s, IR_TABLE_SET, T_NONE, (ref[3]){ i, v });
		ir_at(s->f, set)->aux = e->table;
	}
}

static void place_elem(struct inst *s, uint32_t index)
{
	const struct wasm_elem *e = &s->m->elems.at[index];

	s->at = e->at;
	if (e->mode == WASM_ACTIVE && !ir_elem_static(s->im, e)) {
		ref offset = expression(s, &e->offset, T_I32);
		if (all_const(s->m, e)) {
			ref arg[3] = { offset, constant(s, T_I32, 0),
				       constant(s, T_I32, e->n) };
			struct ir_ins *i =
				ir_at(s->f, add(s, IR_TABLE_INIT, T_NONE, arg));
			i->aux = e->table;
			i->imm = index;
		} else {
			place_entries(s, e, offset);
		}
	}
	if (e->mode != WASM_PASSIVE)
		ir_at(s->f, add(s, IR_ELEM_DROP, T_NONE, NULL))->imm = index;
}

static void place_data(struct inst *s, uint32_t index)
{
	const struct wasm_data *d = &s->m->datas.at[index];

	if (d->mode != WASM_ACTIVE || (s->im->unread && s->im->unread[index]))
		return;
	s->at = d->at;
	ref arg[3] = { expression(s, &d->offset, T_I32),
		       constant(s, T_I32, 0), constant(s, T_I32, d->n) };
	struct ir_ins *i = ir_at(s->f, add(s, IR_MEMORY_INIT, T_NONE, arg));
	i->aux = d->memory;
	i->imm = index;
	ir_at(s->f, add(s, IR_DATA_DROP, T_NONE, NULL))->imm = index;
}

struct ir_func *ir_build_instantiate(const struct ir_module *im,
				     struct arena *a)
{
	struct ir_func *f = arena_new(a, struct ir_func);
	struct inst s = { .f = f, .im = im, .m = im->wasm };

	*f = (struct ir_func){ .arena = a, .mod = im,
			       .index = ir_instantiate_index(im->wasm) };
	vec_push(a, &f->ins, (struct ir_ins){ .op = IR_NOP });
	ir_block_new(f);
	set_globals(&s);
	for (uint32_t k = 0; k < s.m->elems.n; k++)
		place_elem(&s, k);
	for (uint32_t k = 0; k < s.m->datas.n; k++)
		place_data(&s, k);
	if (s.m->start != UINT32_MAX)
		add_aux(&s, IR_CALL, T_NONE, s.m->start);
	add(&s, IR_RETURN, T_NONE, NULL);
	return f;
}
