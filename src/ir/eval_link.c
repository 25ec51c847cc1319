/* eval_link.c - instantiation.
 *
 * Source: WebAssembly core specification 3.0, "Instantiation": imports are
 * matched, everything is allocated, then active segments are applied one by
 * one in order, and the start function is called.  What was written before a
 * trap stays written.
 */
#include "base/compiler.h"
#include "ir/eval_int.h"
#include "wasm/sem.h"

/* --- imports ---------------------------------------------------------- */

/* Does what is there, of size n, satisfy what is asked for? */
static bool limits_match(uint64_t n, const struct wasm_limits *have,
			 const struct wasm_limits *want)
{
	if (n < want->min)
		return false;
	return !want->has_max || (have->has_max && have->max <= want->max);
}

static bool matches(const struct wasm_module *m, const struct wasm_import *im,
		    const struct item *i)
{
	if (i->kind != im->kind)
		return false;
	switch ((enum wasm_kind)im->kind) {
	case WASM_FUNC: {
		uint32_t type = m->funcs.at[im->index].type;
		return wasm_same_type(i->u.func->type, &m->types.at[type]);
	}
	case WASM_TABLE: {
		const struct wasm_table *t = &m->tables.at[im->index];
		return i->u.table->type == t->type &&
		       limits_match(i->u.table->n, &i->u.table->limits,
				    &t->limits);
	}
	case WASM_MEMORY: {
		const struct eval_memory *have = i->u.memory;
		return limits_match(have->size / 65536, &have->limits,
				    &m->memories.at[im->index].limits);
	}
	case WASM_GLOBAL: {
		const struct wasm_global *g = &m->globals.at[im->index];
		return i->u.global->type == g->type &&
		       i->u.global->mut == g->mut;
	}
	}
	return false;
}

static bool link_import(struct eval_instance *in, const struct wasm_import *im,
			struct diag_sink *s)
{
	const struct item *i = eval_find(in->st, im);

	if (!i || !matches(in->m, im, i)) {
		diag_report(s, DIAG_IMPORT, im->at, "%s: \"%s\" \"%s\"",
			    i ? "incompatible import type" : "unknown import",
			    im->module, im->name);
		return false;
	}
	switch ((enum wasm_kind)im->kind) {
	case WASM_FUNC: in->func[im->index] = i->u.func; break;
	case WASM_TABLE: in->table[im->index] = i->u.table; break;
	case WASM_MEMORY: in->memory[im->index] = i->u.memory; break;
	case WASM_GLOBAL: in->global[im->index] = i->u.global; break;
	}
	return true;
}

static bool link_imports(struct eval_instance *in, struct diag_sink *s)
{
	bool ok = true;

	for (uint32_t k = 0; k < in->m->imports.n; k++)
		ok &= link_import(in, &in->m->imports.at[k], s);
	return ok;
}

/* --- constant expressions --------------------------------------------- */

static void const_ins(const struct eval_instance *in, const struct wasm_ins *i,
		      eval_value *stack, uint32_t *n)
{
	enum hd_trap_kind trap;
	eval_value *a;

	switch (i->op) {
	case OP_GLOBAL_GET:
		stack[(*n)++] = in->global[i->index]->value;
		break;
	case OP_REF_FUNC: stack[(*n)++] = in->func[i->index]->handle; break;
	case OP_REF_NULL: stack[(*n)++] = 0; break;
	case OP_I32_CONST: case OP_I64_CONST:
	case OP_F32_CONST: case OP_F64_CONST:
		stack[(*n)++] = i->imm;
		break;
	case OP_END: break;
	default:
		CHECK(i->op < OP_NUM_END && *n >= 2);
		a = &stack[--*n - 1];
		num_eval(i->op, a, a, &trap);
		break;
	}
}

static eval_value const_value(const struct eval_instance *in,
			      const struct wasm_expr *e, struct arena *a)
{
	/* each instruction is a byte at least and pushes one value at most */
	eval_value *stack = arena_array(a, eval_value, e->end - e->begin);
	uint32_t n = 0;

	for (uint32_t at = e->begin; at < e->end;) {
		struct wasm_ins i;
		bool ok = wasm_next(in->m, at, &i, a, NULL);
		CHECK(ok);
		const_ins(in, &i, stack, &n);
		at = i.next;
	}
	CHECK(n == 1);
	return stack[0];
}

/* --- allocation ------------------------------------------------------- */

