/* cmd_opt.c - heddle opt: modules and components to smaller ones. */
#include <stdio.h>

#include "base/file.h"
#include "cli/component.h"
#include "cli/opt_proof.h"
#include "component/component.h"
#include "opt/out/account.h"

static const char *const levels[] = { "2", "0", "1", "3", "z", NULL };
static const int level_of[] = { 2, 0, 1, 3, 2 };

/* The rows of what did anything; bytes add up to what bodies lost. */
static void table_passes(const struct out_account *ac, bool proved,
			 struct buf *b)
{
	buf_printf(b, "%-12s %9s %9s %12s %8s %8s %8s\n", "pass", "functions",
		   "bytes", "instructions", "checks", "proved", "rejected");
	buf_printf(b, "%-12s %9s %9lld\n", "(rewritten)", "",
		   (long long)ac->rewritten);
	for (int k = 0; k < OPT_PASSES; k++) {
		const struct out_row *r = &ac->pass[k];
		if (!r->functions && !r->rejected)
			continue;
		buf_printf(b, "%-12s %9u %9lld %12lld %8lld",
			   opt_name((enum opt_pass_id)k), r->functions,
			   (long long)r->bytes, (long long)r->ins,
			   (long long)r->checks);
		if (proved)
			buf_printf(b, " %8u %8u", r->proved, r->rejected);
		buf_str(b, "\n");
	}
	buf_printf(b, "%-12s %9s %9lld\n", "(unused)", "",
		   (long long)ac->unused);
}

static void table(const struct out_stats *st, const struct out_account *ac,
		  const struct opt_proof *p, struct buf *b)
{
	table_passes(ac, p != NULL, b);
	if (p)
		buf_printf(b,
			   "proved %u changed functions, %u identical ones; "
			   "rejected %u, done again with less %u, "
			   "left as they were %u\n",
			   p->changed, p->identical, p->rejected, p->simple,
			   p->kept);
	else
		buf_str(b, "nothing is proved\n");
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

static void json_proof(const struct opt_proof *p, struct buf *b)
{
	if (p)
		buf_printf(b,
			   "\"proved\": %u, \"identical\": %u, "
			   "\"rejected\": %u, \"simple\": %u, "
			   "\"rolled_back\": %u, ",
			   p->changed, p->identical, p->rejected, p->simple,
			   p->kept);
	else
		buf_str(b, "\"proved\": null, ");
}

static void json_pass(const char *name, const struct out_row *r, bool proved,
		      struct buf *b)
{
	buf_printf(b,
		   "\"%s\": {\"functions\": %u, \"bytes\": %lld, "
		   "\"instructions\": %lld, \"checks\": %lld, ",
		   name, r->functions, (long long)r->bytes,
		   (long long)r->ins, (long long)r->checks);
	if (proved)
		buf_printf(b, "\"proved\": %u, \"rejected\": %u}", r->proved,
			   r->rejected);
	else
		buf_str(b, "\"proved\": null, \"rejected\": null}");
}

static void json(const struct out_stats *st, const struct out_account *ac,
		 const struct opt_proof *p, struct buf *b)
{
	buf_str(b, "{");
	json_proof(p, b);
	buf_printf(b,
		   "\"functions\": %u, \"changed\": %u, \"merged\": %u, "
		   "\"kept\": %u, "
		   "\"unwritten\": %u, \"unread\": %u, "
		   "\"code\": [%llu, %llu], \"bytes\": [%llu, %llu], "
		   "\"rewritten\": %lld, \"unused\": %lld, "
		   "\"passes\": {",
		   st->functions, st->changed, st->merged, st->kept,
		   st->unsaid, st->unread, (unsigned long long)st->code_before,
		   (unsigned long long)st->code_after,
		   (unsigned long long)st->bytes_before,
		   (unsigned long long)st->bytes_after,
		   (long long)ac->rewritten, (long long)ac->unused);
	for (int k = 0; k < OPT_PASSES; k++) {
		buf_str(b, k ? ", " : "");
		json_pass(opt_name((enum opt_pass_id)k), &ac->pass[k],
			  p != NULL, b);
	}
	buf_str(b, "}}\n");
}

static void report(struct cli *c, const struct out_stats *st,
		   const struct out_account *ac, const struct opt_proof *p)
{
	struct buf b;

	buf_init(&b, c->arena);
	if (st->places_dropped && !cli_has(c, OPT_QUIET))
		fprintf(stderr,
			"heddle: warning: %u sections that state places in the code "
			"(debugging information, hints, relocations) dropped: "
			"code moved\n",
			st->places_dropped);
	if (!cli_has(c, OPT_STATS))
		return;
	if (cli_has(c, OPT_JSON))
		json(st, ac, p, &b);
	else
		table(st, ac, p, &b);
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
			      struct out_stats *st, struct out_account *ac)
{
	struct comp_file *f = arena_new(c->arena, struct comp_file);
	struct wasm_limits_opt l;

	if (!cli_limits(c, &l) ||
	    !comp_decode(f, bytes, n, &l, c->arena, c->sink))
		return false;
	out_component(bytes, n, o, c->arena, out, st, ac);
	f = arena_new(c->arena, struct comp_file);
	return comp_decode(f, out->at, out->n, &l, c->arena, c->sink);
}

static bool rewrite(struct cli *c, const uint8_t *bytes, size_t n,
		    const struct out_options *o, struct buf *out,
		    struct out_stats *st, struct out_account *ac)
{
	if (comp_is_component(bytes, n))
		return rewrite_component(c, bytes, n, o, out, st, ac);
	struct wasm_module *m = cli_load_bytes(c, bytes, n);
	if (m)
		out_module(m, o, c->arena, out, st, ac);
	return m != NULL;
}

int cmd_opt(struct cli *c)
{
	int level = cli_choice(c, OPT_LEVEL, levels);
	struct opt_proof *p = NULL;
	struct out_account sum = { .unused = 0 };
	struct out_account *ac = cli_has(c, OPT_STATS) ? &sum : NULL;
	struct out_stats st;
	struct buf out;
	uint8_t *bytes;
	uint32_t events;
	size_t n;

	if (level < 0 || !check_usage(c) || !cli_events(c, &events))
		return EXIT_USAGE;
	struct out_options o = { .level = level_of[level], .size = level == 4,
				 .events = events,
				 .note = "heddle opt: not proved\n" };
	if (!cli_has(c, OPT_NO_PROVE)) {
		p = arena_new(c->arena, struct opt_proof);
		if (!opt_proof_init(p, c, &o))
			return EXIT_USAGE;
	}
	buf_init(&out, c->arena);
	if (!cli_read(c, c->arg.at[0], &bytes, &n) ||
	    !rewrite(c, bytes, n, &o, &out, &st, ac))
		return EXIT_REJECTED;
	if (p && !opt_proof_end(p, bytes, n, out.at, out.n))
		return EXIT_UNPROVED;
	if (!file_write(c->value[OPT_OUTPUT], out.at, out.n, false, c->sink))
		return EXIT_RESOURCE;
	report(c, &st, ac, p);
	return EXIT_DONE;
}
