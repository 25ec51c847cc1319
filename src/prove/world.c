/* world.c - the object taken apart, and the state both sides share.
 *
 * Names only say which storage is which; that pieces do not overlap, are
 * large enough and are writable where they must be is checked here.  Which
 * symbol is which function is a guess too: the pair is then proved, or not.
 */
#include "prove/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/map.h"
#include "prove/descriptor.h"
#include "prove/world_silent.h"

/* --- regions -------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum region_kind kind;
} words[] = {
	{ "memory_size", REGION_MEMORY_SIZE },
	{ "memory_desc", REGION_MEMORY_DESC },
	{ "memory", REGION_MEMORY },
	{ "global", REGION_GLOBAL },
	{ "table_size", REGION_TABLE_SIZE },
	{ "table_desc", REGION_TABLE_DESC },
	{ "table", REGION_TABLE },
	{ "data_len", REGION_DATA_LEN },
	{ "data", REGION_DATA },
	{ "elem_len", REGION_ELEM_LEN },
	{ "elem", REGION_ELEM },
	{ "direct", REGION_DIRECT },
	{ "funcref", REGION_FUNCREF },
};

/* P.kindN, P.kindN.M or P.kindN.M.inC */
static bool parse_name(const char *prefix, const char *name, struct region *r)
{
	size_t n = strlen(prefix);
	char *end;

	if (strncmp(name, prefix, n) || name[n] != '.')
		return false;
	name += n + 1;
	for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
		size_t len = strlen(words[k].word);
		if (strncmp(name, words[k].word, len) ||
		    name[len] < '0' || name[len] > '9')
			continue;
		r->kind = words[k].kind;
		r->index = (uint32_t)strtoul(name + len, &end, 10);
		r->index2 = *end == '.' ?
			(uint32_t)strtoul(end + 1, &end, 10) : 0;
		r->context = r->kind == REGION_DIRECT && !strncmp(end, ".in", 3) ?
			(uint32_t)strtoul(end + 3, NULL, 10) + 1 : 0;
		return true;
	}
	return false;
}

static bool is_constant_section(const struct world *w, uint32_t s)
{
	const struct obj_section *x = &w->o->sections.at[s];

	return x->type == OBJ_BYTES && (x->flags & OBJ_ALLOC) &&
	       !(x->flags & OBJ_WRITE);
}

/* A word of a descriptor that has a name too. */
static bool is_part(const struct world *w, const struct region *r)
{
	for (uint32_t k = 0; k < w->regions.n; k++) {
		const struct region *x = &w->regions.at[k];
		if (x->kind == r->kind && x->index == r->index &&
		    x->section == r->section && r->at >= x->at &&
		    r->at + r->size <= x->at + x->size && r->size < x->size)
			return true;
	}
	return false;
}

static void add_symbol(struct world *w, uint32_t k)
{
	const struct obj_symbol *s = &w->o->symbols.at[k];
	struct region r = { .kind = REGION_OTHER, .section = s->section,
			    .at = s->value, .size = s->size, .symbol = k };

	if (s->type == OBJ_FUNC || s->type == OBJ_SECTION ||
	    s->section >= w->o->sections.n ||
	    world_shared_symbol(w, w->names.prefix, k))
		return;
	if (s->binding == OBJ_WEAK && !strncmp(s->name, "hd_type_", 8))
		r.kind = REGION_TYPE;
	else if (s->binding != OBJ_LOCAL ||
		 !parse_name(w->names.prefix, s->name, &r))
		return;		/* an alias, or nothing code refers to */
	/* of what there may be nothing of */
	if (!s->size && r.kind != REGION_DATA && r.kind != REGION_ELEM &&
	    r.kind != REGION_MEMORY && r.kind != REGION_TABLE)
		return;
	r.constant = is_constant_section(w, s->section);
	if (!is_part(w, &r))
		vec_push(w->arena, &w->regions, r);
}

