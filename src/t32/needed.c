/* needed.c - which functions of a compiled module are needed.
 *
 * Those that are exported, and those that code or tables of needed functions
 * refer to.  What was inlined everywhere, or only handled events that cannot
 * come, is in nobody's relocations and stays out.
 */
#include "ir/instantiate.h"
#include "t32/compile.h"
#include "wasm/intrinsic.h"

struct walk {
	const struct wasm_module *m;
	struct arena *a;
	bool *live;
	VEC(uint32_t) worklist;
	bool tables;		/* all elements are counted */
};

static void add(struct walk *w, uint32_t func)
{
	if (func == UINT32_MAX || w->live[func])
		return;
	w->live[func] = true;
	vec_push(w->a, &w->worklist, func);
}

/* Whoever has one table may call all functions of all tables: finer is not
 * worth while, for most modules have one. */
static void add_tables(struct walk *w)
{
	const struct wasm_module *m = w->m;
	uint32_t func;

	if (w->tables)
		return;
	w->tables = true;
	for (uint32_t k = 0; k < m->elems.n; k++)
		for (uint32_t j = 0; j < m->elems.at[k].n; j++)
			if (ir_elem_const(m, &m->elems.at[k], j, &func))
				add(w, func);
}

/* thread_new takes the number of a function: any that starts a thread. */
static void add_starts(struct walk *w)
{
	for (uint32_t f = w->m->nimported[WASM_FUNC]; f < w->m->funcs.n; f++)
		if (intrinsic_is_start(w->m, f))
			add(w, f);
}

static void add_symbol(struct walk *w, const struct mir_sym *s)
{
	switch ((enum sym_kind)s->kind) {
	case SYM_FUNC: case SYM_FUNCREF:
		add(w, s->index);
		if (intrinsic_of(w->m, s->index) == INTRINSIC_thread_new)
			add_starts(w);
		break;
	case SYM_TABLE: case SYM_TABLE_DESC: case SYM_TABLE_DIRECT:
	case SYM_ELEM:
		add_tables(w);
		break;
	default:
		break;
	}
}

static void add_exports(struct walk *w)
{
	const struct wasm_module *m = w->m;

	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			add(w, m->exports.at[k].index);
		else if (m->exports.at[k].kind == WASM_TABLE)
			add_tables(w);
}

bool *t32_needed(const struct ir_module *im, struct t32_code *const *code,
		 struct arena *a)
{
	uint32_t last = ir_instantiate_index(im->wasm);
	struct walk w = { .m = im->wasm, .a = a,
			  .live = arena_array(a, bool, last + 1) };

	add(&w, last);
	add_exports(&w);
	while (w.worklist.n) {
		uint32_t f = w.worklist.at[--w.worklist.n];
		const struct t32_code *c = code[f];
		for (uint32_t k = 0; c && k < c->relocs.n; k++)
			add_symbol(&w, &c->syms.at[c->relocs.at[k].sym]);
	}
	return w.live;
}
