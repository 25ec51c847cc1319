/* eval.c - adapters in the evaluator. */
#include <string.h>

#include "diff.h"
#include "ir/eval.h"

/* One import of the instance that runs. */
struct bound {
	struct import i;
	uint32_t *from;		/* instance that sends now */
	struct seen *seen;
};

static enum hd_trap_kind called(void *ctx, const eval_value *a, eval_value *r)
{
	struct bound *b = ctx;

	switch (b->i.kind) {
	case IMPORT_MOVE:
		b->seen->wrong |= b->i.from != *b->from ||
				  b->i.to != 3 - *b->from;
		r[0] = cabi_move(&b->seen->moves, b->i.move, (uint32_t)a[0]);
		return HD_TRAP_NONE;
	case IMPORT_NO_LEAVE:
		b->seen->locked += a[0] ? 1 : -1;
		return HD_TRAP_NONE;
	case IMPORT_BAD_VALUE:
		return HD_TRAP_BAD_VALUE;
	case IMPORT_WALL: case IMPORT_NO_WALL:
	case IMPORT_NOT_CALLED:
		break;
	}
	return HD_TRAP_HARD_FAULT;
}

static void run(const struct subject *s, struct eval_instance *in,
		const struct transfer *t, struct seen *seen)
{
	enum hd_trap_kind trap = HD_TRAP_NONE;
	eval_value args[MAX_ARGS], result[2] = { 0 };
	uint64_t size;

	*seen = (struct seen){ .trapped = false };
	for (uint32_t k = 1; k < 3; k++) {
		seen->after[k] = eval_memory(in, k - 1, &size);
		memcpy(seen->after[k], t->before[k], MEMORY);
	}
	for (uint32_t k = 0; k < MAX_ARGS; k++)
		args[k] = t->arg[k];
	enum eval_status st = eval_call(in, t->name, args, result, &trap);
	if (st != EVAL_OK && st != EVAL_TRAP)
		subject_die(s, "the adapter cannot be run");
	if (trap == HD_TRAP_HARD_FAULT)
		subject_die(s, "hard fault");
	seen->trapped = st == EVAL_TRAP;
	seen->result = result[0];
	transfer_check(s, t, seen);
}

static void one(struct subject *s)
{
	static const struct eval_options options = { .fuel = -1,
						     .max_depth = 100 };
	struct eval_store *st = eval_store_new(s->a, &options);
	struct wasm_module *m = s->wasm;
	struct eval_instance *in;
	enum hd_trap_kind trap;
	struct seen seen;
	uint32_t from = 0;

	for (uint32_t k = 0; k < m->imports.n; k++) {
		struct bound *b = arena_new(s->a, struct bound);
		*b = (struct bound){ import_of(m->imports.at[k].name), &from,
				     &seen };
		eval_define_func(st, LINK_MODULE, m->imports.at[k].name,
				 &m->types.at[m->funcs.at[k].type], called, b);
	}
	if (eval_instantiate(st, m, &in, &trap, s->sink) != EVAL_OK)
		subject_die(s, "not instantiated");
	for (uint32_t k = 0; k < s->transfers.n; k++) {
		from = s->transfers.at[k]->from;
		run(s, in, s->transfers.at[k], &seen);
	}
}

void engine_eval(struct subject *s, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		one(&s[k]);
}
