/* mir_print.c - machine operations as text, for dumps and golden tests. */
#include "t32/mir.h"

static const char *const cond_text[] = {
	"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
	"hi", "ls", "ge", "lt", "gt", "le", "al"
};
static const char *const shift_text[] = { "lsl", "lsr", "asr", "ror" };
static const char *const cmp_text[] = {
	"cmp", "cmp", "cmn", "tst", "tst", "teq", "cmp64", "cmp64z", "vcmp",
	"vcmpz"
};
static const char *const fp_text[] = {
	"abs", "neg", "sqrt", "ceil", "floor", "trunc", "nearest",
	"s.d", "d.s", "s.s32", "s.u32", "d.s32", "d.u32",
	"s32.s", "u32.s", "s32.d", "u32.d",
	"add", "sub", "mul", "div", "minnm", "maxnm"
};
static const char *const sym_text[] = {
	"none", "func", "memory", "memory_size", "memory_desc", "global",
	"table", "table_size", "table_direct", "type", "funcref", "data",
	"data_dropped", "elem", "elem_dropped", "runtime", "table_desc"
};

static void print_reg(struct buf *out, unsigned reg)
{
	if (reg >= REG_S0)
		buf_printf(out, "s%u", reg - REG_S0);
	else
		buf_printf(out, "r%u", reg);
}

static void print_vreg(const struct mir_func *f, struct buf *out, vreg v)
{
	static const char cls[] = "vsd";
	const struct mir_vreg *r = &f->vregs.at[v];

	buf_printf(out, "%c%u", cls[r->cls], v);
	if (r->reg != REG_NONE) {
		buf_str(out, "=");
		print_reg(out, r->reg);
	}
}

static void print_opnd(const struct mir_func *f, struct buf *out,
		       struct mir_opnd o)
{
	print_vreg(f, out, o.v);
	if (o.fix != REG_NONE) {
		buf_str(out, "@");
		print_reg(out, o.fix);
	}
}

static void print_shift(struct buf *out, int32_t imm)
{
	if (imm)
		buf_printf(out, " %s #%u", shift_text[(imm >> 8) & 3],
			   (unsigned)imm & 0xff);
}

static void print_sym(const struct mir_func *f, struct buf *out,
		      const struct mir_ins *i)
{
	const struct mir_sym *s = &f->syms.at[i->sym];

	if (!i->sym)
		return;
	if (s->name)
		buf_printf(out, " %s", s->name);
	else
		buf_printf(out, " %s.%u", sym_text[s->kind], s->index);
	if (s->kind == SYM_TABLE_DIRECT)
		buf_printf(out, ".%u", s->index2);
}

/* What stands behind the operands: immediates, shifts, conditions. */
static void print_fields(struct buf *out,
			 const struct mir_ins *i)
{
	switch (i->op) {
	case MOP_CMP_BR: case MOP_CMP_SET: case MOP_CMP_SEL: case MOP_CMP_TRAP:
	case MOP_CMP_OP:
		buf_printf(out, " %s.%s", cmp_text[i->cmp], cond_text[i->cond]);
		if (i->cmp == CMP_RR || i->cmp == TST_RR || i->cmp == TEQ_RR)
			print_shift(out, i->imm);
		else if (i->cmp == CMP_RI || i->cmp == CMN_RI ||
			 i->cmp == TST_RI)
			buf_printf(out, " #%d", i->imm);
		if (i->op == MOP_CMP_OP) {
			buf_printf(out, " %s #%d", mop_info[i->aux].text,
				   i->imm2);
			return;
		}
		break;
	case MOP_ADD_RR: case MOP_SUB_RR: case MOP_RSB_RR: case MOP_AND_RR:
	case MOP_ORR_RR: case MOP_EOR_RR: case MOP_BIC_RR: case MOP_ORN_RR:
	case MOP_MVN_R: case MOP_SHIFT_I:
		print_shift(out, i->imm);
		return;
	case MOP_SHIFT_R:
		buf_printf(out, " %s", shift_text[(i->imm >> 8) & 3]);
		return;
	case MOP_FUN: case MOP_FBIN:
		buf_printf(out, " %s", fp_text[i->aux]);
		return;
	case MOP_LDR_RI: case MOP_LDR_RR: case MOP_STR_RI: case MOP_STR_RR:
	case MOP_LDR_POST: case MOP_STR_POST:
		buf_printf(out, " %s%u #%d", i->aux >> 8 ? "s" : "",
			   i->aux & 0xff, i->imm);
		return;
	default:
		if (i->imm || i->imm2)
			buf_printf(out, " #%d", i->imm);
		if (i->imm2)
			buf_printf(out, " #%d", i->imm2);
		break;
	}
	if (i->aux)
		buf_printf(out, " aux=%u", i->aux);
}

static void print_ins(const struct mir_func *f, struct buf *out,
		      const struct mir_ins *i)
{
	buf_str(out, "\t");
	for (unsigned k = 0; k < i->ndef; k++) {
		buf_str(out, k ? ", " : "");
		print_opnd(f, out, *mir_def(f, i, k));
	}
	buf_printf(out, "%s%s", i->ndef ? " = " : "", mop_info[i->op].text);
	print_sym(f, out, i);
	for (unsigned k = 0; k < i->nuse; k++) {
		buf_str(out, k ? ", " : " ");
		print_opnd(f, out, *mir_use(f, i, k));
	}
	print_fields(out, i);
	buf_str(out, "\n");
}

static void print_edge(const struct mir_func *f, struct buf *out,
		       const struct mir_edge *e)
{
	buf_printf(out, " b%u", e->to);
	for (uint32_t k = 0; k < e->nargs; k++) {
		buf_str(out, k ? ", " : "(");
		print_vreg(f, out, f->vlist.at[e->args + k]);
	}
	buf_str(out, e->nargs ? ")" : "");
}

static void print_block(const struct mir_func *f, struct buf *out, uint32_t b)
{
	const struct mir_block *blk = &f->blocks.at[b];

	buf_printf(out, "b%u", b);
	for (uint32_t k = 0; k < blk->params.n; k++) {
		buf_str(out, k ? ", " : "(");
		print_vreg(f, out, blk->params.at[k]);
	}
	buf_printf(out, "%s:", blk->params.n ? ")" : "");
	if (blk->depth)
		buf_printf(out, " depth %u", blk->depth);
	buf_printf(out, "%s\n", blk->cold ? " cold" : "");
	for (uint32_t k = 0; k < blk->ins.n; k++)
		print_ins(f, out, &blk->ins.at[k]);
	if (!blk->nedges)
		return;
	buf_str(out, "\t\t->");
	for (uint32_t k = 0; k < blk->nedges; k++)
		print_edge(f, out, &blk->edge[k]);
	buf_str(out, "\n");
}

void mir_print(const struct mir_func *f, struct buf *out)
{
	buf_printf(out, "func %u in %u out %u", f->index, f->in_bytes,
		   f->out_bytes);
	for (uint32_t k = 0; k < f->params.n; k++) {
		buf_str(out, k ? ", " : " (");
		print_opnd(f, out, f->params.at[k]);
	}
	buf_printf(out, "%s\n", f->params.n ? ")" : "");
	for (uint32_t b = 0; b < f->blocks.n; b++)
		print_block(f, out, b);
}
