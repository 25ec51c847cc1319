/* module.c - a module with its functions optimised. */
#include <string.h>

#include "base/compiler.h"
#include "opt/out/account.h"
#include "opt/out/custom.h"
#include "opt/out/less.h"
#include "opt/out/once.h"
#include "opt/out/needed.h"
#include "wasm/decode.h"
#include "wasm/encode.h"

static const char NOTE[] = "heddle.opt", MAP[] = "heddle.map",
		  ASSUME[] = "heddle.assume";

/* WebAssembly checks every access itself, so what only removes checks
 * (version) does not pay, and neither does unrolling where size counts.  The
 * smallest result of the orders from `first` to `last` of a level is taken. */
static const char *const orders[] = {
	"",
	"tidy,fold,gvn,dce,tidy",
	("tidy,fold,gvn,sccp,dce,tidy,fold,gvn,mem,thread,tidy,fold,gvn,mem,"
	 "dce,tidy"),
	("tidy,fold,gvn,dce,inline,sccp,tidy,fold,gvn,mem,thread,tidy,fold,"
	 "gvn,mem,dce,tidy"),
	"tidy,fold,dce,tidy",
	"tidy,fold,sccp,dce,tidy,dispatch,tidy,fold,gvn,dce,tidy",
	"tidy,fold,gvn,dce,mem,reroll,dce,tidy",
	/* with functions in the place of their only calls */
	"tidy,fold,dce,inline,sccp,tidy,fold,dce,tidy",
	"tidy,fold,gvn,dce,inline,sccp,tidy,fold,gvn,dce,tidy",
};
static const struct {
	uint8_t first, last;
} range[] = { { 0, 0 }, { 1, 1 }, { 0, 6 }, { 0, 6 } };

struct rewrite {
	struct wasm_module *m;
	const struct out_options *o;
	struct ir_module im;
	struct arena *a;
	struct out_stats *st;
	struct account *account;	/* NULL: nobody asks */
	struct wasm_body *body;
	struct out_once once;
	const bool *always;		/* as in struct opt_options */
	bool merging;			/* functions called once may move */
	const struct out_origin *origin;
	const uint8_t *rung;		/* of functions of the input */
	const struct wasm_module *input;
};

static enum out_rung rung_of(const struct rewrite *w, uint32_t index)
{
	return (enum out_rung)w->rung[w->origin->of[OUT_FUNCS][index]];
}

/* Whether f still calls a function that was to be put into it. */
static bool still_calls(const struct ir_func *f, const bool *always)
{
	for (blk b = 0; always && b < f->blocks.n; b++)
		for (uint32_t k = 0; k < f->blocks.at[b].ins.n; k++) {
			const struct ir_ins *i =
				ir_at(f, f->blocks.at[b].ins.at[k]);
			if (i->op == IR_CALL && always[i->aux])
				return true;
		}
	return false;
}

static bool knows_callers(const struct rewrite *w)
{
	return w->im.no_backpressure || w->im.events != UINT32_MAX;
}

/* The passes of an order, in a. */
static const char *passes_of(const struct rewrite *w, unsigned order,
			     struct arena *a)
{
	return !*orders[order] ? "" :
	       arena_printf(a, "%s%s", knows_callers(w)
				? "tidy,fold,backpressure,events," : "",
			    orders[order]);
}

/* A body, and the order it comes from.  table: a chain of tests became one. */
struct result {
	struct buf body;
	unsigned order;
	bool table;
};

/* The body of a function after one order, in tmp; false when there is none. */
static bool new_body(struct rewrite *w, uint32_t index, unsigned order,
		     struct arena *tmp, struct result *r)
{
	struct opt_stats ps = { 0 };
	struct opt_options oo = {
		.level = w->o->level, .size = w->o->size,
		.passes = passes_of(w, order, tmp), .always = w->always,
	};
	struct diag_sink sink;
	struct ir_func *f;

