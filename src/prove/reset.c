/* reset.c - the module's descriptor: what hd_module_reset makes of its storage,
 * where the runtime finds memories, and what instantiates it.
 *
 * All that can be written is zeroed or given its first value, and nothing else
 * is; memories and tables can become no larger than the module allows, nor than
 * their storage.  Offsets are those of struct hd_module (heddle/abi.h) in 32 bits.
 */
#include <string.h>

#include "prove/stub.h"
#include "prove/world.h"

enum {
	MODULE_MEMORIES = 4, MODULE_NMEMORIES = 8, MODULE_INSTANTIATE = 12,
	MODULE_ZERO = 40, MODULE_WORDS = 48, MODULE_INSTANCE = 56,
	MODULE_INSTANCE_BYTES = 60, MODULE_LINKS = 64,
	MODULE_SIZE = 72,
	ZERO_SIZE = 12, WORD_SIZE = 8, DESC_SIZE = 12,
	DESC_BASE = 0, DESC_USED = 4, DESC_CAPACITY = 8,
	DESC_ALL = 7
};

struct reset {
	struct world *w;
	uint8_t *done;		/* [regions.n] a bit per word of a descriptor, else 1 */
};

/* A place of the object. */
struct spot {
	uint32_t section, at;
};

static struct spot behind(struct spot s, uint32_t by)
{
	s.at += by;
	return s;
}

static const struct obj_reloc *pointer_at(const struct world *w, struct spot s)
{
	const struct obj_reloc *r = world_reloc(w, s.section, s.at);

	return r && r->type == OBJ_R_ABS32 ? r : NULL;
}

static bool number_at(const struct world *w, struct spot s, uint32_t *v)
{
	return world_number(w, s.section, s.at, v);
}

/* The storage that a word points into, and how far behind its beginning. */
static const struct region *storage_at(struct world *w, struct spot s,
				       uint32_t *offset)
{
	const struct obj_reloc *r = pointer_at(w, s);

	if (!r)
		return NULL;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	bool outside = y->section == OBJ_UNDEFINED;
	uint32_t at = outside ? 0 : y->value + (uint32_t)r->addend;
	uint32_t k = world_region(w, y->section, at, r->symbol);
	if (k == UINT32_MAX || (outside && r->addend))
		return NULL;
	*offset = outside ? 0 : at - w->regions.at[k].at;
	return &w->regions.at[k];
}

static bool points_to(struct world *w, struct spot s, enum region_kind kind,
		      uint32_t index)
{
	uint32_t offset, k = world_find(w, kind, index, 0);
	const struct region *r = storage_at(w, s, &offset);

	if (!r || k == UINT32_MAX || offset)
		return false;
	/* what is imported twice by one name is one */
	return r == &w->regions.at[k] ||
	       (r->section == OBJ_UNDEFINED && r->kind == kind &&
		w->regions.at[k].section == OBJ_UNDEFINED &&
		w->regions.at[k].symbol == r->symbol);
}

/* --- descriptors of memories and tables -------------------------------------------- */

static bool is_memory(const struct region *r)
{
	return r->kind == REGION_MEMORY_DESC;
}

static uint32_t import_of(const struct world *w, const struct region *r)
{
	return is_memory(r) ? w->m->memories.at[r->index].import
			    : w->m->tables.at[r->index].import;
}

static bool capacity_fits(const struct world *w, const struct region *r,
			  uint32_t capacity)
{
	const struct wasm_limits *l = is_memory(r) ?
		&w->m->memories.at[r->index].limits :
		&w->m->tables.at[r->index].limits;
	uint32_t k = world_find(w, is_memory(r) ? REGION_MEMORY : REGION_TABLE,
				r->index, 0);
	unsigned unit = is_memory(r) ? 16 : 0, bytes = is_memory(r) ? 0 : 2;

	return k != UINT32_MAX &&
	       (uint64_t)capacity << bytes == w->regions.at[k].size &&
	       (!l->has_max || capacity <= (uint64_t)l->max << unit);
}

/* Is what is found at s the right value for that part of a descriptor? */
static bool part_holds(struct world *w, const struct region *r, uint32_t part,
		       struct spot s)
{
	uint32_t import = import_of(w, r), capacity;

	if (part == DESC_BASE)
		return points_to(w, s, is_memory(r) ? REGION_MEMORY
						    : REGION_TABLE, r->index);
	if (part == DESC_USED)
		return points_to(w, s, is_memory(r) ? REGION_MEMORY_SIZE
						    : REGION_TABLE_SIZE,
				 r->index);
	if (part != DESC_CAPACITY)
		return false;
	if (import == UINT32_MAX)
		return number_at(w, s, &capacity) &&
		       capacity_fits(w, r, capacity);
	const struct obj_reloc *x = pointer_at(w, s);
	return x && !x->addend &&
	       !strcmp(w->o->symbols.at[x->symbol].name,
		       arena_printf(w->arena, "%s_capacity",
				    w->names.import[import]));
}

