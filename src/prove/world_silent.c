/* world_silent.c - functions that leave the state as it is.
 *
 * What has no instruction that changes memories, tables, globals or segments,
 * calls no import, nothing by reference, and of the module only such functions,
 * may compute, trap or not end; where it returns, all is as it was.  Read from
 * the source's bodies; that the output's function does the same is what is
 * proved of it.  With fuel others may run wherever some is charged.
 */
#include "prove/world_silent.h"

struct edge {
	uint32_t from, to;
};

struct scan {
	const struct wasm_module *m;
	struct arena *arena;
	bool *changes;		/* [funcs.n] */
	VEC(struct edge) calls;
};

/* All rows but those that are known to change nothing. */
static bool may_change(enum op op)
{
	if (op < OP_NUM_END)
		return false;
	if (op < OP_MEM_END)
		return op_info[op].store;
	switch (op) {
	case OP_UNREACHABLE: case OP_NOP: case OP_BLOCK: case OP_LOOP:
	case OP_IF: case OP_ELSE: case OP_END: case OP_BR: case OP_BR_IF:
	case OP_BR_TABLE: case OP_RETURN: case OP_CALL: case OP_RETURN_CALL:
	case OP_DROP: case OP_SELECT: case OP_SELECT_T:
	case OP_LOCAL_GET: case OP_LOCAL_SET: case OP_LOCAL_TEE:
	case OP_GLOBAL_GET: case OP_MEMORY_SIZE:
	case OP_I32_CONST: case OP_I64_CONST: case OP_F32_CONST:
	case OP_F64_CONST:
		return false;
	default:
		return true;
	}
}

static void read_body(struct scan *s, uint32_t func)
{
	const struct wasm_func *f = &s->m->funcs.at[func];
	struct wasm_ins i;

	for (uint32_t at = f->code; at < f->end; at = i.next) {
		struct arena_mark mark = arena_mark(s->arena);
		if (!wasm_next(s->m, at, &i, s->arena, NULL)) {
			s->changes[func] = true;
			return;
		}
		arena_reset(s->arena, mark);	/* labels */
		if (may_change(i.op))
			s->changes[func] = true;
		if (i.op == OP_CALL || i.op == OP_RETURN_CALL)
			vec_push(s->arena, &s->calls,
				 (struct edge){ func, i.index });
	}
}

static bool spread(struct scan *s)
{
	bool more = false;

	for (uint32_t k = 0; k < s->calls.n; k++) {
		struct edge e = s->calls.at[k];
		if (s->changes[e.from] || !s->changes[e.to])
			continue;
		s->changes[e.from] = true;
		more = true;
	}
	return more;
}

void world_find_silent(struct world *w)
{
	const struct wasm_module *m = w->m;
	struct scan s = { .m = m, .arena = w->arena };

	w->silent = arena_array(w->arena, bool, m->funcs.n + 1);
	if (w->at_fuel)
		return;
	s.changes = arena_array(w->arena, bool, m->funcs.n);
	for (uint32_t k = 0; k < m->funcs.n; k++)
		if (k < m->nimported[WASM_FUNC])
			s.changes[k] = true;
		else
			read_body(&s, k);
	while (spread(&s))
		;
	for (uint32_t k = 0; k < m->funcs.n; k++)
		w->silent[k] = !s.changes[k];
}

bool world_is_silent(const struct world *w, const struct terms *z, term event)
{
	const struct term_node *e = term_at(z, event);
	const struct world *in = w->of ? w->of : w;

	return e->op == TM_UF && e->imm >> 24 == UF_CALL &&
	       (e->imm & 0xffffff) < in->m->funcs.n &&
	       in->silent[e->imm & 0xffffff];
}
