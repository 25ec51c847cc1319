/* pass.c - the pass manager: pipelines, analyses, checks, statistics. */
#include "opt/pass.h"

#include <string.h>

static const struct pass *const passes[OPT_PASSES] = {
#define PASS(id) [OPT_##id] = &pass_##id,
#include "opt/passes.def"
};

/* The orders of the levels.  Each ends with a dce and a tidy, which clear up
 * what the others leave behind. */
static const uint8_t level1[] = { OPT_tidy, OPT_fold, OPT_backpressure,
				  OPT_events, OPT_tidy, OPT_fold, OPT_gvn,
				  OPT_dce, OPT_tidy };
static const uint8_t level2[] = { OPT_tidy, OPT_fold, OPT_backpressure,
				  OPT_events, OPT_tidy, OPT_fold, OPT_gvn,
				  OPT_dce, OPT_dispatch, OPT_tidy, OPT_inline,
				  OPT_sccp, OPT_tidy, OPT_fold, OPT_check,
				  OPT_tidy, OPT_fold, OPT_gvn, OPT_mem,
				  OPT_version, OPT_thread, OPT_tidy,
				  OPT_ifconv, OPT_ifstore, OPT_tidy, OPT_pack,
				  OPT_unroll, OPT_licm, OPT_fold, OPT_gvn,
				  OPT_check, OPT_mem, OPT_dce, OPT_reroll,
				  OPT_dce, OPT_tidy };

/* Passes that can be done again without making code larger. */
static const uint8_t again[] = { OPT_fold, OPT_gvn, OPT_mem, OPT_check,
				 OPT_sccp, OPT_tidy, OPT_licm, OPT_fold,
				 OPT_gvn, OPT_check, OPT_mem, OPT_dce,
				 OPT_tidy };

/* Orders to choose from: passes of level2 that are left out, and whether those
 * above follow.  All keep the loops alike, for costs of loops that are entered
 * a different number of times cannot be compared. */
static const struct {
	uint32_t without;
	bool again;
} orders[OPT_ORDERS] = {
	{ 0, false },
	{ 0, true },
	{ 1 << OPT_licm, false },
	{ 1 << OPT_version, false },
	{ 1 << OPT_version | 1 << OPT_licm, true },
};

enum opt_pass_id opt_find(const char *name, size_t n)
{
	uint32_t k = 0;

	while (k < OPT_PASSES && (strlen(passes[k]->name) != n ||
				  memcmp(passes[k]->name, name, n)))
		k++;
	return (enum opt_pass_id)k;
}

const char *opt_name(enum opt_pass_id id)
{
	return passes[id]->name;
}

const char *opt_help(enum opt_pass_id id)
{
	return passes[id]->help;
}

/* --- one run ------------------------------------------------------------- */

struct manager {
	struct opt o;
	struct arena_mark base, cfg;	/* scratch without and with the cfg */
	struct opt_stats stats;
	bool changed;
};

static void count(const struct ir_func *f, int64_t *ins, int64_t *bounds)
{
	*ins = *bounds = 0;
	for (blk b = 0; b < f->blocks.n; b++) {
		const struct ir_block *p = &f->blocks.at[b];
		*ins += p->ins.n;
		for (uint32_t k = 0; k < p->ins.n; k++) {
			unsigned op = f->ins.at[p->ins.at[k]].op;
			*bounds += op == IR_BOUNDS || op == IR_BOUNDS_N;
		}
	}
}

static void provide(struct manager *m, unsigned needs)
{
	if ((needs & OPT_CFG) && !m->o.cfg) {
		arena_reset(m->o.tmp, m->base);
		m->o.cfg = ir_cfg(m->o.f, m->o.tmp);
		m->cfg = arena_mark(m->o.tmp);
	}
}

/* What a pass says it keeps must be what would be computed anew. */
static void check_kept(struct manager *m)
{
	const struct ir_cfg *now = ir_cfg(m->o.f, m->o.tmp);
	const struct ir_cfg *was = m->o.cfg;

	CHECK(now->nrpo == was->nrpo);
	CHECK(!memcmp(now->rpo, was->rpo, now->nrpo * sizeof(blk)));
	for (uint32_t k = 0; k < now->nrpo; k++)
		CHECK(now->idom[now->rpo[k]] == was->idom[now->rpo[k]]);
}

