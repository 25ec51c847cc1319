/* world_gone.c - what the output may do without.
 *
 * That no function needs what is gone, the functions' proofs say: the state has
 * the input's tables, globals and segments, and one that is gone stays in the
 * output as it is on entry.  Exports, and what initialises what is left, are
 * compared (world_wasm.c).  Of memories there is more to say (world_memory.c).  Left for here is what instantiation does: an active
 * segment that is gone cannot have trapped, and what it wrote nobody can see.
 *
 * A global that is gone and that the module keeps to itself is hidden: what it
 * holds is no part of what both sides must agree on.  To set it has no effect, and
 * to read it gives anything; a function of the output, which cannot read it, is
 * proved for all that.
 */
#include <string.h>

#include "prove/world.h"
#include "wasm/intrinsic.h"

/* --- globals -------------------------------------------------------------------- */

static bool is_exported(const struct wasm_module *m, uint32_t global)
{
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_GLOBAL &&
		    m->exports.at[k].index == global)
			return true;
	return false;
}

/* One that nothing sets stays what it is. */
static void find_hidden(struct world *t)
{
	const struct wasm_module *m = t->of->m;

	t->hidden = arena_array(t->arena, bool, m->globals.n + 1);
	for (uint32_t k = 0; k < m->globals.n; k++)
		t->hidden[k] = t->global.in[k] == UINT32_MAX &&
			       t->of->varies[k] &&
			       m->globals.at[k].import == UINT32_MAX &&
			       !is_exported(m, k);
}

/* --- segments -------------------------------------------------------------------
 *
 * The optimiser has its own opinion of this (opt/out/needed.c), and nothing is
 * shared with it.
 */

static bool elem_may_go(const struct world *t, uint32_t k)
{
	const struct wasm_module *m = t->of->m;
	const struct wasm_elem *e = &m->elems.at[k];

	if (e->mode != WASM_ACTIVE)
		return true;
	const struct wasm_table *to = &m->tables.at[e->table];
	return wasm_is_inside(m, &e->offset, e->n, to->limits.min) &&
	       (e->n == 0 || (to->import == UINT32_MAX &&
			      t->table.in[e->table] == UINT32_MAX));
}

static bool is_zero(const struct wasm_module *m, const struct wasm_data *d)
{
	for (uint32_t j = 0; j < d->n; j++)
		if (m->bytes[d->begin + j])
			return false;
	return true;
}

/* May the segments write the same byte? */
static bool overlap(const struct wasm_module *m, const struct wasm_data *a,
		    const struct wasm_data *b)
{
	uint64_t x, y;
	uint32_t global;

	if (!wasm_const_value(m, &a->offset, &x, &global) ||
	    !wasm_const_value(m, &b->offset, &y, &global))
		return true;
	return (uint32_t)x < (uint64_t)(uint32_t)y + b->n &&
	       (uint32_t)y < (uint64_t)(uint32_t)x + a->n;
}

/* Does it write the zeros that its memory starts with? */
static bool writes_nothing(const struct wasm_module *m, uint32_t k)
{
	const struct wasm_data *d = &m->datas.at[k];

	if (!is_zero(m, d))
		return false;
	for (uint32_t j = 0; j < k; j++) {
		const struct wasm_data *e = &m->datas.at[j];
		if (e->mode == WASM_ACTIVE && e->memory == d->memory &&
		    !is_zero(m, e) && overlap(m, e, d))
			return false;
	}
	return true;
}

static bool data_may_go(const struct world *t, uint32_t k)
{
	const struct wasm_module *m = t->of->m;
	const struct wasm_data *d = &m->datas.at[k];

	if (d->mode != WASM_ACTIVE)
		return true;
	const struct wasm_memory *to = &m->memories.at[d->memory];
	return wasm_is_inside(m, &d->offset, d->n,
			      (uint64_t)to->limits.min << 16) &&
	       (d->n == 0 || (to->import == UINT32_MAX &&
			      (t->memory.in[d->memory] == UINT32_MAX ||
			       writes_nothing(m, k))));
}

/* --- functions ------------------------------------------------------------------- */

/* thread_new takes the number of a function. */
static bool are_numbered(const struct world *t)
{
	for (uint32_t k = 0; k < t->m->nimported[WASM_FUNC]; k++)
		if (intrinsic_of(t->m, k) == INTRINSIC_thread_new)
			return true;
	return false;
}

/* Has the output what the section of a linked component says, which names
 * functions, tables and memories by number? */
static bool is_linked_alike(const struct world *t)
{
	const struct wasm_module *m = t->of->m;
	const struct wasm_custom *a = wasm_find_custom(m, CANON_SECTION);
	const struct wasm_custom *b = wasm_find_custom(t->m, CANON_SECTION);

	if (!a && !b)
		return true;
	if (!a || !b || a->n != b->n ||
	    memcmp(m->bytes + a->begin, t->m->bytes + b->begin, a->n) ||
	    t->m->funcs.n != m->funcs.n || t->m->tables.n != m->tables.n ||
	    t->m->memories.n != m->memories.n)
		return false;
	for (uint32_t k = 0; k < m->funcs.n; k++)
		if (t->func_of[k] != k)
			return false;
	return true;
}

const char *world_gone(struct world *t)
{
	const struct wasm_module *m = t->of->m;

	find_hidden(t);
	if (!is_linked_alike(t))
		return "what the linked component's section says or names";
	if (t->m->funcs.n != m->funcs.n && are_numbered(t))
		return "functions have other numbers, which thread_new takes";
	for (uint32_t k = 0; k < m->elems.n; k++)
		if (t->elem.in[k] == UINT32_MAX && !elem_may_go(t, k))
			return "an element segment is gone";
	for (uint32_t k = 0; k < m->datas.n; k++)
		if (t->data.in[k] == UINT32_MAX && !data_may_go(t, k))
			return "a data segment is gone";
	return world_memories_gone(t);
}