/* Of an object built with --instance=pointer. */
static void find_instance(struct world *w)
{
	const struct obj_symbol *size = obj_find(w->o, arena_printf(w->arena,
				"%s_instance_size", w->names.prefix));
	const struct obj_symbol *first = obj_find(w->o, arena_printf(w->arena,
				"%s_instance", w->names.prefix));

	if (!size || size->section != OBJ_ABSOLUTE)
		return;
	for (uint32_t k = 0; k < w->o->symbols.n; k++) {
		const struct obj_symbol *s = &w->o->symbols.at[k];
		if (s->binding != OBJ_LOCAL || strcmp(s->name, "instance") ||
		    !first || s->section != first->section ||
		    s->value != first->value ||
		    s->section >= w->o->sections.n)
			continue;
		w->pointer = true;
		w->instance_section = s->section;
		w->instance_at = s->value;
	}
	if (!w->pointer)
		w->why = "an instance without storage";
}

/* A piece of storage that another object defines. */
static void add_import(struct world *w, enum region_kind kind, uint32_t index,
		       uint32_t import, const char *part)
{
	const char *name = arena_printf(w->arena, "%s%s",
					w->names.import[import], part);
	const struct obj_symbol *s = obj_find(w->o, name);

	if (s && s->section == OBJ_UNDEFINED)
		vec_push(w->arena, &w->regions, (struct region){
			.kind = kind, .index = index, .section = OBJ_UNDEFINED,
			.symbol = (uint32_t)(s - w->o->symbols.at) });
}

static void add_imports(struct world *w)
{
	for (uint32_t k = 0; k < w->m->memories.n; k++) {
		uint32_t import = w->m->memories.at[k].import;
		if (import == UINT32_MAX)
			continue;
		add_import(w, REGION_MEMORY, k, import, "");
		add_import(w, REGION_MEMORY_SIZE, k, import, "_size");
	}
	for (uint32_t k = 0; k < w->m->globals.n; k++)
		if (w->m->globals.at[k].import != UINT32_MAX)
			add_import(w, REGION_GLOBAL, k,
				   w->m->globals.at[k].import, "");
	for (uint32_t k = 0; k < w->m->tables.n; k++) {
		uint32_t import = w->m->tables.at[k].import;
		if (import == UINT32_MAX)
			continue;
		add_import(w, REGION_TABLE, k, import, "");
		add_import(w, REGION_TABLE_SIZE, k, import, "_size");
	}
	const struct obj_symbol *s = obj_find(w->o, "hd_now");
	if (s && s->section == OBJ_UNDEFINED)
		vec_push(w->arena, &w->regions, (struct region){
			.kind = REGION_NOW, .section = OBJ_UNDEFINED,
			.symbol = (uint32_t)(s - w->o->symbols.at) });
}

/* The same bytes by two names, which nothing can change. */
static bool is_same_place(const struct region *a, const struct region *b)
{
	return a->constant && b->constant && a->kind == b->kind &&
	       (a->kind == REGION_DATA || a->kind == REGION_DIRECT) &&
	       a->at == b->at && a->size == b->size;
}

/* Two pieces of storage of one thing; a descriptor may be constant and in an
 * instance too. */
static bool is_twice(const struct region *a, const struct region *b)
{
	return a->kind == b->kind && a->index == b->index &&
	       (a->kind != REGION_DIRECT ||
		(a->index2 == b->index2 && a->context == b->context)) &&
	       a->kind != REGION_TYPE && a->kind != REGION_OTHER &&
	       (a->constant == b->constant ||
		(a->kind != REGION_MEMORY_DESC && a->kind != REGION_TABLE_DESC));
}

static bool overlap(const struct region *a, const struct region *b)
{
	return !is_same_place(a, b) && a->section == b->section && a->section != OBJ_UNDEFINED &&
	       a->at < b->at + b->size && b->at < a->at + a->size;
}

static uint32_t least_size(const struct world *w, const struct region *r)
{
	uint8_t t;

	switch (r->kind) {
	case REGION_MEMORY:
		return r->index < w->m->memories.n ?
			w->m->memories.at[r->index].limits.min << 16 : 0;
	case REGION_GLOBAL:
		if (r->index >= w->m->globals.n)
			return 0;
		t = w->m->globals.at[r->index].type;
		return t == T_I64 || t == T_F64 ? 8 : 4;
	case REGION_TABLE:
		return r->index < w->m->tables.n ?
			4 * w->m->tables.at[r->index].limits.min : 0;
	case REGION_DATA:
		return r->index < w->m->datas.n ?
			w->m->datas.at[r->index].n : 0;
	case REGION_ELEM:
		return r->index < w->m->elems.n ?
			4 * w->m->elems.at[r->index].n : 0;
	default:
		return 4;
	}
}

