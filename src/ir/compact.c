/* compact.c - closes the gaps that removed parameters leave.
 *
 * Loop headers are given a parameter for every local that the loop assigns
 * and most are removed again; everything that is indexed by instruction would
 * stay as large as they made it.
 */
#include "ir/builder.h"

struct renumber {
	const ref *to;
};

static void patch(void *ctx, ref *use)
{
	const struct renumber *n = ctx;

	*use = n->to[*use];
}

static void patch_all(struct ir_func *f, struct renumber *n)
{
	for (blk b = 0; b < f->blocks.n; b++) {
		struct ir_block *p = &f->blocks.at[b];
		for (uint32_t k = 0; k < p->ins.n; k++)
			ir_each_use(f, p->ins.at[k], patch, n);
		for (uint32_t k = 0; k < p->params.n; k++)
			patch(n, &p->params.at[k]);
	}
	/* the lists of instructions last: the walk above reads them */
	for (blk b = 0; b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++)
			patch(n, &f->blocks.at[b].ins.at[k]);
	for (uint32_t c = 0; c < f->cuts.n; c++)
		for (uint32_t k = 0; k < f->cuts.at[c].n; k++)
			patch(n, &f->list.at[f->cuts.at[c].refs + k]);
}

void compact(struct builder *b)
{
	struct ir_func *f = b->f;
	ref *to = arena_array(b->scratch, ref, f->ins.n);
	uint32_t n = 1;

	for (ref r = 1; r < f->ins.n; r++)
		if (f->ins.at[r].op != IR_NOP)
			to[r] = n++;
	if (f->ins.n - n <= n / 4)
		return;
	patch_all(f, &(struct renumber){ to });
	for (ref r = 1; r < f->ins.n; r++)
		if (to[r])
			f->ins.at[to[r]] = f->ins.at[r];
	f->ins.n = n;
}