	diag_init(&sink, tmp);
	f = ir_build(&w->im, index, tmp, &sink);
	if (!f) {
		w->st->unread += order == range[w->o->level].last;
		return false;
	}
	if (*oo.passes)
		opt_run(f, &oo, &ps);
	r->order = order;
	r->table = ps.pass[OPT_dispatch].changed > 0;
	if (still_calls(f, w->always))
		return false;
	buf_init(&r->body, tmp);
	if (out_func(f, tmp, &r->body))
		return true;
	w->st->unsaid += w->o->force || order == range[w->o->level].last;
	return false;
}

/* The smallest body that the orders of the level give.  One that dispatches by
 * table is taken before a smaller one that does not: at level 3 always, at 2
 * when it is not larger than `was`; otherwise `table` is not set. */
static bool best_body(struct rewrite *w, uint32_t index, size_t was,
		      struct arena *tmp, struct result *best)
{
	bool simple = rung_of(w, index) == OUT_SIMPLE;
	unsigned first = simple ? range[1].first : range[w->o->level].first;
	unsigned last = simple ? range[1].last : range[w->o->level].last;
	bool any = false;

	/* a module that is rewritten in any case shows what one order does */
	if (w->o->force)
		return new_body(w, index, w->o->size ? range[2].last
						     : (unsigned)w->o->level,
				tmp, best);
	for (unsigned k = first; k <= last; k++) {
		struct result r;
		if (!new_body(w, index, k, tmp, &r))
			continue;
		r.table = r.table && !w->o->size &&
			  (w->o->level == 3 || r.body.n <= was);
		if (any && (r.table == best->table ?
			    r.body.n >= best->body.n : best->table))
			continue;
		*best = r;
		any = true;
	}
	return any;
}

/* --- functions called once --------------------------------------------------- */

enum { MAX_MERGED = 24 };

static size_t size_of(const struct rewrite *w, uint32_t index)
{
	const struct wasm_func *f = &w->m->funcs.at[index];

	return w->body[index].at ? w->body[index].n : f->end - f->begin;
}

/* The smallest body with the functions of `set` in the place of their calls. */
static bool merged_body(struct rewrite *w, uint32_t index, const bool *set,
			struct arena *tmp, struct result *best)
{
	static const uint8_t tried[] = { 3, 7, 8 };
	bool any = false;

	w->always = set;
	for (unsigned k = 0; k < sizeof tried; k++) {
		struct result r;
		if (!new_body(w, index, tried[k], tmp, &r) ||
		    (any && r.body.n >= best->body.n))
			continue;
		*best = r;
		any = true;
	}
	w->always = NULL;
	return any;
}

/* All functions that are only called here, or those of them that pay, come in:
 * what they cost, with two bytes for their own places, is saved.  They are
 * marked in `set`. */
static bool merge(struct rewrite *w, uint32_t index, size_t now, bool *set,
		  struct arena *tmp, struct result *best)
{
	size_t saved = 0;
	uint32_t n = 0, done = 0;
	struct result r;

	for (uint32_t k = w->once.first[index]; k; k = w->once.next[k - 1]) {
		set[k - 1] = true;
		saved += size_of(w, k - 1) + 2;
		n++;
	}
	if (n == 0 || n > MAX_MERGED)
		return false;
	if (merged_body(w, index, set, tmp, best) &&
	    best->body.n < now + saved) {
		w->st->merged += n;
		return true;
	}
	memset(set, 0, w->m->funcs.n * sizeof *set);
	for (uint32_t k = w->once.first[index]; n > 1 && k;
	     k = w->once.next[k - 1]) {
		set[k - 1] = true;
		if (merged_body(w, index, set, tmp, &r) &&
		    r.body.n < now + size_of(w, k - 1) + 2) {
			*best = r;
			now = r.body.n;
			done++;
		} else {
			set[k - 1] = false;
		}
	}
	w->st->merged += done;
	return done > 0;
}

/* --- a function -------------------------------------------------------------- */

