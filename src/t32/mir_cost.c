/* mir_cost.c - what code costs to run, as far as it can be seen.
 *
 * Cycles of a Cortex-M4 without waits, roughly: an operation is one, a load
 * or a taken branch two, a division some.  A block counts eight times as
 * often as one outside its loop, a cold one never.  Code that could have been
 * inlined costs what its size suggests.  Size decides between equals.
 */
#include "t32/mir_cost.h"

enum { LOOP = 8, DEEPEST = 6, CALL = 8, INLINED = 64 };

static uint64_t call_cost(const struct mir_func *f, const struct wasm_module *m,
			  const struct mir_ins *i)
{
	const struct mir_sym *s = &f->syms.at[i->sym];

	if (i->op != MOP_CALL || s->kind != SYM_FUNC ||
	    s->index < m->nimported[WASM_FUNC] || s->index >= m->funcs.n)
		return CALL;
	uint32_t bytes = m->funcs.at[s->index].end - m->funcs.at[s->index].begin;
	return CALL + (bytes <= INLINED ? bytes / 2 : 0);
}

static uint64_t cost_of(const struct mir_func *f, const struct wasm_module *m,
			const struct mir_ins *i)
{
	switch ((enum mop)i->op) {
	case MOP_CALL: case MOP_CALL_R: case MOP_TAIL: case MOP_TAIL_R:
		return call_cost(f, m, i);
	case MOP_SDIV: case MOP_UDIV:
		return 6;
	case MOP_LDR_RI: case MOP_LDR_RR: case MOP_LDR_POST: case MOP_RELOAD:
	case MOP_SPILL: case MOP_LOAD_IN: case MOP_LOAD_OUT: case MOP_ADDR:
	case MOP_CMP_BR: case MOP_CMP_SET: case MOP_CMP_SEL: case MOP_CMP_OP:
	case MOP_CMP_TRAP: case MOP_LDRD: case MOP_STRD: case MOP_FUEL:
		return 2;
	case MOP_JTABLE:
		return 4;
	case MOP_PARMOVE:
		return i->ndef;
	default:
		return 1;
	}
}

uint64_t mir_cost(const struct mir_func *f, const struct wasm_module *w)
{
	uint64_t cost = 0, size = 0;

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_block *m = &f->blocks.at[b];
		uint64_t sum = 0, times = 1;
		for (uint32_t k = 0; k < m->ins.n; k++)
			sum += cost_of(f, w, &m->ins.at[k]);
		for (uint32_t d = 0; d < m->depth && d < DEEPEST; d++)
			times *= LOOP;
		size += m->ins.n;
		cost += m->cold ? 0 : sum * times;
	}
	return cost << 16 | (size < 0xffff ? size : 0xffff);
}
