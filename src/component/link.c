/* link.c - core modules of an instance graph into one.
 *
 * Order of the result: imports, then each core instance's own things in
 * instantiation order, then adapters, then the start function (link_start.c).
 */
#include "component/link_int.h"

#include <string.h>

#include "wasm/encode.h"

void link_reject(struct linker *l, uint32_t at, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, l->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (!l->bad)
		diag_report(l->sink, DIAG_UNSUPPORTED, at, "%s",
			    (const char *)b.at);
	l->bad = true;
}

/* --- indices --------------------------------------------------------------------- */

uint32_t link_type(struct linker *l, const struct wasm_functype *t)
{
	uint32_t core = ct_core_func(l->g->types, t);
	uint32_t *slot = map_put(&l->types, core);

	if (!*slot) {
		vec_push(l->arena, &l->functypes,
			 l->g->types->core.at[core].func);
		*slot = l->functypes.n;
	}
	return *slot - 1;
}

uint32_t link_index(const struct linker *l, enum wasm_kind kind,
		    struct graph_ref r)
{
	r = graph_resolve(l->g, kind, r);
	if (r.kind == REF_NONE)
		return LINK_NONE;
	if (r.kind == REF_BUILTIN)
		return l->out->builtin[r.a];
	const struct link_core *c = &l->core[r.a];
	switch (kind) {
	case WASM_FUNC:
		return c->func[r.b];
	case WASM_TABLE:
		return c->table[r.b];
	case WASM_MEMORY:
		return c->memory[r.b];
	default:
		return c->global[r.b];
	}
}

static uint32_t *none(struct linker *l, uint32_t n)
{
	uint32_t *r = arena_array(l->arena, uint32_t, n);

	for (uint32_t k = 0; k < n; k++)
		r[k] = LINK_NONE;
	return r;
}

static void prepare(struct linker *l)
{
	struct graph *g = l->g;

	l->core = arena_array(l->arena, struct link_core, g->cores.n);
	for (uint32_t k = 0; k < g->cores.n; k++) {
		const struct wasm_module *m = graph_module(g, k);
		l->core[k] = (struct link_core){
			.func = none(l, m->funcs.n),
			.table = none(l, m->tables.n),
			.memory = none(l, m->memories.n),
			.global = none(l, m->globals.n),
			.elem = none(l, m->elems.n),
			.data = none(l, m->datas.n),
			.live = arena_array(l->arena, bool, m->funcs.n),
			.live_table = arena_array(l->arena, bool, m->tables.n),
			.live_elem = arena_array(l->arena, bool, m->elems.n),
		};
	}
	l->live_builtin = arena_array(l->arena, bool, g->builtins.n);
	l->live_func = arena_array(l->arena, bool, g->funcs.n);
	l->type = arena_array(l->arena, uint32_t *, g->file->modules.n);
	for (l->first_start = 0; l->first_start < g->cores.n; l->first_start++)
		if (graph_module(g, l->first_start)->start != UINT32_MAX)
			break;
}

/* --- imports ------------------------------------------------------------------------ */

uint32_t link_import(struct linker *l, const char *name, const char *sig)
{
	struct wasm_import i = {
		.module = LINK_MODULE, .nmodule = sizeof LINK_MODULE - 1,
		.name = name, .kind = WASM_FUNC, .index = l->imports.n,
	};
	while (name[i.nname])
		i.nname++;
	uint64_t h = hash_bytes(name, i.nname);
	uint32_t *slot;
	for (; *(slot = map_put(&l->import_names, h)); h++)
		if (!strcmp(l->imports.at[*slot - 1].name, name))
			return *slot - 1;
	uint32_t core = ct_core_sig(l->g->types, sig);
	struct wasm_func f = {
		.type = link_type(l, &l->g->types->core.at[core].func),
		.import = l->imports.n,
	};
	CHECK(l->dry);
	vec_push(l->arena, &l->imports, i);
	vec_push(l->arena, &l->funcs, f);
	*slot = l->imports.n;
	return *slot - 1;
}

