/* account.c - what each pass did for the bodies that were written.
 *
 * What a pass saves is seen by writing the body without it and those behind it,
 * and with it.  Where that cannot be said in WebAssembly, the next pass where it
 * can has the difference.
 */
#include "opt/out/account.h"

#include <string.h>

_Static_assert(OPT_PASSES <= 32, "a bit each");

void account_init(struct account *c, uint32_t n, struct arena *a)
{
	*c = (struct account){ .n = n,
			       .changed = arena_array(a, uint32_t, n + 1) };
}

/* The size of the body behind the first n bytes of the names of o's passes;
 * `size` stays when it cannot be written. */
static void size_behind(const struct account_work *w,
			const struct opt_options *o, size_t n, size_t *size,
			struct opt_stats *stats)
{
	struct arena_mark mark = arena_mark(w->tmp);
	struct opt_options part = *o;
	struct diag_sink sink;
	struct buf body;

	diag_init(&sink, w->tmp);
	struct ir_func *f = ir_build(w->im, w->index, w->tmp, &sink);
	if (f) {
		part.passes = arena_copy(w->tmp, o->passes, n);
		opt_run(f, &part, stats);
		buf_init(&body, w->tmp);
		if (out_func(f, w->tmp, &body))
			*size = body.n;
	}
	arena_reset(w->tmp, mark);
}

/* What the passes did in all: what is counted anyway. */
static void add_counts(struct account *c, const struct opt_stats *s,
		       uint32_t func)
{
	for (uint32_t k = 0; k < OPT_PASSES; k++) {
		c->now.pass[k].ins += s->pass[k].ins;
		c->now.pass[k].checks += s->pass[k].bounds;
		if (s->pass[k].changed)
			c->changed[func] |= UINT32_C(1) << k;
	}
}

void account_body(struct account *c, const struct account_work *w,
		  const struct opt_options *o)
{
	struct opt_stats stats = { 0 };
	size_t size = w->was, before = w->was, end = strlen(o->passes);

	size_behind(w, o, 0, &size, NULL);
	c->now.rewritten += (int64_t)before - (int64_t)size;
	for (size_t at = 0; at < end;) {
		size_t n = strcspn(o->passes + at, ",");
		enum opt_pass_id id = opt_find(o->passes + at, n);
		at += n;
		before = size;
		size_behind(w, o, at, &size, at == end ? &stats : NULL);
		if (at == end)
			size = w->now;
		c->now.pass[id].bytes += (int64_t)before - (int64_t)size;
		at += o->passes[at] == ',';
	}
	add_counts(c, &stats, w->func);
}

/* --- verdicts --------------------------------------------------------------- */

static void add_pass(struct out_row *to, const struct out_row *from)
{
	to->functions += from->functions;
	to->proved += from->proved;
	to->rejected += from->rejected;
	to->bytes += from->bytes;
	to->ins += from->ins;
	to->checks += from->checks;
}

void account_rejected(const struct account *c, const uint8_t *verdict,
		      struct out_account *sum)
{
	for (uint32_t f = 0; f < c->n; f++)
		for (uint32_t k = 0; k < OPT_PASSES; k++)
			sum->pass[k].rejected += verdict[f] == OUT_REJECTED &&
						 (c->changed[f] >> k & 1);
}

void account_end(struct account *c, const uint32_t *kept, uint32_t n,
		 const uint8_t *verdict, struct out_account *sum)
{
	for (uint32_t j = 0; j < n; j++)
		for (uint32_t k = 0; k < OPT_PASSES; k++) {
			struct out_row *r = &c->now.pass[k];
			bool bad = verdict && verdict[kept[j]] == OUT_REJECTED;
			if (!(c->changed[kept[j]] >> k & 1))
				continue;
			r->functions++;
			r->proved += verdict && !bad;
			r->rejected += bad;
		}
	out_account_add(sum, &c->now);
}

void out_account_add(struct out_account *sum, const struct out_account *a)
{
	for (uint32_t k = 0; k < OPT_PASSES; k++)
		add_pass(&sum->pass[k], &a->pass[k]);
	sum->rewritten += a->rewritten;
	sum->unused += a->unused;
}