static void take(struct rewrite *w, uint32_t index, const struct result *r,
		 const bool *set, struct arena *tmp)
{
	const struct wasm_func *f = &w->m->funcs.at[index];
	const struct account_work work = {
		.im = &w->im, .tmp = tmp, .index = index,
		.func = w->origin->of[OUT_FUNCS][index],
		.was = f->end - f->begin, .now = r->body.n,
	};
	const struct opt_options o = {
		.level = w->o->level, .size = w->o->size,
		.passes = passes_of(w, r->order, tmp), .always = set,
	};

	w->body[index].at = (uint8_t *)arena_copy(w->a, r->body.at,
						  r->body.n);
	w->body[index].n = r->body.n;
	if (w->account)
		account_body(w->account, &work, &o);
}

static void rewrite_func(struct rewrite *w, uint32_t index, struct arena *tmp)
{
	const struct wasm_func *f = &w->m->funcs.at[index];
	size_t was = f->end - f->begin, now = was;
	bool *set = arena_array(tmp, bool, w->m->funcs.n);
	struct result r;

	w->st->functions++;
	/* in a round that merges, all bodies are the smallest already */
	if (!w->merging && rung_of(w, index) != OUT_KEEP &&
	    best_body(w, index, was, tmp, &r)) {
		bool same = r.body.n == was &&
			    !memcmp(r.body.at, w->m->bytes + f->begin, was);
		if (!same && (w->o->force || r.table || r.body.n < was)) {
			take(w, index, &r, NULL, tmp);
			now = r.body.n;
			w->st->changed++;
		} else if (!same) {
			w->st->kept++;
		}
	}
	if (w->merging && rung_of(w, index) == OUT_FULL &&
	    merge(w, index, now, set, tmp, &r)) {
		w->st->changed += now == was;
		take(w, index, &r, set, tmp);
		now = r.body.n;
	}
	w->st->code_before += was;
	w->st->code_after += now;
}

/* Each function in a scratch arena, which must not be lost when memory runs
 * out. */
static void rewrite_all(struct rewrite *w)
{
	jmp_buf *outer = w->a->oom, oom;
	struct arena tmp;

	arena_init(&tmp, &oom);
	tmp.limit = w->a->limit;
	if (setjmp(oom)) {
		arena_fini(&tmp);
		w->a->oom = outer;
		CHECK(outer);
		longjmp(*outer, 1);
	}
	w->a->oom = &oom;
	for (uint32_t k = w->m->nimported[WASM_FUNC]; k < w->m->funcs.n; k++) {
		rewrite_func(w, k, &tmp);
		arena_fini(&tmp);
		arena_init(&tmp, &oom);
		tmp.limit = w->a->limit;
	}
	arena_fini(&tmp);
	w->a->oom = outer;
}

/* --- sections about the rewriting ------------------------------------------------- */

struct extras {
	struct wasm_extra at[3];
	uint32_t n;
};

static void add_extra(struct extras *x, const char *name, const void *at,
		      size_t n)
{
	x->at[x->n++] = (struct wasm_extra){ name, at, n };
}

/* Those of one kind that the input has and the output has not. */
static void list_kind(struct rewrite *w, enum out_space s, uint8_t section,
		      struct buf *out)
{
	const uint32_t *origin = w->origin->of[s];
	uint32_t now = out_count(w->m, s), was = out_count(w->input, s), k = 0;

	if (now == was)
		return;
	buf_u8(out, section);
	buf_uleb(out, was - now);
	for (uint32_t j = 0; j < was; j++) {
		if (k < now && origin[k] == j)
			k++;
		else
			buf_uleb(out, j);
	}
}

/* What is missing; nothing: an older list stays. */
static void list_missing(struct rewrite *w, struct extras *x)
{
	static const uint8_t section[OUT_SPACES] = {
		[OUT_FUNCS] = SEC_FUNCTION, [OUT_TABLES] = SEC_TABLE,
		[OUT_MEMORIES] = SEC_MEMORY,
		[OUT_GLOBALS] = SEC_GLOBAL, [OUT_ELEMS] = SEC_ELEMENT,
		[OUT_DATAS] = SEC_DATA,
	};
	struct buf b;

	buf_init(&b, w->a);
	for (int s = 0; s < OUT_SPACES; s++)
		list_kind(w, (enum out_space)s, section[s], &b);
	if (b.n)
		add_extra(x, MAP, b.at, b.n);
}

