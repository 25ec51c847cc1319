/* image.c - a linked image as the object that is in it.
 *
 * A relocation that the linker has kept says which symbol a place refers to.  It
 * is not believed: the addend is what the place holds less the symbol's address,
 * whatever that gives, and a branch that goes to a veneer goes where that goes.
 * A place without relocation is the number, or the instruction, that it holds.
 * So the object says nothing of the image's bytes that is not so.
 *
 * Symbols that begin with the module's prefix and are none of its imports stay
 * where they are, as local ones do and those of types, which are many objects'.  All
 * others are undefined, as they were in the object that was linked: their
 * names say what they are.
 */
#include "prove/image.h"

#include <string.h>

#include "obj/module_names.h"
#include "obj/place.h"

struct image {
	const struct obj *from;
	struct obj *to;
	struct arena *a;
	struct module_names names;
	const char *why;
};

/* --- symbols ------------------------------------------------------------------------ */

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool is_defined(const struct obj *o, const char *name)
{
	const struct obj_symbol *s = obj_find(o, name);

	return s && s->section < o->sections.n && s->binding == OBJ_GLOBAL;
}

/* P of the one module, by P_instantiate and P_module. */
static const char *find_prefix(struct image *x)
{
	static const char end[] = "_instantiate";
	const char *found = NULL;

	for (uint32_t k = 0; k < x->from->symbols.n; k++) {
		const char *s = x->from->symbols.at[k].name;
		size_t n = strlen(s);
		if (n < sizeof end || strcmp(s + n - (sizeof end - 1), end) ||
		    !is_defined(x->from, s))
			continue;
		const char *p = arena_copy(x->a, s, n - (sizeof end - 1));
		if (!is_defined(x->from, arena_printf(x->a, "%s_module", p)))
			continue;
		if (found)
			x->why = "has several modules";
		found = p;
	}
	if (!found)
		x->why = "has no module, or no symbols";
	return found;
}

static bool is_import(const struct image *x, const struct wasm_module *m,
		      const char *name)
{
	for (uint32_t k = 0; k < m->imports.n; k++)
		if (!strcmp(name, x->names.import[k]))
			return true;
	return false;
}

static bool is_own(const struct image *x, const struct wasm_module *m,
		   const struct obj_symbol *s)
{
	if (s->binding == OBJ_LOCAL || s->type == OBJ_SECTION)
		return true;
	if (begins(s->name, "hd_type_") && s->binding == OBJ_WEAK)
		return true;
	return begins(s->name, arena_printf(x->a, "%s_", x->names.prefix)) &&
	       !is_import(x, m, s->name);
}

static void put_symbols(struct image *x, const struct wasm_module *m)
{
	const struct obj *o = x->from;

	for (uint32_t k = 0; k < o->symbols.n; k++) {
		struct obj_symbol s = o->symbols.at[k];
		if (!is_own(x, m, &s))
			s = (struct obj_symbol){ .name = s.name,
				.section = OBJ_UNDEFINED,
				.binding = OBJ_GLOBAL };
		else if (s.section < o->sections.n)
			s.value -= o->sections.at[s.section].address;
		obj_symbol(x->to, &s);
	}
}

/* --- sections --------------------------------------------------------------------------- */

/* As far as the address is aligned, too. */
static uint32_t alignment(const struct obj_section *s)
{
	uint32_t low = s->address & (0 - s->address);

	return low && low < s->align ? low : s->align;
}

static void put_sections(struct image *x)
{
	for (uint32_t k = 0; k < x->from->sections.n; k++) {
		const struct obj_section *s = &x->from->sections.at[k];
		uint32_t n = obj_section(x->to, s->name, s->type, s->flags,
					 alignment(s));
		struct obj_section *t = &x->to->sections.at[n];
		t->size = s->size;
		buf_put(&t->bytes, s->bytes.at, s->bytes.n);
		t->marks.at = s->marks.at;
		t->marks.n = t->marks.cap = s->marks.n;
	}
}

/* --- relocations --------------------------------------------------------------------------- */

static uint32_t address_of(const struct obj_symbol *s)
{
	return s->section == OBJ_UNDEFINED ? 0 : s->value | s->thumb;
}

