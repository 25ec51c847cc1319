/* decode.c - the frame of a component: nested sections, index spaces.
 *
 * One pass: what is read is checked at once against the index spaces so far.
 * Components and types nest; scopes are a stack of their own, so that the
 * machine stack does not grow with the input.
 */
#include "component/decode.h"

#include <string.h>

const struct canon_info canon_info[CANON_COUNT] = {
#define B(id, code, operands, sig, name, symbol, contract) \
	[CANON_##id] = { code, operands, sig, name, symbol, contract },
#include "component/canon.def"
};

/* Preamble of a component: version 0x0d, layer 1. */
static const uint8_t preamble[8] = { 0, 'a', 's', 'm', 0x0d, 0, 1, 0 };

void comp_fail(struct decoder *d, enum diag_code code, uint64_t at, const char *fmt,
	  ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, d->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	reader_fail(&d->r, code, at, "%s", (const char *)b.at);
}

uint32_t comp_read_count(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint32_t n = reader_u32(&d->r);

	if (n > (size_t)(d->r.end - d->r.at))
		comp_fail(d, DIAG_END, at, "a list of %u items", n);
	else if (n > d->f->limits->max_items)
		comp_fail(d, DIAG_LIMIT, at, "a list of %u items, allowed are %zu", n,
		     d->f->limits->max_items);
	return d->r.bad ? 0 : n;
}

struct ct_name comp_read_name(struct decoder *d)
{
	struct ct_name n;

	n.at = reader_name(&d->r, d->arena, &n.n);
	return d->r.bad ? (struct ct_name){ "", 0 } : n;
}

uint32_t comp_check_index(struct decoder *d, const struct scope *s,
		     enum ct_sort sort, uint32_t index, uint64_t at)
{
	if (index < s->space[sort].n)
		return index;
	comp_fail(d, DIAG_INDEX, at, "%s %u of %u", ct_sort_text(sort), index,
	     s->space[sort].n);
	return 0;
}

uint32_t comp_read_index(struct decoder *d, enum ct_sort sort)
{
	uint64_t at = reader_offset(&d->r);
	uint32_t index = reader_u32(&d->r);

	return d->r.bad ? 0 : comp_check_index(d, top(d), sort, index, at);
}

uint32_t comp_type_of(const struct decoder *d, enum ct_sort sort, uint32_t index)
{
	return vec_last(&d->scopes)->space[sort].at[index];
}

void comp_define(struct decoder *d, struct comp_def def)
{
	struct scope *s = top(d);

	if (d->r.bad)
		return;
	if (def.op != COMP_START)
		vec_push(d->arena, &s->space[def.sort], def.type);
	if (s->kind == SCOPE_COMPONENT)
		vec_push(d->arena, &s->defs, def);
}

struct scope *comp_push_scope(struct decoder *d, enum scope_kind kind)
{
	struct scope *s = arena_new(d->arena, struct scope);

	if (d->scopes.n >= CT_MAX_DEPTH)
		comp_fail(d, DIAG_LIMIT, where(d), "nesting deeper than %d",
		     CT_MAX_DEPTH);
	s->kind = (uint8_t)kind;
	s->number = ++d->nscopes;
	s->component = COMP_NONE;
	s->at = where(d);
	s->unnamed = kind != SCOPE_COMPONENT && top(d)->unnamed;
	map_init(&s->named, d->arena);
	name_set_init(&s->import_names, d->arena);
	name_set_init(&s->export_names, d->arena);
	vec_push(d->arena, &d->scopes, s);
	return s;
}

uint32_t comp_intern(struct decoder *d, struct ct_type x, uint64_t at)
{
	uint32_t type = d->r.bad ? 0 : ct_intern(d->types, x);

	if (type != CT_NO_TYPE)
		return type;
	comp_fail(d, DIAG_LIMIT, at, "a type nests deeper than %d or is too large",
	     CT_MAX_DEPTH);
	return 0;
}

uint32_t comp_fresh(struct decoder *d, struct ct_type x, uint64_t at)
{
	uint32_t type = d->r.bad ? 0 : ct_fresh(d->types, x);

	if (type != CT_NO_TYPE)
		return type;
	comp_fail(d, DIAG_LIMIT, at, "more than %d types, or nesting deeper than %d",
	     CT_MAX_TYPES, CT_MAX_DEPTH);
	return 0;
}

/* --- sorts -------------------------------------------------------------------- */

enum ct_sort comp_read_core_sort(struct decoder *d)
{
	static const struct {
		uint8_t code, sort;
	} sorts[] = {
		{ 0x00, SORT_CORE_FUNC }, { 0x01, SORT_CORE_TABLE },
		{ 0x02, SORT_CORE_MEMORY }, { 0x03, SORT_CORE_GLOBAL },
		{ 0x10, SORT_CORE_TYPE }, { 0x11, SORT_CORE_MODULE },
		{ 0x12, SORT_CORE_INSTANCE },
	};
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	for (size_t k = 0; k < ARRAY_LEN(sorts); k++)
		if (sorts[k].code == code)
			return (enum ct_sort)sorts[k].sort;
	if (code == 0x04)
		comp_fail(d, DIAG_UNSUPPORTED, at, "exception tags (proposal "
		     "exception-handling)");
	else
		comp_fail(d, DIAG_MALFORMED, at, "core sort 0x%02x", code);
	return SORT_CORE_FUNC;
}

enum ct_sort comp_read_sort(struct decoder *d)
{
	uint64_t at = reader_offset(&d->r);
	uint8_t code = reader_u8(&d->r);

	switch (code) {
	case 0x00:
		return comp_read_core_sort(d);
	case 0x01:
		return SORT_FUNC;
	case 0x02:
		comp_fail(d, DIAG_UNSUPPORTED, at, "component values (proposal "
		     "component-model values)");
		return SORT_FUNC;
	case 0x03:
		return SORT_TYPE;
	case 0x04:
		return SORT_COMPONENT;
	case 0x05:
		return SORT_INSTANCE;
	default:
		comp_fail(d, DIAG_MALFORMED, at, "sort 0x%02x", code);
		return SORT_FUNC;
	}
}

/* --- core modules --------------------------------------------------------------- */

static uint32_t extern_type(struct decoder *d, const struct wasm_module *m,
			    uint8_t kind, uint32_t index)
{
	struct ct_core x = { .kind = (uint8_t)(SORT_CORE_FUNC + kind) };

	switch (kind) {
	case WASM_FUNC:
		return ct_core_func(d->types,
				    &m->types.at[m->funcs.at[index].type]);
	case WASM_TABLE:
		x.valtype = m->tables.at[index].type;
		x.limits = m->tables.at[index].limits;
		break;
	case WASM_MEMORY:
		x.limits = m->memories.at[index].limits;
		break;
	default:
		x.valtype = m->globals.at[index].type;
		x.mut = m->globals.at[index].mut;
	}
	return ct_core_fresh(d->types, x);
}

static uint32_t module_type(struct decoder *d, const struct wasm_module *m)
{
	struct ct_core x = { .kind = SORT_CORE_MODULE };

	x.nimports = m->imports.n;
	x.import = arena_array(d->arena, struct ct_core_item, x.nimports);
	for (uint32_t k = 0; k < x.nimports; k++) {
		const struct wasm_import *i = &m->imports.at[k];
		x.import[k] = (struct ct_core_item){
			{ i->module, i->nmodule }, { i->name, i->nname },
			extern_type(d, m, i->kind, i->index),
		};
	}
	x.nexports = m->exports.n;
	x.export = arena_array(d->arena, struct ct_core_item, x.nexports);
	for (uint32_t k = 0; k < x.nexports; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		x.export[k] = (struct ct_core_item){
			{ "", 0 }, { e->name, e->nname },
			extern_type(d, m, e->kind, e->index),
		};
	}
	return ct_core_fresh(d->types, x);
}

/* Reports of the module's own decoder count from its first byte. */
static void take_reports(struct decoder *d, const struct diag_sink *from,
			 uint32_t base)
{
	for (uint32_t k = 0; k < from->n && d->r.sink; k++) {
		const struct diag *g = &from->at[k];
		struct diag *to = diag_report(
			d->r.sink, g->code,
			g->at == DIAG_NOWHERE ? base : g->at + base,
			"in a core module: %s", g->detail ? g->detail : "");
		to->func = g->func;
		to->ins = g->ins;
		to->note = g->note;
	}
	d->r.bad = true;
	d->r.at = d->r.end;
}

static void read_module(struct decoder *d)
{
	struct comp_module m = { .at = where(d) };
	struct diag_sink sink;
	size_t n = (size_t)(d->r.end - d->r.at);

	diag_init(&sink, d->arena);
	m.wasm = arena_new(d->arena, struct wasm_module);
	if (!wasm_decode(m.wasm, d->r.at, n, d->f->limits, d->arena, &sink) ||
	    !wasm_validate(m.wasm, d->f->limits, d->arena, &sink)) {
		take_reports(d, &sink, m.at);
		return;
	}
	m.name = m.wasm->name;
	m.type = module_type(d, m.wasm);
	d->r.at = d->r.end;
	vec_push(d->arena, &d->f->modules, m);
	comp_define(d, (struct comp_def){
		.op = COMP_CORE_MODULE, .sort = SORT_CORE_MODULE, .at = m.at,
		.a = d->f->modules.n - 1, .type = m.type });
}

/* --- components ------------------------------------------------------------------- */

static void open_component(struct decoder *d, const uint8_t *end)
{
	uint32_t at = where(d), parent = COMP_NONE;

	if (d->scopes.n)
		parent = top(d)->component;
	if (end - d->r.at < 8 || memcmp(d->r.at, preamble, 4) != 0) {
		comp_fail(d, DIAG_MAGIC, at, "no \\0asm");
		return;
	}
	if (memcmp(d->r.at, preamble, 8) != 0) {
		comp_fail(d, DIAG_VERSION, at + 4, "not version 13, layer 1");
		return;
	}
	d->r.at += 8;
	struct scope *s = comp_push_scope(d, SCOPE_COMPONENT);
	s->end = end;
	s->section = d->r.at;
	s->at = at;
	s->component = d->f->components.n;
	vec_push(d->arena, &d->f->components,
		 (struct component){ .parent = parent, .at = at });
}

static void close_component(struct decoder *d)
{
	struct scope *s = top(d);
	struct component *c = &d->f->components.at[s->component];
	struct ct_type x = {
		.kind = CT_COMPONENT, .scope = s->number, .depth = 1,
		.import = s->imports.at, .nimports = s->imports.n,
		.export = s->exports.at, .nexports = s->exports.n,
		.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
	};
	uint32_t number = s->component, at = s->at;

	memcpy(c->space, s->space, sizeof c->space);
	c->defs.at = s->defs.at;
	c->defs.n = s->defs.n;
	c->defs.cap = s->defs.cap;
	c->type = comp_fresh(d, x, at);
	d->scopes.n--;
	if (!d->scopes.n)
		return;
	d->r.end = top(d)->end;
	top(d)->section = d->r.at;
	comp_define(d, (struct comp_def){
		.op = COMP_COMPONENT, .sort = SORT_COMPONENT, .at = at,
		.a = number, .type = d->f->components.at[number].type });
}

static void read_each(struct decoder *d, void (*read)(struct decoder *))
{
	for (uint32_t n = comp_read_count(d); n && !d->r.bad; n--)
		read(d);
}

static void skip_custom(struct decoder *d)
{
	static const struct ct_name unnamed = { COMP_UNNAMED,
						sizeof COMP_UNNAMED - 1 };

	if (ct_same_name(comp_read_name(d), unnamed))
		top(d)->unnamed = true;
	d->r.at = d->r.end;
}

/* Reads a section's header and, except for types and components, all of it. */
static void read_section(struct decoder *d)
{
	struct scope *s = top(d);
	uint64_t at = reader_offset(&d->r);
	uint8_t id = reader_u8(&d->r);
	uint32_t n = reader_u32(&d->r);

	if (!d->r.bad && n > (size_t)(d->r.end - d->r.at))
		comp_fail(d, DIAG_END, at, "a section of %u bytes", n);
	if (d->r.bad)
		return;
	d->r.end = s->section = d->r.at + n;
	switch (id) {
	case COMP_SECTION_CUSTOM:
		skip_custom(d);
		break;
	case COMP_SECTION_MODULE:
		read_module(d);
		break;
	case COMP_SECTION_CORE_INSTANCE:
		read_each(d, comp_read_core_instance);
		break;
	case COMP_SECTION_CORE_TYPE:
		read_each(d, comp_read_core_type);
		break;
	case COMP_SECTION_COMPONENT:
		open_component(d, d->r.end);
		break;
	case COMP_SECTION_INSTANCE:
		read_each(d, comp_read_instance);
		break;
	case COMP_SECTION_ALIAS:
		read_each(d, comp_read_alias);
		break;
	case COMP_SECTION_TYPE:
		s->left = comp_read_count(d);
		break;
	case COMP_SECTION_CANON:
		read_each(d, comp_read_canon);
		break;
	case COMP_SECTION_START:
		comp_read_start(d);
		break;
	case COMP_SECTION_IMPORT:
		read_each(d, comp_read_import);
		break;
	case COMP_SECTION_EXPORT:
		read_each(d, comp_read_export);
		break;
	case COMP_SECTION_VALUE:
		comp_fail(d, DIAG_UNSUPPORTED, at, "component values (proposal "
		     "component-model values): value section");
		break;
	default:
		comp_fail(d, DIAG_SECTION, at, "component section %u", id);
	}
}

/* One step of what the innermost scope has to read. */
static void step(struct decoder *d)
{
	struct scope *s = top(d);

	if (s->kind != SCOPE_COMPONENT) {
		if (!s->left)
			comp_close_type_scope(d);
		else if (s->left--)
			comp_read_decl(d);
	} else if (s->left) {
		s->left--;
		comp_read_type(d);
	} else if (d->r.at < s->section) {
		comp_fail(d, DIAG_SECTION_SIZE, where(d),
		     "%zu bytes are left of the section",
		     (size_t)(s->section - d->r.at));
	} else if (d->r.at < s->end) {
		d->r.end = s->end;
		read_section(d);
	} else {
		close_component(d);
	}
}

bool comp_is_component(const uint8_t *p, size_t n)
{
	return n >= 8 && memcmp(p, preamble, 4) == 0 && p[6] == 1 && p[7] == 0;
}

bool comp_decode(struct comp_file *f, const uint8_t *bytes, size_t n,
		 const struct wasm_limits_opt *limits, struct arena *a,
		 struct diag_sink *s)
{
	struct decoder d = {
		.f = f, .types = &f->types, .arena = a,
		.r = { .at = bytes, .end = bytes + n, .base = bytes, .sink = s },
	};

	*f = (struct comp_file){
		.bytes = bytes, .size = n, .arena = a, .limits = limits,
	};
	ct_init(&f->types, a);
	if (n > UINT32_MAX) {
		comp_fail(&d, DIAG_LIMIT, 0, "%zu bytes", n);
		return false;
	}
	open_component(&d, d.r.end);
	while (d.scopes.n && !d.r.bad)
		step(&d);
	return !d.r.bad;
}
