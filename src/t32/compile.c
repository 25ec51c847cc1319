/* compile.c - IR to code, function by function.
 *
 * Threads take function numbers from a counter.  What a function's
 * compilation allocates is freed as soon as its code has been copied to the
 * thread's own arena, so memory follows the largest function and the code.  Results and
 * reports are put in order of functions afterwards: nothing depends on which
 * thread did what.
 */
#include "t32/compile.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "component/share.h"
#include "ir/instantiate.h"
#include "opt/opt.h"
#include "t32/mir_cost.h"
#include "t32/shared.h"
#include "wasm/intrinsic.h"

struct report {
	uint32_t func;
	struct diag diag;
};

struct worker {
	struct job *job;
	pthread_t thread;
	struct arena *keep;		/* outlives the thread */
	VEC(struct report) reports;
	size_t peak;
};

struct job {
	const struct ir_module *im;
	const struct compile_options *o;
	const struct t32_options *gen;
	struct t32_code **code;
	const bool *which;		/* [n], or NULL: all but those that others' code is for */
	uint32_t n;
	atomic_uint next;
	atomic_bool exhausted;
};

/* --- one function -------------------------------------------------------------- */

static void *copy(struct arena *to, const void *p, size_t n)
{
	return n ? memcpy(arena_alloc(to, n), p, n) : NULL;
}

#define COPY_VEC(to, v)                                                  \
	((v).at = copy((to), (v).at, (v).n * sizeof *(v).at), (v).cap = (v).n)

static void copy_names(struct t32_code *c, struct arena *to)
{
	for (uint32_t k = 0; k < c->syms.n; k++)
		if (c->syms.at[k].name)
			c->syms.at[k].name = arena_copy(
				to, c->syms.at[k].name,
				strlen(c->syms.at[k].name));
}

static struct t32_code *keep(const struct t32_code *from, struct arena *to)
{
	struct t32_code *c = copy(to, from, sizeof *from);

	c->bytes = copy(to, from->bytes, from->n);
	COPY_VEC(to, c->relocs);
	COPY_VEC(to, c->traps);
	COPY_VEC(to, c->data);
	COPY_VEC(to, c->cuts);
	for (uint32_t k = 0; k < c->cuts.n; k++)
		c->cuts.at[k].loc = copy(to, c->cuts.at[k].loc,
					 c->cuts.at[k].n *
						 sizeof(struct t32_loc));
	COPY_VEC(to, c->lines);
	COPY_VEC(to, c->syms);
	copy_names(c, to);
	COPY_VEC(to, c->callees);
	COPY_VEC(to, c->reads.part);
	return c;
}

static bool wants_dump(const struct compile_options *o, const char *stage)
{
	return o->dump.fn && strcmp(o->dump.stage, stage) == 0;
}

static void dump_mir(const struct compile_options *o, const char *stage,
		     const struct mir_func *f, struct arena *a)
{
	struct buf b;

	if (!wants_dump(o, stage))
		return;
	buf_init(&b, a);
	mir_print(f, &b);
	o->dump.fn(o->dump.ctx, stage, f->index, &b);
}

static void dump_ir(const struct compile_options *o, const struct ir_func *f,
		    const char *stage)
{
	struct buf b;

	if (!wants_dump(o, stage))
		return;
	buf_init(&b, f->arena);
	ir_print(f, &b);
	o->dump.fn(o->dump.ctx, stage, f->index, &b);
}

/* Registers.  What the allocator needs besides its result goes to scratch,
 * which is empty again when emission begins. */
static void allocate(struct mir_func *m, const struct t32_options *gen,
		     struct arena *scratch)
{
	if (gen->plain)
		mir_allocate_plain(m, scratch);
	else
		mir_allocate(m, scratch);
	arena_fini(scratch);
}

