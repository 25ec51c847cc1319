/* describe.c - the instance graph as text or JSON, for heddle inspect. */
#include "component/graph.h"

static const char *const encodings[] = { "utf8", "utf16", "latin1+utf16" };

struct writer {
	const struct graph *g;
	struct buf *out;
	bool json;
	bool first;	/* of the current list */
};

/* --- JSON and text alike -------------------------------------------------------- */

static void list(struct writer *w, const char *name)
{
	buf_printf(w->out, w->json ? ",\n\"%s\":[" : "%s\n", name);
	w->first = true;
}

static void end(struct writer *w)
{
	if (w->json)
		buf_str(w->out, "]");
}

static void item(struct writer *w)
{
	if (w->json)
		buf_str(w->out, w->first ? "\n{" : ",\n{");
	w->first = false;
}

static void end_item(struct writer *w)
{
	buf_str(w->out, w->json ? "}" : "\n");
}

/* A field; text puts `before` in front of it. */
static void text(struct writer *w, const char *key, const char *before,
		 const char *value, bool comma)
{
	if (w->json) {
		buf_printf(w->out, "%s\"%s\":", comma ? "," : "", key);
		buf_json(w->out, value);
		return;
	}
	buf_str(w->out, before);
	buf_str(w->out, value);
}

static void num(struct writer *w, const char *key, const char *before,
		uint32_t value, bool comma)
{
	if (w->json)
		buf_printf(w->out, "%s\"%s\":%u", comma ? "," : "", key, value);
	else
		buf_printf(w->out, "%s%u", before, value);
}

static void flag(struct writer *w, const char *key, bool value)
{
	if (!value)
		return;
	if (w->json)
		buf_printf(w->out, ",\"%s\":true", key);
	else
		buf_printf(w->out, " %s", key);
}

static const char *type_text(const struct writer *w, uint32_t type)
{
	struct buf b;

	buf_init(&b, w->g->arena);
	ct_print(w->g->types, type, &b);
	return (const char *)b.at;
}

static const char *ref_text(const struct writer *w, enum wasm_kind kind,
			    struct graph_ref r)
{
	static const char *const kinds[] = { "func", "table", "memory",
					     "global" };

	r = graph_resolve(w->g, kind, r);
	if (r.kind == REF_BUILTIN)
		return arena_printf(w->g->arena, "builtin %u", r.a);
	return arena_printf(w->g->arena, "core %u %s %u", r.a, kinds[kind],
			    r.b);
}

static void ref(struct writer *w, const char *key, enum wasm_kind kind,
		struct graph_ref r)
{
	if (r.kind == REF_NONE)
		return;
	text(w, key, arena_printf(w->g->arena, " %s=", key),
	     ref_text(w, kind, r), true);
}

static const char *func_name(const struct writer *w, struct ct_name interface,
			     struct ct_name name)
{
	return interface.n ? arena_printf(w->g->arena, "%s#%s", interface.at,
					  name.at) : name.at;
}

/* --- parts --------------------------------------------------------------------------- */

static void modules(struct writer *w)
{
	list(w, "modules");
	for (uint32_t k = 0; k < w->g->file->modules.n; k++) {
		const struct comp_module *m = &w->g->file->modules.at[k];
		uint32_t times = 0;
		for (uint32_t c = 0; c < w->g->cores.n; c++)
			times += w->g->cores.at[c].module == k;
		item(w);
		num(w, "module", "  ", k, false);
		text(w, "name", " ", m->name ? m->name : "", true);
		num(w, "bytes", ": bytes ", (uint32_t)m->wasm->size, true);
		num(w, "functions", ", functions ",
		    m->wasm->funcs.n - m->wasm->nimported[WASM_FUNC], true);
		num(w, "instantiated", ", instantiated ", times, true);
		end_item(w);
	}
	end(w);
}

static void instances(struct writer *w)
{
	list(w, "instances");
	for (uint32_t k = 0; k < w->g->insts.n; k++) {
		const struct graph_inst *i = &w->g->insts.at[k];
		item(w);
		num(w, "instance", "  ", k, false);
		num(w, "component", " component ", i->component, true);
		if (i->parent != COMP_NONE)
			num(w, "parent", " in ", i->parent, true);
		end_item(w);
	}
	end(w);
}

static void import(struct writer *w, const struct graph_core *c, uint32_t k)
{
	const struct wasm_import *i =
		&w->g->file->modules.at[c->module].wasm->imports.at[k];
	const char *to = ref_text(w, (enum wasm_kind)i->kind, c->import[k]);

	if (w->json) {
		buf_str(w->out, k ? ",{" : "{");
		text(w, "from", "", i->module, false);
		text(w, "name", "", i->name, true);
		text(w, "to", "", to, true);
		buf_str(w->out, "}");
		return;
	}
	buf_printf(w->out, "\n    %s %s = %s", i->module, i->name, to);
}

