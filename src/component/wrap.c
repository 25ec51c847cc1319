/* wrap.c - core module of the canon core dialect to component.
 *
 * What the module exports is checked here, so that reports name its exports
 * and not places of a file that nobody has seen.
 */
#include <string.h>

#include "component/wrap_int.h"

void wrap_fail(struct wrap *w, enum diag_code code, uint32_t at,
	       const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, w->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (!w->bad)
		diag_report(w->sink, code, at, "%s", (const char *)b.at);
	w->bad = true;
}

static void check_sig(struct wrap *w, const struct wasm_export *e,
		      const char *want)
{
	const char *have = e->kind != WASM_FUNC ? "no function" :
		wasm_type_text(&w->m->types.at[w->m->funcs.at[e->index].type],
			       w->arena);

	if (strcmp(have, want) != 0)
		wrap_fail(w, DIAG_SIGNATURE, e->at, "export %s has the core "
			  "type %s, it should be %s", e->name, have, want);
}

static const struct wasm_export *find(const struct wrap *w, const char *prefix,
				      struct ct_name name)
{
	return wrap_export(w, prefix, (struct ct_name){ "", 0 }, name);
}

static void check_lift(struct wrap *w, const struct lifted *l)
{
	const struct wasm_export *core = find(w, "", l->core);
	const struct wasm_export *cb = find(w, "[callback]", l->core);
	const struct wasm_export *post = find(w, "cabi_post_", l->core);
	struct wasm_functype t = ct_flatten(w->w->types, l->type, CT_LIFT,
					    l->async, l->async && cb,
					    w->arena);

	if (l->async && !ct_get(w->w->types, l->type)->async)
		wrap_fail(w, DIAG_SIGNATURE, core->at, "%s is lifted "
			  "asynchronously, its type is not async", core->name);
	check_sig(w, core, wasm_type_text(&t, w->arena));
	if (l->async && cb)
		check_sig(w, cb, "iii:i");
	t = (struct wasm_functype){ .param = t.result,
				    .nparams = t.nresults };
	if (!l->async && post)
		check_sig(w, post, wasm_type_text(&t, w->arena));
}

static void check_exports(struct wrap *w)
{
	static const struct { const char *name, *sig; } known[] = {
		{ "cabi_realloc", "iiii:i" },
		{ "cabi_import_realloc", "iiii:i" },
		{ "cabi_export_realloc", "iiii:i" },
		{ "_initialize", ":" },
	};

	for (uint32_t k = 0; k < w->lifts.n; k++)
		check_lift(w, &w->lifts.at[k]);
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		const struct wasm_export *e = find(w, known[k].name,
						   (struct ct_name){ "", 0 });
		if (e)
			check_sig(w, e, known[k].sig);
	}
	for (uint32_t k = 0; k < w->m->exports.n; k++)
		if (strstr(w->m->exports.at[k].name, "[dtor]"))
			check_sig(w, &w->m->exports.at[k], "i:");
}

/* What is left to be wrong: no memory or realloc where types need them. */
static void check_result(struct wrap *w, const struct buf *out)
{
	struct comp_file *f = arena_new(w->arena, struct comp_file);
	struct diag_sink quiet;

	diag_init(&quiet, w->arena);
	if (!comp_decode(f, out->at, out->n, &wasm_default_limits, w->arena,
			 &quiet))
		wrap_fail(w, DIAG_CANON, 0, "the module makes no valid "
			  "component (%s); does it export memory and "
			  "cabi_realloc?", quiet.at[0].detail);
}

bool wrap_core(const struct wasm_module *m, struct wit_world *world,
	       struct buf *out, size_t *at, struct diag_sink *s)
{
	struct wrap w = { .m = m, .w = world, .arena = world->arena,
			  .sink = s };

	wrap_imports(&w);
	if (!w.bad)
		check_exports(&w);
	if (!w.bad)
		wrap_emit(&w, out);
	*at = w.main_at;
	if (!w.bad)
		check_result(&w, out);
	return !w.bad;
}
