/* explain.c - why a pair was rejected, for who wrote the pass.
 *
 * Where both sides came from and where they stand, what is known on the way,
 * and what each side holds there.  Nothing here decides anything.
 */
#include "prove/explain.h"

#include "prove/print.h"

enum { DEEP = 5, MOST_TEXT = 1 << 16 };

static void line(struct pair *p, struct buf *out, const char *what, term t)
{
	if (out->n > MOST_TEXT)
		return;
	buf_printf(out, "      %s", what);
	term_print(&p->z, t, DEEP, out);
	buf_str(out, "\n");
}

static void number(struct pair *p, struct buf *out, const char *what,
		   uint32_t k, term t)
{
	if (t)
		line(p, out, arena_printf(p->arena, "%s%u = ", what, k), t);
}

/* --- places --------------------------------------------------------------------- */

static void source_place(const struct pair *p, const struct walk *w, uint32_t ins,
			 struct buf *out)
{
	const struct walk_body *b = w->body;

	buf_printf(out, "0x%x", ins < b->n ? b->ins[ins].i.at
					   : b->n ? b->ins[b->n - 1].i.at : 0);
	if (w->frame.n)
		buf_printf(out, " of func %u, called in its place",
			   (uint32_t)(b->f - p->w->m->funcs.at));
}

static void output_place(const struct pair *p, const struct mach *m,
			 struct buf *out)
{
	if (m->wasm)
		source_place(p, m->wasm, m->at_cut ? m->wasm->cut : m->wasm->ip, out);
	else
		buf_printf(out, "%s+0x%x", p->mf.text->name,
			   m->pc);
}

static const char *state_name(struct pair *p, uint32_t k)
{
	const struct world *w = p->w;

	if (k == 0)
		return "calls so far";
	if (k < w->at_size)
		return arena_printf(p->arena, "memory %u", k - w->at_memory);
	if (k < w->at_table)
		return arena_printf(p->arena, "size of memory %u", k - w->at_size);
	if (k < w->at_table_size)
		return arena_printf(p->arena, "table %u", k - w->at_table);
	if (k < w->at_globals)
		return arena_printf(p->arena, "size of table %u",
				    k - w->at_table_size);
	if (k < w->at_lengths)
		return arena_printf(p->arena, "global word %u", k - w->at_globals);
	if (w->at_context && k >= w->at_context)
		return arena_printf(p->arena, "word %u of the context",
				    k - w->at_context);
	if (w->at_fuel && k == w->at_fuel)
		return "fuel";
	return arena_printf(p->arena, "length of a segment, word %u", k);
}

/* --- values --------------------------------------------------------------------- */

/* Those that are not what they were at `since`, which may be NULL. */
static void words(struct pair *p, const struct walk *w, const struct walk *since,
		  struct buf *out)
{
	bool same = since && since->base == w->base &&
		    since->local.n == w->local.n;

	for (uint32_t k = w->base; k < w->local.n; k++) {
		struct val v = w->local.at[k];
		if (same && since->local.at[k].lo == v.lo &&
		    since->local.at[k].hi == v.hi)
			continue;
		number(p, out, "local ", k - w->base, v.lo);
		number(p, out, "  upper half of ", k - w->base, v.hi);
	}
	for (uint32_t k = 0; k < w->stack.n; k++) {
		number(p, out, "operand ", k, w->stack.at[k].lo);
		number(p, out, "  upper half of ", k, w->stack.at[k].hi);
	}
}

static void machine(struct pair *p, const struct mach *m,
		    const struct mach *since, struct buf *out)
{
	for (uint32_t k = 0; k < 15; k++)
		if (m->r[k] != (since ? since->r[k] : p->mf.r0[k]))
			number(p, out, "r", k, m->r[k]);
	for (uint32_t k = 0; k < 32; k++)
		if (m->s[k] != (since ? since->s[k] : p->mf.s0[k]) &&
		    (since || term_at(&p->z, m->s[k])->op != TM_VAR))
			number(p, out, "s", k, m->s[k]);
	for (uint32_t k = 0; k < m->nslots; k++)
		if (!since || k >= since->nslots || m->slot[k] != since->slot[k])
			number(p, out, "stack word -", k + 1, m->slot[k]);
}

