/* replay.c - a counterexample run in the evaluator.
 *
 * The module is instantiated by itself, then the words of the example are put
 * where the function finds them on entry: what is printed is what the source
 * does there, by code that shares nothing with the checker's terms.
 */
#include "cli/replay.h"

#include <string.h>

#include "heddle/abi.h"
#include "ir/eval.h"

enum { MOST_STEPS = 10000000, MOST_BYTES = 16 };

static const char *trap_text(enum hd_trap_kind kind)
{
	switch ((int)kind) {
#define HD_TRAP(id, number, text) \
	case HD_TRAP_##id:        \
		return text;
#include "heddle/trap.def"
#undef HD_TRAP
	}
	return "unknown trap";
}

struct replay {
	struct wasm_module *m;
	struct eval_store *store;
	struct eval_instance *in;
	struct arena *arena;
	struct buf *out;
	uint32_t calls;		/* of imports */
};

struct host {
	struct replay *r;
	uint32_t nresults;
};

static enum hd_trap_kind nothing(void *ctx, const eval_value *args,
				 eval_value *results)
{
	const struct host *h = ctx;

	(void)args;
	h->r->calls++;
	for (uint32_t k = 0; k < h->nresults; k++)
		results[k] = 0;
	return HD_TRAP_NONE;
}

static void define_import(struct replay *r, const struct wasm_import *i)
{
	const struct wasm_module *m = r->m;

	switch (i->kind) {
	case WASM_FUNC: {
		const struct wasm_functype *t =
			&m->types.at[m->funcs.at[i->index].type];
		struct host *h = arena_new(r->arena, struct host);
		*h = (struct host){ r, t->nresults };
		eval_define_func(r->store, i->module, i->name, t, nothing, h);
		break;
	}
	case WASM_TABLE:
		eval_define_table(r->store, i->module, i->name,
				  (enum type)m->tables.at[i->index].type,
				  m->tables.at[i->index].limits);
		break;
	case WASM_MEMORY:
		eval_define_memory(r->store, i->module, i->name,
				   m->memories.at[i->index].limits);
		break;
	case WASM_GLOBAL:
		eval_define_global(r->store, i->module, i->name,
				   (enum type)m->globals.at[i->index].type,
				   m->globals.at[i->index].mut, 0);
		break;
	}
}

static bool start(struct replay *r)
{
	struct eval_options o = { .fuel = -1, .max_steps = MOST_STEPS,
				  .max_depth = 1000 };
	enum hd_trap_kind trap = HD_TRAP_NONE;
	struct diag_sink sink = { 0 };

	r->store = eval_store_new(r->arena, &o);
	for (uint32_t k = 0; k < r->m->imports.n; k++)
		define_import(r, &r->m->imports.at[k]);
	if (eval_instantiate(r->store, r->m, &r->in, &trap, &sink) == EVAL_OK)
		return true;
	buf_str(r->out, "    not run: the module does not start by itself\n");
	return false;
}

/* --- the state ---------------------------------------------------------------------- */

static void put_place(struct replay *r, const struct example_place *p)
{
	uint64_t size = 0;
	uint8_t *bytes = eval_memory(r->in, p->memory, &size);

	if ((uint64_t)p->at + p->bytes > size) {
		buf_printf(r->out, "      not set: memory at 0x%x, which has "
			   "0x%llx bytes\n", p->at, (unsigned long long)size);
		return;
	}
	for (uint32_t k = 0; k < p->bytes; k++)
		bytes[p->at + k] = (uint8_t)(p->value >> 8 * k);
	buf_printf(r->out, "      memory %u at 0x%x: 0x%x (%u bytes)\n",
		   p->memory, p->at, p->value, p->bytes);
}

static void put_state(struct replay *r, const struct example *e)
{
	for (uint32_t k = 0; k < e->nglobals; k++) {
		eval_set_global_at(r->in, e->global[k].index,
				   e->global[k].value);
		buf_printf(r->out, "      global %u: 0x%llx\n",
			   e->global[k].index,
			   (unsigned long long)e->global[k].value);
	}
	if (e->globals_left)
		buf_printf(r->out, "      %u globals more: as the module "
			   "begins\n", e->globals_left);
	for (uint32_t k = 0; k < e->nplaces; k++)
		put_place(r, &e->place[k]);
}

/* --- what it does --------------------------------------------------------------------- */

static void print_values(struct buf *out, const eval_value *v, uint32_t n)
{
	buf_str(out, "(");
	for (uint32_t k = 0; k < n; k++)
		buf_printf(out, "%s0x%llx", k ? ", " : "",
			   (unsigned long long)v[k]);
	buf_str(out, ")");
}

/* Bytes that are not what they were, the first of them. */
static void print_changes(struct replay *r, uint32_t memory,
			  const uint8_t *before, uint64_t n)
{
	uint64_t size = 0;
	const uint8_t *now = eval_memory(r->in, memory, &size);
	uint32_t count = 0;

	for (uint64_t k = 0; k < n && k < size; k++) {
		if (now[k] == before[k])
			continue;
		if (count < MOST_BYTES)
			buf_printf(r->out, "      memory %u at 0x%llx: 0x%02x "
				   "becomes 0x%02x\n", memory,
				   (unsigned long long)k, before[k], now[k]);
		count++;
	}
	if (count > MOST_BYTES)
		buf_printf(r->out, "      and %u bytes more\n",
			   count - MOST_BYTES);
}

static void call(struct replay *r, uint32_t func, const struct example *e)
{
	const struct wasm_functype *t =
		&r->m->types.at[r->m->funcs.at[func].type];
	eval_value *result = arena_array(r->arena, eval_value,
					 t->nresults + 1);
	uint32_t memories = r->m->memories.n, at_func = func, at = 0;
	uint8_t **before = arena_array(r->arena, uint8_t *, memories + 1);
	uint64_t *size = arena_array(r->arena, uint64_t, memories + 1);
	enum hd_trap_kind trap = HD_TRAP_NONE;

	for (uint32_t k = 0; k < memories; k++) {
		const uint8_t *bytes = eval_memory(r->in, k, &size[k]);
		before[k] = arena_array(r->arena, uint8_t, size[k] + 1);
		if (size[k])
			memcpy(before[k], bytes, size[k]);
	}
	r->calls = 0;
	if (eval_call_index(r->in, func, e->param, result, &trap) == EVAL_OK) {
		buf_str(r->out, "      returned ");
		print_values(r->out, result, t->nresults);
	} else {
		eval_trap_place(r->store, &at_func, &at);
		buf_printf(r->out, "      trapped (%s) at 0x%x of func %u",
			   trap == HD_TRAP_FUEL ? "stopped: too many steps"
						: trap_text(trap),
			   at, at_func);
	}
	buf_printf(r->out, ", having called imports %u times\n", r->calls);
	for (uint32_t k = 0; k < memories; k++)
		print_changes(r, k, before[k], size[k]);
}

void replay_print(struct wasm_module *m, uint32_t func,
		  const struct example *e, struct arena *a, struct buf *out)
{
	struct replay r = { .m = m, .arena = a, .out = out };

	if (!start(&r))
		return;
	buf_printf(out, "    the source in the evaluator: func %u", func);
	print_values(out, e->param, e->nparams);
	buf_str(out, ", imports return 0\n");
	put_state(&r, e);
	call(&r, func, e);
}
