/* module_data.c - memories, tables, globals and segments of a module.
 *
 * What never changes is in .rodata; the rest is .bss, brought to its initial
 * state by hd_module_reset and the instantiation code, so that a module can
 * be instantiated again.
 */
#include <string.h>

#include "ir/instantiate.h"
#include "obj/component.h"
#include "obj/module_share.h"

/* Growth of a table without maximum, and of one with a large one. */
enum { TABLE_SPARE = 1024, TABLE_LIMIT = 16384 };

static uint32_t import_part(struct mod *b, uint32_t import, const char *part)
{
	return mod_reference(b, arena_printf(b->a, "%s%s",
					     b->n->import[import], part));
}

static const char *local(struct mod *b, const char *kind, uint32_t k)
{
	return arena_printf(b->a, "%s.%s%u", b->n->prefix, kind, k);
}

/* Pieces of storage of one thing. */
enum part { PART_ALL, PART_SIZE, PART_DESC };

/* A word of a thing that begins with that value. */
static uint32_t words_of(struct mod *b, enum info_kind kind, uint32_t k,
			 const char *name, uint32_t value)
{
	uint32_t s = mod_storage(b, kind, k, PART_SIZE, name, 4, 4);

	vec_push(b->a, &b->words, (struct mod_word){ s, value, 0 });
	return s;
}

static bool pointer_mode(const struct mod *b)
{
	return b->c->gen.pointer_instance;
}

/* A descriptor: storage, size, capacity (a symbol when imported). */
struct desc {
	uint32_t base, size, capacity;
	bool imported;
};

static uint32_t fixed_desc(struct mod *b, const struct desc *d)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_pointer(b, b->rodata, d->base, 0);
	mod_pointer(b, b->rodata, d->size, 0);
	if (d->imported)
		mod_pointer(b, b->rodata, d->capacity, 0);
	else
		mod_word(b, b->rodata, d->capacity);
	return at;
}

/* Part of the instance: hd_module_reset writes it. */
static uint32_t instance_desc(struct mod *b, const char *name,
			      const struct desc *d)
{
	uint32_t s = mod_zeros(b, name, 12, 4);	/* of a core module */
	uint32_t at = b->o->symbols.at[s].value;
	uint32_t size = mod_object(b, name, b->bss, at + 4, 4);
	uint32_t cap = mod_object(b, name, b->bss, at + 8, 4);

	if (d->imported) {
		vec_push(b->a, &b->words, (struct mod_word){ s, 0, d->base + 1 });
		vec_push(b->a, &b->words,
			 (struct mod_word){ size, 0, d->size + 1 });
		vec_push(b->a, &b->words,
			 (struct mod_word){ cap, 0, d->capacity + 1 });
		return s;
	}
	vec_push(b->a, &b->links, (struct mod_link){ s, d->base });
	vec_push(b->a, &b->links, (struct mod_link){ size, d->size });
	vec_push(b->a, &b->words, (struct mod_word){ cap, d->capacity, 0 });
	return s;
}

static uint32_t make_desc(struct mod *b, const char *name,
			  const struct desc *d)
{
	if (pointer_mode(b))
		return instance_desc(b, name, d);
	return mod_object(b, name, b->rodata, fixed_desc(b, d), 12);
}

/* A word that never changes. */
static uint32_t fixed_word(struct mod *b, const char *name, uint32_t value)
{
	uint32_t at = mod_here(b, b->rodata, 4);

	mod_word(b, b->rodata, value);
	return mod_object(b, name, b->rodata, at, 4);
}

/* --- memories ------------------------------------------------------------------ */

/* Storage of a memory: a section of its own, or part of the instance. */
static uint32_t storage(struct mod *b, uint32_t k, uint32_t bytes)
{
	const char *name = local(b, "memory", k);
	const struct share *s = b->c->gen.share;

	if (pointer_mode(b) ||
	    (s && s->place[INFO_MEMORY][k].group != SHARE_NONE))
		return mod_storage(b, INFO_MEMORY, k, PART_ALL, name, bytes, 8);
	if (b->comp && b->comp->wall)
		return cobj_walled_memory(b, name, k, bytes);
	uint32_t section = obj_section(
		b->o, arena_printf(b->a, ".bss.heddle.memory.%s.%u",
				   b->n->prefix, k),
		OBJ_ZERO, OBJ_ALLOC | OBJ_WRITE, 8);
	b->o->sections.at[section].size = bytes;
	return mod_object(b, name, section, 0, bytes);
}

