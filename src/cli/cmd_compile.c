/* cmd_compile.c - heddle compile: an object for the user's own link. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/component.h"
#include "cli/listing.h"
#include "cli/proof.h"
#include "component/info.h"

static const char *const forms[] = { "obj", "asm", NULL };

static bool wanted(struct cli *c, const struct pipeline *p, uint32_t func)
{
	const char *only = c->value[OPT_FUNCTION];

	if (!only)
		return true;
	return func < p->wasm->funcs.n
		       ? !strcmp(only, p->names.local[func]) ||
				 !strcmp(only, arena_printf(c->arena, "%u", func))
		       : !strcmp(only, "instantiate");
}

static void list(struct cli *c, struct pipeline *p)
{
	buf_init(&p->object, c->arena);
	for (uint32_t f = 0; f < p->code.n; f++)
		if (p->code.code[f] && wanted(c, p, f))
			listing(p->code.code[f], &p->names, p->wasm->funcs.n,
				&p->object);
}

/* One line on standard error, when there is something to say. */
static void summary(struct cli *c, const struct pipeline *p)
{
	const struct proof *f = p->proof;
	bool json = cli_has(c, OPT_JSON);
	struct buf b;

	if (cli_has(c, OPT_QUIET))
		return;
	buf_init(&b, c->arena);
	if (json) {
		buf_printf(&b, "{\"target\": \"%s\", ", p->target->name);
		if (p->info)
			buf_printf(&b, "\"instances\": %u, ",
				   p->info->parents.n);
		proof_json(f, &b);
		pipeline_share(p, true, &b);
		buf_str(&b, "}\n");
	} else {
		if ((!f->skipped && f->fell[0] != f->functions) ||
		    p->options.gen.share) {
			proof_text(f, &b);
			pipeline_share(p, false, &b);
			buf_str(&b, "\n");
		}
		/* `build` sets the pools itself */
		if (p->info && p->info->parents.n > 1)
			buf_printf(&b, "link with runtime/config.c compiled "
				   "with -DHD_INSTANCES=%u or more\n",
				   p->info->parents.n);
		if (p->info && p->info->walls)
			buf_str(&b, "link with libheddle-rt-wall.a in front of "
				"libheddle-rt.a\n");
	}
	if (b.n)
		fwrite(b.at, 1, b.n, stderr);
}

/* A listing is for reading: nothing of it is proved. */
static bool produce(struct cli *c, struct pipeline *p, bool text)
{
	if (text)
		list(c, p);
	return (text || pipeline_object(c, p)) && pipeline_header(c, p) &&
	       file_write(c->value[OPT_OUTPUT], p->object.at, p->object.n,
			  false, c->sink);
}

int cmd_compile(struct cli *c)
{
	int form = cli_choice(c, OPT_EMIT, forms);
	struct pipeline p;

	if (form < 0)
		return EXIT_USAGE;
	if (!c->arg.n) {
		cli_usage(c, "compile needs an input file");
		return EXIT_USAGE;
	}
	if (!cli_has(c, OPT_OUTPUT)) {
		cli_usage(c, "compile needs -o FILE");
		return EXIT_USAGE;
	}
	bool ok = pipeline_compile(c, c->arg.n, NULL, &p) &&
		  produce(c, &p, form == 1);
	if (ok && form == 0)
		summary(c, &p);
	return ok ? EXIT_DONE : EXIT_REJECTED;
}
