/* mach_wasm.c - the output's function when it is WebAssembly too.
 *
 * It is executed as the source is (walk.c), but stops as machine code does: it
 * stays at a loop header until it may leave it, ways meet only where that is
 * asked for, and an event that the source has made takes the place of an equal
 * one.  Locals and operands stand for registers and stack.
 */
#include "prove/mach.h"

bool mach_wasm_init(struct mach_func *f, struct world *w, struct world *out,
		    struct terms *z, struct facts *facts, uint32_t func,
		    struct arena *a, const char **why)
{
	*f = (struct mach_func){ .w = w, .z = z, .facts = facts, .arena = a,
				 .index = func,
				 .wasm = arena_new(a, struct walk_func) };
	f->sp0 = term_var(z, SORT_WORD, 0, UINT32_MAX);
	return walk_init(f->wasm, out, z, facts, func, a, why);
}

void mach_wasm_enter(struct mach_func *f, struct mach *m, const term *state,
		     const struct val *params)
{
	*m = (struct mach){ .entered = true,
			    .wasm = arena_new(f->arena, struct walk) };
	m->r[R_SP] = f->sp0;
	walk_enter(f->wasm, m->wasm, state);
	for (uint32_t k = 0; k < f->wasm->body->type->nparams; k++)
		m->wasm->local.at[k] = params[k];
	m->state = m->wasm->state;
}

void mach_wasm_copy(const struct mach_func *f, struct mach *to,
		    const struct mach *from)
{
	*to = *from;
	to->wasm = arena_new(f->arena, struct walk);
	f->wasm->arena = f->arena;
	walk_copy(f->wasm, to->wasm, from->wasm);
	to->state = to->wasm->state;
}

/* Runs until it stops for more than that ways meet, where that is not asked
 * for. */
static enum stop run(struct mach_func *f, struct mach *m)
{
	struct walk *t = m->wasm;
	enum stop s;

	do {
		s = walk_run(f->wasm, t);
		if (s == STOP_CALL && t->is_tail) {
			t->answer = WALK_CALL;
			s = walk_run(f->wasm, t);
		}
	} while (s == STOP_JOIN && !m->joins && (!m->until || m->until != t->ip));
	return s;
}

enum stop mach_wasm_run(struct mach_func *f, struct mach *m)
{
	struct walk *t = m->wasm;

	if (m->why)
		return STOP_FAIL;
	if (m->started && m->at_cut)
		return STOP_CUT;
	f->wasm->arena = f->arena;
	if (m->given)
		t->answer = WALK_CALL;
	t->given = m->given;
	m->given = 0;
	enum stop s = run(f, m);
	m->at_cut = s == STOP_CUT;
	m->came_back = t->came_back;
	m->started = true;
	m->pc = t->ip;
	m->way = t->way;
	m->state = t->state;
	m->cond = t->cond;
	m->event = t->event;
	m->callee = t->callee;
	m->trap = t->trap;
	m->tail = t->tail;
	m->why = s == STOP_FAIL ? t->why : NULL;
	return s;
}
