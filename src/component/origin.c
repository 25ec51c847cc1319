/* origin.c - the table of places: made, and looked at. */
#include "component/origin.h"

#include <string.h>

const char *origin_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

struct maker {
	const struct linked *l;
	const struct graph *g;
	const struct wasm_module *m;
	const struct origin_part *part;
	uint32_t n;
	struct origin *o;
	struct arena *arena;
	uint32_t *part_of, *number;	/* per file.modules: part, and which */
	const char ***name;		/* per file.modules, once asked for */
};

/* --- core modules ------------------------------------------------------------ */

static uint32_t find_part(const struct maker *k, uint32_t at)
{
	for (uint32_t p = 0; p < k->n; p++)
		if (at >= k->part[p].begin && at < k->part[p].end)
			return p;
	return ORIGIN_NONE;
}

static void number_modules(struct maker *k)
{
	const struct comp_file *f = k->g->file;
	uint32_t *next = arena_array(k->arena, uint32_t, k->n);

	k->part_of = arena_array(k->arena, uint32_t, f->modules.n);
	k->number = arena_array(k->arena, uint32_t, f->modules.n);
	k->name = arena_array(k->arena, const char **, f->modules.n);
	for (uint32_t m = 0; m < f->modules.n; m++) {
		const uint32_t p = find_part(k, f->modules.at[m].at);
		k->part_of[m] = p;
		if (p == ORIGIN_NONE)
			continue;
		k->number[m] = f->modules.at[m].at == k->part[p].begin ?
				       ORIGIN_NONE : next[p]++;
	}
}

/* Names of the name section, else of exports. */
static const char *func_name(struct maker *k, uint32_t module, uint32_t func)
{
	const struct wasm_module *m = k->g->file->modules.at[module].wasm;

	if (!k->name[module]) {
		k->name[module] = arena_array(k->arena, const char *,
					      m->funcs.n);
		for (uint32_t i = 0; i < m->exports.n; i++)
			if (m->exports.at[i].kind == WASM_FUNC)
				k->name[module][m->exports.at[i].index] =
					m->exports.at[i].name;
	}
	return m->funcs.at[func].name ? m->funcs.at[func].name :
					k->name[module][func];
}

/* "core module 1", " of b.wasm" behind it when there are several files. */
static void module_text(const struct maker *k, uint32_t module, struct buf *b)
{
	const uint32_t p = k->part_of[module];

	if (p == ORIGIN_NONE)
		buf_str(b, "heddle's own core module");
	else if (k->number[module] == ORIGIN_NONE)
		buf_str(b, origin_file_name(k->part[p].file));
	else
		buf_printf(b, "core module %u", k->number[module]);
	if (p != ORIGIN_NONE && k->n > 1 && k->number[module] != ORIGIN_NONE)
		buf_printf(b, " of %s", origin_file_name(k->part[p].file));
}

/* --- heddle's own code ---------------------------------------------------------- */

/* import "ns:pkg/iface" "f" of core module 0: the first that is built-in K,
 * for every K */
static const char **import_texts(const struct maker *k)
{
	const struct graph *g = k->g;
	const char **text = arena_array(k->arena, const char *, g->builtins.n);

	for (uint32_t c = 0; c < g->cores.n; c++) {
		const struct wasm_module *m = graph_module(g, c);
		for (uint32_t i = 0; i < m->nimported[WASM_FUNC]; i++) {
			const struct wasm_import *x =
				&m->imports.at[m->funcs.at[i].import];
			const struct graph_ref r = graph_resolve(g, WASM_FUNC,
				(struct graph_ref){ REF_CORE, c, i });
			struct buf b;
			if (r.kind != REF_BUILTIN || text[r.a] ||
			    k->part_of[g->cores.at[c].module] == ORIGIN_NONE)
				continue;
			buf_init(&b, k->arena);
			buf_printf(&b, "import \"%s\" \"%s\" of ", x->module,
				   x->name);
			module_text(k, g->cores.at[c].module, &b);
			buf_u8(&b, 0);
			text[r.a] = (char *)b.at;
		}
	}
	return text;
}

/* Strings go through functions that adapters share. */
static const char *own_name(const struct maker *k, const char *name)
{
	return arena_printf(k->arena, "heddle's own code%s%s",
			    name ? ": " : "", name ? name : "");
}