static bool desc_holds(struct world *w, const struct region *r)
{
	struct spot s = { r->section, r->at };

	for (uint32_t part = 0; part < DESC_SIZE; part += 4)
		if (!part_holds(w, r, part, behind(s, part)))
			return false;
	return r->size == DESC_SIZE;
}

/* --- first values ---------------------------------------------------------------------- */

static bool is_desc(const struct region *r)
{
	return r->kind == REGION_MEMORY_DESC || r->kind == REGION_TABLE_DESC;
}

/* Is there such a thing in the module? */
static bool exists(const struct world *w, const struct region *r)
{
	switch (r->kind) {
	case REGION_MEMORY: case REGION_MEMORY_SIZE: case REGION_MEMORY_DESC:
		return r->index < w->m->memories.n;
	case REGION_TABLE: case REGION_TABLE_SIZE: case REGION_TABLE_DESC:
		return r->index < w->m->tables.n;
	case REGION_DATA_LEN:
		return r->index < w->m->datas.n;
	case REGION_ELEM_LEN:
		return r->index < w->m->elems.n;
	default:
		return false;
	}
}

/* What a word begins with. */
static uint32_t first_value(const struct world *w, const struct region *r)
{
	return r->kind == REGION_MEMORY_SIZE ?
		       w->m->memories.at[r->index].limits.min << 16 :
	       r->kind == REGION_TABLE_SIZE ?
		       w->m->tables.at[r->index].limits.min :
	       r->kind == REGION_DATA_LEN ? w->m->datas.at[r->index].n :
					    w->m->elems.at[r->index].n;
}

static bool is_word(const struct region *r)
{
	return r->kind == REGION_MEMORY_SIZE || r->kind == REGION_TABLE_SIZE ||
	       r->kind == REGION_DATA_LEN || r->kind == REGION_ELEM_LEN;
}

static void mark(struct reset *t, const struct region *r, uint8_t bits)
{
	t->done[r - t->w->regions.at] |= bits;
}

/* Base, bytes, and NULL or where it says how many of these were ever used. */
static bool zero_right(struct reset *t, struct spot s)
{
	struct world *w = t->w;
	uint32_t offset, bytes, none;
	const struct region *r = storage_at(w, s, &offset);

	if (!r || offset || r->constant || !exists(w, r) ||
	    (r->kind != REGION_MEMORY && r->kind != REGION_TABLE) ||
	    !number_at(w, behind(s, 4), &bytes) || bytes != r->size)
		return false;
	mark(t, r, 1);
	return (number_at(w, behind(s, 8), &none) && none == 0) ||
	       (r->kind == REGION_MEMORY &&
		points_to(w, behind(s, 8), REGION_MEMORY_SIZE, r->index));
}

/* Where, and what. */
static bool word_right(struct reset *t, struct spot s)
{
	struct world *w = t->w;
	uint32_t offset, value;
	const struct region *r = storage_at(w, s, &offset);

	if (!r || r->constant || !exists(w, r) ||
	    r->section >= w->o->sections.n)
		return false;
	if (is_desc(r)) {
		mark(t, r, (uint8_t)(1 << offset / 4));
		return part_holds(w, r, offset, behind(s, 4));
	}
	mark(t, r, 1);
	return is_word(r) && offset == 0 && number_at(w, behind(s, 4), &value) &&
	       value == first_value(w, r);
}

/* Each of an array of the descriptor: where it is, then how many there are. */
static bool each(struct reset *t, struct spot s, uint32_t size,
		 bool (*right)(struct reset *, struct spot))
{
	const struct obj_reloc *r = pointer_at(t->w, s);
	uint32_t n;

	if (!number_at(t->w, behind(s, 4), &n))
		return false;
	if (!n || !r)
		return !n && number_at(t->w, s, &n) && !n;
	const struct obj_symbol *y = &t->w->o->symbols.at[r->symbol];
	if (y->section >= t->w->o->sections.n)
		return false;
	struct spot e = { y->section, y->value + (uint32_t)r->addend };
	for (uint32_t k = 0; k < n; k++, e.at += size)
		if (!right(t, e))
			return false;
	return true;
}