/* Where code at an address goes that is `ldr.w pc, [pc, #-0]` and a word. */
static uint32_t veneer(const struct obj *o, uint32_t at)
{
	const uint8_t *p = obj_memory(o, at, 8);
	static const uint8_t ldr[] = { 0x5f, 0xf8, 0x00, 0xf0 };

	if (!p || (at & 3) || memcmp(p, ldr, sizeof ldr))
		return at;
	return (p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 |
		(uint32_t)p[7] << 24) & ~1u;
}

/* Addend of a branch to a symbol, through a veneer if there is one. */
static int32_t branch(const struct image *x, const struct obj_reloc *r)
{
	const struct obj_symbol *y = &x->from->symbols.at[r->symbol];
	uint32_t here = x->from->sections.at[r->section].address + r->at;
	uint32_t to = here + (uint32_t)r->addend, want = address_of(y) & ~1u;

	if (to != want && veneer(x->from, to) == want)
		to = want;
	return (int32_t)(to - want);
}

/* False for what stays as it is. */
static bool addend(const struct image *x, const struct obj_reloc *r,
		   int32_t *out)
{
	const struct obj_symbol *y = &x->from->symbols.at[r->symbol];

	switch (r->type) {
	case OBJ_R_ABS32:
		*out = (int32_t)((uint32_t)r->addend - address_of(y));
		return true;
	case OBJ_R_THM_CALL: case OBJ_R_THM_JUMP24:
		*out = branch(x, r);
		return true;
	default:
		return false;
	}
}

/* The place then holds the addend, as in an object. */
static void put_relocs(struct image *x)
{
	for (uint32_t k = 0; k < x->from->relocs.n; k++) {
		struct obj_reloc r = x->from->relocs.at[k];
		struct obj_section *s = &x->to->sections.at[r.section];
		int32_t by;
		if (!(s->flags & OBJ_ALLOC) || !addend(x, &r, &by))
			continue;
		r.addend = by;
		if (!obj_place_put(s->bytes.at + r.at, s->bytes.n - r.at,
				   r.type, by))
			x->why = "has a relocation that does not fit";
		obj_reloc(x->to, &r);
	}
}

/* --- lists that the runtime finds between symbols ---------------------------------------------- */

static void put_list(struct image *x, const char *name)
{
	const struct obj *o = x->from;
	const struct obj_symbol *b = obj_find(o, arena_printf(x->a, "__start_%s",
							      name));
	const struct obj_symbol *e = obj_find(o, arena_printf(x->a, "__stop_%s",
							      name));

	if (obj_find_section(o, name))
		return;
	if (!b || !e || b->section >= o->sections.n || b->section != e->section ||
	    b->value > e->value || (b->value < e->value &&
	    !obj_memory(o, b->value, e->value - b->value))) {
		x->why = arena_printf(x->a, "has no list %s", name);
		return;
	}
	uint32_t at = b->value - o->sections.at[b->section].address;
	uint32_t size = e->value - b->value, was = x->to->relocs.n;
	uint32_t n = obj_section(x->to, name, OBJ_BYTES, OBJ_ALLOC, 4);
	buf_put(obj_at(x->to, n), x->to->sections.at[b->section].bytes.at + at,
		size);
	for (uint32_t k = 0; k < was; k++) {
		struct obj_reloc r = x->to->relocs.at[k];
		if (r.section != b->section || r.at < at || r.at - at >= size)
			continue;
		r.section = n;
		r.at -= at;
		obj_reloc(x->to, &r);
	}
}

struct obj *image_object(const struct obj *image, const struct wasm_module *m,
			 struct arena *a, const char **why)
{
	struct image x = { .from = image, .a = a, .to = obj_new(a, NULL) };
	const char *prefix = find_prefix(&x);

	if (!image->relocs.n)
		x.why = "has no relocations: link it with --emit-relocs";
	if (!x.why) {
		module_names(m, prefix, a, &x.names);
		x.to->hard_float = image->hard_float;
		put_sections(&x);
		put_symbols(&x, m);
		put_relocs(&x);
		put_list(&x, "heddle_traps");
		put_list(&x, "heddle_funcs");
	}
	*why = x.why;
	return x.why ? NULL : x.to;
}
