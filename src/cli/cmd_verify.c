/* cmd_verify.c - heddle verify: the checker alone, from the two files. */
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "prove/check.h"

struct tally {
	uint32_t proved, rejected;
	uint32_t obligations, by_normal, queries;
	VEC(const char *) reason;
	VEC(uint32_t) count;
};

static void count_reason(struct cli *c, struct tally *t, const char *reason)
{
	for (uint32_t k = 0; k < t->reason.n; k++)
		if (!strcmp(t->reason.at[k], reason)) {
			t->count.at[k]++;
			return;
		}
	vec_push(c->arena, &t->reason, reason);
	vec_push(c->arena, &t->count, 1);
}

static void print_text(struct buf *out, const char *name, uint32_t func,
		       const struct verdict *v)
{
	if (v->proved)
		buf_printf(out, "PROVED    func %u %s\n", func, name);
	else
		buf_printf(out, "REJECTED  func %u %s: %s%s%s\n", func, name,
			   v->reason, v->detail ? ": " : "",
			   v->detail ? v->detail : "");
}

static void print_json(struct buf *out, const char *name, uint32_t func,
		       const struct verdict *v, bool first)
{
	buf_printf(out, "%s\n    {\"function\": %u, \"name\": ",
		   first ? "" : ",", func);
	buf_json(out, name);
	buf_printf(out, ", \"verdict\": \"%s\"",
		   v->proved ? "PROVED" : "REJECTED");
	if (!v->proved) {
		buf_str(out, ", \"reason\": ");
		buf_json(out, v->reason);
		if (v->detail) {
			buf_str(out, ", \"detail\": ");
			buf_json(out, v->detail);
		}
	}
	buf_printf(out, ", \"cuts\": %u, \"paths\": %u, \"obligations\": %u, "
		   "\"by_normaliser\": %u, \"queries\": %u, \"terms\": %u}",
		   v->cuts, v->paths, v->obligations, v->by_normal, v->queries,
		   v->terms);
}

/* Proves one function in an arena of its own: its verdict's text is kept. */
static void prove_one(struct cli *c, struct world *w, uint32_t func,
		      struct verdict *v)
{
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	a.limit = (size_t)512 << 20;
	if (setjmp(oom)) {
		*v = (struct verdict){ .reason = "limit", .detail = "memory" };
	} else {
		struct arena *whole = w->arena;
		prove_function(w, func, &a, v);
		w->arena = whole;
	}
	if (v->detail)
		v->detail = arena_copy(c->arena, v->detail, strlen(v->detail));
	arena_fini(&a);
}

static void add_up(struct cli *c, struct tally *t, const struct verdict *v)
{
	t->proved += v->proved;
	t->rejected += !v->proved;
	t->obligations += v->obligations;
	t->by_normal += v->by_normal;
	t->queries += v->queries;
	if (!v->proved)
		count_reason(c, t, v->reason);
}

static void summary(struct buf *out, const struct tally *t, bool json)
{
	if (json) {
		buf_printf(out, "\n  ],\n  \"proved\": %u, \"rejected\": %u, "
			   "\"obligations\": %u, \"by_normaliser\": %u, "
			   "\"queries\": %u,\n  \"reasons\": {", t->proved,
			   t->rejected, t->obligations, t->by_normal,
			   t->queries);
		for (uint32_t k = 0; k < t->reason.n; k++) {
			buf_str(out, k ? ", " : "");
			buf_json(out, t->reason.at[k]);
			buf_printf(out, ": %u", t->count.at[k]);
		}
		buf_str(out, "}\n}\n");
		return;
	}
	buf_printf(out, "%u PROVED, %u REJECTED", t->proved, t->rejected);
	for (uint32_t k = 0; k < t->reason.n; k++)
		buf_printf(out, "%s %u %s", k ? "," : ":", t->count.at[k],
			   t->reason.at[k]);
	buf_printf(out, "; %u obligations, %u closed by the normaliser, "
		   "%u queries\n", t->obligations, t->by_normal, t->queries);
}

static bool verify(struct cli *c, struct wasm_module *m, const struct obj *o,
		   struct buf *out)
{
	struct tally t = { 0 };
	struct world w;
	bool json = cli_has(c, OPT_JSON);

	world_init(&w, m, o, c->arena);
	if (json)
		buf_str(out, "{\n  \"functions\": [");
	for (uint32_t f = m->nimported[WASM_FUNC]; f < m->funcs.n; f++) {
		const char *name = w.names.local ? w.names.local[f] : "";
		struct verdict v;
		prove_one(c, &w, f, &v);
		add_up(c, &t, &v);
		if (json)
			print_json(out, name, f, &v, t.proved + t.rejected == 1);
		else
			print_text(out, name, f, &v);
	}
	summary(out, &t, json);
	return t.rejected == 0;
}

int cmd_verify(struct cli *c)
{
	struct buf out;
	uint8_t *bytes;
	size_t n;

	if (c->arg.n != 2) {
		cli_usage(c, "verify needs a module and what was made of it");
		return EXIT_USAGE;
	}
	struct wasm_module *m = cli_load(c, c->arg.at[0]);
	if (!m || !file_read(c->arg.at[1], (size_t)1 << 30, c->arena, &bytes,
			     &n, c->sink))
		return EXIT_REJECTED;
	struct obj *o = obj_read(bytes, n, c->arena, c->sink);
	if (!o)
		return EXIT_REJECTED;
	if (o->linked) {
		diag_report(c->sink, DIAG_OBJECT, DIAG_NOWHERE,
			    "verify reads relocatable objects, not images");
		return EXIT_REJECTED;
	}
	buf_init(&out, c->arena);
	bool ok = verify(c, m, o, &out);
	if (!file_write("-", out.at, out.n, false, c->sink))
		return EXIT_RESOURCE;
	return ok ? EXIT_DONE : EXIT_UNPROVED;
}
