/* module.c - a compiled module as an object file: its own tables, symbols and
 * what names others see.
 */
#include "obj/module.h"

#include <string.h>

#include "ir/instantiate.h"
#include "obj/component.h"
#include "obj/module_share.h"
#include "obj/module_stub.h"

/* --- pieces ------------------------------------------------------------------------ */

uint32_t mod_object(struct mod *b, const char *name, uint32_t section,
		    uint32_t at, uint32_t size)
{
	return obj_symbol(b->o, &(struct obj_symbol){
		.name = name, .section = section, .value = at, .size = size,
		.binding = OBJ_LOCAL, .type = OBJ_OBJECT });
}

void mod_alias(struct mod *b, const char *name, uint32_t local)
{
	struct obj_symbol s = b->o->symbols.at[local];

	s.name = name;
	s.binding = OBJ_GLOBAL;
	obj_symbol(b->o, &s);
}

uint32_t mod_reference(struct mod *b, const char *name)
{
	uint64_t key = hash_bytes(name, strlen(name));
	const uint32_t *at;

	while ((at = map_get(&b->references, key)) &&
	       strcmp(b->o->symbols.at[*at - 1].name, name) != 0)
		key++;
	if (at)
		return *at - 1;
	uint32_t s = obj_symbol(b->o, &(struct obj_symbol){
		.name = name, .section = OBJ_UNDEFINED,
		.binding = OBJ_GLOBAL });
	*map_put(&b->references, key) = s + 1;
	return s;
}

void mod_absolute(struct mod *b, const char *name, uint32_t value)
{
	obj_symbol(b->o, &(struct obj_symbol){
		.name = name, .section = OBJ_ABSOLUTE, .value = value,
		.binding = OBJ_GLOBAL, .type = OBJ_NOTYPE });
}

uint32_t mod_here(struct mod *b, uint32_t section, uint32_t align)
{
	struct buf *bytes = obj_at(b->o, section);

	buf_align(bytes, align);
	return (uint32_t)bytes->n;
}

void mod_word(struct mod *b, uint32_t section, uint32_t value)
{
	buf_u32(obj_at(b->o, section), value);
}

void mod_pointer(struct mod *b, uint32_t section, uint32_t symbol,
		 uint32_t addend)
{
	obj_reloc(b->o, &(struct obj_reloc){
		.section = section, .at = (uint32_t)obj_at(b->o, section)->n,
		.symbol = symbol, .type = OBJ_R_ABS32,
		.addend = (int32_t)addend });
	mod_word(b, section, 0);
}

uint32_t mod_zeros(struct mod *b, const char *name, uint32_t size,
		   uint32_t align)
{
	struct obj_section *s = &b->o->sections.at[b->bss];
	uint32_t at = (s->size + align - 1) & ~(align - 1);

	s->size = at + size;
	return mod_object(b, name, b->bss, at, size);
}

uint32_t mod_offset(struct mod *b, uint32_t symbol)
{
	const struct obj_symbol *s = &b->o->symbols.at[symbol];

	CHECK(b->o->sections.at[s->section].type == OBJ_ZERO);
	while (b->offset.n <= symbol)
		vec_push(b->a, &b->offset, 0);
	if (!b->offset.at[symbol])
		b->offset.at[symbol] = obj_symbol(b->o, &(struct obj_symbol){
			.name = arena_printf(b->a, "%s.offset", s->name),
			.section = OBJ_ABSOLUTE, .value = s->value,
			.binding = OBJ_LOCAL, .type = OBJ_NOTYPE }) + 1;
	return b->offset.at[symbol] - 1;
}

uint32_t mod_section_symbol(struct mod *b, uint32_t section)
{
	while (b->section_symbol.n <= section)
		vec_push(b->a, &b->section_symbol, 0);
	if (!b->section_symbol.at[section])
		b->section_symbol.at[section] =
			obj_symbol(b->o, &(struct obj_symbol){
				.name = "", .section = section,
				.binding = OBJ_LOCAL, .type = OBJ_SECTION }) + 1;
	return b->section_symbol.at[section] - 1;
}

