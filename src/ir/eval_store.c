/* eval_store.c - the store: items that imports find. */
#include <string.h>

#include "base/compiler.h"
#include "ir/eval_int.h"

enum { PAGE = 65536, DEFAULT_DEPTH = 10000 };

struct eval_store *eval_store_new(struct arena *a, const struct eval_options *o)
{
	struct eval_store *st = arena_new(a, struct eval_store);

	st->a = a;
	st->opt = *o;
	st->fuel = o->fuel;
	if (st->opt.max_depth == 0)
		st->opt.max_depth = DEFAULT_DEPTH;
	if (st->opt.max_memory == 0)
		st->opt.max_memory = (uint64_t)1 << 32;
	st->trap_func = st->trap_at = UINT32_MAX;
	return st;
}

struct eval_func *eval_func_new(struct eval_store *st,
				const struct wasm_functype *t)
{
	struct eval_func *f = arena_new(st->a, struct eval_func);

	f->type = t;
	f->index = UINT32_MAX;
	vec_push(st->a, &st->funcs, f);
	f->handle = st->funcs.n;
	return f;
}

struct eval_memory *eval_memory_new(struct eval_store *st, struct wasm_limits l,
				    uint64_t capacity)
{
	struct eval_memory *m = arena_new(st->a, struct eval_memory);

	m->limits = l;
	m->capacity = capacity;
	m->size = m->held = (uint64_t)l.min * PAGE;
	m->bytes = arena_array(st->a, uint8_t, (size_t)m->size);
	return m;
}

struct eval_table *eval_table_new(struct eval_store *st, enum type t,
				  struct wasm_limits l)
{
	struct eval_table *b = arena_new(st->a, struct eval_table);

	b->type = (uint8_t)t;
	b->limits = l;
	b->n = b->held = l.min;
	b->at = arena_array(st->a, eval_value, b->n);
	return b;
}

/* --- items ------------------------------------------------------------ */

static struct item *define(struct eval_store *st, enum wasm_kind kind,
			   const char *module, const char *name)
{
	struct item i = { .kind = (uint8_t)kind };

	i.nmodule = (uint32_t)strlen(module);
	i.nname = (uint32_t)strlen(name);
	i.module = arena_copy(st->a, module, i.nmodule);
	i.name = arena_copy(st->a, name, i.nname);
	vec_push(st->a, &st->items, i);
	return &vec_last(&st->items);
}

void eval_define_func(struct eval_store *st, const char *module,
		      const char *name, const struct wasm_functype *t,
		      eval_host *fn, void *ctx)
{
	struct eval_func *f = eval_func_new(st, t);

	f->host = fn;
	f->ctx = ctx;
	define(st, WASM_FUNC, module, name)->u.func = f;
}

void eval_define_global(struct eval_store *st, const char *module,
			const char *name, enum type t, bool mut, eval_value v)
{
	struct eval_global *g = arena_new(st->a, struct eval_global);

	*g = (struct eval_global){ (uint8_t)t, mut, v };
	define(st, WASM_GLOBAL, module, name)->u.global = g;
}

void eval_define_memory(struct eval_store *st, const char *module,
			const char *name, struct wasm_limits l)
{
	uint64_t max = (uint64_t)(l.has_max ? l.max : PAGE) * PAGE;

	define(st, WASM_MEMORY, module, name)->u.memory =
		eval_memory_new(st, l, max);
}

void eval_define_table(struct eval_store *st, const char *module,
		       const char *name, enum type t, struct wasm_limits l)
{
	define(st, WASM_TABLE, module, name)->u.table =
		eval_table_new(st, t, l);
}

void eval_register(struct eval_store *st, const char *module,
		   struct eval_instance *in)
{
	for (uint32_t k = 0; k < in->m->exports.n; k++) {
		const struct wasm_export *e = &in->m->exports.at[k];
		struct item *i = define(st, (enum wasm_kind)e->kind, module,
					"");
		i->name = arena_copy(st->a, e->name, e->nname);
		i->nname = e->nname;
		switch ((enum wasm_kind)e->kind) {
		case WASM_FUNC: i->u.func = in->func[e->index]; break;
		case WASM_TABLE: i->u.table = in->table[e->index]; break;
		case WASM_MEMORY: i->u.memory = in->memory[e->index]; break;
		case WASM_GLOBAL: i->u.global = in->global[e->index]; break;
		}
	}
}

static bool same(const char *a, uint32_t na, const char *b, uint32_t nb)
{
	return na == nb && memcmp(a, b, na) == 0;
}

const struct item *eval_find(const struct eval_store *st,
			     const struct wasm_import *im)
{
	/* the latest definition counts */
	for (uint32_t k = st->items.n; k-- > 0;) {
		const struct item *i = &st->items.at[k];
		if (same(i->module, i->nmodule, im->module, im->nmodule) &&
		    same(i->name, i->nname, im->name, im->nname))
			return i;
	}
	return NULL;
}

/* --- what hosts see --------------------------------------------------- */

static const struct wasm_export *find_export(const struct eval_instance *in,
					     enum wasm_kind kind,
					     const char *name)
{
	uint32_t n = (uint32_t)strlen(name);

	for (uint32_t k = 0; k < in->m->exports.n; k++) {
		const struct wasm_export *e = &in->m->exports.at[k];
		if (e->kind == kind && same(e->name, e->nname, name, n))
			return e;
	}
	return NULL;
}

bool eval_global(struct eval_instance *in, const char *name, eval_value *v)
{
	const struct wasm_export *e = find_export(in, WASM_GLOBAL, name);

	if (e)
		*v = in->global[e->index]->value;
	return e != NULL;
}

eval_value eval_global_at(const struct eval_instance *in, uint32_t index)
{
	return in->global[index]->value;
}

void eval_set_global_at(struct eval_instance *in, uint32_t index,
			eval_value v)
{
	in->global[index]->value = v;
}

uint8_t *eval_memory(struct eval_instance *in, uint32_t index, uint64_t *bytes)
{
	if (index >= in->m->memories.n)
		return NULL;
	*bytes = in->memory[index]->size;
	return in->memory[index]->bytes;
}

int64_t eval_fuel(const struct eval_store *st)
{
	return st->fuel;
}

void eval_trap_place(const struct eval_store *st, uint32_t *func, uint32_t *at)
{
	*func = st->trap_func;
	*at = st->trap_at;
}

enum eval_status eval_call_index(struct eval_instance *in, uint32_t func,
				 const eval_value *args, eval_value *results,
				 enum hd_trap_kind *trap)
{
	struct eval_func *f = in->func[func];
	struct eval_store *st = in->st;

	*trap = eval_enter(st, f, args);
	if (*trap != HD_TRAP_NONE)
		return EVAL_TRAP;
	if (f->type->nresults)
		memcpy(results, st->ret.at,
		       f->type->nresults * sizeof *results);
	return EVAL_OK;
}

enum eval_status eval_call(struct eval_instance *in, const char *name,
			   const eval_value *args, eval_value *results,
			   enum hd_trap_kind *trap)
{
	const struct wasm_export *e = find_export(in, WASM_FUNC, name);

	if (!e)
		return EVAL_UNLINKABLE;
	return eval_call_index(in, e->index, args, results, trap);
}