/* What is the module's own, and how it must have been begun. */
static bool begun(struct reset *t, uint32_t k)
{
	struct world *w = t->w;
	const struct region *r = &w->regions.at[k];
	uint32_t value;

	if (!is_desc(r) && !is_word(r) && r->kind != REGION_MEMORY &&
	    r->kind != REGION_TABLE)
		return true;
	if (!exists(w, r))
		return false;
	if (r->section >= w->o->sections.n)
		return true;		/* another module's */
	if (is_desc(r))
		return r->constant ? desc_holds(w, r) : t->done[k] == DESC_ALL;
	if (!r->constant)
		return t->done[k];
	return !is_word(r) || (number_at(w, (struct spot){ r->section, r->at },
					 &value) && value == first_value(w, r));
}

/* --- the descriptor ------------------------------------------------------------------------ */

/* The runtime finds memory k in an array. */
static bool memories_right(struct world *w, struct spot s)
{
	uint32_t n, first;

	if (!number_at(w, behind(s, MODULE_NMEMORIES), &n) ||
	    n != w->m->memories.n)
		return false;
	if (!n)
		return true;
	if (!points_to(w, behind(s, MODULE_MEMORIES), REGION_MEMORY_DESC, 0))
		return false;
	first = world_find(w, REGION_MEMORY_DESC, 0, 0);
	for (uint32_t k = 1; k < n; k++) {
		uint32_t r = world_find(w, REGION_MEMORY_DESC, k, 0);
		if (r == UINT32_MAX || w->regions.at[r].section !=
					       w->regions.at[first].section ||
		    w->regions.at[r].at !=
			    w->regions.at[first].at + k * DESC_SIZE)
			return false;
	}
	return true;
}

/* P_instantiate, a stub that calls the reset and the function that is proved. */
static bool instantiates(const struct world *w, struct spot s)
{
	const struct obj_reloc *r = pointer_at(w, s);

	if (!r || r->addend)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	const struct code_ref *c = world_code_at(w, y->section, y->value);
	return c && c->stub && y->type == OBJ_FUNC &&
	       (c->is & STUB_IS_INSTANTIATE);
}

/* The first instance, whole; or none. */
static bool instance_right(const struct world *w, struct spot s)
{
	const struct obj_reloc *r = pointer_at(w, behind(s, MODULE_INSTANCE));
	const struct obj_symbol *n = obj_find(w->o, arena_printf(w->arena,
				"%s_instance_size", w->names.prefix));
	uint32_t bytes;

	if (!number_at(w, behind(s, MODULE_INSTANCE_BYTES), &bytes))
		return false;
	if (!w->pointer)
		return number_at(w, behind(s, MODULE_INSTANCE), &bytes) &&
		       !bytes;
	if (!r || !n || n->value != bytes)
		return false;
	const struct obj_symbol *y = &w->o->symbols.at[r->symbol];
	const struct obj_section *x = &w->o->sections.at[w->instance_section];
	for (uint32_t k = 0; k < w->regions.n; k++) {
		const struct region *g = &w->regions.at[k];
		if (g->section == w->instance_section &&
		    (g->at < w->instance_at ||
		     g->at + g->size - w->instance_at > bytes))
			return false;
	}
	return y->section == w->instance_section &&
	       y->value + (uint32_t)r->addend == w->instance_at &&
	       bytes <= (x->type == OBJ_ZERO ? x->size : x->bytes.n) -
			       w->instance_at;
}

const struct obj_symbol *world_descriptor(const struct world *w)
{
	const struct obj_symbol *s = obj_find(w->o, arena_printf(w->arena,
				"%s_module", w->names.prefix));

	return s && s->section < w->o->sections.n && s->size >= MODULE_SIZE &&
	       !(w->o->sections.at[s->section].flags & OBJ_WRITE) ? s : NULL;
}

static const char *wrong(struct reset *t, const struct obj_symbol *y)
{
	struct spot s = { y->section, y->value };
	struct world *w = t->w;

	if (!memories_right(w, s))
		return "the list of memories";
	if (!instance_right(w, s))
		return "the storage of an instance";
	if (!instantiates(w, behind(s, MODULE_INSTANTIATE)))
		return "what instantiates the module";
	if (!each(t, behind(s, MODULE_ZERO), ZERO_SIZE, zero_right) ||
	    !each(t, behind(s, MODULE_WORDS), WORD_SIZE, word_right) ||
	    !each(t, behind(s, MODULE_LINKS), WORD_SIZE, word_right))
		return "what is reset";
	for (uint32_t k = 0; k < w->regions.n; k++)
		if (!begun(t, k))
			return arena_printf(w->arena, "what %s is reset to",
				w->o->symbols.at[w->regions.at[k].symbol].name);
	return NULL;
}

void world_check_reset(struct world *w)
{
	struct reset t = { w, arena_array(w->arena, uint8_t, w->regions.n) };
	const struct obj_symbol *s = world_descriptor(w);

	if (!w->why)
		w->why = s ? wrong(&t, s) : "no descriptor of the module";
}