static void import_builtins(struct linker *l)
{
	for (uint32_t k = 0; k < l->g->builtins.n; k++) {
		const struct graph_builtin *b = &l->g->builtins.at[k];
		if (!l->live_builtin[k])
			continue;
		const char *name = b->op == CANON_LOWER ? "lower" :
							  canon_info[b->op].name;
		if (strchr(canon_info[b->op].operands, 's'))
			name = arena_printf(l->arena, "%s-%u", name, b->slot);
		l->out->builtin[k] = link_import(
			l, arena_printf(l->arena, "%s[%s]#%u",
					b->async ? "[async-lower]" : "", name,
					k),
			wasm_type_text(&l->g->types->core.at[b->sig].func,
				       l->arena));
	}
}

/* --- what instances bring -------------------------------------------------------------- */

static void number_types(struct linker *l, uint32_t module)
{
	const struct wasm_module *m = l->g->file->modules.at[module].wasm;

	if (l->type[module])
		return;
	l->type[module] = arena_array(l->arena, uint32_t, m->types.n);
	for (uint32_t k = 0; k < m->types.n; k++)
		l->type[module][k] = link_type(l, &m->types.at[k]);
}

/* Before anything else: names of adapters' imports have these numbers. */
static void number_memories(struct linker *l, uint32_t core)
{
	const struct wasm_module *m = graph_module(l->g, core);

	for (uint32_t k = m->nimported[WASM_MEMORY]; k < m->memories.n; k++) {
		l->core[core].memory[k] = l->memories.n;
		vec_push(l->arena, &l->memories, m->memories.at[k]);
		vec_push(l->arena, &l->owners, l->g->cores.at[core].inst);
	}
}

static void number_core(struct linker *l, uint32_t core)
{
	const struct wasm_module *m = graph_module(l->g, core);
	struct link_core *c = &l->core[core];
	uint32_t module = l->g->cores.at[core].module;

	number_types(l, module);
	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		if (!c->live[k])
			continue;
		c->func[k] = l->funcs.n;
		vec_push(l->arena, &l->funcs, (struct wasm_func){
			.type = l->type[module][m->funcs.at[k].type],
			.import = UINT32_MAX });
	}
	for (uint32_t k = m->nimported[WASM_TABLE]; k < m->tables.n; k++) {
		if (!c->live_table[k])
			continue;
		c->table[k] = l->tables.n;
		vec_push(l->arena, &l->tables, m->tables.at[k]);
	}
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++) {
		c->global[k] = l->globals.n;
		vec_push(l->arena, &l->globals, m->globals.at[k]);
	}
	for (uint32_t k = 0; k < m->elems.n; k++) {
		if (c->live_elem[k]) {
			c->elem[k] = l->elems.n;
			vec_push(l->arena, &l->elems, m->elems.at[k]);
		}
	}
	for (uint32_t k = 0; k < m->datas.n; k++) {
		c->data[k] = l->datas.n;
		vec_push(l->arena, &l->datas, m->datas.at[k]);
	}
}

static void fill_elem(struct linker *l, uint32_t core, struct wasm_elem *e)
{
	uint32_t *func = e->func ? arena_array(l->arena, uint32_t, e->n) : NULL;
	struct wasm_expr *expr =
		e->expr ? arena_array(l->arena, struct wasm_expr, e->n) : NULL;

	if (e->mode == WASM_ACTIVE &&
	    link_is_late(l, core, WASM_TABLE, e->table)) {
		e->mode = WASM_PASSIVE;
	} else if (e->mode == WASM_ACTIVE) {
		e->table = link_index(l, WASM_TABLE, (struct graph_ref){
			REF_CORE, core, e->table });
		e->offset = link_expr(l, core, e->offset);
	}
	for (uint32_t k = 0; k < e->n; k++) {
		if (func && e->func[k] == UINT32_MAX)
			func[k] = UINT32_MAX;
		else if (func)
			func[k] = link_index(l, WASM_FUNC, (struct graph_ref){
				REF_CORE, core, e->func[k] });
		else
			expr[k] = link_expr(l, core, e->expr[k]);
	}
	e->func = func;
	e->expr = expr;
}