static void cores(struct writer *w)
{
	list(w, "core instances");
	for (uint32_t k = 0; k < w->g->cores.n; k++) {
		const struct graph_core *c = &w->g->cores.at[k];
		item(w);
		num(w, "core", "  ", k, false);
		num(w, "module", " module ", c->module, true);
		num(w, "instance", " in ", c->inst, true);
		if (w->json)
			buf_str(w->out, ",\"imports\":[");
		for (uint32_t i = 0; i < graph_module(w->g, k)->imports.n; i++)
			import(w, c, i);
		if (w->json)
			buf_str(w->out, "]");
		end_item(w);
	}
	end(w);
}

/* What a stream or future carries. */
static void element(struct writer *w, const struct graph_builtin *b)
{
	const struct ct_type *t = ct_get(w->g->types, b->type);

	if (t->kind != CT_STREAM && t->kind != CT_FUTURE)
		return;
	bool some = t->elem != CT_NO_TYPE;
	num(w, "size", " size ", some ? ct_get(w->g->types, t->elem)->size : 0,
	    true);
	num(w, "align", " align ",
	    some ? ct_get(w->g->types, t->elem)->align : 1, true);
}

static bool encoded(const struct graph_builtin *b)
{
	return b->op == CANON_LOWER || b->op == CANON_TASK_RETURN ||
	       (b->type != CT_NO_TYPE && b->memory.kind != REF_NONE);
}

static void builtin(struct writer *w, uint32_t k)
{
	const struct graph_builtin *b = &w->g->builtins.at[k];
	const struct canon_info *i = &canon_info[b->op];

	item(w);
	num(w, "builtin", "  ", k, false);
	text(w, "operation", " ", b->op == CANON_LOWER ? "lower" : i->name,
	     true);
	num(w, "instance", " in ", b->inst, true);
	if (b->callee != COMP_NONE)
		num(w, "function", " function ", b->callee, true);
	if (b->type != CT_NO_TYPE) {
		text(w, "type", " ", type_text(w, b->type), true);
		element(w, b);
	}
	if (b->op == CANON_CONTEXT_GET || b->op == CANON_CONTEXT_SET)
		num(w, "slot", " slot ", b->slot, true);
	flag(w, "async", b->async);
	flag(w, "cancellable", b->cancellable);
	if (encoded(b))
		text(w, "encoding", " ", encodings[b->encoding], true);
	ref(w, "memory", WASM_MEMORY, b->memory);
	ref(w, "realloc", WASM_FUNC, b->realloc);
	ref(w, "table", WASM_TABLE, b->table);
	text(w, "signature", " ",
	     wasm_type_text(&w->g->types->core.at[b->sig].func, w->g->arena),
	     true);
	end_item(w);
}

static void func(struct writer *w, uint32_t k)
{
	const struct graph_func *f = &w->g->funcs.at[k];
	bool host = f->inst == COMP_NONE;

	item(w);
	num(w, "function", "  ", k, false);
	if (host)
		text(w, "import", " import ",
		     func_name(w, f->interface, f->name), true);
	else
		num(w, "instance", " in ", f->inst, true);
	text(w, "type", " ", type_text(w, f->type), true);
	if (!host) {
		flag(w, "async", f->async);
		text(w, "encoding", " ", encodings[f->encoding], true);
	}
	ref(w, "core", WASM_FUNC, f->core);
	ref(w, "memory", WASM_MEMORY, f->memory);
	ref(w, "realloc", WASM_FUNC, f->realloc);
	ref(w, "post-return", WASM_FUNC, f->post_return);
	ref(w, "callback", WASM_FUNC, f->callback);
	end_item(w);
}

static void exports(struct writer *w)
{
	list(w, "exports");
	for (uint32_t k = 0; k < w->g->exports.n; k++) {
		const struct graph_export *x = &w->g->exports.at[k];
		item(w);
		text(w, "name", "  ", func_name(w, x->interface, x->name),
		     false);
		num(w, "function", " function ", x->func, true);
		end_item(w);
	}
	end(w);
}

static void resources(struct writer *w)
{
	list(w, "resources");
	for (uint32_t k = 0; k < w->g->resources.n; k++) {
		const struct graph_resource *r = &w->g->resources.at[k];
		item(w);
		num(w, "resource", "  ", r->type, false);
		if (r->inst == COMP_NONE)
			text(w, "import", " import ", r->name.at, true);
		else
			num(w, "instance", " in ", r->inst, true);
		ref(w, "destructor", WASM_FUNC, r->dtor);
		end_item(w);
	}
	end(w);
}

void graph_describe(const struct graph *g, bool json, struct buf *out)
{
	struct writer w = { .g = g, .out = out, .json = json };

	if (json)
		buf_printf(out, "{\"dialect\":\"component\",\"shims\":%u",
			   g->nshims);
	else
		buf_printf(out, "dialect: component\nshims resolved: %u\n",
			   g->nshims);
	modules(&w);
	instances(&w);
	cores(&w);
	list(&w, "builtins");
	for (uint32_t k = 0; k < g->builtins.n; k++)
		builtin(&w, k);
	end(&w);
	list(&w, "functions");
	for (uint32_t k = 0; k < g->funcs.n; k++)
		func(&w, k);
	end(&w);
	resources(&w);
	exports(&w);
	if (json)
		buf_str(out, "}\n");
}
