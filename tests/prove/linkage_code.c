/* linkage_code.c - code of a linked module made wrong. */
#include <stdlib.h>
#include <string.h>

#include "linkage_mutants.h"

/* The body of a function with another instruction in place of one. */
static void replace(const struct subject *s, enum kind kind, uint32_t func,
		    const struct wasm_ins *old, const struct wasm_ins *by)
{
	const struct wasm_func *f = &s->m->funcs.at[func];
	struct wasm_body *body = arena_array(s->a, struct wasm_body,
					     s->m->funcs.n);
	const struct wasm_edit edit = { .body = body };
	struct buf b;

	buf_init(&b, s->a);
	buf_put(&b, s->m->bytes + f->begin, old->at - f->begin);
	wasm_encode_ins(by, &b);
	buf_put(&b, s->m->bytes + old->next, f->end - old->next);
	body[func] = (struct wasm_body){ b.at, b.n };
	mutant_judge(s, kind, s->m, &edit, arena_printf(
		s->a, "function %u at 0x%x, %s to %s %u %u %llx", func, old->at,
		op_info[old->op].text, op_info[by->op].text, by->index, by->index2,
		(unsigned long long)by->imm));
}

/* What an operand is a number of, and how many there are. */
struct operand {
	enum kind kind;
	uint32_t n, *at;
};

static unsigned operands(const struct subject *s, uint32_t func,
			 struct wasm_ins *i, struct operand *o)
{
	const struct wasm_module *m = s->m;
	const struct operand call = { CALL, m->funcs.n, &i->index },
		first_table = { TABLE, m->tables.n, &i->index },
		table = { TABLE, m->tables.n, &i->index2 },
		first_memory = { MEMORY, m->memories.n, &i->index },
		memory = { MEMORY, m->memories.n, &i->index2 },
		elem = { SEGMENT, m->elems.n, &i->index },
		data = { SEGMENT, m->datas.n, &i->index };
	unsigned n = 0;

	switch ((enum imm)op_info[i->op].imm) {
	case IMM_FUNC:
		o[n++] = call;
		break;
	case IMM_LOCAL:
		o[n++] = (struct operand){ LOCAL, m->funcs.at[func].nlocals,
					   &i->index };
		break;
	case IMM_GLOBAL:
		o[n++] = (struct operand){ GLOBAL, m->globals.n, &i->index };
		break;
	case IMM_TABLE_TABLE:
		o[n++] = table;
		o[n++] = first_table;
		break;
	case IMM_TABLE:
		o[n++] = first_table;
		break;
	case IMM_TYPE_TABLE:
		o[n++] = table;
		break;
	case IMM_MEM_MEM:
		o[n++] = memory;
		o[n++] = first_memory;
		break;
	case IMM_MEM:
		o[n++] = first_memory;
		break;
	case IMM_MEMARG:
		o[n++] = memory;
		break;
	case IMM_DATA_MEM:
		o[n++] = memory;
		o[n++] = data;
		break;
	case IMM_DATA:
		o[n++] = data;
		break;
	case IMM_ELEM_TABLE:
		o[n++] = table;
		o[n++] = elem;
		break;
	case IMM_ELEM:
		o[n++] = elem;
		break;
	default:
		break;
	}
	return n;
}

/* Every other number, or a few of many. */
static void renumber(const struct subject *s, uint32_t func,
		     const struct wasm_ins *old, uint64_t *seen, uint64_t all)
{
	struct wasm_ins i = *old;
	struct operand o[2];
	const unsigned n = operands(s, func, &i, o);

	for (unsigned k = 0; k < n; k++) {
		const uint32_t was = *o[k].at;
		for (uint32_t v = 0; v < o[k].n; v++) {
			const struct arena_mark mark = arena_mark(s->a);
			if (v == was || !mutant_chosen(s, o[k].kind, ++*seen, all))
				continue;
			*o[k].at = v;
			replace(s, o[k].kind, func, old, &i);
			arena_reset(s->a, mark);
		}
		*o[k].at = was;
	}
}

static void other_values(const struct subject *s, uint32_t func,
			 const struct wasm_ins *old, uint64_t all)
{
	const enum imm imm = (enum imm)op_info[old->op].imm;
	const struct arena_mark mark = arena_mark(s->a);
	struct wasm_ins i = *old;

	i.imm ^= 1;
	if ((imm == IMM_I32 || imm == IMM_I64 || imm == IMM_F32 ||
	     imm == IMM_F64) && mutant_chosen(s, CONSTANT, old->at, all))
		replace(s, CONSTANT, func, old, &i);
	if (imm == IMM_MEMARG && mutant_chosen(s, OFFSET, old->at, all))
		replace(s, OFFSET, func, old, &i);
	i = *old;
	for (int k = -2; k <= 2; k++) {
		i.op = (enum op)((int)old->op + k);
		if (k && (int)i.op >= 0 && i.op < OP_WASM_END &&
		    op_info[i.op].imm == imm &&
		    mutant_chosen(s, OPCODE, old->at * 8 + (uint32_t)(k + 2), all * 4))
			replace(s, OPCODE, func, old, &i);
	}
	arena_reset(s->a, mark);
}

static void change_instructions(const struct subject *s)
{
	const struct wasm_module *m = s->m;
	struct wasm_ins i;
	uint64_t seen = 0, all = 0;

	for (int pass = 0; pass < 2; pass++)
		for (uint32_t f = m->nimported[WASM_FUNC]; f < m->funcs.n; f++)
			for (uint32_t at = m->funcs.at[f].code;
			     at < m->funcs.at[f].end; at = i.next) {
				if (!wasm_next(m, at, &i, s->a, NULL))
					abort();
				all += pass == 0;
				if (pass == 0)
					continue;
				renumber(s, f, &i, &seen, all);
				other_values(s, f, &i, all);
			}
}

static void swap_functions(const struct subject *s)
{
	const struct wasm_module *m = s->m;
	const uint64_t all = (uint64_t)m->funcs.n * m->funcs.n / 2;

	for (uint32_t a = m->nimported[WASM_FUNC]; a < m->funcs.n; a++)
		for (uint32_t b = a + 1; b < m->funcs.n; b++) {
			const struct arena_mark mark = arena_mark(s->a);
			const struct wasm_func *f = &m->funcs.at[a],
				*g = &m->funcs.at[b];
			if (!wasm_same_type(&m->types.at[f->type],
					    &m->types.at[g->type]) ||
			    (f->end - f->begin == g->end - g->begin &&
			     !memcmp(m->bytes + f->begin, m->bytes + g->begin,
				     f->end - f->begin)) ||
			    !mutant_chosen(s, SWAP, (uint64_t)a << 24 | b, all))
				continue;
			struct wasm_body *body = arena_array(
				s->a, struct wasm_body, m->funcs.n);
			const struct wasm_edit edit = { .body = body };
			body[a] = (struct wasm_body){ m->bytes + g->begin,
						      g->end - g->begin };
			body[b] = (struct wasm_body){ m->bytes + f->begin,
						      f->end - f->begin };
			mutant_judge(s, SWAP, m, &edit, arena_printf(
				s->a, "functions %u and %u", a, b));
			arena_reset(s->a, mark);
		}
}

void mutants_of_code(const struct subject *s)
{
	change_instructions(s);
	swap_functions(s);
}