static void fill_data(struct linker *l, uint32_t core, struct wasm_data *d)
{
	const struct wasm_module *m = graph_module(l->g, core);
	uint32_t begin = (uint32_t)l->code.n;

	buf_put(&l->code, m->bytes + d->begin, d->n);
	d->begin = begin;
	if (d->mode == WASM_ACTIVE &&
	    link_is_late(l, core, WASM_MEMORY, d->memory))
		d->mode = WASM_PASSIVE;
	if (d->mode != WASM_ACTIVE)
		return;
	d->offset = link_expr(l, core, d->offset);
	d->memory = link_index(l, WASM_MEMORY, (struct graph_ref){
		REF_CORE, core, d->memory });
}

static void fill_core(struct linker *l, uint32_t core)
{
	const struct wasm_module *m = graph_module(l->g, core);
	const struct link_core *c = &l->core[core];

	for (uint32_t k = 0; k < m->funcs.n; k++)
		if (c->func[k] != LINK_NONE)
			link_body(l, core, k, c->func[k]);
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++)
		l->globals.at[c->global[k]].init =
			link_expr(l, core, m->globals.at[k].init);
	for (uint32_t k = 0; k < m->elems.n; k++)
		if (c->elem[k] != LINK_NONE)
			fill_elem(l, core, &l->elems.at[c->elem[k]]);
	for (uint32_t k = 0; k < m->datas.n; k++)
		fill_data(l, core, &l->datas.at[c->data[k]]);
}

/* ref.func needs its functions declared. */
static void declare_functions(struct linker *l)
{
	struct wasm_elem e = { .mode = WASM_DECLARED, .type = T_FUNCREF,
			       .n = l->referenced.n };

	if (!e.n)
		return;
	e.func = arena_array(l->arena, uint32_t, e.n);
	for (uint32_t k = 0; k < e.n; k++)
		e.func[k] = link_index(l, WASM_FUNC, l->referenced.at[k]);
	vec_push(l->arena, &l->elems, e);
}

/* --- exports --------------------------------------------------------------------------- */

static uint32_t export_func(struct linker *l, const char *what, uint32_t number,
			    struct graph_ref r)
{
	uint32_t index = link_index(l, WASM_FUNC, r);

	if (index != LINK_NONE)
		link_export(l, arena_printf(l->arena, "[%s]#%u", what, number),
			    WASM_FUNC, index);
	return index;
}

static void export_lifts(struct linker *l)
{
	for (uint32_t k = 0; k < l->g->funcs.n; k++) {
		const struct graph_func *f = &l->g->funcs.at[k];
		struct link_lift *to = &l->out->lift[k];
		*to = (struct link_lift){ LINK_NONE, LINK_NONE, LINK_NONE,
					  LINK_NONE, LINK_NONE };
		if (!l->live_func[k])
			continue;
		to->core = export_func(l, "lift", k, f->core);
		to->callback = export_func(l, "callback", k, f->callback);
		to->post_return = export_func(l, "post-return", k,
					      f->post_return);
		to->realloc = export_func(l, "realloc", k, f->realloc);
		to->memory = link_index(l, WASM_MEMORY, f->memory);
	}
	for (uint32_t k = 0; k < l->g->resources.n; k++)
		l->out->dtor[k] = export_func(l, "dtor", k,
					      l->g->resources.at[k].dtor);
}

