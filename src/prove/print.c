/* print.c - terms as text, for explanations. */
#include "prove/print.h"

static const char *const name[TM_COUNT] = {
#define TERM(id, smt) [TM_##id] = #id,
#include "prove/term.def"
};

static void print_sum(const struct terms *z, const struct term_node *i,
		      unsigned depth, struct buf *out)
{
	for (unsigned k = 0; k < i->n; k += 2) {
		uint32_t coef = z->pool.at[i->args + k];
		if (k)
			buf_str(out, " + ");
		if (coef != 1)
			buf_printf(out, "%d*", (int32_t)coef);
		term_print(z, z->pool.at[i->args + k + 1], depth, out);
	}
	if (i->imm)
		buf_printf(out, " + 0x%x", i->imm);
}

void term_print(const struct terms *z, term t, unsigned depth, struct buf *out)
{
	const struct term_node i = *term_at(z, t);

	switch (i.op) {
	case TM_NONE:
		buf_str(out, "?");
		return;
	case TM_CONST:
		buf_printf(out, "0x%x", i.imm);
		return;
	case TM_VAR:
		buf_printf(out, "v%u", i.imm);
		return;
	case TM_SYM:
		buf_printf(out, "sym%u", i.imm);
		return;
	default:
		break;
	}
	if (depth == 0) {
		buf_printf(out, "#%u", t);
		return;
	}
	buf_str(out, "(");
	if (i.op == TM_SUM) {
		print_sum(z, &i, depth - 1, out);
	} else {
		buf_str(out, name[i.op]);
		if (i.imm)
			buf_printf(out, ".%x", i.imm);
		for (unsigned k = 0; k < i.n; k++) {
			buf_str(out, " ");
			term_print(z, z->pool.at[i.args + k], depth - 1, out);
		}
	}
	buf_str(out, ")");
}