uint32_t mod_symbol(struct mod *b, const struct mir_sym *s)
{
	switch ((enum sym_kind)s->kind) {
	case SYM_FUNC:		return mod_func(b, s->index);
	case SYM_MEMORY:	return mod_memory(b, s->index);
	case SYM_MEMORY_SIZE:	return mod_memory_size(b, s->index);
	case SYM_MEMORY_DESC:	return mod_memory_desc(b, s->index);
	case SYM_GLOBAL:	return mod_global(b, s->index);
	case SYM_TABLE:		return mod_table(b, s->index);
	case SYM_TABLE_SIZE:	return mod_table_size(b, s->index);
	case SYM_TABLE_DESC:	return mod_table_desc(b, s->index);
	case SYM_TABLE_DIRECT:
		return mod_table_direct(b, s->index, s->index2);
	case SYM_TYPE:		return mod_type(b, s->index);
	case SYM_FUNCREF:	return mod_funcref(b, s->index);
	case SYM_DATA:		return mod_data(b, s->index);
	case SYM_DATA_DROPPED:	return mod_data_len(b, s->index);
	case SYM_ELEM:		return mod_elem(b, s->index);
	case SYM_ELEM_DROPPED:	return mod_elem_len(b, s->index);
	case SYM_RUNTIME:	return mod_reference(b, s->name);
	case SYM_OBJECT:	return s->index;
	case SYM_NONE:		break;
	}
	/* no code refers to SYM_NONE */
	check_failed("kind of symbol", __FILE__, __LINE__);
}

/* --- depths ------------------------------------------------------------------------ */

/* Generous for a stub's own frame: saved registers, room for arguments and
 * results. */
static uint32_t stub_frame(const struct ir_module *im, const struct compiled *c,
			   uint32_t func)
{
	const struct wasm_functype *t =
		&im->wasm->types.at[im->wasm->funcs.at[func].type];

	return stub_needed(STUB_ENTRY, t, &c->gen)
		       ? 48 + c->gen.tail_bytes + 8 * (t->nparams + t->nresults)
		       : 0;
}

uint32_t module_export_depth(const struct ir_module *im,
			     const struct compiled *c, uint32_t func)
{
	uint32_t d = c->bound.depth[func], most = 0;

	if (c->code[func])
		most = c->code[func]->veneer;
	return d == BOUND_NONE ? d : d + most + stub_frame(im, c, func);
}

uint32_t module_stack_bound(const struct ir_module *im,
			    const struct compiled *c)
{
	const struct wasm_module *m = im->wasm;
	uint32_t most = c->bound.depth[ir_instantiate_index(m)];

	if (most != BOUND_NONE)
		most += 16 + c->gen.tail_bytes;
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind != WASM_FUNC)
			continue;
		uint32_t d = module_export_depth(im, c, e->index);
		if (d > most)
			most = d;
	}
	return most;
}

/* --- the module's tables ----------------------------------------------------------- */

/* The address of a string in .rodata, appended to a section. */
static void string(struct mod *b, uint32_t section, const char *s, size_t n)
{
	uint32_t at = (uint32_t)obj_at(b->o, b->strings)->n;

	buf_put(obj_at(b->o, b->strings), s, n);
	buf_u8(obj_at(b->o, b->strings), 0);
	mod_pointer(b, section, mod_section_symbol(b, b->strings), at);
}

struct array {
	uint32_t symbol, n;
};

static struct array export_table(struct mod *b)
{
	const struct wasm_module *m = b->m;
	struct array r = { 0 };

	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC &&
		    !cobj_hides(b, &m->exports.at[k]))
			mod_entry(b, m->exports.at[k].index);
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind != WASM_FUNC || cobj_hides(b, e))
			continue;
		const char *sig = wasm_type_text(
			&m->types.at[m->funcs.at[e->index].type], b->a);
		string(b, b->rodata, e->name, e->nname);
		mod_pointer(b, b->rodata, mod_entry(b, e->index), 0);
		string(b, b->rodata, sig, strlen(sig));
		r.n++;
	}
	r.symbol = mod_object(b, "exports", b->rodata, at, 12 * r.n);
	return r;
}

static struct array zero_table(struct mod *b)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < b->zero.n; k++) {
		mod_pointer(b, b->rodata, b->zero.at[k].symbol, 0);
		mod_word(b, b->rodata, b->zero.at[k].bytes);
		if (b->zero.at[k].used)
			mod_pointer(b, b->rodata, b->zero.at[k].used - 1, 0);
		else
			mod_word(b, b->rodata, 0);
	}
	return (struct array){ mod_object(b, "reset_zero", b->rodata, at,
					  12 * b->zero.n), b->zero.n };
}

static struct array word_table(struct mod *b)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < b->words.n; k++) {
		mod_pointer(b, b->rodata, b->words.at[k].symbol, 0);
		if (b->words.at[k].to)
			mod_pointer(b, b->rodata, b->words.at[k].to - 1, 0);
		else
			mod_word(b, b->rodata, b->words.at[k].value);
	}
	return (struct array){ mod_object(b, "reset_words", b->rodata, at,
					  8 * b->words.n), b->words.n };
}

static struct array link_table(struct mod *b)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	for (uint32_t k = 0; k < b->links.n; k++) {
		mod_pointer(b, b->rodata, b->links.at[k].symbol, 0);
		mod_pointer(b, b->rodata, b->links.at[k].to, 0);
	}
	return (struct array){ mod_object(b, "reset_links", b->rodata, at,
					  8 * b->links.n), b->links.n };
}

