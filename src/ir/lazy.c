/* lazy.c - parameters of blocks, made when they are read.
 *
 * Asking for a lazy value makes its parameter.  When the walk is over, what
 * the edges bring to those parameters is asked for in turn, until nothing new
 * turns up; meets are taken last to first, since an argument usually comes
 * from an earlier one.  So a local that is written before it is read costs no
 * parameter anywhere.
 */
#include "base/compiler.h"
#include "ir/builder.h"

uint32_t meet_new(struct builder *b, blk block, bool loop)
{
	vec_push(b->scratch, &b->meets,
		 (struct meet){ .block = block, .loop = loop });
	return b->meets.n - 1;
}

ref lazy_new(struct builder *b, uint32_t meet, uint32_t local, ref base)
{
	if (b->lazy.n == 0)
		vec_push(b->scratch, &b->lazy, (struct lazy){ 0 });
	vec_push(b->scratch, &b->lazy,
		 (struct lazy){ .meet = meet, .local = local, .base = base });
	return (b->lazy.n - 1) | LAZY;
}

ref lazy_ask(struct builder *b, ref v)
{
	if (!(v & LAZY))
		return v;
	struct lazy *z = &b->lazy.at[v & ~LAZY];
	if (!z->param) {
		struct meet *m = &b->meets.at[z->meet];
		z->param = ir_param_new(b->f, m->block,
					(enum type)b->wf->local[z->local]);
		z->next = m->asked;
		m->asked = v & ~LAZY;
	}
	return z->param;
}

/* Asks for what the predecessors bring to the values asked for since the last
 * time.  Returns false when there were none. */
static bool follow(struct builder *b, struct meet *m)
{
	uint32_t fresh = m->asked, end = m->seen;

	if (fresh == end)
		return false;
	m->seen = fresh;
	for (uint32_t k = fresh; k != end; k = b->lazy.at[k].next)
		b->slot[b->lazy.at[k].local] = 1;
	for (uint32_t q = m->pend; q; q = b->pend.at[q].next) {
		const struct pending *p = &b->pend.at[q];
		for (uint32_t k = p->change; k < p->change + p->nchange; k++) {
			struct change c = b->change.at[k];
			if (!b->slot[c.local])
				continue;
			lazy_ask(b, c.value);
			b->seen[c.local]++;
		}
	}
	for (uint32_t k = fresh; k != end; k = b->lazy.at[k].next) {
		uint32_t l = b->lazy.at[k].local;
		if (m->loop || b->seen[l] < m->npend)
			lazy_ask(b, b->lazy.at[k].base);
		b->slot[l] = b->seen[l] = 0;
	}
	return true;
}

/* The value when it was asked for, else 0. */
static ref settled(const struct builder *b, ref v)
{
	return v & LAZY ? b->lazy.at[v & ~LAZY].param : v;
}

/* The arguments of one predecessor.  slot[l] is 1 + the number of l's
 * parameter. */
static void fill_edge(struct builder *b, const struct meet *m,
		      const struct pending *p, ref *arg, uint32_t n)
{
	struct ir_edge *e = &b->f->edges.at[p->edge];

	for (uint32_t k = 0; k < m->noperands; k++)
		arg[k] = b->saved.at[p->stack +
				     (m->operand ? m->operand[k] : k)];
	for (uint32_t k = m->asked; k; k = b->lazy.at[k].next) {
		const struct lazy *z = &b->lazy.at[k];
		/* unchanged around a loop: the parameter itself */
		arg[b->slot[z->local] - 1] =
			m->loop && !p->enters ? z->param
					      : settled(b, z->base);
	}
	for (uint32_t k = p->change; k < p->change + p->nchange; k++) {
		struct change c = b->change.at[k];
		if (b->slot[c.local])
			arg[b->slot[c.local] - 1] = settled(b, c.value);
	}
	e->nargs = n;
	e->args = ir_list(b->f, arg, n);
}

static void fill(struct builder *b, const struct meet *m)
{
	uint32_t n = b->f->blocks.at[m->block].params.n;
	struct arena_mark mark = arena_mark(b->labels);
	ref *arg = arena_array(b->labels, ref, n);

	for (uint32_t k = m->asked; k; k = b->lazy.at[k].next) {
		const struct lazy *z = &b->lazy.at[k];
		b->slot[z->local] = 1 + (uint32_t)ir_at(b->f, z->param)->imm;
	}
	for (uint32_t q = m->pend; q; q = b->pend.at[q].next)
		fill_edge(b, m, &b->pend.at[q], arg, n);
	for (uint32_t k = m->asked; k; k = b->lazy.at[k].next)
		b->slot[b->lazy.at[k].local] = 0;
	arena_reset(b->labels, mark);
}

void lazy_finish(struct builder *b)
{
	struct ir_func *f = b->f;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t k = b->meets.n; k-- > 0;)
			again |= follow(b, &b->meets.at[k]);
	}
	for (uint32_t k = 0; k < b->meets.n; k++)
		if (f->blocks.at[b->meets.at[k].block].params.n)
			fill(b, &b->meets.at[k]);
	for (uint32_t c = 0; c < f->cuts.n; c++)
		for (uint32_t k = 0; k < f->cuts.at[c].n; k++) {
			ref *r = &f->list.at[f->cuts.at[c].refs + k];
			*r = settled(b, *r);
		}
}
