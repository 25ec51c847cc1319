/* obj.c - building object files and looking into them. */
#include "obj/obj.h"

#include <assert.h>
#include <string.h>

#include "base/compiler.h"

struct obj *obj_new(struct arena *a, const struct target *t)
{
	struct obj *o = arena_new(a, struct obj);

	o->arena = a;
	o->target = t;
	map_init(&o->names, a);
	return o;
}

uint32_t obj_section(struct obj *o, const char *name,
		     enum obj_section_type type, unsigned flags, uint32_t align)
{
	struct obj_section s = {
		.name = name, .type = type, .flags = flags, .align = align,
	};

	assert(align && !(align & (align - 1)));
	buf_init(&s.bytes, o->arena);
	vec_push(o->arena, &o->sections, s);
	return o->sections.n - 1;
}

struct buf *obj_at(struct obj *o, uint32_t section)
{
	assert(section < o->sections.n);
	return &o->sections.at[section].bytes;
}

void obj_mark(struct obj *o, uint32_t section, uint32_t at, enum obj_kind kind)
{
	struct obj_section *s = &o->sections.at[section];

	if (s->marks.n) {
		struct obj_mark *last = &vec_last(&s->marks);

		assert(at >= last->at);
		if (last->kind == kind)
			return;
		if (last->at == at) {	/* the part before was empty */
			last->kind = kind;
			if (s->marks.n > 1 && last[-1].kind == kind)
				s->marks.n--;
			return;
		}
	}
	vec_push(o->arena, &s->marks, (struct obj_mark){ at, kind });
}

/* The slot of a name: keys are its hash and, for names that share one, the
 * keys that follow.
 */
static uint64_t name_key(const struct obj *o, const char *name)
{
	uint64_t key = hash_bytes(name, strlen(name));
	const uint32_t *i;

	while ((i = map_get(&o->names, key)) &&
	       strcmp(o->symbols.at[*i - 1].name, name))
		key++;
	return key;
}

uint32_t obj_symbol(struct obj *o, const struct obj_symbol *s)
{
	uint32_t *slot;

	vec_push(o->arena, &o->symbols, *s);
	slot = map_put(&o->names, name_key(o, s->name));
	if (!*slot || (o->symbols.at[*slot - 1].binding == OBJ_LOCAL &&
	               s->binding != OBJ_LOCAL))
		*slot = o->symbols.n;
	return o->symbols.n - 1;
}

uint32_t obj_reference(struct obj *o, const char *name)
{
	const uint32_t *i = map_get(&o->names, name_key(o, name));

	if (i && o->symbols.at[*i - 1].binding != OBJ_LOCAL)
		return *i - 1;
	return obj_symbol(o, &(struct obj_symbol){
		.name = name, .section = OBJ_UNDEFINED, .binding = OBJ_GLOBAL,
	});
}

void obj_reloc(struct obj *o, const struct obj_reloc *r)
{
	assert(r->section < o->sections.n && r->symbol < o->symbols.n);
	vec_push(o->arena, &o->relocs, *r);
}

const struct obj_symbol *obj_find(const struct obj *o, const char *name)
{
	const uint32_t *i = map_get(&o->names, name_key(o, name));

	return i ? &o->symbols.at[*i - 1] : NULL;
}

const struct obj_section *obj_find_section(const struct obj *o,
					   const char *name)
{
	for (uint32_t i = 0; i < o->sections.n; i++)
		if (!strcmp(o->sections.at[i].name, name))
			return &o->sections.at[i];
	return NULL;
}

const uint8_t *obj_memory(const struct obj *o, uint32_t address, uint32_t size)
{
	for (uint32_t i = 0; i < o->sections.n; i++) {
		const struct obj_section *s = &o->sections.at[i];
		uint32_t at = address - s->address;

		if (s->type == OBJ_BYTES && s->flags & OBJ_ALLOC &&
		    at <= s->bytes.n && size <= s->bytes.n - at && size)
			return s->bytes.at + at;
	}
	return NULL;
}

const char *obj_reloc_name(unsigned type)
{
	switch (type) {
#define RELOC(id, number, field, bias) \
	case number:                   \
		return "R_ARM_" #id;
#include "obj/reloc.def"
	default:
		return NULL;
	}
}