static void output_values(struct pair *p, const struct mach *m,
			  const struct mach *since, struct buf *out)
{
	if (m->wasm)
		words(p, m->wasm, since ? since->wasm : NULL, out);
	else
		machine(p, m, since, out);
}

static void states(struct pair *p, const struct walk *w, const struct mach *m,
		   struct buf *out)
{
	for (uint32_t k = 0; k < p->w->n; k++) {
		term a = facts_simplify(&p->facts, w->state[k]);
		term b = facts_simplify(&p->facts, m->state[k]);
		if (a == b)
			continue;
		const char *name = state_name(p, k);
		line(p, out, arena_printf(p->arena, "%s, source: ", name), a);
		line(p, out, arena_printf(p->arena, "%s, output: ", name), b);
	}
}

/* --- the text ------------------------------------------------------------------- */

static void from(struct pair *p, struct buf *out)
{
	if (p->region == UINT32_MAX) {
		buf_str(out, "    from the entry\n");
		return;
	}
	const struct cut *c = &p->cuts.at[p->region];
	buf_str(out, "    from the loop at ");
	source_place(p, &c->w, c->w.cut, out);
	buf_str(out, ", in the output at ");
	output_place(p, &c->m, out);
	buf_str(out, ", where\n");
	words(p, &c->w, NULL, out);
	output_values(p, &c->m, NULL, out);
	states(p, &c->w, &c->m, out);
	for (uint32_t k = 0; k < c->facts.n; k++)
		line(p, out, "and ", c->facts.at[k]);
}

static void known(struct pair *p, struct buf *out)
{
	uint32_t n = p->region == UINT32_MAX ? 0 :
		     p->cuts.at[p->region].facts.n;

	if (n >= p->facts.literal.n)
		return;
	buf_str(out, "    by this way:\n");
	for (; n < p->facts.literal.n; n++)
		line(p, out, "", p->facts.literal.at[n]);
}

/* --- loops ---------------------------------------------------------------------- */

/* What a loop said until this arrival did not fit. */
static void wanted(struct pair *p, const struct at *s, struct buf *out)
{
	for (uint32_t k = 0; k < p->cuts.n; k++) {
		const struct cut *c = &p->cuts.at[k];
		if (s->ws != STOP_CUT || s->ms != STOP_CUT || k == p->region ||
		    c->wasm != walk_place(&s->w, s->w.cut) ||
		    c->pc != s->m.pc)
			continue;
		buf_str(out, "    of the loop it was said:\n");
		words(p, &c->w, NULL, out);
		output_values(p, &c->m, NULL, out);
	}
}

void pair_explain(struct pair *p)
{
	const struct at *s = p->now;
	const struct cut *c = p->region == UINT32_MAX ? NULL :
			      &p->cuts.at[p->region];
	struct buf text, *out = &text;

	buf_init(out, p->arena);
	buf_printf(out, "    %s%s%s: %s%s%s\n", p->joins ?
		   "ways that meet are one" : "way by way",
		   p->z.bytes ? ", memories of bytes" : "",
		   p->strides ? ", loads say who is behind" :
		   p->apart ? ", loads are words" : "",
		   p->v->reason, p->v->detail ? ": " : "",
		   p->v->detail ? p->v->detail : "");
	from(p, out);
	known(p, out);
	buf_str(out, "    the source is at ");
	source_place(p, &s->w, s->ws == STOP_CUT ? s->w.cut : s->w.ip, out);
	buf_printf(out, " (%s), the output at ", pair_stop_name(s->ws));
	output_place(p, &s->m, out);
	buf_printf(out, " (%s)%s\n", pair_stop_name(s->ms),
		   c ? ", with, other than at the loop," : ", with");
	words(p, &s->w, c ? &c->w : NULL, out);
	output_values(p, &s->m, c ? &c->m : NULL, out);
	states(p, &s->w, &s->m, out);
	if (s->other)
		buf_printf(out, "    before that both called, but not the same, "
			   "%s\n", s->other);
	wanted(p, s, out);
	pair_example(p, out);
	buf_u8(out, 0);
	p->v->why = (const char *)out->at;
}