static void extras(struct rewrite *w, struct extras *x)
{
	const char *text;
	struct buf less;

	list_missing(w, x);
	buf_init(&less, w->a);
	out_list_less(w->m, w->rung, w->origin, &less);
	if (less.n)
		add_extra(x, OUT_LESS, less.at, less.n);
	if (w->o->note)
		add_extra(x, NOTE, w->o->note, strlen(w->o->note));
	if (w->o->events) {
		text = arena_printf(w->a, "events %u\n", w->o->events);
		add_extra(x, ASSUME, text, strlen(text));
	}
}

/* What states places of code goes when code changes; what older runs said of
 * themselves, when there is new. */
static bool goes(struct rewrite *w, const struct wasm_custom *c,
		 const struct extras *x)
{
	if (w->st->changed && out_names_places(c)) {
		w->st->places_dropped++;
		return true;
	}
	for (uint32_t k = 0; k < x->n; k++)
		if (out_is_custom(c, x->at[k].name))
			return true;
	return out_is_custom(c, OUT_LESS);
}

static struct wasm_custom_edit *edit_customs(struct rewrite *w,
					     const struct extras *x)
{
	struct wasm_custom_edit *e = arena_array(
		w->a, struct wasm_custom_edit, w->m->customs.n + 1);

	for (uint32_t k = 0; k < w->m->customs.n; k++) {
		const struct wasm_custom *c = &w->m->customs.at[k];
		e[k] = (struct wasm_custom_edit){ .drop = goes(w, c, x) };
		if (!w->st->changed || !out_is_custom(c, "name"))
			continue;
		struct buf b;
		buf_init(&b, w->a);
		e[k].drop |= !out_names(w->m, c, w->body, w->a, &b);
		e[k].at = b.at;
		e[k].n = b.n;
	}
	return e;
}

/* One way to rewrite the input. */
struct attempt {
	const struct out_options *o;
	struct arena *a;
	struct account *account;	/* NULL: nobody asks */
	const uint8_t *rung;		/* of functions of the input */
	const struct wasm_module *input;
	struct out_origin origin;	/* of the module at hand */
};

static void one_round(struct attempt *t, struct wasm_module *m, bool merging,
		      struct buf *out, struct out_stats *st)
{
	/* Exports may be used by anyone, and memories may grow as declared. */
	struct ir_options io = { .open = true, .max_memory = UINT64_MAX,
				 .events = t->o->events };
	struct rewrite w = { .m = m, .o = t->o, .a = t->a, .st = st,
			     .account = t->account, .merging = merging,
			     .origin = &t->origin, .rung = t->rung,
			     .input = t->input };
	struct extras x = { .n = 0 };
	struct wasm_edit e = { 0 };
	size_t before = out->n;

	*st = (struct out_stats){ 0 };
	ir_module_init(&w.im, m, &io, t->a);
	w.body = arena_array(t->a, struct wasm_body, m->funcs.n);
	out_once(m, t->a, &w.once);
	rewrite_all(&w);
	extras(&w, &x);
	e.body = w.body;
	e.custom = edit_customs(&w, &x);
	e.extra = x.at;
	e.nextra = x.n;
	wasm_encode(m, &e, out);
	st->bytes_before = m->size;
	st->bytes_after = out->n - before;
}

enum { MAX_ROUNDS = 16 };

/* What was written, read again.  The input was accepted with whatever limits
 * its user chose. */
static struct wasm_module *read_back(const struct buf *b, struct arena *a)
{
	const struct wasm_limits_opt any = {
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX
	};
	struct wasm_module *m = arena_new(a, struct wasm_module);
	struct diag_sink sink;

	diag_init(&sink, a);
	bool ok = wasm_decode(m, b->at, b->n, &any, a, &sink) &&
		  wasm_validate(m, &any, a, &sink);
	CHECK(ok);
	return m;
}

