/* wrap_name.c - bracket names: which built-in, of which function or type.
 *
 *	[async-lower][stream-read-0]f    [cancellable][thread-yield]
 *	[task-return]f                   [resource-drop]r
 *	[method]r.f, f                   functions that are called
 *
 * The module is the interface, "$root" where there is none; "[export]" stands
 * before it for what belongs to exports.
 */
#include <string.h>

#include "component/name.h"
#include "component/wrap_int.h"

static struct ct_name name_of(const char *s, size_t n)
{
	return (struct ct_name){ s, (uint32_t)n };
}

static bool take(struct ct_name *n, const char *prefix)
{
	size_t k = strlen(prefix);

	if (n->n < k || memcmp(n->at, prefix, k) != 0)
		return false;
	n->at += k;
	n->n -= (uint32_t)k;
	return true;
}

static bool is(struct ct_name n, const char *s)
{
	return n.n == strlen(s) && !memcmp(n.at, s, n.n);
}

/* Digits to the end; UINT32_MAX when there are none. */
static uint32_t number(struct ct_name n)
{
	uint32_t v = 0;

	if (!n.n || n.n > 5)
		return UINT32_MAX;
	for (uint32_t k = 0; k < n.n; k++) {
		if (n.at[k] < '0' || n.at[k] > '9')
			return UINT32_MAX;
		v = v * 10 + (uint32_t)(n.at[k] - '0');
	}
	return v;
}

/* Streams and futures without elements have this instead of an ordinal. */
#define UNIT (UINT32_MAX - 1)

static bool has_ordinal(const struct canon_info *c)
{
	return strchr(c->operands, 'e') || strchr(c->operands, 's');
}

/* The built-in of the text in the brackets. */
static bool find_op(struct ct_name inner, struct hole *h)
{
	for (int k = 0; k < CANON_COUNT; k++) {
		struct ct_name rest = inner;
		if (!*canon_info[k].name || !take(&rest, canon_info[k].name))
			continue;
		h->op = (uint8_t)k;
		if (!rest.n && !has_ordinal(&canon_info[k]))
			return true;
		if (k == CANON_THREAD_NEW_INDIRECT && is(rest, "-v0"))
			return true;
		if (!has_ordinal(&canon_info[k]) || !take(&rest, "-"))
			continue;
		(void)take(&rest, "i32-");
		h->slot = is(rest, "unit") ? UNIT : number(rest);
		if (h->slot != UINT32_MAX)
			return true;
	}
	return false;
}

/* --- what a built-in needs --------------------------------------------------- */

static const char *interface_text(const struct wrap *w, const struct hole *h)
{
	return h->interface.n ? arena_printf(w->arena, "%.*s#",
					     (int)h->interface.n,
					     h->interface.at) : "";
}

static void missing(struct wrap *w, const struct hole *h, const char *why)
{
	wrap_fail(w, DIAG_IMPORT, h->at, "the type of %s%.*s is not known%s: "
		  "give it with --types FILE and a line \"%s%.*s: func(...) -> "
		  "...\"", interface_text(w, h), (int)h->name.n, h->name.at,
		  why, interface_text(w, h), (int)h->name.n, h->name.at);
}

static uint32_t func_type(struct wrap *w, const struct hole *h)
{
	const struct wit_world_func *f = wit_world_find(w->w, h->exported,
						h->interface, h->name);
	if (f)
		return f->type;
	if (!w->w->given)
		return CT_NO_TYPE;
	wrap_fail(w, DIAG_IMPORT, h->at, "the section component-type has no "
		  "%s function %s%.*s", h->exported ? "exported" : "imported",
		  interface_text(w, h), (int)h->name.n, h->name.at);
	return CT_NO_TYPE;
}

static void bind_pipe(struct wrap *w, struct hole *h)
{
	uint8_t kind = h->op >= CANON_FUTURE_NEW ? CT_FUTURE : CT_STREAM;

	if (h->slot == UNIT) {
		h->type = ct_intern(w->w->types, (struct ct_type){
			.kind = kind, .elem = CT_NO_TYPE,
			.elem2 = CT_NO_TYPE });
		return;
	}
	uint32_t f = func_type(w, h);
	if (f == CT_NO_TYPE) {
		missing(w, h, ", nor what its streams and futures carry");
		return;
	}
	h->type = wrap_end(w, f, h->slot);
	if (h->type == CT_NO_TYPE ||
	    ct_get(w->w->types, h->type)->kind != kind)
		wrap_fail(w, DIAG_IMPORT, h->at, "%s%.*s has no %s with number "
			  "%u", interface_text(w, h), (int)h->name.n,
			  h->name.at, kind == CT_STREAM ? "stream" : "future",
			  h->slot);
}

/* The resource an instance type exports under a name. */
static uint32_t resource_in(const struct wit_world *w, const struct ct_extern *x,
			    uint32_t n, struct ct_name name)
{
	const struct ct_extern *e = ct_find(x, n, name);

	if (e && e->sort == SORT_TYPE &&
	    ct_get(w->types, e->type)->kind == CT_RESOURCE)
		return e->type;
	return CT_NO_TYPE;
}

static void bind_resource(struct wrap *w, struct hole *h)
{
	const struct ct_extern *x = h->exported ? w->w->export.at :
						  w->w->import.at;
	uint32_t n = h->exported ? w->w->export.n : w->w->import.n;

	h->type = CT_NO_TYPE;
	if (!h->interface.n) {
		h->type = resource_in(w->w, x, n, h->name);
	} else {
		const struct ct_extern *i = ct_find(x, n, h->interface);
		if (i && i->sort == SORT_INSTANCE) {
			const struct ct_type *t = ct_get(w->w->types, i->type);
			h->type = resource_in(w->w, t->export, t->nexports,
					      h->name);
		}
	}
	if (h->type == CT_NO_TYPE)
		wrap_fail(w, DIAG_IMPORT, h->at, "resource %s%.*s is not "
			  "known: resources need the section component-type",
			  interface_text(w, h), (int)h->name.n, h->name.at);
}