static void check_regions(struct world *w)
{
	for (uint32_t i = 0; i < w->regions.n; i++) {
		const struct region *r = &w->regions.at[i];
		if (r->section != OBJ_UNDEFINED &&
		    (uint64_t)r->at + r->size >
			    (w->o->sections.at[r->section].type == OBJ_ZERO ?
			     w->o->sections.at[r->section].size :
			     w->o->sections.at[r->section].bytes.n))
			w->why = "storage outside its section";
		if (r->section != OBJ_UNDEFINED && r->kind != REGION_TYPE &&
		    r->kind != REGION_DIRECT && r->size < least_size(w, r))
			w->why = "storage smaller than the module's";
		for (uint32_t j = 0; j < i; j++)
			if (overlap(r, &w->regions.at[j]))
				w->why = "storage that overlaps";
			else if (is_twice(r, &w->regions.at[j]))
				w->why = "storage of one thing in two places";
	}
}

/* An empty segment lies where something else begins: its symbol tells. */
uint32_t world_region(struct world *w, uint32_t section, uint32_t at,
		      uint32_t symbol)
{
	uint32_t found = UINT32_MAX;

	for (uint32_t k = 0; k < w->regions.n; k++) {
		const struct region *r = &w->regions.at[k];
		if (section == OBJ_UNDEFINED ?
		    r->section == OBJ_UNDEFINED && r->symbol == symbol :
		    r->section == section && at == r->at &&
		    r->symbol == symbol)
			return world_canonical(w, k);
		if (section != OBJ_UNDEFINED && r->section == section &&
		    at >= r->at && at < r->at + r->size)
			found = k;
	}
	return found == UINT32_MAX ? found : world_canonical(w, found);
}

/* Is a region what the world sees of a thing, rather than another?  Code of a
 * context sees code pointers of its own; descriptors in instances are copies. */
static bool is_better(const struct world *w, const struct region *r,
		      const struct region *than)
{
	return r->context ? r->context == w->context :
	       !than || (r->constant && !than->constant);
}


uint32_t world_find(const struct world *w, enum region_kind kind,
		    uint32_t index, uint32_t index2)
{
	const struct region *best = NULL;

	for (uint32_t k = 0; k < w->regions.n; k++) {
		const struct region *r = &w->regions.at[k];
		if (r->kind == kind && r->index == index &&
		    r->index2 == index2 && is_better(w, r, best))
			best = r;
	}
	return best ? world_canonical(w, (uint32_t)(best - w->regions.at))
		    : UINT32_MAX;
}

term world_address(const struct world *w, struct terms *z, enum region_kind k,
		   uint32_t index, uint32_t index2)
{
	uint32_t r;

	if (!w->o)
		return world_wasm_address(w, z, k, index, index2);
	r = world_find(w, k, index, index2);
	return r == UINT32_MAX ? 0 : term_sym(z, r);
}

uint32_t world_referred(const struct world *w, const struct terms *z, term ref)
{
	const struct term_node *i = term_at(z, ref);

	if (i->op != TM_SYM)
		return UINT32_MAX;
	if (!w->o)
		return world_wasm_referred(w, i->imm);
	return i->imm < w->regions.n &&
	       w->regions.at[i->imm].kind == REGION_FUNCREF ?
	       w->regions.at[i->imm].index : UINT32_MAX;
}

term world_type(const struct world *w, struct terms *z, uint32_t type)
{
	uint32_t canon = w->m->types.at[type].canon;

	if (!w->o)
		return world_wasm_address(w, z, REGION_TYPE, canon, 0);
	char *name = arena_printf(z->arena, "hd_type_%s",
		wasm_type_text(&w->m->types.at[canon], z->arena));

	for (char *p = name; *p; p++)
		if (*p == ':')
			*p = '_';
	for (uint32_t k = 0; k < w->regions.n; k++)
		if (w->regions.at[k].kind == REGION_TYPE &&
		    !strcmp(w->o->symbols.at[w->regions.at[k].symbol].name,
			    name))
			return term_sym(z, k);
	return 0;
}