/* Constant memory indices given to intrinsics must exist. */
static bool check_memories(const struct ir_func *f, struct diag_sink *s)
{
	const struct wasm_module *m = f->mod->wasm;
	bool ok = true;

	for (ref r = 1; r < f->ins.n; r++) {
		const struct ir_ins *i = ir_at(f, r);
		int k = i->op == IR_CALL || i->op == IR_RETURN_CALL
				? intrinsic_of(m, i->aux) : -1;
		if (k < 0 || intrinsic_info[k].mem < 0)
			continue;
		const struct ir_ins *mem = ir_at(f,
			f->list.at[i->list + (uint32_t)intrinsic_info[k].mem]);
		if (mem->op != IR_CONST || mem->imm < m->memories.n)
			continue;
		struct diag *d = diag_report(s, DIAG_INDEX, i->at,
			"%s: there is no memory %llu", intrinsic_info[k].name,
			(unsigned long long)mem->imm);
		d->func = f->index;
		ok = false;
	}
	return ok;
}

static void mark_instance(const struct job *j, struct mir_func *f)
{
	for (uint32_t k = 0; k < f->syms.n; k++)
		f->syms.at[k].in_instance = t32_in_instance(
			j->im, j->gen, f->index, &f->syms.at[k]);
}

static enum opt_packed packed(const struct compile_options *o)
{
	if (o->one_by_one)
		return OPT_PACKED_NONE;
	return o->gen.target->features & T32_DSP ? OPT_PACKED_DSP
						 : OPT_PACKED_WORDS;
}

static void optimise(struct ir_func *f, const struct compile_options *o,
		     unsigned order)
{
	struct opt_options opt = {
		.level = o->level > 3 ? 2 : (int)o->level,
		.size = o->level > 3,
		.packed = packed(o),
		.order = order,
	};

	if (o->level > 0 && !o->gen.plain)
		opt_run(f, &opt, NULL);
}

static struct ir_func *build(const struct job *j, uint32_t func,
			     struct arena *a, struct diag_sink *s)
{
	return func == ir_instantiate_index(j->im->wasm)
		       ? ir_build_instantiate(j->im, a)
		       : ir_build(j->im, func, a, s);
}

/* What a function costs after one order of passes; UINT64_MAX: it cannot be
 * built.  Leaves nothing in a and scratch. */
static uint64_t try_order(const struct job *j, uint32_t func, unsigned order,
			  struct arena *a, struct arena *scratch)
{
	struct arena_mark mark = arena_mark(a);
	struct diag_sink quiet;
	uint64_t cost = UINT64_MAX;

	diag_init(&quiet, a);
	const struct t32_options gen = t32_options_of(j->gen, func);
	struct ir_func *f = build(j, func, scratch, &quiet);
	if (f) {
		optimise(f, j->o, order);
		struct mir_func *m = t32_select(f, &gen, a);
		arena_fini(scratch);
		allocate(m, j->gen, scratch);
		cost = mir_cost(m, j->im->wasm);
	}
	arena_reset(a, mark);
	return cost;
}

/* At -O3 the order whose code costs least, the first of equals. */
static unsigned best_order(const struct job *j, uint32_t func, struct arena *a,
			   struct arena *scratch)
{
	uint64_t least = UINT64_MAX;
	unsigned best = 0;

	if (j->o->level != 3 || j->gen->plain)
		return 0;
	for (unsigned k = 0; k < OPT_ORDERS; k++) {
		uint64_t cost = try_order(j, func, k, a, scratch);
		if (cost < least) {
			least = cost;
			best = k;
		}
	}
	return best;
}

/* At -Oz each function is also given registers without these, whose instructions
 * are long: the shortest code is taken, the first of equals. */
static const regset without[] = { 0, 0x0c00, 0x0f00 };

/* Selected and optimised f to code, all of it in a. */
static struct t32_code *generate(const struct job *j, const struct ir_func *f,
				 const struct t32_options *gen,
				 struct arena *a, struct arena *scratch)
{
	struct mir_func *m[ARRAY_LEN(without)];
	const unsigned n = gen->size && !gen->plain ? ARRAY_LEN(without) : 1;
	struct t32_code *best = NULL;