static int64_t size_of_bodies(const struct wasm_module *m)
{
	int64_t n = 0;

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++)
		n += m->funcs.at[k].end - m->funcs.at[k].begin;
	return n;
}

/* What nothing needs goes, before a round as after one. */
static struct wasm_module *needed_only(struct attempt *t, struct wasm_module *m)
{
	struct wasm_module *was = m;
	struct buf b;

	if (t->o->force || t->o->level == 0)
		return m;
	for (;;) {
		buf_init(&b, t->a);
		if (!out_unused(m, t->rung, t->a, &b, &t->origin))
			break;
		m = read_back(&b, t->a);
	}
	if (t->account)
		t->account->now.unused += size_of_bodies(was) -
					  size_of_bodies(m);
	return m;
}

static uint32_t count_places(const struct wasm_module *m)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < m->customs.n; k++)
		n += out_names_places(&m->customs.at[k]);
	return n;
}

/* Rounds until nothing changes, so that the output is a fixed point; what a
 * round wrote is validated before it is read again.  Functions move into their
 * only callers when all are as small as they get, so that it is known what
 * that saves.  Returns how many functions are left. */
static uint32_t rounds(struct attempt *t, struct wasm_module *m,
		       struct buf *now, struct out_stats *st)
{
	struct wasm_module *at = needed_only(t, m);
	uint32_t merged = 0;
	bool merging = false;
	struct out_stats more;

	for (int k = 0; k < MAX_ROUNDS; k++) {
		buf_init(now, t->a);
		one_round(t, at, merging, now, &more);
		if (k == 0)
			*st = more;
		st->changed += k ? more.merged : 0;
		merged += more.merged;
		if (t->o->force ||
		    (!more.changed && (merging || t->o->level < 2)))
			break;
		merging = !more.changed;
		at = needed_only(t, read_back(now, t->a));
	}
	st->merged = merged;
	st->places_dropped = count_places(m) - count_places(at) +
			    more.places_dropped;
	st->code_after = more.code_after;
	st->bytes_after = more.bytes_after;
	return at->funcs.n;
}

/* Everything is what it is. */
static void first_origin(struct attempt *t)
{
	for (int s = 0; s < OUT_SPACES; s++) {
		uint32_t n = out_count(t->input, (enum out_space)s);
		t->origin.of[s] = arena_array(t->a, uint32_t, n + 1);
		for (uint32_t k = 0; k < n; k++)
			t->origin.of[s][k] = k;
	}
}

/* Attempts until one is accepted. */
static void attempts(struct attempt *t, uint8_t *rung, struct wasm_module *m,
		     struct buf *now, struct out_stats *st,
		     struct out_account *ac)
{
	const struct out_options *o = t->o;
	uint8_t *verdict = arena_array(t->a, uint8_t, m->funcs.n + 1);
	struct account account;
	uint32_t n;

	for (;;) {
		first_origin(t);
		account_init(&account, m->funcs.n, t->a);
		t->account = ac ? &account : NULL;
		n = rounds(t, m, now, st);
		if (!o->judge || !o->judge(o->judge_arg, m,
					   read_back(now, t->a), rung, verdict))
			break;
		if (ac)
			account_rejected(&account, verdict, ac);
	}
	if (ac)
		account_end(&account, t->origin.of[OUT_FUNCS], n,
			    o->judge ? verdict : NULL, ac);
}

void out_module(struct wasm_module *m, const struct out_options *o,
		struct arena *a, struct buf *out, struct out_stats *st,
		struct out_account *ac)
{
	uint8_t *rung = arena_array(a, uint8_t, m->funcs.n + 1);
	struct attempt t = { .o = o, .a = a, .rung = rung, .input = m };
	struct buf now;

	out_read_less(m, rung);
	attempts(&t, rung, m, &now, st, ac);
	st->functions = m->funcs.n - m->nimported[WASM_FUNC];
	st->bytes_before = m->size;
	st->code_before = (uint64_t)size_of_bodies(m);
	buf_put(out, now.at, now.n);
}
