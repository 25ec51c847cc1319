/* wrap_infer.c - which functions a module exports, and types from signatures.
 *
 * Without a section or list, core types stand for themselves: i32 is u32, i64
 * u64, f32, f64.  That is enough for functions of numbers between modules and
 * from the command line, and wrong for nothing else: a function with results
 * in memory, with streams or futures, or with a post-return needs its type.
 */
#include <string.h>

#include "component/name.h"
#include "component/wrap_int.h"

static struct ct_name text(const char *s)
{
	return (struct ct_name){ s, (uint32_t)strlen(s) };
}

/* --- ordinals ------------------------------------------------------------------ */

/* Depth first, what a stream carries before the stream.  *left counts down to
 * the one wanted; its type is in *found then. */
static void walk(const struct ct_table *t, uint32_t type, uint32_t *left,
		 uint32_t *found)
{
	const struct ct_type *x;

	if (type == CT_NO_TYPE || *found != CT_NO_TYPE)
		return;
	x = ct_get(t, type);
	if (x->kind == CT_OWN || x->kind == CT_BORROW)
		return;
	for (uint32_t k = 0; x->item && k < x->n; k++)
		walk(t, x->item[k].type, left, found);
	walk(t, x->elem, left, found);
	walk(t, x->elem2, left, found);
	if (*found == CT_NO_TYPE &&
	    (x->kind == CT_STREAM || x->kind == CT_FUTURE) && !(*left)--)
		*found = type;
}

uint32_t wrap_end(const struct wrap *w, uint32_t func, uint32_t ordinal)
{
	uint32_t found = CT_NO_TYPE;

	walk(w->w->types, func, &ordinal, &found);
	return found;
}

/* --- types from signatures --------------------------------------------------------- */

static uint32_t value_of(uint8_t core)
{
	return core == T_I32 ? CT_U32 : core == T_I64 ? CT_U64 :
	       core == T_F32 ? CT_F32 : core == T_F64 ? CT_F64 : CT_NO_TYPE;
}

static uint32_t make_func(struct wrap *w, const struct wasm_functype *params,
			  uint32_t result, bool async)
{
	struct ct_type f = { .kind = CT_FUNC, .n = params->nparams,
			     .async = async, .elem = result,
			     .elem2 = CT_NO_TYPE };

	f.item = arena_array(w->arena, struct ct_item, f.n);
	for (uint32_t k = 0; k < f.n; k++) {
		f.item[k].name = text(arena_printf(w->arena, "p%u", k));
		f.item[k].type = value_of(params->param[k]);
		if (f.item[k].type == CT_NO_TYPE)
			return CT_NO_TYPE;
	}
	return f.n > CT_MAX_PARAMS ? CT_NO_TYPE : ct_intern(w->w->types, f);
}

static uint32_t sync_func(struct wrap *w, const struct wasm_functype *t)
{
	if (t->nresults > 1)
		return CT_NO_TYPE;
	return make_func(w, t, t->nresults ? value_of(t->result[0]) :
			 CT_NO_TYPE, false);
}

static void add(struct wrap *w, bool exported, struct ct_name interface,
		struct ct_name name, uint32_t type)
{
	vec_push(w->arena, &w->w->func, (struct wit_world_func){
		exported, interface, name, type, 0 });
}

uint32_t wrap_infer_import(struct wrap *w, const struct hole *h)
{
	uint32_t type = h->async ? CT_NO_TYPE : sync_func(w, h->sig);

	if (type != CT_NO_TYPE)
		add(w, h->exported, h->interface, h->name, type);
	return type;
}

/* --- exports -------------------------------------------------------------------------- */

const struct wasm_export *wrap_export(const struct wrap *w, const char *prefix,
				      struct ct_name interface,
				      struct ct_name name)
{
	const char *s = arena_printf(w->arena, "%s%.*s%s%.*s", prefix,
				     (int)interface.n, interface.at,
				     interface.n ? "#" : "", (int)name.n,
				     name.at);

	for (uint32_t k = 0; k < w->m->exports.n; k++)
		if (!strcmp(w->m->exports.at[k].name, s))
			return &w->m->exports.at[k];
	return NULL;
}

static void add_lift(struct wrap *w, struct ct_name interface,
		     struct ct_name name, uint32_t type)
{
	static const char *const prefix[] = { "[async-lift]",
					      "[async-lift-stackful]", "" };

	for (int k = 0; k < 3; k++) {
		const struct wasm_export *e = wrap_export(w, prefix[k],
							  interface, name);
		if (!e || e->kind != WASM_FUNC)
			continue;
		vec_push(w->arena, &w->lifts, (struct lifted){
			interface, name, text(e->name), type, k < 2 });
		return;
	}
	if (w->w->given)
		wrap_fail(w, DIAG_IMPORT, 0, "the module does not export "
			  "%.*s%s%.*s", (int)interface.n, interface.at,
			  interface.n ? "#" : "", (int)name.n, name.at);
}

static bool has_pipes(const struct wrap *w, struct ct_name interface,
		      struct ct_name name)
{
	for (uint32_t k = 0; k < w->holes.n; k++) {
		const struct hole *h = &w->holes.at[k];
		if (h->exported && strchr(canon_info[h->op].operands, 'e') &&
		    ct_same_name(h->interface, interface) &&
		    ct_same_name(h->name, name))
			return true;
	}
	return false;
}

