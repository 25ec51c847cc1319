/* module.c - a module with its functions optimised. */
#include <string.h>

#include "base/compiler.h"
#include "opt/opt.h"
#include "opt/out/out.h"
#include "wasm/encode.h"

static const char NOTE[] = "heddle.opt";

/* WebAssembly checks every access itself, so what only removes checks
 * (version) does not pay, and neither does unrolling where size counts.  The
 * smallest result of the orders from `first` to `last` of a level is taken. */
static const char *const orders[] = {
	"",
	"tidy,fold,gvn,dce,tidy",
	"tidy,fold,gvn,dce,tidy,fold,gvn,mem,thread,tidy,fold,gvn,mem,dce,tidy",
	("tidy,fold,gvn,dce,inline,tidy,fold,gvn,mem,thread,tidy,fold,gvn,mem,"
	 "dce,tidy"),
	"tidy,fold,dce,tidy",
	"tidy,fold,dce,tidy,dispatch,tidy,fold,gvn,dce,tidy",
};
static const struct {
	uint8_t first, last;
} range[] = { { 0, 0 }, { 1, 1 }, { 0, 5 }, { 0, 5 } };

struct rewrite {
	struct wasm_module *m;
	const struct out_options *o;
	struct ir_module im;
	struct arena *a;
	struct out_stats *st;
	struct opt_stats *ps;
	struct wasm_body *body;
};

/* The body of a function after one order, in tmp; false when there is none.
 * *table: a chain of tests became a table. */
static bool new_body(struct rewrite *w, uint32_t index, unsigned order,
		     struct arena *tmp, struct buf *body, bool *table)
{
	struct opt_stats ps = { 0 };
	struct opt_options oo = {
		.level = w->o->level, .size = w->o->size,
		.passes = orders[order],
	};
	struct diag_sink sink;
	struct ir_func *f;

	diag_init(&sink, tmp);
	f = ir_build(&w->im, index, tmp, &sink);
	if (!f) {
		w->st->unread += order == range[w->o->level].last;
		return false;
	}
	if (*orders[order])
		opt_run(f, &oo, &ps);
	if (w->ps)
		opt_stats_add(w->ps, &ps);
	*table = ps.pass[OPT_dispatch].changed > 0;
	buf_init(body, tmp);
	if (out_func(f, tmp, body))
		return true;
	w->st->unsaid += w->o->force || order == range[w->o->level].last;
	return false;
}

/* The smallest body that the orders of the level give.  *fast: it dispatches
 * by table, which is taken before a smaller one that does not: at level 3
 * always, at 2 when it is not larger than `was`. */
static bool best_body(struct rewrite *w, uint32_t index, size_t was,
		      struct arena *tmp, struct buf *best, bool *fast)
{
	unsigned first = range[w->o->level].first;
	bool any = false;

	*fast = false;

	/* a module that is rewritten in any case shows what one order does */
	if (w->o->force)
		return new_body(w, index, w->o->size ? range[2].last
						     : (unsigned)w->o->level,
				tmp, best, fast);
	for (unsigned k = first; k <= range[w->o->level].last; k++) {
		struct buf b;
		bool table;
		if (!new_body(w, index, k, tmp, &b, &table))
			continue;
		table = table && !w->o->size &&
			(w->o->level == 3 || b.n <= was);
		if (any && (table == *fast ? b.n >= best->n : *fast))
			continue;
		*best = b;
		*fast = table;
		any = true;
	}
	return any;
}

static void rewrite_func(struct rewrite *w, uint32_t index, struct arena *tmp)
{
	const struct wasm_func *f = &w->m->funcs.at[index];
	size_t was = f->end - f->begin, now = was;
	struct buf b;
	bool fast;

	w->st->functions++;
	if (best_body(w, index, was, tmp, &b, &fast)) {
		bool same = b.n == was &&
			    !memcmp(b.at, w->m->bytes + f->begin, was);
		if (!same && (w->o->force || fast || b.n < was)) {
			w->body[index].at =
				(uint8_t *)arena_copy(w->a, b.at, b.n);
			w->body[index].n = now = b.n;
			w->st->changed++;
		} else if (!same) {
			w->st->kept++;
		}
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

static bool is_debug(const struct wasm_custom *c)
{
	return (c->nname >= 6 && !memcmp(c->name, ".debug", 6)) ||
	       (c->nname == 16 && !memcmp(c->name, "sourceMappingURL", 16)) ||
	       (c->nname == 22 && !memcmp(c->name, "external_debug_info", 19));
}

static bool is_note(const struct wasm_custom *c)
{
	return c->nname == strlen(NOTE) && !memcmp(c->name, NOTE, c->nname);
}

/* Debugging information states byte offsets of code: it goes when code
 * changes.  An older note goes when there is a new one. */
static bool *drop_customs(struct rewrite *w)
{
	bool *drop = arena_array(w->a, bool, w->m->customs.n);

	for (uint32_t k = 0; k < w->m->customs.n; k++) {
		const struct wasm_custom *c = &w->m->customs.at[k];
		drop[k] = w->st->changed && is_debug(c);
		w->st->debug_dropped += drop[k];
		drop[k] |= w->o->note && is_note(c);
	}
	return drop;
}

static void one_round(struct wasm_module *m, const struct out_options *o,
		      struct arena *a, struct buf *out, struct out_stats *st,
		      struct opt_stats *ps)
{
	/* Exports may be used by anyone, and memories may grow as declared. */
	struct ir_options io = { .open = true, .max_memory = UINT64_MAX };
	struct rewrite w = { .m = m, .o = o, .a = a, .st = st, .ps = ps };
	struct wasm_edit e = { 0 };
	struct wasm_extra note;
	size_t before = out->n;

	*st = (struct out_stats){ 0 };
	ir_module_init(&w.im, m, &io, a);
	w.body = arena_array(a, struct wasm_body, m->funcs.n);
	rewrite_all(&w);
	e.body = w.body;
	e.drop_custom = drop_customs(&w);
	if (o->note) {
		note = (struct wasm_extra){ NOTE, (const uint8_t *)o->note,
					    strlen(o->note) };
		e.extra = &note;
		e.nextra = 1;
	}
	wasm_encode(m, &e, out);
	st->bytes_before = m->size;
	st->bytes_after = out->n - before;
}

enum { MAX_ROUNDS = 8 };

/* Rounds until nothing changes, so that the output is a fixed point; what a
 * round wrote is validated before it is read again. */
void out_module(struct wasm_module *m, const struct out_options *o,
		struct arena *a, struct buf *out, struct out_stats *st,
		struct opt_stats *ps)
{
	/* the input was accepted with whatever limits its user chose */
	const struct wasm_limits_opt any = {
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX
	};
	struct diag_sink sink;
	struct buf now;

	diag_init(&sink, a);
	buf_init(&now, a);
	one_round(m, o, a, &now, st, ps);
	uint32_t changed = o->force ? 0 : st->changed;
	for (int k = 1; k < MAX_ROUNDS && changed; k++) {
		struct wasm_module again;
		struct out_stats more;
		struct buf next;

		bool ok = wasm_decode(&again, now.at, now.n, &any, a, &sink) &&
			  wasm_validate(&again, &any, a, &sink);
		CHECK(ok);
		buf_init(&next, a);
		one_round(&again, o, a, &next, &more, ps);
		changed = more.changed;
		st->code_after = more.code_after;
		st->bytes_after = more.bytes_after;
		now = next;
	}
	buf_put(out, now.at, now.n);
}
