/* module_code.c - functions, stubs, function references and types.
 *
 * Every function has a section of its own, so that the linker drops what is
 * not used; very many functions share one, for sections are numbered with 16
 * bits in most tools.
 */
#include <string.h>

#include "ir/instantiate.h"
#include "component/link.h"
#include "obj/component.h"
#include "obj/module_share.h"
#include "obj/module_stub.h"

enum { MANY_FUNCTIONS = 12000 };

static const struct wasm_functype *type_of(const struct mod *b, uint32_t func)
{
	return &b->m->types.at[b->m->funcs.at[func].type];
}

static bool imported(const struct mod *b, uint32_t func)
{
	return func < b->m->nimported[WASM_FUNC];
}

/* --- placing code ---------------------------------------------------------------- */

static uint32_t text_section(struct mod *b, const char *name)
{
	if (b->m->funcs.n <= MANY_FUNCTIONS)
		return obj_section(b->o, arena_printf(b->a, ".text.%s.%s",
						      b->n->prefix, name),
				   OBJ_BYTES, OBJ_ALLOC | OBJ_EXEC, 4);
	if (!b->text)
		b->text = obj_section(b->o, arena_printf(b->a, ".text.%s",
							 b->n->prefix),
				      OBJ_BYTES, OBJ_ALLOC | OBJ_EXEC, 4) + 1;
	return b->text - 1;
}

static void put_marks(struct mod *b, uint32_t section, uint32_t at,
		      const struct t32_code *c)
{
	obj_mark(b->o, section, at, OBJ_THUMB);
	for (uint32_t k = 0; k < c->data.n; k++) {
		obj_mark(b->o, section, at + c->data.at[k].begin, OBJ_DATA);
		if (c->data.at[k].end < c->n)
			obj_mark(b->o, section, at + c->data.at[k].end,
				 OBJ_THUMB);
	}
}

/* The symbol of a relocation: of the object itself, or its place in the
 * instance. */
static uint32_t reference(struct mod *b, uint32_t group,
			  const struct mir_sym *s)
{
	uint32_t symbol = group == UINT32_MAX ? mod_symbol(b, s)
					      : mod_seen(b, group, s);

	return s->in_instance ? mod_offset(b, symbol) : symbol;
}

static void put_relocs(struct mod *b, uint32_t section, uint32_t at,
		       const struct t32_code *c, uint32_t group)
{
	for (uint32_t k = 0; k < c->relocs.n; k++) {
		const struct t32_reloc *r = &c->relocs.at[k];
		obj_reloc(b->o, &(struct obj_reloc){
			.section = section, .at = at + r->at,
			.symbol = reference(b, group, &c->syms.at[r->sym]),
			.type = (enum obj_reloc_type)r->type,
			.addend = r->addend });
	}
}

static void put_sites(struct mod *b, uint32_t section, uint32_t at,
		      const struct t32_code *c)
{
	uint32_t base = mod_section_symbol(b, section);

	for (uint32_t k = 0; k < c->traps.n; k++) {
		const struct t32_trap *t = &c->traps.at[k];
		mod_pointer(b, b->traps, base, at + t->ret);
		mod_word(b, b->traps, (uint32_t)t->kind << 28 |
					      (t->at & 0x0fffffff));
	}
	mod_pointer(b, b->funcs, base, at);
	mod_word(b, b->funcs, c->index);
}

uint32_t mod_put_code(struct mod *b, const struct t32_code *c,
			 const char *name)
{
	uint32_t section = text_section(b, name);
	uint32_t at = mod_here(b, section, 4);

	buf_put(obj_at(b->o, section), c->bytes, c->n);
	put_marks(b, section, at, c);
	return obj_symbol(b->o, &(struct obj_symbol){
		.name = name, .section = section, .value = at, .size = c->n,
		.binding = OBJ_LOCAL, .type = OBJ_FUNC, .thumb = true });
}

void mod_put_rest(struct mod *b, const struct t32_code *c, uint32_t symbol,
		  uint32_t group)
{
	uint32_t section = b->o->symbols.at[symbol].section;
	uint32_t at = b->o->symbols.at[symbol].value;

	put_relocs(b, section, at, c, group);
	put_sites(b, section, at, c);
}

void mod_functions(struct mod *b)
{
	uint32_t first = b->m->nimported[WASM_FUNC];
	uint32_t last = ir_instantiate_index(b->m);
	const bool *live = t32_needed(b->im, b->c->code, b->a);
	const struct t32_code **code =
		arena_array(b->a, const struct t32_code *, last + 1);

	mod_put_shared(b, live);
	for (uint32_t f = first; f <= last; f++) {
		if (!live[f])
			continue;
		code[f] = share_code(b->c->gen.share, f) == SHARE_NONE
				  ? b->c->code[f] : mod_veneer(b, f);
		b->func[f] = mod_put_code(b, code[f], f == last ? "instantiate"
						: b->n->local[f]) + 1;
	}
	for (uint32_t f = first; f <= last; f++)
		if (live[f])
			mod_put_rest(b, code[f], b->func[f] - 1, UINT32_MAX);
	mod_put_shared_rest(b);
}

uint32_t mod_put_stub(struct mod *b, const struct t32_code *c, const char *name)
{
	uint32_t s = mod_put_code(b, c, name);
	uint32_t section = b->o->symbols.at[s].section;

	put_relocs(b, section, b->o->symbols.at[s].value, c, UINT32_MAX);
	vec_push(b->a, &b->late, (struct mod_late){ c, s });
	return s;
}

void mod_put_late(struct mod *b)
{
	for (uint32_t k = 0; k < b->late.n; k++) {
		const struct obj_symbol *s =
			&b->o->symbols.at[b->late.at[k].symbol];
		put_sites(b, s->section, s->value, b->late.at[k].code);
	}
}