static uint32_t make_memory(struct mod *b, uint32_t k)
{
	const struct wasm_memory *w = &b->m->memories.at[k];
	uint32_t bytes = (uint32_t)b->im->memory[k].capacity;

	if (w->import != UINT32_MAX)
		return import_part(b, w->import, "");
	uint32_t s = storage(b, k, bytes);
	/* What lies above the size in use has never been written. */
	uint32_t used = b->im->memory[k].fixed ? 0 : mod_memory_size(b, k) + 1;
	vec_push(b->a, &b->zero, (struct mod_range){ s, bytes, used });
	return s;
}

uint32_t mod_memory(struct mod *b, uint32_t k)
{
	if (!b->memory[k])
		b->memory[k] = make_memory(b, k) + 1;
	return b->memory[k] - 1;
}

static uint32_t make_memory_size(struct mod *b, uint32_t k)
{
	const struct wasm_memory *w = &b->m->memories.at[k];
	const struct ir_memory_facts *f = &b->im->memory[k];
	const char *name = local(b, "memory_size", k);

	if (w->import != UINT32_MAX)
		return import_part(b, w->import, "_size");
	return f->fixed && !pointer_mode(b) ? fixed_word(b, name, (uint32_t)f->bytes)
			: words_of(b, INFO_MEMORY, k, name, w->limits.min << 16);
}

uint32_t mod_memory_size(struct mod *b, uint32_t k)
{
	if (!b->memory_size[k])
		b->memory_size[k] = make_memory_size(b, k) + 1;
	return b->memory_size[k] - 1;
}

static struct desc memory_desc(struct mod *b, uint32_t k)
{
	uint32_t import = b->m->memories.at[k].import;
	bool imported = import != UINT32_MAX;

	return (struct desc){
		mod_memory(b, k), mod_memory_size(b, k),
		imported ? import_part(b, import, "_capacity")
			 : (uint32_t)b->im->memory[k].capacity,
		imported };
}

/* All descriptors are one array: the runtime finds memory k there. */
uint32_t mod_memory_desc(struct mod *b, uint32_t k)
{
	uint32_t n = b->m->memories.n;

	if (b->memory_desc[k])
		return b->memory_desc[k] - 1;
	for (uint32_t j = 0; j < n; j++)
		memory_desc(b, j);	/* makes what they refer to first */
	for (uint32_t j = 0; j < n; j++) {
		struct desc d = memory_desc(b, j);
		b->memory_desc[j] =
			make_desc(b, local(b, "memory_desc", j), &d) + 1;
	}
	return b->memory_desc[k] - 1;
}

/* A descriptor that is part of an instance. */
static uint32_t instance_part(struct mod *b, enum info_kind kind, uint32_t k,
			      const char *name, const struct desc *d)
{
	const uint32_t s = mod_storage(b, kind, k, PART_DESC, name, 12, 4);
	const struct obj_symbol at = b->o->symbols.at[s];
	const uint32_t size = mod_object(b, name, at.section, at.value + 4, 4);
	const uint32_t cap = mod_object(b, name, at.section, at.value + 8, 4);

	vec_push(b->a, &b->words, (struct mod_word){ s, 0, d->base + 1 });
	vec_push(b->a, &b->words, (struct mod_word){ size, 0, d->size + 1 });
	vec_push(b->a, &b->words, (struct mod_word){ cap, d->capacity, 0 });
	return s;
}

uint32_t mod_instance_memory(struct mod *b, uint32_t k)
{
	const struct desc d = memory_desc(b, k);

	if (!b->memory_part[k])
		b->memory_part[k] = instance_part(b, INFO_MEMORY, k,
			local(b, "memory_desc", k), &d) + 1;
	return b->memory_part[k] - 1;
}

/* --- tables -------------------------------------------------------------------- */

uint32_t mod_table_capacity(const struct wasm_table *t)
{
	uint32_t min = t->limits.min, max = t->limits.max;

	if (!t->limits.has_max)
		return min > UINT32_MAX - TABLE_SPARE ? min : min + TABLE_SPARE;
	return max <= TABLE_LIMIT || max == min ? max :
	       min > TABLE_LIMIT ? min : TABLE_LIMIT;
}