static void put_array(struct mod *b, struct array r)
{
	if (r.n)
		mod_pointer(b, b->rodata, r.symbol, 0);
	else
		mod_word(b, b->rodata, 0);
	mod_word(b, b->rodata, r.n);
}

/* The storage of one instance: P_instance, whose size is the address of
 * P_instance_size. */
static void put_instance(struct mod *b, struct array links)
{
	struct obj_section *bss = &b->o->sections.at[b->bss];

	if (!b->c->gen.pointer_instance) {
		mod_word(b, b->rodata, 0);
		mod_word(b, b->rodata, 0);
		put_array(b, links);
		return;
	}
	bss->size = (bss->size + 7) & ~7u;
	uint32_t s = mod_object(b, "instance", b->bss, 0, bss->size);
	mod_pointer(b, b->rodata, s, 0);
	mod_word(b, b->rodata, bss->size);
	put_array(b, links);
	mod_alias(b, module_symbol(b->n, b->a, "instance"), s);
	mod_absolute(b, module_symbol(b->n, b->a, "instance_size"), bss->size);
}

static void put_callback(struct mod *b)
{
	enum callback_form form;
	uint32_t func;
	struct diag_sink quiet;

	diag_init(&quiet, b->a);	/* the form was checked before */
	if (!intrinsic_callback(b->m, &form, &func, &quiet) ||
	    form == CALLBACK_NONE)
		mod_word(b, b->rodata, 0);
	else
		mod_pointer(b, b->rodata, mod_entry(b, func), 0);
	mod_word(b, b->rodata, (uint32_t)form);
}

/* P_module, a struct hd_module.  Its symbol exists from the start: the entry
 * of instantiation refers to it. */
static void put_module(struct mod *b, uint32_t symbol, uint32_t instantiate)
{
	struct array memories = { 0, b->m->memories.n };

	if (memories.n)
		memories.symbol = mod_memory_desc(b, 0);
	struct array exports = export_table(b);
	struct array zero = zero_table(b), words = word_table(b);
	struct array links = link_table(b);
	uint32_t at = mod_here(b, b->rodata, 4);
	string(b, b->rodata, b->n->prefix, strlen(b->n->prefix));
	put_array(b, memories);
	mod_pointer(b, b->rodata, instantiate, 0);
	put_callback(b);
	mod_word(b, b->rodata, module_stack_bound(b->im, b->c));
	put_array(b, exports);
	mod_word(b, b->rodata, b->c->bound.margin);
	put_array(b, zero);
	put_array(b, words);
	put_instance(b, links);
	struct obj_symbol *s = &b->o->symbols.at[symbol];
	s->section = b->rodata;
	s->value = at;
	s->size = (uint32_t)obj_at(b->o, b->rodata)->n - at;
	s->type = OBJ_OBJECT;
	mod_pointer(b, b->modules, symbol, 0);
}

static void put_exports(struct mod *b)
{
	for (uint32_t k = 0; k < b->m->exports.n; k++) {
		const struct wasm_export *e = &b->m->exports.at[k];
		if (cobj_hides(b, e))
			continue;
		if (e->kind == WASM_FUNC)
			mod_export_func(b, e, b->n->export[k]);
		else if (strcmp(b->n->export[k],
				module_symbol(b->n, b->a, "memory")) != 0)
			mod_export_data(b, e, b->n->export[k]);
	}
	if (b->m->memories.n) {
		struct wasm_export first = { .kind = WASM_MEMORY };
		mod_export_data(b, &first,
				module_symbol(b->n, b->a, "memory"));
	}
}

/* --- the object --------------------------------------------------------------------- */

static uint32_t *have(struct mod *b, uint32_t n)
{
	return arena_array(b->a, uint32_t, n ? n : 1);
}

static void prepare(struct mod *b)
{
	const struct wasm_module *m = b->m;
	uint32_t nf = m->funcs.n + 1;

	b->func = have(b, nf);
	b->entry = have(b, nf);
	b->ref_code = have(b, nf);
	b->funcref = have(b, nf);
	b->type = have(b, m->types.n);
	b->memory = have(b, m->memories.n);
	b->memory_size = have(b, m->memories.n);
	b->memory_desc = have(b, m->memories.n);
	b->memory_part = have(b, m->memories.n);
	b->table_part = have(b, m->tables.n);
	b->table = have(b, m->tables.n);
	b->table_size = have(b, m->tables.n);
	b->table_desc = have(b, m->tables.n);
	b->direct = have(b, m->tables.n * m->types.n);
	b->global = have(b, m->globals.n);
	b->data = have(b, m->datas.n);
	b->data_len = have(b, m->datas.n);
	b->elem = have(b, m->elems.n);
	b->elem_len = have(b, m->elems.n);
	b->rodata = obj_section(b->o, arena_printf(b->a, ".rodata.%s",
						   b->n->prefix),
				OBJ_BYTES, OBJ_ALLOC, 8);
	b->strings = obj_section(b->o, arena_printf(b->a, ".rodata.%s.names",
						    b->n->prefix),
				 OBJ_BYTES, OBJ_ALLOC, 1);
	b->bss = obj_section(b->o, arena_printf(b->a, ".bss.%s", b->n->prefix),
			     OBJ_ZERO, OBJ_ALLOC | OBJ_WRITE, 8);
	b->traps = obj_section(b->o, "heddle_traps", OBJ_BYTES, OBJ_ALLOC, 4);
	b->funcs = obj_section(b->o, "heddle_funcs", OBJ_BYTES, OBJ_ALLOC, 4);
	b->modules = obj_section(b->o, "heddle_modules", OBJ_BYTES, OBJ_ALLOC,
				 4);
}