/* --- stubs ------------------------------------------------------------------------- */

static uint32_t put_stub(struct mod *b, const struct t32_code *c,
			 const char *suffix, uint32_t func)
{
	return mod_put_stub(b, c, arena_printf(b->a, "%s.%s",
					       b->n->local[func], suffix));
}

static uint32_t make_stub(struct mod *b, enum stub_kind kind, uint32_t func,
			  const struct mir_sym *sym, const char *suffix)
{
	return put_stub(b, stub_make(kind, type_of(b, func), sym, func,
				     &b->c->gen, b->a), suffix, func);
}

static uint32_t import_symbol(struct mod *b, uint32_t func)
{
	return mod_reference(b, b->n->import[b->m->funcs.at[func].import]);
}

/* A built-in of a component. */
static bool is_builtin(const struct mod *b, uint32_t func)
{
	return b->comp && imported(b, func) &&
	       !strcmp(b->m->imports.at[b->m->funcs.at[func].import].module,
		       LINK_MODULE);
}

static uint32_t make_import(struct mod *b, uint32_t func)
{
	const char *name = b->n->import[b->m->funcs.at[func].import];
	struct mir_sym s = { .kind = SYM_RUNTIME, .name = name };

	if (is_builtin(b, func))
		return cobj_import(b, func);
	return stub_needed(STUB_IMPORT, type_of(b, func), &b->c->gen)
		       ? make_stub(b, STUB_IMPORT, func, &s, "import")
		       : import_symbol(b, func);
}

uint32_t mod_func(struct mod *b, uint32_t func)
{
	/* what is not live is not referred to */
	CHECK(b->func[func] || imported(b, func));
	if (!b->func[func])
		b->func[func] = make_import(b, func) + 1;
	return b->func[func] - 1;
}

uint32_t mod_entry(struct mod *b, uint32_t func)
{
	struct mir_sym s = { .kind = SYM_FUNC, .index = func };

	if (is_builtin(b, func))
		return mod_func(b, func);
	if (imported(b, func))
		return import_symbol(b, func);
	if (!stub_needed(STUB_ENTRY, type_of(b, func), &b->c->gen))
		return mod_func(b, func);
	if (!b->entry[func])
		b->entry[func] = make_stub(b, STUB_ENTRY, func, &s, "entry") + 1;
	return b->entry[func] - 1;
}

/* What other modules' indirect calls enter. */
static uint32_t ref_code(struct mod *b, uint32_t func)
{
	struct mir_sym s = { .kind = SYM_FUNC, .index = func };

	if (imported(b, func) || !b->im->open ||
	    !stub_needed(STUB_REF, type_of(b, func), &b->c->gen))
		return mod_func(b, func);
	if (!b->ref_code[func])
		b->ref_code[func] = make_stub(b, STUB_REF, func, &s, "ref") + 1;
	return b->ref_code[func] - 1;
}

/* An exported import: a jump, so that the export has a symbol of its own. */
static void export_import(struct mod *b, uint32_t func, const char *name)
{
	struct mir_sym s = { .kind = SYM_RUNTIME,
		.name = b->n->import[b->m->funcs.at[func].import] };
	uint32_t stub = put_stub(b, stub_jump(&s, func, b->a), "export", func);

	mod_alias(b, name, stub);
}

void mod_export_func(struct mod *b, const struct wasm_export *e,
		     const char *name)
{
	if (imported(b, e->index))
		export_import(b, e->index, name);
	else
		mod_alias(b, name, mod_entry(b, e->index));
}

uint32_t mod_instantiate(struct mod *b, uint32_t module)
{
	const char *name = module_symbol(b->n, b->a, "instantiate");
	struct mir_sym m = { .kind = SYM_RUNTIME,
			     .name = b->o->symbols.at[module].name };
	struct mir_sym f = { .kind = SYM_FUNC,
			     .index = ir_instantiate_index(b->m) };
	const struct t32_code *c = stub_instantiate(&m, &f, &b->c->gen, b->a);
	uint32_t s = mod_put_code(b, c, "instantiate.entry");

	mod_put_rest(b, c, s, UINT32_MAX);
	mod_alias(b, name, s);
	return s;
}

/* --- references and types ---------------------------------------------------------- */

uint32_t mod_type(struct mod *b, uint32_t type)
{
	uint32_t canon = b->m->types.at[type].canon;

	if (b->type[canon])
		return b->type[canon] - 1;
	char *name = arena_printf(b->a, "hd_type_%s",
				  wasm_type_text(&b->m->types.at[canon], b->a));
	for (char *p = name; *p; p++)
		if (*p == ':')
			*p = '_';
	uint32_t section = obj_section(
		b->o, arena_printf(b->a, ".rodata.%s", name), OBJ_BYTES,
		OBJ_ALLOC, 1);
	buf_u8(obj_at(b->o, section), 0);
	b->type[canon] = obj_symbol(b->o, &(struct obj_symbol){
		.name = name, .section = section, .size = 1,
		.binding = OBJ_WEAK, .type = OBJ_OBJECT }) + 1;
	return b->type[canon] - 1;
}

uint32_t mod_funcref(struct mod *b, uint32_t func)
{
	if (b->funcref[func])
		return b->funcref[func] - 1;
	uint32_t code = ref_code(b, func);
	uint32_t type = mod_type(b, b->m->funcs.at[func].type);
	uint32_t at = mod_here(b, b->rodata, 4);
	mod_pointer(b, b->rodata, code, 0);
	mod_pointer(b, b->rodata, type, 0);
	b->funcref[func] = mod_object(
		b, arena_printf(b->a, "%s.funcref%u", b->n->prefix, func),
		b->rodata, at, 8) + 1;
	return b->funcref[func] - 1;
}