static void make_spaces(struct eval_instance *in)
{
	const struct wasm_module *m = in->m;
	struct arena *a = in->st->a;

	in->func = arena_array(a, struct eval_func *, m->funcs.n);
	in->memory = arena_array(a, struct eval_memory *, m->memories.n);
	in->table = arena_array(a, struct eval_table *, m->tables.n);
	in->global = arena_array(a, struct eval_global *, m->globals.n);
	in->elem = arena_array(a, struct eval_segment, m->elems.n);
	in->data = arena_array(a, uint32_t, m->datas.n);
}

static void allocate(struct eval_instance *in)
{
	const struct wasm_module *m = in->m;
	struct eval_store *st = in->st;

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		struct eval_func *f = eval_func_new(
			st, &m->types.at[m->funcs.at[k].type]);
		f->in = in;
		f->index = k;
		in->func[k] = f;
	}
	for (uint32_t k = m->nimported[WASM_MEMORY]; k < m->memories.n; k++)
		in->memory[k] = eval_memory_new(st, m->memories.at[k].limits,
						in->im->memory[k].capacity);
	for (uint32_t k = m->nimported[WASM_TABLE]; k < m->tables.n; k++)
		in->table[k] = eval_table_new(st,
					      (enum type)m->tables.at[k].type,
					      m->tables.at[k].limits);
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++) {
		const struct wasm_global *g = &m->globals.at[k];
		in->global[k] = arena_new(st->a, struct eval_global);
		*in->global[k] = (struct eval_global){
			g->type, g->mut, const_value(in, &g->init, st->a) };
	}
}

static void make_segments(struct eval_instance *in)
{
	const struct wasm_module *m = in->m;
	struct arena *a = in->st->a;

	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		in->elem[k].n = e->n;
		in->elem[k].at = arena_array(a, eval_value, e->n);
		for (uint32_t j = 0; j < e->n; j++)
			if (e->expr)
				in->elem[k].at[j] =
					const_value(in, &e->expr[j], a);
			else if (e->func[j] != UINT32_MAX)
				in->elem[k].at[j] =
					in->func[e->func[j]]->handle;
	}
	for (uint32_t k = 0; k < m->datas.n; k++)
		in->data[k] = m->datas.at[k].n;
}

static bool compile_all(struct eval_instance *in, struct diag_sink *s)
{
	for (uint32_t k = in->m->nimported[WASM_FUNC]; k < in->m->funcs.n;
	     k++) {
		in->func[k]->code = eval_compile(in, k, s);
		if (!in->func[k]->code)
			return false;
	}
	return true;
}

/* --- effects ---------------------------------------------------------- */

static enum hd_trap_kind apply_segments(struct eval_instance *in)
{
	const struct wasm_module *m = in->m;
	enum hd_trap_kind t = HD_TRAP_NONE;

	for (uint32_t k = 0; k < m->elems.n && !t; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		if (e->mode == WASM_ACTIVE) {
			eval_value v[3] = { const_value(in, &e->offset,
							in->st->a), 0, e->n };
			t = eval_table_init(in, e->table, k, v);
		}
		if (e->mode != WASM_PASSIVE && !t)
			in->elem[k].n = 0;
	}
	for (uint32_t k = 0; k < m->datas.n && !t; k++) {
		const struct wasm_data *d = &m->datas.at[k];
		if (d->mode != WASM_ACTIVE)
			continue;
		eval_value v[3] = { const_value(in, &d->offset, in->st->a), 0,
				    d->n };
		t = eval_memory_init(in, d->memory, k, v);
		if (!t)
			in->data[k] = 0;
	}
	return t;
}

enum eval_status eval_instantiate(struct eval_store *st, struct wasm_module *m,
				  struct eval_instance **out,
				  enum hd_trap_kind *trap, struct diag_sink *s)
{
	struct eval_instance *in = arena_new(st->a, struct eval_instance);
	struct ir_options o = { .open = true, .fuel = st->opt.fuel >= 0,
				.max_memory = st->opt.max_memory };

	*out = in;
	*trap = HD_TRAP_NONE;
	in->st = st;
	in->m = m;
	in->im = arena_new(st->a, struct ir_module);
	make_spaces(in);
	if (!link_imports(in, s))
		return EVAL_UNLINKABLE;
	if (ir_has_vectors(m, s))
		return EVAL_UNSUPPORTED;
	ir_module_init(in->im, m, &o, st->a);
	allocate(in);
	make_segments(in);
	if (!compile_all(in, s))
		return EVAL_UNSUPPORTED;
	*trap = apply_segments(in);
	if (!*trap && m->start != UINT32_MAX)
		*trap = eval_enter(st, in->func[m->start], NULL);
	return *trap ? EVAL_TRAP : EVAL_OK;
}
