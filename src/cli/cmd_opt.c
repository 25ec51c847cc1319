/* cmd_opt.c - heddle opt: modules and components to smaller ones. */
#include <stdio.h>

#include "base/file.h"
#include "cli/component.h"
#include "component/component.h"
#include "opt/opt.h"
#include "opt/out/out.h"

static const char *const levels[] = { "2", "0", "1", "3", "z", NULL };
static const int level_of[] = { 2, 0, 1, 3, 2 };

/* Every changed function shall be proved.  What proves a rewrite of
 * WebAssembly does not exist in this version, so unproved output must be
 * asked for, and says what it is. */
static bool allowed(struct cli *c)
{
	if (cli_has(c, OPT_NO_PROVE))
		return true;
	diag_report(c->sink, DIAG_UNPROVED, DIAG_NOWHERE,
		    "proofs of wasm-to-wasm rewrites are not available in "
		    "this version; --no-prove writes the module without");
	return false;
}

static void table(const struct out_stats *st, const struct opt_stats *ps,
		  struct buf *b)
{
	opt_stats_print(ps, b);
	buf_printf(b,
		   "functions %u, changed %u, merged %u, not smaller %u, "
		   "not written %u, not read %u\n",
		   st->functions, st->changed, st->merged, st->kept,
		   st->unsaid, st->unread);
	buf_printf(b, "code %llu -> %llu bytes, module %llu -> %llu bytes\n",
		   (unsigned long long)st->code_before,
		   (unsigned long long)st->code_after,
		   (unsigned long long)st->bytes_before,
		   (unsigned long long)st->bytes_after);
}

static void json(const struct out_stats *st, const struct opt_stats *ps,
		 struct buf *b)
{
	buf_printf(b,
		   "{\"functions\": %u, \"changed\": %u, \"merged\": %u, "
		   "\"kept\": %u, "
		   "\"unwritten\": %u, \"unread\": %u, \"proved\": 0, "
		   "\"code\": [%llu, %llu], \"bytes\": [%llu, %llu], "
		   "\"passes\": {",
		   st->functions, st->changed, st->merged, st->kept,
		   st->unsaid, st->unread, (unsigned long long)st->code_before,
		   (unsigned long long)st->code_after,
		   (unsigned long long)st->bytes_before,
		   (unsigned long long)st->bytes_after);
	const char *comma = "";
	for (int k = 0; k < OPT_PASSES; k++) {
		const struct opt_pass_stats *p = &ps->pass[k];
		if (!p->runs)
			continue;
		buf_printf(b,
			   "%s\"%s\": {\"runs\": %u, \"changed\": %u, "
			   "\"removed\": %lld, \"checks\": %lld}",
			   comma, opt_name((enum opt_pass_id)k), p->runs,
			   p->changed, (long long)p->ins,
			   (long long)p->bounds);
		comma = ", ";
	}
	buf_str(b, "}}\n");
}

static void report(struct cli *c, const struct out_stats *st,
		   const struct opt_stats *ps)
{
	struct buf b;

	buf_init(&b, c->arena);
	if (st->debug_dropped && !cli_has(c, OPT_QUIET))
		fprintf(stderr,
			"heddle: warning: %u sections with debugging "
			"information dropped: code moved\n",
			st->debug_dropped);
	if (!cli_has(c, OPT_STATS))
		return;
	if (cli_has(c, OPT_JSON))
		json(st, ps, &b);
	else
		table(st, ps, &b);
	fwrite(b.at, 1, b.n, stderr);
}

static bool check_usage(struct cli *c)
{
	if (c->arg.n != 1)
		return cli_usage(c, "opt needs one input file");
	if (!cli_has(c, OPT_OUTPUT))
		return cli_usage(c, "opt needs -o FILE");
	return true;
}

/* A component is read before, and what was made of it after: a rewritten core
 * module must still be what its instances need. */
static bool rewrite_component(struct cli *c, const uint8_t *bytes, size_t n,
			      const struct out_options *o, struct buf *out,
			      struct out_stats *st, struct opt_stats *ps)
{
	struct comp_file *f = arena_new(c->arena, struct comp_file);
	struct wasm_limits_opt l;

	if (!cli_limits(c, &l) ||
	    !comp_decode(f, bytes, n, &l, c->arena, c->sink))
		return false;
	out_component(bytes, n, o, c->arena, out, st, ps);
	f = arena_new(c->arena, struct comp_file);
	return comp_decode(f, out->at, out->n, &l, c->arena, c->sink);
}

static bool rewrite(struct cli *c, const struct out_options *o,
		    struct buf *out, struct out_stats *st,
		    struct opt_stats *ps)
{
	uint8_t *bytes;
	size_t n;

	if (!cli_read(c, c->arg.at[0], &bytes, &n))
		return false;
	if (comp_is_component(bytes, n))
		return rewrite_component(c, bytes, n, o, out, st, ps);
	struct wasm_module *m = cli_load_bytes(c, bytes, n);
	if (m)
		out_module(m, o, c->arena, out, st, ps);
	return m != NULL;
}

static const char *note(struct cli *c, uint32_t events)
{
	static const char text[] = "heddle opt: not proved\n";

	return !events ? text : arena_printf(c->arena,
		"%sassumes that only events in %u (a bit each) reach callbacks\n",
		text, events);
}

int cmd_opt(struct cli *c)
{
	int level = cli_choice(c, OPT_LEVEL, levels);
	struct opt_stats ps = { 0 };
	struct out_stats st;
	struct buf out;
	uint32_t events;

	if (level < 0 || !check_usage(c) || !cli_events(c, &events))
		return EXIT_USAGE;
	if (!allowed(c))
		return EXIT_UNPROVED;
	struct out_options o = { .level = level_of[level], .size = level == 4,
				 .events = events, .note = note(c, events) };
	buf_init(&out, c->arena);
	if (!rewrite(c, &o, &out, &st, &ps))
		return EXIT_REJECTED;
	if (!file_write(c->value[OPT_OUTPUT], out.at, out.n, false, c->sink))
		return EXIT_RESOURCE;
	report(c, &st, &ps);
	return EXIT_DONE;
}