	for (unsigned k = 0; k < n; k++) {
		m[k] = t32_select(f, gen, a);
		m[k]->reserved |= without[k];
		mark_instance(j, m[k]);
	}
	dump_mir(j->o, "mir", m[0], a);
	/* Only hints need the intermediate form behind selection. */
	const struct ir_func *ir = gen->hints ? f : NULL;
	if (!ir)
		arena_fini(scratch);
	for (unsigned k = 0; k < n; k++) {
		allocate(m[k], j->gen, scratch);
		if (k == 0)
			dump_mir(j->o, "alloc", m[k], a);
		struct t32_code *c = t32_emit(m[k], ir, j->gen, a);
		if (!best || c->n < best->n)
			best = c;
	}
	return best;
}

/* IR to code, all of it in a.  NULL after a report. */
static struct t32_code *compile(const struct job *j, uint32_t func,
				struct arena *a, struct arena *scratch,
				struct diag_sink *s)
{
	struct arena *own = j->gen->hints ? a : scratch;
	unsigned order = best_order(j, func, a, scratch);
	struct ir_func *f = build(j, func, own, s);
	if (!f || !check_memories(f, s))
		return NULL;
	dump_ir(j->o, f, "ir");
	optimise(f, j->o, order);
	dump_ir(j->o, f, "opt");
	struct opt_reads reads = { .all = !j->im->closed };
	if (j->im->closed)
		opt_reads(f, a, &reads);
	const struct t32_options gen = t32_options_of(j->gen, func);
	struct t32_code *c = generate(j, f, &gen, a, scratch);
	c->reads = reads;
	return c;
}

/* --- threads -------------------------------------------------------------------- */

static void keep_reports(struct worker *w, uint32_t func,
			 const struct diag_sink *s)
{
	for (uint32_t k = 0; k < s->n; k++) {
		struct report r = { func, s->at[k] };
		if (r.diag.detail)
			r.diag.detail = arena_copy(w->keep, r.diag.detail,
						   strlen(r.diag.detail));
		if (r.diag.note)
			r.diag.note = arena_copy(w->keep, r.diag.note,
						 strlen(r.diag.note));
		vec_push(w->keep, &w->reports, r);
	}
}

static void one(struct worker *w, uint32_t func, struct arena *temp,
		struct arena *scratch)
{
	struct diag_sink sink;

	diag_init(&sink, temp);
	struct t32_code *c = compile(w->job, func, temp, scratch, &sink);
	keep_reports(w, func, &sink);
	if (c)
		w->job->code[func] = keep(c, w->keep);
	size_t peak = temp->peak + scratch->peak + w->keep->held;
	if (peak > w->peak)
		w->peak = peak;
}

/* Is it another function's code, which several share? */
static bool is_others(const struct job *j, uint32_t func)
{
	const uint32_t code = share_code(j->gen->share, func);

	return code != SHARE_NONE && code != func;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *j = w->job;
	struct arena temp, scratch;
	jmp_buf oom;
	uint32_t func;

	arena_init(&temp, &oom);
	arena_init(&scratch, &oom);
	temp.limit = scratch.limit = j->o->limit;
	w->keep->oom = &oom;
	if (setjmp(oom)) {
		atomic_store(&j->exhausted, true);
	} else {
		while (!atomic_load(&j->exhausted) &&
		       (func = atomic_fetch_add(&j->next, 1)) < j->n) {
			if ((j->which && !j->which[func]) ||
			    is_others(j, func))
				continue;
			one(w, func, &temp, &scratch);
			arena_fini(&temp);
			temp.peak = scratch.peak = 0;
		}
	}
	w->keep->oom = NULL;
	arena_fini(&temp);
	arena_fini(&scratch);
	return NULL;
}

/* Starts what threads there can be beyond this one, which works too. */
static void run(struct worker *w, unsigned n)
{
	unsigned started = 1;

	while (started < n && pthread_create(&w[started].thread, NULL, work,
					     &w[started]) == 0)
		started++;
	work(&w[0]);
	for (unsigned k = 1; k < started; k++)
		pthread_join(w[k].thread, NULL);
}

/* Hands over the reports, lowest function first.  Each worker's list is in
 * that order already. */