/* The core type the definition will have. */
static struct wasm_functype expected(struct wrap *w, const struct hole *h)
{
	struct ct_table *t = w->w->types;

	if (h->op == CANON_LOWER)
		return ct_flatten(t, h->type, CT_LOWER, h->async, false,
				  w->arena);
	if (h->op == CANON_TASK_RETURN)
		return ct_flatten_return(t, ct_get(t, h->type)->elem,
					 w->arena);
	const uint32_t core = ct_core_sig(t, canon_info[h->op].sig);
	return t->core.at[core].func;
}

static void check_signature(struct wrap *w, const struct hole *h,
			    const struct wasm_import *i)
{
	const struct wasm_functype want = expected(w, h);
	const char *a = wasm_type_text(&want, w->arena);
	const char *b = wasm_type_text(h->sig, w->arena);

	if (strcmp(a, b) != 0)
		wrap_fail(w, DIAG_SIGNATURE, i->at, "%s of %s has the core "
			  "type %s, it should be %s", i->name, i->module, b, a);
}

static void bind_hole(struct wrap *w, struct hole *h)
{
	const char *operands = canon_info[h->op].operands;

	if (strchr(operands, 'e')) {
		bind_pipe(w, h);
	} else if (strchr(operands, 'r')) {
		bind_resource(w, h);
	} else if (h->op == CANON_TASK_RETURN || h->op == CANON_LOWER) {
		h->type = func_type(w, h);
		if (h->type == CT_NO_TYPE && !w->bad && h->op == CANON_LOWER)
			h->type = wrap_infer_import(w, h);
		if (h->type == CT_NO_TYPE && h->op == CANON_LOWER)
			missing(w, h, "");
	} else if (h->slot != UINT32_MAX && h->slot > 1) {
		wrap_fail(w, DIAG_IMPORT, h->at, "context slot %u: there are "
			  "two", h->slot);
	}
}

static void read_name(struct wrap *w, const struct wasm_import *i,
		      struct hole *h)
{
	struct ct_name n = name_of(i->name, i->nname);
	struct ct_name inner;
	const char *close;

	for (;;) {
		if (take(&n, "[async-lower]"))
			h->async = true;
		else if (take(&n, "[cancellable]"))
			h->cancellable = true;
		else
			break;
	}
	h->op = CANON_LOWER;
	h->name = n;
	if (name_form(n) != NAME_BAD)
		return;
	close = n.n && *n.at == '[' ? memchr(n.at, ']', n.n) : NULL;
	if (close) {
		inner = name_of(n.at + 1, (size_t)(close - n.at - 1));
		h->name = name_of(close + 1, n.n - inner.n - 2);
		if (find_op(inner, h))
			return;
	}
	wrap_fail(w, DIAG_INTRINSIC, i->at, "%s of %s is no built-in and no "
		  "name of a function", i->name, i->module);
}

static void read_import(struct wrap *w, const struct wasm_import *i)
{
	struct hole h = { .slot = UINT32_MAX, .type = CT_NO_TYPE, .at = i->at };
	struct ct_name module = name_of(i->module, i->nmodule);

	if (i->kind != WASM_FUNC) {
		wrap_fail(w, DIAG_IMPORT, i->at, "%s of %s: modules of this "
			  "dialect import functions only", i->name, i->module);
		return;
	}
	h.exported = take(&module, "[export]");
	h.interface = is(module, "$root") ? name_of("", 0) : module;
	h.sig = &w->m->types.at[w->m->funcs.at[i->index].type];
	if (h.interface.n && name_form(h.interface) != NAME_INTERFACE &&
	    name_form(h.interface) != NAME_LABEL) {
		wrap_fail(w, DIAG_IMPORT, i->at, "%s of %s: no interface has "
			  "this name", i->name, i->module);
		return;
	}
	read_name(w, i, &h);
	if (!w->bad)
		bind_hole(w, &h);
	vec_push(w->arena, &w->holes, h);
}

void wrap_imports(struct wrap *w)
{
	for (uint32_t k = 0; k < w->m->imports.n && !w->bad; k++)
		read_import(w, &w->m->imports.at[k]);
	wrap_exports(w);
	for (uint32_t k = 0; k < w->holes.n && !w->bad; k++) {
		struct hole *h = &w->holes.at[k];
		if (h->op == CANON_TASK_RETURN && h->type == CT_NO_TYPE)
			h->type = func_type(w, h);
		if (h->op == CANON_TASK_RETURN && h->type == CT_NO_TYPE)
			missing(w, h, "");
		if (!w->bad)
			check_signature(w, h, &w->m->imports.at[k]);
	}
}

bool wrap_is_canon_core(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->customs.n; k++)
		if (!strncmp(m->customs.at[k].name, "component-type", 14))
			return true;
	for (uint32_t k = 0; k < m->imports.n; k++) {
		struct hole h = { 0 };
		struct ct_name n = name_of(m->imports.at[k].name,
					   m->imports.at[k].nname);
		const char *close;
		if (take(&n, "[async-lower]") || take(&n, "[cancellable]"))
			return true;
		close = n.n && *n.at == '[' ? memchr(n.at, ']', n.n) : NULL;
		if (close && find_op(name_of(n.at + 1,
					     (size_t)(close - n.at - 1)), &h))
			return true;
	}
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (!strncmp(m->exports.at[k].name, "[async-lift", 11))
			return true;
	return false;
}