static void own_code(struct maker *k)
{
	const struct linked *l = k->l;
	const char **text = import_texts(k);

	for (uint32_t f = 0; f < k->m->funcs.n; f++) {
		const struct wasm_func *w = &k->m->funcs.at[f];
		k->o->funcs.at[f] = (struct origin_func){
			.begin = w->begin, .end = w->end, .file = ORIGIN_NONE,
			.module = ORIGIN_NONE, .func = f,
			.name = own_name(k, l->module.funcs.at[f].name) };
	}
	for (uint32_t b = 0; b < k->g->builtins.n; b++) {
		const struct link_adapter *x = &l->adapter[b];
		if (!text[b])
			continue;
		if (l->builtin[b] != LINK_NONE)
			k->o->funcs.at[l->builtin[b]].name = text[b];
		if (x->start != LINK_NONE)
			k->o->funcs.at[x->start].name = arena_printf(
				k->arena, "adapter of %s: arguments", text[b]);
		if (x->results != LINK_NONE)
			k->o->funcs.at[x->results].name = arena_printf(
				k->arena, "adapter of %s: results", text[b]);
	}
	if (k->m->start != UINT32_MAX)
		k->o->funcs.at[k->m->start].name =
			"heddle's own call of start functions";
}

/* --- copied code ------------------------------------------------------------------ */

static void copied(struct maker *k, uint32_t source)
{
	const struct link_source *s = &k->l->sources.at[source];
	const struct comp_module *module = &k->g->file->modules.at[s->module];
	const uint32_t p = k->part_of[s->module];
	const uint32_t end = source + 1 < k->l->sources.n ?
			     k->l->sources.at[source + 1].run : k->l->runs.n;
	struct origin_func *f = &k->o->funcs.at[s->index];

	if (p == ORIGIN_NONE) {
		f->name = "shim of heddle's own";
		return;
	}
	f->file = p;
	f->module = k->number[s->module];
	f->func = s->func;
	f->name = func_name(k, s->module, s->func);
	f->run = k->o->runs.n;
	f->nruns = end - s->run;
	for (uint32_t r = s->run; r < end; r++)
		vec_push(k->arena, &k->o->runs, (struct origin_run){
			f->begin + k->l->runs.at[r].at,
			module->at + k->l->runs.at[r].from -
				k->part[p].begin });
}

struct origin *origin_make(const struct linked *l, const struct wasm_module *m,
			   const struct origin_part *part, uint32_t n,
			   struct arena *a)
{
	struct maker k = { l, l->graph, m, part, n,
			   arena_new(a, struct origin), a, NULL, NULL, NULL };

	for (uint32_t p = 0; p < n; p++)
		vec_push(a, &k.o->files, part[p].file);
	vec_reserve(a, &k.o->funcs, m->funcs.n);
	k.o->funcs.n = m->funcs.n;
	vec_reserve(a, &k.o->runs, l->runs.n);
	number_modules(&k);
	own_code(&k);
	for (uint32_t s = 0; s < l->sources.n; s++)
		copied(&k, s);
	return k.o;
}

/* --- looking ----------------------------------------------------------------------- */

const struct origin_func *origin_find(const struct origin *o, uint32_t at)
{
	for (uint32_t f = 0; f < o->funcs.n; f++)
		if (at >= o->funcs.at[f].begin && at < o->funcs.at[f].end)
			return &o->funcs.at[f];
	return NULL;
}

bool origin_place(const struct origin *o, const struct origin_func *f,
		  uint32_t at, uint32_t *place)
{
	const struct origin_run *found = NULL;

	if (f->file == ORIGIN_NONE || at >= f->end)
		return false;
	for (uint32_t r = f->run; r < f->run + f->nruns; r++)
		if (o->runs.at[r].at <= at)
			found = &o->runs.at[r];
	if (found)
		*place = found->from + (at - found->at);
	return found != NULL;
}

void origin_text(const struct origin_func *f, struct buf *out)
{
	if (f->file == ORIGIN_NONE) {
		buf_str(out, f->name);
		return;
	}
	buf_printf(out, "func %u", f->func);
	if (f->name)
		buf_printf(out, " \"%s\"", f->name);
	if (f->module != ORIGIN_NONE)
		buf_printf(out, " of core module %u", f->module);
}
