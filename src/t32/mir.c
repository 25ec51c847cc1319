/* mir.c - building machine operations, and what their table says of them. */
#include "t32/mir.h"

#include <string.h>

#include "t32/encode.h"

enum {
	FLAG_0 = 0, FLAG_T = MOP_T, FLAG_C = MOP_C, FLAG_M = MOP_M,
	FLAG_E = MOP_E, FLAG_P = MOP_P, FLAG_CE = MOP_C | MOP_E
};

const struct mop_info mop_info[MOP_END] = {
#define O(id, text, sig, flags) [MOP_##id] = { text, sig, FLAG_##flags },
#include "t32/mop.def"
};

struct mir_func *mir_new(struct arena *a, const struct target *t)
{
	struct mir_func *f = arena_new(a, struct mir_func);

	f->arena = a;
	f->target = t;
	f->reserved = (regset)1 << REG_IP | (regset)1 << REG_SP |
		      (regset)1 << REG_PC;
	vec_push(a, &f->vregs, (struct mir_vreg){ .reg = REG_NONE,
						  .hint = REG_NONE });
	vec_push(a, &f->syms, (struct mir_sym){ .kind = SYM_NONE });
	return f;
}

vreg mir_vreg_new(struct mir_func *f, enum mir_class c)
{
	vec_push(f->arena, &f->vregs,
		 (struct mir_vreg){ .cls = (uint8_t)c, .reg = REG_NONE,
				    .hint = REG_NONE });
	return f->vregs.n - 1;
}

uint32_t mir_block_new(struct mir_func *f)
{
	vec_push(f->arena, &f->blocks,
		 (struct mir_block){ .loop = UINT32_MAX });
	return f->blocks.n - 1;
}

struct mir_ins *mir_add(struct mir_func *f, uint32_t b, enum mop op,
			unsigned ndef, unsigned nuse, const vreg *operand)
{
	struct mir_block *blk = &f->blocks.at[b];
	uint32_t first = f->opnds.n;

	for (unsigned k = 0; k < ndef + nuse; k++)
		vec_push(f->arena, &f->opnds,
			 (struct mir_opnd){ operand[k], REG_NONE });
	vec_push(f->arena, &blk->ins,
		 (struct mir_ins){ .op = (uint16_t)op,
				   .ndef = (uint16_t)ndef,
				   .nuse = (uint16_t)nuse,
				   .opnd = first });
	return &vec_last(&blk->ins);
}

bool mir_imm_ok(enum mop op, int32_t imm)
{
	if ((op == MOP_ADD_RI || op == MOP_SUB_RI) && imm >= 0 && imm < 4096)
		return true;
	return t32_is_modimm((uint32_t)imm);
}

uint32_t mir_sym(struct mir_func *f, enum sym_kind k, uint32_t index,
		 uint32_t index2, const char *name)
{
	for (uint32_t i = 1; i < f->syms.n; i++) {
		const struct mir_sym *s = &f->syms.at[i];
		if (s->kind == k && s->index == index && s->index2 == index2 &&
		    (s->name == name ||
		     (s->name && name && !strcmp(s->name, name))))
			return i;
	}
	vec_push(f->arena, &f->syms,
		 (struct mir_sym){ (uint8_t)k, index, index2, name, false });
	return f->syms.n - 1;
}

void mir_preds(struct mir_func *f)
{
	uint32_t total = 0;

	for (uint32_t b = 0; b < f->blocks.n; b++)
		f->blocks.at[b].npreds = 0;
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++) {
			f->blocks.at[f->blocks.at[b].edge[k].to].npreds++;
			total++;
		}
	uint32_t *pool = arena_array(f->arena, uint32_t, total);
	for (uint32_t b = 0; b < f->blocks.n; b++) {
		f->blocks.at[b].pred = pool;
		pool += f->blocks.at[b].npreds;
		f->blocks.at[b].npreds = 0;
	}
	for (uint32_t b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].nedges; k++) {
			struct mir_block *to =
				&f->blocks.at[f->blocks.at[b].edge[k].to];
			to->pred[to->npreds++] = b;
		}
}

unsigned mir_cmp_uses(const struct mir_ins *i)
{
	switch (i->cmp) {
	case CMP_RI: case CMN_RI: case TST_RI: case CMP_FZ: return 1;
	case CMP64: return 4;
	default: return 2;
	}
}

/* The place in sig of definition k, or of the end of the definitions. */
static const char *sig_def(const char *sig, unsigned k)
{
	const char *p = sig;

	for (; *p && *p != ':'; p++)
		if (*p >= 'a' && *p <= 'z' && k-- == 0)
			return p;
	return p;
}

int mir_tied(const struct mir_func *f, const struct mir_ins *i, unsigned k)
{
	const char *p = sig_def(mop_info[i->op].sig, k);

	(void)f;
	if (!*p || *p == ':')
		return -1;
	for (p++; *p == '!' || (*p >= '0' && *p <= '9'); p++)
		if (*p != '!')
			return *p - '0';
	return -1;
}

bool mir_early(const struct mir_func *f, const struct mir_ins *i, unsigned k)
{
	const char *p = sig_def(mop_info[i->op].sig, k);

	(void)f;
	return *p && *p != ':' && p[1] == '!';
}
