/* world_memory.c - memories that the output may do without.
 *
 * One that is imported or exported stays: someone else has it too.  That no
 * function needs another one, the functions' proofs say: it stays in the state as
 * it is on entry.  What is left has other numbers, and these are not only in
 * instructions: some intrinsics take the number of a memory as an argument, which
 * must be a constant then, and some mean memory 0.  The options of a linked
 * component name memories by number too, in a section that nothing here reads.
 */
#include "prove/world.h"
#include "wasm/intrinsic.h"

static bool takes_memory(const struct wasm_module *m, uint32_t func)
{
	const int k = intrinsic_of(m, func);

	return k >= 0 && intrinsic_info[k].mem >= 0;
}

/* Does code take the function as a value that takes a memory's number? */
static bool refers(const struct world *t, uint32_t at, uint32_t end)
{
	struct arena_mark mark = arena_mark(t->arena);
	bool found = false;
	struct wasm_ins i;

	for (; !found && at < end &&
	       wasm_next(t->m, at, &i, t->arena, NULL); at = i.next)
		found = i.op == OP_REF_FUNC && takes_memory(t->m, i.index);
	arena_reset(t->arena, mark);
	return found;
}

static bool elem_refers(const struct world *t, const struct wasm_elem *e)
{
	for (uint32_t j = 0; j < e->n; j++)
		if (e->expr ? refers(t, e->expr[j].begin, e->expr[j].end)
			    : takes_memory(t->m, e->func[j]))
			return true;
	return false;
}

/* Such a function may be called with what is not known here. */
static bool has_value(const struct world *t)
{
	const struct wasm_module *m = t->m;

	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC &&
		    takes_memory(m, m->exports.at[k].index))
			return true;
	for (uint32_t k = 0; k < m->elems.n; k++)
		if (elem_refers(t, &m->elems.at[k]))
			return true;
	for (uint32_t k = 0; k < m->globals.n; k++)
		if (m->globals.at[k].import == UINT32_MAX &&
		    refers(t, m->globals.at[k].init.begin,
			   m->globals.at[k].init.end))
			return true;
	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++)
		if (refers(t, m->funcs.at[k].code, m->funcs.at[k].end))
			return true;
	return false;
}

static bool has_intrinsics(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->nimported[WASM_FUNC]; k++)
		if (intrinsic_of(m, k) >= 0)
			return true;
	return false;
}

const char *world_memories_gone(struct world *t)
{
	const struct wasm_module *m = t->of->m;

	t->fewer_memories = t->m->memories.n != m->memories.n;
	if (!t->fewer_memories)
		return NULL;
	for (uint32_t k = 0; k < m->memories.n; k++) {
		bool shared = m->memories.at[k].import != UINT32_MAX;
		for (uint32_t j = 0; j < m->exports.n; j++)
			shared |= m->exports.at[j].kind == WASM_MEMORY &&
				  m->exports.at[j].index == k;
		if (shared && t->memory.in[k] == UINT32_MAX)
			return "a memory is gone that others have";
	}
	if (has_intrinsics(t->m) && t->memory.in[0] != 0)
		return "intrinsics write to memory 0";
	return has_value(t) ? "memories have other numbers, which a function takes"
			    : NULL;
}

bool world_takes_memory(const struct world *t, uint32_t func)
{
	return t->fewer_memories && takes_memory(t->m, func);
}

term world_argument(const struct world *w, struct terms *z, uint32_t func,
		    uint32_t k, term x)
{
	const struct wasm_module *m = world_input(w);
	uint32_t n;

	if (!w->fewer_memories || !takes_memory(m, func) ||
	    k != (uint32_t)intrinsic_info[intrinsic_of(m, func)].mem)
		return x;
	/* like no other; one that there is not is none of the input's */
	if (!term_is_const(z, x, &n))
		return term_var(z, SORT_WORD, 0, UINT32_MAX);
	return term_const(z, n < w->m->memories.n ? w->memory.of[n]
						  : UINT32_MAX);
}