static void check(struct manager *m, const struct pass *p)
{
	const char *wrong = ir_check(m->o.f, m->o.tmp);

	if (wrong)
		opt_broken(p->name, wrong);
	if (m->o.cfg)
		check_kept(m);
}

static void run_pass(struct manager *m, enum opt_pass_id id)
{
	const struct pass *p = passes[id];
	struct opt_pass_stats *st = &m->stats.pass[id];
	int64_t ins, bounds, ins2, bounds2;

	count(m->o.f, &ins, &bounds);
	provide(m, p->needs);
	m->o.scanned = false;
	bool changed = p->run(&m->o);
	opt_flush_consts(&m->o);
	if (changed && !(p->keeps & OPT_CFG))
		m->o.cfg = NULL;
	if (m->o.options->check)
		check(m, p);
	arena_reset(m->o.tmp, m->o.cfg ? m->cfg : m->base);
	count(m->o.f, &ins2, &bounds2);
	st->runs++;
	st->changed += changed;
	st->ins += ins - ins2;
	st->bounds += bounds - bounds2;
	m->changed |= changed;
	if (m->o.options->after)
		m->o.options->after(m->o.options->ctx, m->o.f, p->name);
}

static void run_named(struct manager *m, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, ",");
		enum opt_pass_id id = opt_find(names, n);
		if (id != OPT_PASSES)
			run_pass(m, id);
		names += n + (names[n] == ',');
	}
}

static void run_list(struct manager *m, const uint8_t *list, size_t n,
		     uint32_t without)
{
	for (size_t k = 0; k < n; k++)
		if (!(without >> list[k] & 1))
			run_pass(m, list[k]);
}

static void run_level(struct manager *m)
{
	const struct opt_options *o = m->o.options;

	if (o->level == 1)
		run_list(m, level1, sizeof level1, 0);
	if (o->level < 2)
		return;
	run_list(m, level2, sizeof level2, orders[o->order].without);
	if (orders[o->order].again)
		run_list(m, again, sizeof again, orders[o->order].without);
}

static void run_all(struct manager *m)
{
	m->base = arena_mark(m->o.tmp);
	if (m->o.options->passes)
		run_named(m, m->o.options->passes);
	else
		run_level(m);
	arena_reset(m->o.tmp, m->base);
}

/* With a scratch arena of its own, which must not be lost when memory runs
 * out: both arenas then come here first. */
static void run_with_scratch(struct manager *m)
{
	struct ir_func *f = m->o.f;
	jmp_buf *outer = f->arena->oom, oom;
	struct arena own;

	arena_init(&own, &oom);
	own.limit = f->arena->limit;
	m->o.tmp = &own;
	f->arena->oom = &oom;
	if (setjmp(oom)) {
		arena_fini(&own);
		f->arena->oom = outer;
		CHECK(outer);
		longjmp(*outer, 1);
	}
	run_all(m);
	f->arena->oom = outer;
	arena_fini(&own);
}

bool opt_run(struct ir_func *f, const struct opt_options *o,
	     struct opt_stats *stats)
{
	struct manager m = { .o = { .f = f, .options = o } };

	m.o.tmp = o->scratch;
	if (o->scratch)
		run_all(&m);
	else
		run_with_scratch(&m);
	if (stats)
		opt_stats_add(stats, &m.stats);
	return m.changed;
}

/* --- statistics ---------------------------------------------------------- */

void opt_stats_add(struct opt_stats *a, const struct opt_stats *b)
{
	for (uint32_t k = 0; k < OPT_PASSES; k++) {
		a->pass[k].runs += b->pass[k].runs;
		a->pass[k].changed += b->pass[k].changed;
		a->pass[k].ins += b->pass[k].ins;
		a->pass[k].bounds += b->pass[k].bounds;
	}
}