/* --- facts of the module ---------------------------------------------------------------- */

static bool is_shared(const struct wasm_module *m, uint8_t kind, uint32_t k)
{
	for (uint32_t i = 0; i < m->exports.n; i++)
		if (m->exports.at[i].kind == kind && m->exports.at[i].index == k)
			return true;
	for (uint32_t i = 0; i < m->imports.n; i++)
		if (m->imports.at[i].kind == kind && m->imports.at[i].index == k)
			return true;
	return false;
}

static uint32_t area_of(struct world *w, const uint8_t *type, uint32_t n)
{
	struct place *p = arena_array(w->arena, struct place, 2 * n + 1);
	uint32_t bytes;

	world_convention(type, n, w->o && w->o->hard_float, p, &bytes);
	return bytes;
}

static void tail_called(struct world *w, uint32_t type)
{
	const struct wasm_functype *t = &w->m->types.at[type];
	uint32_t p = area_of(w, t->param, t->nparams);
	uint32_t r = area_of(w, t->result, t->nresults);

	if (w->tail_bytes < p)
		w->tail_bytes = p;
	if (w->tail_bytes < r)
		w->tail_bytes = r;
}

/* What changes memories, tables and globals (w->varies), and which segments
 * have a length that counts: placed by world_lay_out. */
static void scan_body(struct world *w, const struct wasm_func *f, bool *grown,
		      bool *written)
{
	struct wasm_ins i;
	struct arena_mark mark = arena_mark(w->arena);

	for (uint32_t at = f->code; at < f->end; at = i.next) {
		if (!wasm_next(w->m, at, &i, w->arena, NULL))
			return;
		switch (i.op) {
		case OP_RETURN_CALL:
			tail_called(w, w->m->funcs.at[i.index].type);
			break;
		case OP_RETURN_CALL_INDIRECT:
			tail_called(w, i.index);
			break;
		case OP_MEMORY_GROW:
			grown[i.index] = true;
			break;
		case OP_GLOBAL_SET:
			w->varies[i.index] = true;
			break;
		case OP_TABLE_INIT:
			/* segment, table */
			written[i.index2] = true;
			w->at_elem_len[i.index] = 1;
			break;
		case OP_ELEM_DROP:
			w->at_elem_len[i.index] = 1;
			break;
		case OP_MEMORY_INIT: case OP_DATA_DROP:
			w->at_data_len[i.index] = 1;
			break;
		case OP_TABLE_SET: case OP_TABLE_GROW: case OP_TABLE_FILL:
		case OP_TABLE_COPY:
			written[i.index] = true;
			break;
		default:
			break;
		}
	}
	arena_reset(w->arena, mark);
}

/* Is there storage of the table that someone could write? */
static bool is_writable(const struct world *w, uint32_t t)
{
	uint32_t r = world_find(w, REGION_TABLE, t, 0);

	return !w->o || (r != UINT32_MAX && !w->regions.at[r].constant);
}

/* The contents of a table that nothing but plain active segments fills; `as`
 * is its number in the input. */
static bool freeze(struct world *w, uint32_t t, uint32_t as)
{
	const struct wasm_module *m = w->m;
	uint32_t n = m->tables.at[t].limits.min;

	w->entry[as] = arena_array(w->arena, uint32_t, n);
	w->frozen_n[as] = n;
	for (uint32_t k = 0; k < n; k++)
		w->entry[as][k] = UINT32_MAX;
	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		uint64_t at;
		uint32_t global;
		if (e->mode != WASM_ACTIVE || e->table != t)
			continue;
		if (!e->func ||
		    !wasm_const_value(m, &e->offset, &at, &global) ||
		    (uint32_t)at > n || e->n > n - (uint32_t)at)
			return false;
		for (uint32_t j = 0; j < e->n; j++)
			w->entry[as][(uint32_t)at + j] = e->func[j];
	}
	return true;
}

