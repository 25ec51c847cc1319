/* share.c - facts of code that several instances share.
 *
 * Such code is compiled from the functions of instance 0, so whatever is known
 * of instance 0's memories, tables and globals must hold for the others too.
 */
#include "component/share.h"
#include "ir/ir.h"

static void join_memories(struct ir_module *im, const uint32_t *row, uint32_t n)
{
	const struct ir_memory_facts *grows = NULL;

	for (uint32_t i = 0; i < n; i++)
		if (row[i] != SHARE_NONE && !im->memory[row[i]].fixed)
			grows = &im->memory[row[i]];
	for (uint32_t i = 0; grows && i < n; i++)
		if (row[i] != SHARE_NONE)
			im->memory[row[i]] = *grows;
}

static void join_globals(struct ir_module *im, const uint32_t *row, uint32_t n)
{
	const struct ir_global_facts *first = NULL;
	bool same = true;

	for (uint32_t i = 0; i < n; i++) {
		if (row[i] == SHARE_NONE)
			continue;
		const struct ir_global_facts *g = &im->global[row[i]];
		if (!first)
			first = g;
		same = same && g->constant && g->bits == first->bits;
	}
	for (uint32_t i = 0; !same && i < n; i++)
		if (row[i] != SHARE_NONE)
			im->global[row[i]].constant = false;
}

/* Null where instance 0's is, else of the same type, and to its instance what
 * that one's is to instance 0. */
static bool like(const struct ir_module *im, struct share *s, uint32_t group,
		 uint32_t inst, uint32_t f, uint32_t g)
{
	const struct wasm_module *m = im->wasm;

	if (f == UINT32_MAX || g == UINT32_MAX)
		return f == g;
	return m->types.at[m->funcs.at[f].type].canon ==
		       m->types.at[m->funcs.at[g].type].canon &&
	       share_same_call(s, group, inst, f, g);
}

static bool same_table(const struct ir_module *im, struct share *s,
		       uint32_t group, uint32_t inst,
		       const struct ir_table_facts *a,
		       const struct ir_table_facts *b)
{
	bool same = a->immutable && b->immutable && a->n == b->n;

	for (uint32_t k = 0; same && k < a->n; k++)
		same = like(im, s, group, inst, a->func[k], b->func[k]);
	return same;
}

static void join_tables(struct ir_module *im, struct share *s, uint32_t group,
			const uint32_t *row)
{
	const uint32_t n = s->groups.at[group].n;
	bool same = row[0] != SHARE_NONE;

	for (uint32_t i = 0; same && i < n; i++)
		if (row[i] != SHARE_NONE)
			same = same_table(im, s, group, i, &im->table[row[0]],
					  &im->table[row[i]]);
	for (uint32_t i = 0; !same && i < n; i++)
		if (row[i] != SHARE_NONE)
			im->table[row[i]].immutable = false;
}

/* What is the module's own to instance 0 may be an import to others. */
static void note_imports(struct ir_module *im, const struct share *s,
			 uint32_t group)
{
	const struct share_group *g = &s->groups.at[group];
	const struct wasm_module *m = im->wasm;

	for (uint32_t k = 0; k + g->n <= g->calls.n; k += g->n)
		for (uint32_t i = 1; i < g->n; i++) {
			const uint32_t f = g->calls.at[k + i];
			if (f != SHARE_NONE && f < m->nimported[WASM_FUNC])
				im->func[g->calls.at[k]].leaves = true;
		}
}

void ir_share(struct ir_module *im, struct share *s)
{
	for (uint32_t k = 0; k < s->groups.n; k++) {
		const struct share_group *g = &s->groups.at[k];
		for (uint32_t r = 0; r < g->nrows[INFO_MEMORY]; r++)
			join_memories(im, &g->row[INFO_MEMORY][r * g->n], g->n);
		for (uint32_t r = 0; r < g->nrows[INFO_GLOBAL]; r++)
			join_globals(im, &g->row[INFO_GLOBAL][r * g->n], g->n);
		for (uint32_t r = 0; r < g->nrows[INFO_TABLE]; r++)
			join_tables(im, s, k, &g->row[INFO_TABLE][r * g->n]);
		note_imports(im, s, k);
	}
	for (uint32_t f = im->wasm->nimported[WASM_FUNC];
	     f < im->wasm->funcs.n; f++) {
		im->func[f].silent &= s->groups.n == 0;
		if (s->same[f] && s->place[INFO_FUNC][f].inst == 0)
			im->func[f].group = s->place[INFO_FUNC][f].group + 1;
	}
}
