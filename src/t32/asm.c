/* asm.c - appending items to a function being assembled. */
#include "t32/asm.h"

#include "base/compiler.h"

void asm_init(struct asm_buf *s, struct arena *a)
{
	*s = (struct asm_buf){ .arena = a };
}

label asm_label(struct asm_buf *s)
{
	vec_push(s->arena, &s->labels, UINT32_MAX);
	return s->labels.n - 1;
}

static struct asm_item *add(struct asm_buf *s, enum asm_kind kind, uint8_t size)
{
	vec_push(s->arena, &s->items,
		 (struct asm_item){ .kind = (uint8_t)kind, .size = size, .at = s->at });
	struct asm_item *i = &vec_last(&s->items);
	if (s->it_left > 0 && size > 0) {
		i->in_it = true;
		s->it_left--;
	}
	return i;
}

/* Until asm_finish a bound label holds its item's index. */
void asm_bind(struct asm_buf *s, label l)
{
	CHECK(s->labels.at[l] == UINT32_MAX);
	s->labels.at[l] = s->items.n;
	add(s, ASM_LABEL, 0)->label = l;
}

bool asm_bound(const struct asm_buf *s, label l)
{
	return s->labels.at[l] != UINT32_MAX;
}

void asm_ins(struct asm_buf *s, enum t32 id, int32_t a, int32_t b, int32_t c,
	     int32_t d, int32_t e)
{
	struct asm_item *i = add(s, ASM_INS, (uint8_t)t32_size(id));

	i->id = (uint16_t)id;
	i->op[0] = a;
	i->op[1] = b;
	i->op[2] = c;
	i->op[3] = d;
	i->op[4] = e;
}

void asm_it(struct asm_buf *s, enum cond c, unsigned n, unsigned others)
{
	CHECK(s->it_left == 0);
	ASM2(s, T32_IT, (int32_t)c, t32_it_mask(n, others));
	s->it_left = n;
}

void asm_branch(struct asm_buf *s, enum cond c, label l)
{
	struct asm_item *i = add(s, ASM_BRANCH, 2);

	i->cond = (uint8_t)c;
	i->label = l;
}

void asm_cbz(struct asm_buf *s, enum cond c, unsigned reg, label l)
{
	struct asm_item *i = add(s, ASM_CBZ, 2);

	i->cond = (uint8_t)c;
	i->reg = (uint8_t)reg;
	i->label = l;
}

void asm_call(struct asm_buf *s, uint32_t sym, bool tail)
{
	struct asm_item *i = add(s, ASM_CALL, 4);

	i->label = sym;
	i->tail = tail;
}

static void literal(struct asm_buf *s, unsigned reg, uint32_t sym,
		    int32_t value)
{
	struct asm_item *i = add(s, ASM_LITERAL, reg < 8 ? 2 : 4);

	i->reg = (uint8_t)reg;
	i->label = s->lits.n;
	vec_push(s->arena, &s->lits,
		 (struct asm_literal){ .sym = sym, .value = value });
}

void asm_const(struct asm_buf *s, unsigned reg, uint32_t v, bool flags_live)
{
	if (v < 256 && reg < 8 && (!flags_live || s->it_left > 0))
		ASM2(s, T32_MOVS_I_N, (int32_t)reg, (int32_t)v);
	else if (t32_is_modimm(v))
		ASM2(s, T32_MOV_I, (int32_t)reg, (int32_t)v);
	else if (t32_is_modimm(~v))
		ASM2(s, T32_MVN_I, (int32_t)reg, (int32_t)~v);
	else if (v < 65536)
		ASM2(s, T32_MOVW, (int32_t)reg, (int32_t)v);
	else
		literal(s, reg, UINT32_MAX, (int32_t)v);
}

void asm_address(struct asm_buf *s, unsigned reg, uint32_t sym, int32_t addend)
{
	literal(s, reg, sym, addend);
}

void asm_table(struct asm_buf *s, unsigned reg, const label *l, uint32_t n)
{
	uint32_t first = s->table.n;
	uint32_t item = s->items.n;

	/* Entries only reach forward: what lies behind goes by a branch. */
	add(s, ASM_TABLE, 4)->reg = (uint8_t)reg;
	for (uint32_t k = 0; k < n; k++)
		vec_push(s->arena, &s->table, l[k]);
	for (uint32_t k = 0; k < n; k++) {
		label to = s->table.at[first + k];
		if (!asm_bound(s, to) || s->labels.at[to] > item)
			continue;
		label hop = asm_label(s);
		asm_bind(s, hop);
		asm_branch(s, AL, to);
		for (uint32_t j = k; j < n; j++)
			if (s->table.at[first + j] == to)
				s->table.at[first + j] = hop;
	}
	s->items.at[item].label = first;
	s->items.at[item].n = n;
}

void asm_trap_site(struct asm_buf *s, enum hd_trap_kind kind, uint32_t at)
{
	add(s, ASM_TRAP, 0)->label = s->traps.n;
	vec_push(s->arena, &s->traps,
		 (struct t32_trap){ .kind = (uint8_t)kind, .at = at });
}

void asm_cut(struct asm_buf *s, uint32_t index)
{
	add(s, ASM_CUT, 0)->label = index;
}
