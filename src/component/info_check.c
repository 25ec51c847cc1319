/* info_check.c - core types of what the section names.
 *
 * Code between the module's functions and the runtime moves words by these
 * types (obj/component_stub.c), so they must agree.
 */
#include "component/info.h"

#include <string.h>

#include "component/link.h"

struct check {
	const struct info *f;
	const struct wasm_module *m;
	struct diag_sink *sink;
	struct arena *arena;
	uint32_t at;
	bool bad;
};

static void complain(struct check *c, uint32_t func, const char *want)
{
	if (!c->bad)
		diag_report(c->sink, DIAG_SIGNATURE, c->at,
			    "section " LINK_SECTION ": function %u is not %s",
			    func, want);
	c->bad = true;
}

static const struct wasm_functype *type_of(const struct check *c, uint32_t f)
{
	return &c->m->types.at[c->m->funcs.at[f].type];
}

static void has_sig(struct check *c, uint32_t func, const char *sig)
{
	if (func != INFO_NONE &&
	    strcmp(wasm_type_text(type_of(c, func), c->arena), sig) != 0)
		complain(c, func, sig);
}

static void has_type(struct check *c, uint32_t func,
		     const struct wasm_functype *t)
{
	if (func != INFO_NONE && !wasm_same_type(type_of(c, func), t))
		complain(c, func, wasm_type_text(t, c->arena));
}

static void lift(struct check *c, const struct info_func *f)
{
	const struct ct_table *t = &c->f->types;
	const struct wasm_functype core =
		ct_flatten(t, f->type, CT_LIFT, f->async,
			   f->callback != INFO_NONE, c->arena);
	struct wasm_functype post = { .param = core.result,
				      .nparams = core.nresults };

	if (f->inst != INFO_NONE && f->core == INFO_NONE)
		complain(c, f->number, "lifted from any");
	has_type(c, f->core, &core);
	has_sig(c, f->callback, "iii:i");
	has_sig(c, f->realloc, "iiii:i");
	has_type(c, f->post_return, &post);
}

/* What [start] takes and gives, and what [results] takes. */
static void lower(struct check *c, const struct info_builtin *b)
{
	const struct info_func *f = &c->f->funcs.at[b->callee];
	const struct ct_table *t = &c->f->types;
	const struct wasm_functype caller =
		ct_flatten(t, f->type, CT_LOWER, b->async, false, c->arena);
	struct wasm_functype start = caller;

	has_type(c, b->func, &caller);
	if (f->inst == INFO_NONE)
		return;
	if (b->start == INFO_NONE || b->results == INFO_NONE ||
	    f->core == INFO_NONE) {
		complain(c, b->func, "with adapters");
		return;
	}
	start.result = type_of(c, f->core)->result;
	start.nresults = type_of(c, f->core)->nresults;
	has_type(c, b->start, &start);
	const struct wasm_functype *r = type_of(c, b->results);
	if (r->nresults > 1 || r->nparams > CT_FLAT_KEPT + 1)
		complain(c, b->results, "an adapter of results");
}

/* What code generation and the checker know of context.get and context.set
 * comes from the import's name. */
static void has_slot(struct check *c, const struct info_builtin *b)
{
	uint32_t slot;
	const enum context_use use = intrinsic_context(c->m, b->func, &slot),
		want = b->op == CANON_CONTEXT_GET ? CONTEXT_GET :
		       b->op == CANON_CONTEXT_SET ? CONTEXT_SET : CONTEXT_NONE;

	if (use != want || (use != CONTEXT_NONE && slot != b->slot))
		complain(c, b->func, "named as its context slot");
}

static void builtin(struct check *c, const struct info_builtin *b)
{
	const char *sig = canon_info[b->op].sig;
	const struct ct_table *t = &c->f->types;
	const char *operands = canon_info[b->op].operands;

	has_sig(c, b->realloc, "iiii:i");
	if (b->op == CANON_LOWER) {
		if (b->callee == INFO_NONE)
			complain(c, b->func, "bound to a function");
		else
			lower(c, b);
		return;
	}
	if (b->op == CANON_TASK_RETURN) {
		const struct wasm_functype w =
			ct_flatten_return(t, b->type, c->arena);
		has_type(c, b->func, &w);
	} else {
		has_sig(c, b->func, sig);
	}
	if (strchr(operands, 'e') &&
	    (b->type == CT_NO_TYPE ||
	     (ct_get(t, b->type)->kind != CT_STREAM &&
	      ct_get(t, b->type)->kind != CT_FUTURE)))
		complain(c, b->func, "of a stream or future type");
	if (strchr(operands, 'r') && b->resource == INFO_NONE)
		complain(c, b->func, "of a resource");
	if (strchr(operands, 'm') && b->memory == INFO_NONE)
		complain(c, b->func, "given a memory");
	if (strchr(operands, 'b') && b->table == INFO_NONE)
		complain(c, b->func, "given a table");
	if (strchr(operands, 's') && b->slot > 1)
		complain(c, b->func, "of a context slot");
	has_slot(c, b);
}

bool info_check(const struct info *f, const struct wasm_module *m,
		uint32_t at, struct diag_sink *s)
{
	struct check c = { f, m, s, s->arena, at, false };

	for (uint32_t k = 0; k < f->funcs.n; k++)
		lift(&c, &f->funcs.at[k]);
	for (uint32_t k = 0; k < f->builtins.n; k++)
		builtin(&c, &f->builtins.at[k]);
	for (uint32_t k = 0; k < f->resources.n; k++)
		has_sig(&c, f->resources.at[k].dtor, "i:");
	return !c.bad;
}