void world_freeze_as_input(struct world *t)
{
	uint32_t n = t->of->m->tables.n;

	t->entry = arena_array(t->arena, uint32_t *, n);
	t->frozen_n = arena_array(t->arena, uint32_t, n);
	for (uint32_t k = 0; k < n; k++)
		if (t->frozen[k] && t->table.in[k] != UINT32_MAX &&
		    !freeze(t, t->table.in[k], k))
			NOT_REACHED("segments are the same");
}

static void find_facts(struct world *w)
{
	const struct wasm_module *m = w->m;
	bool *grown = arena_array(w->arena, bool, m->memories.n);
	bool *written = arena_array(w->arena, bool, m->tables.n);

	w->fixed = arena_array(w->arena, bool, m->memories.n);
	w->frozen = arena_array(w->arena, bool, m->tables.n);
	w->entry = arena_array(w->arena, uint32_t *, m->tables.n);
	w->frozen_n = arena_array(w->arena, uint32_t, m->tables.n);
	w->varies = arena_array(w->arena, bool, m->globals.n);
	w->at_data_len = arena_array(w->arena, uint32_t, m->datas.n);
	w->at_elem_len = arena_array(w->arena, uint32_t, m->elems.n);
	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++)
		scan_body(w, &m->funcs.at[k], grown, written);
	for (uint32_t k = 0; k < m->globals.n; k++)
		w->varies[k] = m->globals.at[k].mut &&
			(w->varies[k] || is_shared(m, WASM_GLOBAL, k));
	for (uint32_t k = 0; k < m->memories.n; k++) {
		const struct wasm_limits *l = &m->memories.at[k].limits;
		w->fixed[k] = (l->has_max && l->min == l->max) ||
			      (!grown[k] && !is_shared(m, WASM_MEMORY, k));
		if (l->min > 0xffff)
			w->why = "a memory of 4 GiB";
	}
	for (uint32_t k = 0; k < m->tables.n; k++)
		w->frozen[k] = !written[k] &&
			       m->tables.at[k].import == UINT32_MAX &&
			       (!is_shared(m, WASM_TABLE, k) ||
				!is_writable(w, k)) &&
			       m->tables.at[k].type == T_FUNCREF && freeze(w, k, k);
}

/* The prefix, from the name of the module's descriptor. */
static const char *find_prefix(const struct obj *o, struct arena *a)
{
	for (uint32_t k = 0; k < o->symbols.n; k++) {
		const char *s = o->symbols.at[k].name;
		size_t n = strlen(s);
		if (n > 12 && !strcmp(s + n - 12, "_instantiate") &&
		    o->symbols.at[k].binding == OBJ_GLOBAL &&
		    o->symbols.at[k].section < o->sections.n)
			return arena_copy(a, s, n - 12);
	}
	return NULL;
}

void world_init(struct world *w, const struct wasm_module *m,
		const struct obj *o, struct arena *a)
{
	*w = (struct world){ .arena = a, .m = m, .o = o };
	const char *prefix = find_prefix(o, a);
	if (!prefix) {
		w->why = "not an object of this compiler";
		return;
	}
	module_names(m, prefix, a, &w->names);
	map_init(&w->reloc_at, a);
	map_init(&w->trap_at, a);
	world_find_relocs(w);
	for (uint32_t k = 0; k < o->symbols.n; k++)
		add_symbol(w, k);
	add_imports(w);
	check_regions(w);
	find_instance(w);
	world_check_bases(w);
	const struct obj_section *note = obj_find_section(o, ".heddle.assume");
	if (note) {
		w->note.at = note->bytes.at;
		w->note.n = note->bytes.n;
	}
	world_assume(w);
	world_find_functions(w);
	world_find_traps(w);
	find_facts(w);
	world_lay_out(w);
	world_find_silent(w);
	if (!w->why)
		world_check_stubs(w);
	world_check_contents(w);
	world_check_exports(w);
	world_check_reset(w);
	world_check_component(w);
}

void world_init_module(struct world *w, const struct wasm_module *m,
		       const uint8_t *note, size_t n, struct arena *a)
{
	*w = (struct world){ .arena = a, .m = m, .note = { note, n } };
	module_names(m, "module", a, &w->names);
	world_assume(w);
	find_facts(w);
	world_lay_out(w);
	world_find_silent(w);
}