static void merge(struct worker *w, unsigned n, struct diag_sink *s)
{
	uint32_t *at = arena_array(s->arena, uint32_t, n);

	for (;;) {
		struct report *least = NULL;
		unsigned who = 0;
		for (unsigned k = 0; k < n; k++) {
			if (at[k] == w[k].reports.n)
				continue;
			struct report *r = &w[k].reports.at[at[k]];
			if (!least || r->func < least->func) {
				least = r;
				who = k;
			}
		}
		if (!least)
			return;
		at[who]++;
		struct diag *d = diag_report(s, least->diag.code,
					     least->diag.at, "%s",
					     least->diag.detail);
		d->func = least->diag.func;
		d->ins = least->diag.ins;
		if (least->diag.note)
			d->note = arena_printf(s->arena, "%s",
					       least->diag.note);
	}
}

static void prepare(const struct ir_module *im, const struct compile_options *o,
		    struct arena *a, struct compiled *out)
{
	out->n = im->wasm->funcs.n + 1;
	out->code = arena_array(a, struct t32_code *, out->n);
	out->graph = bound_graph(im, o->gen.target, a);
	out->gen = o->gen;
	t32_join_checks(o->gen.share, out->graph->check);
	out->gen.stack_check = out->graph->check;
	out->gen.tail_bytes = out->graph->tail_bytes;
}

/* Runs a job on o's threads; what it makes belongs to a. */
static bool compile_all(struct job *j, struct arena *a, struct diag_sink *s,
			struct compiled *out)
{
	uint32_t before = s->n;

	out->narenas = j->o->dump.fn || j->o->jobs < 1 ? 1 : j->o->jobs;
	out->arenas = arena_array(a, struct arena, out->narenas);
	struct worker *w = arena_array(a, struct worker, out->narenas);
	atomic_init(&j->next, j->im->wasm->nimported[WASM_FUNC]);
	atomic_init(&j->exhausted, false);
	for (unsigned k = 0; k < out->narenas; k++) {
		arena_init(&out->arenas[k], NULL);
		w[k] = (struct worker){ .job = j, .keep = &out->arenas[k] };
	}
	run(w, out->narenas);
	if (atomic_load(&j->exhausted)) {
		for (unsigned k = 0; k < out->narenas; k++)
			arena_fini(&out->arenas[k]);
		CHECK(a->oom);
		longjmp(*a->oom, 1);
	}
	for (unsigned k = 0; k < out->narenas; k++) {
		out->peak += w[k].peak;
		arena_adopt(a, &out->arenas[k]);
	}
	merge(w, out->narenas, s);
	return s->n == before && !s->dropped;
}

/* What turns out not to be for several instances is compiled again, for one. */
static bool compile_shared(struct job *j, struct arena *a, struct diag_sink *s,
			   struct compiled *out)
{
	for (;;) {
		bool *again = arena_array(a, bool, out->n);
		if (!compile_all(j, a, s, out))
			return false;
		if (!t32_unshare(j->im, out->gen.share, out->code, again))
			break;
		j->which = again;
	}
	t32_put_shared(j->im, &out->gen, out->code, a);
	bound_depths(out->graph, j->im, out->code, a, &out->bound);
	return true;
}

bool t32_compile_module(const struct ir_module *im,
			const struct compile_options *o, struct arena *a,
			struct diag_sink *s, struct compiled *out)
{
	*out = (struct compiled){ 0 };
	if (ir_has_vectors(im->wasm, s))
		return false;
	prepare(im, o, a, out);
	struct job j = { .im = im, .o = o, .gen = &out->gen,
			 .code = out->code, .n = out->n };
	return compile_shared(&j, a, s, out);
}

bool t32_recompile(const struct ir_module *im, const struct compile_options *o,
		   const bool *which, struct arena *a, struct diag_sink *s,
		   struct compiled *out)
{
	struct t32_options gen = out->gen;
	bool *those = arena_array(a, bool, out->n);
	struct job j = { .im = im, .o = o, .gen = &gen, .code = out->code,
			 .which = those, .n = out->n };

	gen.plain = o->gen.plain;
	for (uint32_t f = 0; f < out->n; f++) {
		const uint32_t code = share_code(gen.share, f);
		those[code == SHARE_NONE ? f : code] |= which[f];
	}
	return compile_shared(&j, a, s, out);
}
