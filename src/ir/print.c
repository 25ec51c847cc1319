/* print.c - functions as text that ir_parse reads back.
 *
 *	func 3
 *	b0(v1:i32) @0x2c:
 *	  v4:i32 = const #0x10
 *	  bounds v1 #0x8 @0x31
 *	  v5:i32 = i32.load v1 #0x4 @0x31
 *	  v6:i32 = call $2 [v5 v4] @0x34
 *	  br_if v6 -> b1(v5) b2() @0x38
 *	cut @0x40 b1 2: v5 - v4
 *
 * `#` is imm, `$` aux, both left out when 0; `!` flags; `@` the wasm offset;
 * `cold` behind a block; a cut lists its locals, then (behind their number
 * and the colon, in one list) the operands; `-` is a value no longer kept.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "ir/ir.h"

static void print_value(const struct ir_func *f, ref r, struct buf *out)
{
	buf_printf(out, "v%u:%s", r, type_name((enum type)ir_at(f, r)->type));
}

static void print_edge(const struct ir_func *f, const struct ir_edge *e,
		       struct buf *out)
{
	buf_printf(out, " b%u(", e->to);
	for (uint32_t k = 0; k < e->nargs; k++)
		buf_printf(out, "%sv%u", k ? " " : "",
			   f->list.at[e->args + k]);
	buf_str(out, ")");
}

static void print_ins(const struct ir_func *f, ref r, struct buf *out)
{
	const struct ir_ins *i = ir_at(f, r);

	buf_str(out, "  ");
	if (i->type != T_NONE) {
		print_value(f, r, out);
		buf_str(out, " = ");
	} else {
		buf_printf(out, "v%u ", r);
	}
	buf_str(out, ir_text(i->op));
	for (unsigned k = 0; k < i->nargs; k++)
		buf_printf(out, " v%u", i->arg[k]);
	if (i->aux)
		buf_printf(out, " $%u", i->aux);
	if (i->imm)
		buf_printf(out, " #0x%" PRIx64, i->imm);
	for (uint32_t k = 0; k < i->nlist; k++)
		buf_printf(out, "%sv%u", k ? " " : " [",
			   f->list.at[i->list + k]);
	if (i->nlist)
		buf_str(out, "]");
	if (i->flags)
		buf_printf(out, " !%u", i->flags);
	const struct ir_block *b = &f->blocks.at[i->block];
	if ((ir_flags(i) & IR_X) && b->nedges) {
		buf_str(out, " ->");
		for (uint32_t k = 0; k < b->nedges; k++)
			print_edge(f, &f->edges.at[b->edge + k], out);
	}
	buf_printf(out, " @0x%x\n", i->at);
}

static void print_block(const struct ir_func *f, blk b, struct buf *out)
{
	const struct ir_block *p = &f->blocks.at[b];

	buf_printf(out, "b%u(", b);
	for (uint32_t k = 0; k < p->params.n; k++) {
		buf_str(out, k ? " " : "");
		print_value(f, p->params.at[k], out);
	}
	buf_printf(out, ") @0x%x", p->at);
	if (p->likely)
		buf_str(out, " cold");
	buf_str(out, ":\n");
	for (uint32_t k = 0; k < p->ins.n; k++)
		print_ins(f, p->ins.at[k], out);
}

static void print_cut(const struct ir_func *f, const struct ir_cut *c,
		      struct buf *out)
{
	buf_printf(out, "cut @0x%x b%u %u:", c->at, c->block, c->nlocals);
	for (uint32_t k = 0; k < c->n; k++) {
		ref r = f->list.at[c->refs + k];
		if (r)
			buf_printf(out, " v%u", r);
		else
			buf_str(out, " -");
	}
	buf_str(out, "\n");
}

void ir_print(const struct ir_func *f, struct buf *out)
{
	buf_printf(out, "func %u\n", f->index);
	for (blk b = 0; b < f->blocks.n; b++)
		if (f->blocks.at[b].ins.n)
			print_block(f, b, out);
	for (uint32_t k = 0; k < f->cuts.n; k++)
		if (f->blocks.at[f->cuts.at[k].block].ins.n)
			print_cut(f, &f->cuts.at[k], out);
}
