/* world_map.c - which of the output's things is which of the input's.
 *
 * A guess, from the output's own list (custom section "heddle.map"): for each
 * kind, by its section's number, how many are missing and their numbers in the
 * input, the numbers of sections rising.  What is not missing stands in the
 * input's order.  Nothing rests on the list: all that is said to be the same is
 * compared, and all that is said to be gone must have had no effect.
 */
#include "prove/world.h"
#include "wasm/decode.h"
#include "wasm/reader.h"

struct kind {
	uint8_t section;
	uint32_t in, out;		/* how many there are */
	struct numbers *to;
};

/* Marks those of a section that the list says are missing. */
static void read_missing(const struct world *t, const struct kind *k,
			 bool *missing)
{
	const struct wasm_custom *c = wasm_find_custom(t->m, "heddle.map");

	/* it may be that of an earlier run, of which nothing is missing here */
	if (!c || k->in == k->out)
		return;
	struct reader r = { .at = t->m->bytes + c->begin,
			    .end = t->m->bytes + c->begin + c->n,
			    .base = t->m->bytes };
	while (!r.bad && r.at < r.end) {
		uint8_t section = reader_u8(&r);
		for (uint32_t n = reader_u32(&r); n > 0 && !r.bad; n--) {
			uint32_t j = reader_u32(&r);
			if (!r.bad && section == k->section && j < k->in)
				missing[j] = true;
		}
	}
}

static bool map_kind(struct world *t, const struct kind *k)
{
	bool *missing = arena_array(t->arena, bool, k->in + 1);
	uint32_t n = 0;

	k->to->of = arena_array(t->arena, uint32_t, k->out + 1);
	k->to->in = arena_array(t->arena, uint32_t, k->in + 1);
	read_missing(t, k, missing);
	for (uint32_t j = 0; j < k->in; j++) {
		k->to->in[j] = UINT32_MAX;
		if (missing[j])
			continue;
		if (n == k->out)
			return false;
		k->to->of[n] = j;
		k->to->in[j] = n++;
	}
	return n == k->out;
}

bool world_map(struct world *t)
{
	const struct wasm_module *in = t->of->m, *out = t->m;
	struct numbers func;
	const struct kind kinds[] = {
		{ SEC_FUNCTION, in->funcs.n, out->funcs.n, &func },
		{ SEC_TABLE, in->tables.n, out->tables.n, &t->table },
		{ SEC_MEMORY, in->memories.n, out->memories.n, &t->memory },
		{ SEC_GLOBAL, in->globals.n, out->globals.n, &t->global },
		{ SEC_ELEMENT, in->elems.n, out->elems.n, &t->elem },
		{ SEC_DATA, in->datas.n, out->datas.n, &t->data },
	};

	for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (!map_kind(t, &kinds[k]))
			return false;
	t->func_of = func.of;
	t->func_in = func.in;
	return true;
}

void world_renumber(const struct world *t, struct wasm_ins *i)
{
	uint32_t *memory[2];

	for (unsigned k = wasm_ins_memories(i, memory); k-- > 0;)
		*memory[k] = t->memory.of[*memory[k]];
	switch (i->op) {
	case OP_GLOBAL_GET: case OP_GLOBAL_SET:
		i->index = t->global.of[i->index];
		break;
	case OP_TABLE_COPY:
		i->index2 = t->table.of[i->index2];
		i->index = t->table.of[i->index];
		break;
	case OP_TABLE_GET: case OP_TABLE_SET: case OP_TABLE_SIZE:
	case OP_TABLE_GROW: case OP_TABLE_FILL:
		i->index = t->table.of[i->index];
		break;
	case OP_TABLE_INIT:
		i->index = t->elem.of[i->index];
		i->index2 = t->table.of[i->index2];
		break;
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		i->index2 = t->table.of[i->index2];
		break;
	case OP_ELEM_DROP:
		i->index = t->elem.of[i->index];
		break;
	case OP_MEMORY_INIT: case OP_DATA_DROP:
		i->index = t->data.of[i->index];
		break;
	default:
		break;
	}
}