/* What the module returns with task.return, if it says so. */
static const struct wasm_functype *returns(const struct wrap *w,
					   struct ct_name interface,
					   struct ct_name name)
{
	for (uint32_t k = 0; k < w->holes.n; k++) {
		const struct hole *h = &w->holes.at[k];
		if (h->exported && h->op == CANON_TASK_RETURN &&
		    ct_same_name(h->interface, interface) &&
		    ct_same_name(h->name, name))
			return h->sig;
	}
	return NULL;
}

static uint32_t infer_export(struct wrap *w, const struct wasm_export *e,
			     struct ct_name interface, struct ct_name name,
			     bool async)
{
	const struct wasm_functype *t =
		&w->m->types.at[w->m->funcs.at[e->index].type];
	const struct wasm_functype *r = returns(w, interface, name);

	if (has_pipes(w, interface, name) ||
	    wrap_export(w, "cabi_post_", interface, name))
		return CT_NO_TYPE;
	if (!async)
		return sync_func(w, t);
	if (r && r->nparams > 1)
		return CT_NO_TYPE;
	return make_func(w, t, r && r->nparams ? value_of(r->param[0]) :
			 CT_NO_TYPE, true);
}

static bool strip(struct ct_name *n, const char *prefix)
{
	size_t k = strlen(prefix);

	if (n->n < k || memcmp(n->at, prefix, k) != 0)
		return false;
	*n = (struct ct_name){ n->at + k, n->n - (uint32_t)k };
	return true;
}

/* An export that is no function of a component has another kind of name. */
static void maybe_lift(struct wrap *w, const struct wasm_export *e)
{
	struct ct_name name = { e->name, e->nname };
	struct ct_name interface = { "", 0 };
	bool async = strip(&name, "[async-lift]") ||
		     strip(&name, "[async-lift-stackful]");
	const char *hash = memchr(name.at, '#', name.n);

	if (hash) {
		interface = (struct ct_name){ name.at,
					      (uint32_t)(hash - name.at) };
		name = (struct ct_name){ hash + 1,
					 name.n - interface.n - 1 };
	}
	enum name_form form = name_form(name);
	if (e->kind != WASM_FUNC || (form != NAME_LABEL &&
	    form != NAME_CONSTRUCTOR && form != NAME_METHOD))
		return;
	if (hash && name_form(interface) != NAME_INTERFACE &&
	    name_form(interface) != NAME_LABEL)
		return;
	const struct wit_world_func *f = wit_world_find(w->w, true, interface, name);
	uint32_t type = f ? f->type : infer_export(w, e, interface, name,
						   async);
	if (type == CT_NO_TYPE) {
		wrap_fail(w, DIAG_IMPORT, e->at, "the type of %.*s%s%.*s is "
			  "not known: give it with --types FILE and a line "
			  "\"%.*s%s%.*s: func(...) -> ...\"",
			  (int)interface.n, interface.at, hash ? "#" : "",
			  (int)name.n, name.at, (int)interface.n,
			  interface.at, hash ? "#" : "", (int)name.n,
			  name.at);
		return;
	}
	if (!f)
		add(w, true, interface, name, type);
	add_lift(w, interface, name, type);
}

void wrap_exports(struct wrap *w)
{
	if (w->w->given) {
		for (uint32_t k = 0; k < w->w->func.n && !w->bad; k++) {
			const struct wit_world_func *f = &w->w->func.at[k];
			if (f->exported)
				add_lift(w, f->interface, f->name, f->type);
		}
		return;
	}
	for (uint32_t k = 0; k < w->m->exports.n && !w->bad; k++)
		maybe_lift(w, &w->m->exports.at[k]);
}

/* --- interfaces ---------------------------------------------------------------------- */

static struct ct_extern *find_import(struct wit_world *w, struct ct_name name)
{
	for (uint32_t k = 0; k < w->import.n; k++)
		if (ct_same_name(w->import.at[k].name, name))
			return &w->import.at[k];
	return NULL;
}

/* The function becomes one more export of the instance type. */
static void add_to(struct wit_world *w, uint32_t instance,
		   const struct hole *h)
{
	struct ct_type *t = &w->types->types.at[instance];
	struct ct_extern *all;

	if (ct_find(t->export, t->nexports, h->name))
		return;
	all = arena_array(w->arena, struct ct_extern, t->nexports + 1);
	if (t->nexports)
		memcpy(all, t->export, t->nexports * sizeof *all);
	all[t->nexports++] = (struct ct_extern){ h->name, SORT_FUNC, h->type };
	t->export = all;
}

void wrap_infer_imports(struct wrap *wrap)
{
	const struct ct_type empty = { .kind = CT_INSTANCE, .elem = CT_NO_TYPE,
				       .elem2 = CT_NO_TYPE };
	struct wit_world *w = wrap->w;

	for (uint32_t k = 0; k < wrap->holes.n; k++) {
		const struct hole *h = &wrap->holes.at[k];
		bool in = h->interface.n > 0;
		if (h->op != CANON_LOWER)
			continue;
		struct ct_extern *i = find_import(w, in ? h->interface :
							  h->name);
		if (!i) {
			vec_push(w->arena, &w->import, (struct ct_extern){
				in ? h->interface : h->name,
				in ? SORT_INSTANCE : SORT_FUNC,
				in ? ct_fresh(w->types, empty) : h->type });
			i = &vec_last(&w->import);
		}
		if (in)
			add_to(w, i->type, h);
	}
}
