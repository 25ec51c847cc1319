/* names.c - exports of the linked module, and that nothing it needs is missing. */
#include <stdio.h>
#include <string.h>

#include "prove/link/joint.h"

static bool pair(struct joint *j, const struct wasm_export *e, struct thing t,
		 enum wasm_kind kind)
{
	return t.kind != THING_NONE && e->kind == kind &&
	       joint_pair(j, kind, t, e->index, e->name);
}

static bool of_function(struct joint *j, const struct wasm_export *e,
			const char *what, uint32_t n)
{
	const struct joint_func *f = n < j->funcs.n ? &j->funcs.at[n] : NULL;

	if (!f)
		return false;
	if (!strcmp(what, "lift"))
		return pair(j, e, f->core, WASM_FUNC);
	if (!strcmp(what, "callback"))
		return pair(j, e, f->callback, WASM_FUNC);
	if (!strcmp(what, "post-return"))
		return pair(j, e, f->post_return, WASM_FUNC);
	return !strcmp(what, "realloc") && pair(j, e, f->realloc, WASM_FUNC);
}

static bool of_builtin(struct joint *j, const struct wasm_export *e,
		       const char *what, uint32_t n)
{
	const struct joint_builtin *b = n < j->builtins.n ? &j->builtins.at[n] :
							    NULL;
	const struct info_builtin *i = b ? b->told : NULL;

	if (!i)
		return false;
	if (!strcmp(what, "builtin-realloc"))
		return pair(j, e, b->realloc, WASM_FUNC);
	if (!strcmp(what, "thread-table"))
		return pair(j, e, b->table, WASM_TABLE);
	if (!strcmp(what, "start"))
		return e->kind == WASM_FUNC && e->index == i->start;
	return !strcmp(what, "results") && e->kind == WASM_FUNC &&
	       e->index == i->results;
}

/* "[what]#N"; copies are looked at with the adapters. */
static bool is_right(struct joint *j, const struct wasm_export *e)
{
	char what[20];
	unsigned n, r;

	if (sscanf(e->name, "[copy]#%u:%u", &n, &r) == 2)
		return e->kind == WASM_FUNC &&
		       !strcmp(e->name, arena_printf(j->arena, "[copy]#%u:%u",
						     n, r)) &&
		       joint_made(j, e->index, e->name);
	if (sscanf(e->name, "[%19[a-z-]]#%u", what, &n) != 2 ||
	    strlen(e->name) != e->nname ||
	    strcmp(e->name, arena_printf(j->arena, "[%s]#%u", what, n)) != 0)
		return false;
	if (!strcmp(what, "memory"))
		return e->kind == WASM_MEMORY && e->index == n;
	if (!strcmp(what, "dtor"))
		return n < j->resources.n &&
		       pair(j, e, j->resources.at[n].dtor, WASM_FUNC);
	return of_function(j, e, what, n) || of_builtin(j, e, what, n);
}

bool joint_names(struct joint *j)
{
	for (uint32_t k = 0; k < j->linked->exports.n; k++) {
		const struct wasm_export *e = &j->linked->exports.at[k];
		if (!is_right(j, e)) {
			j->out->why = NULL;
			return joint_fail(j, "export \"%s\" of the linked module "
					  "is not what it is named", e->name);
		}
	}
	return true;
}