/* A table that is never written: pointers to descriptors, or null. */
static uint32_t fixed_table(struct mod *b, uint32_t k)
{
	const struct ir_table_facts *f = &b->im->table[k];

	for (uint32_t j = 0; j < f->n; j++)
		if (f->func[j] != UINT32_MAX)
			mod_funcref(b, f->func[j]);
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t j = 0; j < f->n; j++)
		if (f->func[j] == UINT32_MAX)
			mod_word(b, b->rodata, 0);
		else
			mod_pointer(b, b->rodata, mod_funcref(b, f->func[j]),
				    0);
	return mod_object(b, local(b, "table", k), b->rodata, at, 4 * f->n);
}

static uint32_t make_table(struct mod *b, uint32_t k)
{
	const struct wasm_table *t = &b->m->tables.at[k];

	if (t->import != UINT32_MAX)
		return import_part(b, t->import, "");
	if (b->im->table[k].immutable)
		return fixed_table(b, k);
	uint32_t bytes = 4 * mod_table_capacity(t);
	uint32_t s = mod_storage(b, INFO_TABLE, k, PART_ALL,
				 local(b, "table", k), bytes, 4);
	vec_push(b->a, &b->zero, (struct mod_range){ s, bytes, 0 });
	return s;
}

uint32_t mod_table(struct mod *b, uint32_t k)
{
	if (!b->table[k])
		b->table[k] = make_table(b, k) + 1;
	return b->table[k] - 1;
}

static uint32_t make_table_size(struct mod *b, uint32_t k)
{
	const struct wasm_table *t = &b->m->tables.at[k];
	const char *name = local(b, "table_size", k);

	if (t->import != UINT32_MAX)
		return import_part(b, t->import, "_size");
	return b->im->table[k].immutable
		       ? fixed_word(b, name, b->im->table[k].n)
		       : words_of(b, INFO_TABLE, k, name, t->limits.min);
}

uint32_t mod_table_size(struct mod *b, uint32_t k)
{
	if (!b->table_size[k])
		b->table_size[k] = make_table_size(b, k) + 1;
	return b->table_size[k] - 1;
}

uint32_t mod_table_desc(struct mod *b, uint32_t k)
{
	const struct wasm_table *t = &b->m->tables.at[k];
	bool imported = t->import != UINT32_MAX;

	if (b->table_desc[k])
		return b->table_desc[k] - 1;
	struct desc d = {
		mod_table(b, k), mod_table_size(b, k),
		imported ? import_part(b, t->import, "_capacity")
			 : mod_table_capacity(t),
		imported };
	b->table_desc[k] = make_desc(b, local(b, "table_desc", k), &d) + 1;
	return b->table_desc[k] - 1;
}

uint32_t mod_instance_table(struct mod *b, uint32_t k)
{
	const struct desc d = { mod_table(b, k), mod_table_size(b, k),
				mod_table_capacity(&b->m->tables.at[k]), false };

	if (!b->table_part[k])
		b->table_part[k] = instance_part(b, INFO_TABLE, k,
			local(b, "table_desc", k), &d) + 1;
	return b->table_part[k] - 1;
}

/* Code pointers of the functions of one type; null entries are 0, functions of
 * another type 1 (no code has that address). */
uint32_t mod_table_direct(struct mod *b, uint32_t k, uint32_t type)
{
	const struct ir_table_facts *f = &b->im->table[k];
	uint32_t canon = b->m->types.at[type].canon;
	uint32_t *have = &b->direct[k * b->m->types.n + canon];

	if (*have)
		return *have - 1;
	for (uint32_t j = 0; j < f->n; j++)
		if (f->func[j] != UINT32_MAX)
			mod_func(b, f->func[j]);
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t j = 0; j < f->n; j++) {
		uint32_t func = f->func[j];
		if (func == UINT32_MAX)
			mod_word(b, b->rodata, 0);
		else if (b->m->types.at[b->m->funcs.at[func].type].canon ==
			 canon)
			mod_pointer(b, b->rodata, mod_func(b, func), 0);
		else
			mod_word(b, b->rodata, 1);
	}
	const char *name = arena_printf(b->a, "%s.direct%u.%u", b->n->prefix,
					k, canon);
	*have = mod_object(b, name, b->rodata, at, 4 * f->n) + 1;
	return *have - 1;
}

/* --- globals ------------------------------------------------------------------- */

