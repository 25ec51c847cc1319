/* world_names.c - the output gives nothing another name.
 *
 * Of the custom section "name": functions, tables, memories, globals and
 * segments.  Names may be missing.  Those of locals and labels are not read:
 * a function may have others.
 */
#include <string.h>

#include "prove/world.h"
#include "wasm/reader.h"

enum { NAMES_FUNC = 1, NAMES_TABLE = 5, NAMES_MEMORY, NAMES_GLOBAL, NAMES_ELEM,
       NAMES_DATA };

struct name {
	const uint8_t *at;		/* NULL: none */
	uint32_t n;
};

static uint32_t count_of(const struct wasm_module *m, unsigned id)
{
	switch (id) {
	case NAMES_FUNC: return m->funcs.n;
	case NAMES_TABLE: return m->tables.n;
	case NAMES_MEMORY: return m->memories.n;
	case NAMES_GLOBAL: return m->globals.n;
	case NAMES_ELEM: return m->elems.n;
	case NAMES_DATA: return m->datas.n;
	default: return 0;
	}
}

/* The names of one kind; the first counts of more. */
static struct name *read_names(const struct wasm_module *m, unsigned id,
			       struct arena *a)
{
	const struct wasm_custom *c = wasm_find_custom(m, "name");
	struct name *name = arena_array(a, struct name, count_of(m, id) + 1);

	if (!c)
		return name;
	struct reader r = { .at = m->bytes + c->begin,
			    .end = m->bytes + c->begin + c->n,
			    .base = m->bytes };
	while (!r.bad && r.at < r.end) {
		uint8_t found = reader_u8(&r);
		struct reader sub = reader_sub(&r, reader_u32(&r));
		if (found != id)
			continue;
		for (uint32_t n = reader_u32(&sub); n > 0 && !sub.bad; n--) {
			uint32_t k = reader_u32(&sub);
			uint32_t size = reader_u32(&sub);
			const uint8_t *at = reader_bytes(&sub, size);
			if (at && k < count_of(m, id) && !name[k].at)
				name[k] = (struct name){ at, size };
		}
	}
	return name;
}

static bool same_kind(const struct world *t, unsigned id, const uint32_t *of)
{
	const struct name *a = read_names(t->m, id, t->arena);
	const struct name *b = read_names(t->of->m, id, t->arena);

	for (uint32_t k = 0; k < count_of(t->m, id); k++) {
		const struct name *y = &b[of[k]];
		if (a[k].at && (!y->at || a[k].n != y->n ||
				memcmp(a[k].at, y->at, y->n)))
			return false;
	}
	return true;
}

bool world_same_names(const struct world *t)
{
	return same_kind(t, NAMES_FUNC, t->func_of) &&
	       same_kind(t, NAMES_TABLE, t->table.of) &&
	       same_kind(t, NAMES_MEMORY, t->memory.of) &&
	       same_kind(t, NAMES_GLOBAL, t->global.of) &&
	       same_kind(t, NAMES_ELEM, t->elem.of) &&
	       same_kind(t, NAMES_DATA, t->data.of);
}