static void builtin_refs(struct linker *l)
{
	struct linked *o = l->out;

	for (uint32_t k = 0; k < l->g->builtins.n; k++) {
		const struct graph_builtin *b = &l->g->builtins.at[k];
		if (!l->live_builtin[k])
			continue;
		o->builtin_memory[k] = link_index(l, WASM_MEMORY, b->memory);
		o->builtin_realloc[k] = export_func(l, "builtin-realloc", k,
						    b->realloc);
		o->builtin_table[k] = link_index(l, WASM_TABLE, b->table);
		if (b->table.kind != REF_NONE)
			link_export(l, arena_printf(l->arena,
						    "[thread-table]#%u", k),
				    WASM_TABLE, o->builtin_table[k]);
	}
	for (uint32_t k = 0; k < l->memories.n; k++)
		link_export(l, arena_printf(l->arena, "[memory]#%u", k),
			    WASM_MEMORY, k);
}

static void finish(struct linker *l)
{
	struct wasm_module *m = &l->out->module;
	struct buf section, shared;

	*m = (struct wasm_module){
		.bytes = l->code.at, .size = l->code.n, .start = m->start,
		.has_data_count = l->datas.n > 0, .data_count = l->datas.n,
		.types = { l->functypes.at, l->functypes.n },
		.imports = { l->imports.at, l->imports.n },
		.funcs = { l->funcs.at, l->funcs.n },
		.tables = { l->tables.at, l->tables.n },
		.memories = { l->memories.at, l->memories.n },
		.globals = { l->globals.at, l->globals.n },
		.exports = { l->exports.at, l->exports.n },
		.elems = { l->elems.at, l->elems.n },
		.datas = { l->datas.at, l->datas.n },
	};
	m->nimported[WASM_FUNC] = l->imports.n;
	buf_init(&section, l->arena);
	link_section(l, &section);
	buf_init(&shared, l->arena);
	link_put_shares(l, &shared);
	const struct wasm_extra extra[] = {
		{ LINK_SECTION, section.at, section.n },
		{ LINK_INSTANCES, shared.at, shared.n },
	};
	const struct wasm_edit edit = { .extra = extra,
					.nextra = l->shares ? 2 : 1 };
	buf_init(&l->out->bytes, l->arena);
	wasm_encode(m, &edit, &l->out->bytes);
}

static void allocate(struct linker *l)
{
	struct graph *g = l->g;
	struct linked *o = l->out;

	*o = (struct linked){
		.graph = g,
		.builtin = none(l, g->builtins.n),
		.builtin_memory = none(l, g->builtins.n),
		.builtin_realloc = none(l, g->builtins.n),
		.builtin_table = none(l, g->builtins.n),
		.adapter = arena_array(l->arena, struct link_adapter,
				       g->builtins.n),
		.lift = arena_array(l->arena, struct link_lift, g->funcs.n),
		.dtor = none(l, g->resources.n),
	};
	for (uint32_t k = 0; k < g->builtins.n; k++)
		o->adapter[k] = (struct link_adapter){ LINK_NONE, LINK_NONE };
}

bool link_graph(struct linked *out, struct graph *g, bool walls,
		struct diag_sink *s)
{
	struct linker l = { .g = g, .out = out, .arena = g->arena, .sink = s,
			    .walls = walls };

	map_init(&l.types, l.arena);
	map_init(&l.transcoders, l.arena);
	map_init(&l.import_names, l.arena);
	buf_init(&l.code, l.arena);
	buf_u8(&l.code, 0);	/* offset 0 is no body */
	prepare(&l);
	allocate(&l);
	link_mark(&l);
	link_share(&l);
	for (uint32_t k = 0; k < g->cores.n; k++)
		number_memories(&l, k);
	l.dry = true;
	import_builtins(&l);
	link_start_imports(&l);
	link_adapters(&l, true);
	l.dry = false;
	for (uint32_t k = 0; k < g->cores.n && !l.bad; k++)
		number_core(&l, k);
	for (uint32_t k = 0; k < g->cores.n && !l.bad; k++)
		fill_core(&l, k);
	if (l.bad)
		return false;
	declare_functions(&l);
	export_lifts(&l);
	builtin_refs(&l);
	link_adapters(&l, false);
	out->module.start = link_start(&l);
	if (!l.bad)
		finish(&l);
	return !l.bad;
}