static uint32_t make_global(struct mod *b, uint32_t k)
{
	const struct wasm_global *g = &b->m->globals.at[k];
	const struct ir_global_facts *f = &b->im->global[k];
	uint32_t size = g->type == T_I64 || g->type == T_F64 ? 8 : 4;
	const char *name = local(b, "global", k);

	if (g->import != UINT32_MAX)
		return import_part(b, g->import, "");
	if (!f->constant)
		return mod_storage(b, INFO_GLOBAL, k, PART_ALL, name, size,
				   size);
	uint32_t at = mod_here(b, b->rodata, size);
	mod_word(b, b->rodata, (uint32_t)f->bits);
	if (size == 8)
		mod_word(b, b->rodata, (uint32_t)(f->bits >> 32));
	return mod_object(b, name, b->rodata, at, size);
}

uint32_t mod_global(struct mod *b, uint32_t k)
{
	if (!b->global[k])
		b->global[k] = make_global(b, k) + 1;
	return b->global[k] - 1;
}

/* --- segments ------------------------------------------------------------------ */

uint32_t mod_data(struct mod *b, uint32_t k)
{
	const struct wasm_data *d = &b->m->datas.at[k];

	const uint32_t same = mod_same_data(b, k);
	uint32_t at;

	if (b->data[k])
		return b->data[k] - 1;
	if (same != k) {
		at = b->o->symbols.at[mod_data(b, same)].value;
	} else {
		at = mod_here(b, b->rodata, 4);
		buf_put(obj_at(b->o, b->rodata), b->m->bytes + d->begin, d->n);
	}
	b->data[k] = mod_object(b, local(b, "data", k), b->rodata, at, d->n) + 1;
	return b->data[k] - 1;
}

uint32_t mod_data_len(struct mod *b, uint32_t k)
{
	if (!b->data_len[k])
		b->data_len[k] = words_of(b, INFO_DATA, k,
					  local(b, "data_len", k),
					  b->m->datas.at[k].n) + 1;
	return b->data_len[k] - 1;
}

/* Entries that are not known at compile time are never asked for: the
 * instantiation writes them one by one (ir/instantiate.c). */
uint32_t mod_elem(struct mod *b, uint32_t k)
{
	const struct wasm_elem *e = &b->m->elems.at[k];
	uint32_t func;

	if (b->elem[k])
		return b->elem[k] - 1;
	for (uint32_t j = 0; j < e->n; j++)
		if (ir_elem_const(b->m, e, j, &func) && func != UINT32_MAX)
			mod_funcref(b, func);
	uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t j = 0; j < e->n; j++)
		if (ir_elem_const(b->m, e, j, &func) && func != UINT32_MAX)
			mod_pointer(b, b->rodata, mod_funcref(b, func), 0);
		else
			mod_word(b, b->rodata, 0);
	b->elem[k] = mod_object(b, local(b, "elem", k), b->rodata, at,
				4 * e->n) + 1;
	return b->elem[k] - 1;
}

uint32_t mod_elem_len(struct mod *b, uint32_t k)
{
	if (!b->elem_len[k])
		b->elem_len[k] = words_of(b, INFO_ELEM, k,
					  local(b, "elem_len", k),
					  b->m->elems.at[k].n) + 1;
	return b->elem_len[k] - 1;
}

/* --- exports ------------------------------------------------------------------- */

static void export_memory(struct mod *b, uint32_t k, const char *name)
{
	if (b->m->memories.at[k].import != UINT32_MAX)
		return;		/* the header makes it another name */
	mod_alias(b, name, mod_memory(b, k));
	mod_alias(b, arena_printf(b->a, "%s_size", name),
		  mod_memory_size(b, k));
	mod_absolute(b, arena_printf(b->a, "%s_capacity", name),
		     (uint32_t)b->im->memory[k].capacity);
}

static void export_table(struct mod *b, uint32_t k, const char *name)
{
	const struct wasm_table *t = &b->m->tables.at[k];

	if (t->import != UINT32_MAX)
		return;
	mod_alias(b, name, mod_table(b, k));
	mod_alias(b, arena_printf(b->a, "%s_size", name),
		  mod_table_size(b, k));
	mod_absolute(b, arena_printf(b->a, "%s_capacity", name),
		     mod_table_capacity(t));
}

void mod_export_data(struct mod *b, const struct wasm_export *e,
		     const char *name)
{
	switch (e->kind) {
	case WASM_MEMORY:
		export_memory(b, e->index, name);
		break;
	case WASM_TABLE:
		export_table(b, e->index, name);
		break;
	case WASM_GLOBAL:
		if (b->m->globals.at[e->index].import == UINT32_MAX)
			mod_alias(b, name, mod_global(b, e->index));
		break;
	default:
		break;
	}
}