struct obj *module_object(const struct ir_module *im, const struct compiled *c,
			  const struct module_names *n, const struct info *info,
			  struct arena *a)
{
	struct mod *b = arena_new(a, struct mod);

	*b = (struct mod){ .o = obj_new(a, c->gen.target), .a = a, .im = im,
			   .m = im->wasm, .c = c, .n = n };
	prepare(b);
	map_init(&b->references, a);
	uint32_t module = mod_reference(b, module_symbol(n, a, "module"));
	mod_share_begin(b);
	if (info)
		cobj_begin(b, info);
	mod_functions(b);
	uint32_t instantiate = mod_instantiate(b, module);
	put_exports(b);
	if (info)
		cobj_end(b);
	mod_put_late(b);
	put_module(b, module, instantiate);
	return b->o;
}

static struct obj *app(const struct target *t, const char *list,
		       const char *what, const char *const *prefix, uint32_t n,
		       struct arena *a)
{
	struct mod b = { .o = obj_new(a, t), .a = a };

	map_init(&b.references, a);
	b.rodata = obj_section(b.o, arena_printf(a, ".rodata.%s", list),
			       OBJ_BYTES, OBJ_ALLOC, 4);
	for (uint32_t k = 0; k < n; k++)
		mod_pointer(&b, b.rodata,
			    mod_reference(&b, arena_printf(a, "%s_%s",
							   prefix[k], what)), 0);
	mod_word(&b, b.rodata, 0);
	mod_alias(&b, list, mod_object(&b, "app", b.rodata, 0, 4 * (n + 1)));
	return b.o;
}

struct obj *module_app(const struct target *t, const char *const *prefix,
		       uint32_t n, struct arena *a)
{
	return app(t, "hd_app", "module", prefix, n, a);
}

struct obj *module_components(const struct target *t, const char *const *prefix,
			      uint32_t n, struct arena *a)
{
	return app(t, "hd_components", "component", prefix, n, a);
}

void module_fuel(struct obj *o, uint32_t fuel)
{
	uint32_t section = obj_section(o, ".rodata.hd_fuel", OBJ_BYTES,
				       OBJ_ALLOC, 4);

	buf_u32(obj_at(o, section), fuel);
	obj_symbol(o, &(struct obj_symbol){
		.name = "hd_fuel", .section = section, .size = 4,
		.binding = OBJ_WEAK, .type = OBJ_OBJECT });
}

/* --- checks -------------------------------------------------------------------------- */

bool module_check(const struct ir_module *im, struct diag_sink *s)
{
	const struct wasm_module *m = im->wasm;
	uint32_t before = s->n, func;

	for (uint32_t k = 0; k < m->memories.n; k++)
		if (m->memories.at[k].import == UINT32_MAX &&
		    im->memory[k].capacity > INT32_MAX)
			diag_report(s, DIAG_TARGET, DIAG_NOWHERE,
				    "memory %u needs %llu bytes", k,
				    (unsigned long long)im->memory[k].capacity);
	for (uint32_t k = 0; k < m->tables.n; k++)
		if (m->tables.at[k].import == UINT32_MAX &&
		    mod_table_capacity(&m->tables.at[k]) > INT32_MAX / 4)
			diag_report(s, DIAG_TARGET, DIAG_NOWHERE,
				    "table %u needs %u entries", k,
				    m->tables.at[k].limits.min);
	for (uint32_t k = 0; k < m->elems.n; k++)
		for (uint32_t j = 0; m->elems.at[k].mode == WASM_PASSIVE &&
				     j < m->elems.at[k].n; j++)
			if (!ir_elem_const(m, &m->elems.at[k], j, &func)) {
				diag_report(s, DIAG_UNSUPPORTED,
					    m->elems.at[k].at,
					    "imported global in passive element "
					    "segment %u", k);
				break;
			}
	return s->n == before;
}
