/* cmd_build.c - heddle build: a firmware image. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/component.h"
#include "cli/image.h"
#include "cli/proof.h"

/* Bytes of sections by where they end up. */
struct sizes {
	uint32_t flash, ram;
};

static struct sizes sizes(const struct obj *o)
{
	struct sizes r = { 0 };

	for (uint32_t k = 0; k < o->sections.n; k++) {
		const struct obj_section *s = &o->sections.at[k];
		if (!(s->flags & OBJ_ALLOC))
			continue;
		if (s->type == OBJ_BYTES)
			r.flash += (uint32_t)s->bytes.n;
		if (s->flags & OBJ_WRITE)
			r.ram += s->type == OBJ_BYTES ? (uint32_t)s->bytes.n
						       : s->size;
	}
	return r;
}

/* One line on standard error: what the image takes. */
static void summary(struct cli *c, const struct pipeline *p,
		    const struct board *b, const struct obj *o)
{
	struct sizes s = sizes(o);
	uint32_t bound = module_stack_bound(&p->ir, &p->code);
	bool json = cli_has(c, OPT_JSON);
	struct buf proof;
	char stack[32];

	if (cli_has(c, OPT_QUIET))
		return;
	buf_init(&proof, c->arena);
	if (json)
		proof_json(p->proof, &proof);
	else
		proof_text(p->proof, &proof);
	pipeline_share(p, json, &proof);
	snprintf(stack, sizeof stack, "%u", bound);
	fprintf(stderr, json ? "{\"target\":\"%s\",\"board\":\"%s\","
			       "\"flash\":%u,\"ram\":%u,\"stack\":%s, %.*s}\n"
			     : "%s on %s: flash %u bytes, RAM %u bytes "
			       "(stack included), deepest export %s; %.*s\n",
		p->target->name, b->name, s.flash, s.ram,
		bound != BOUND_NONE ? stack :
		json ? "null" : "checked at run time", (int)proof.n,
		(const char *)proof.at);
}

static bool deliver(struct cli *c, const struct pipeline *p,
		    const struct board *b, const char *elf)
{
	uint8_t *bytes;
	size_t n;

	if (!file_read(elf, SIZE_MAX / 4, c->arena, &bytes, &n, c->sink))
		return false;
	const struct obj *o = obj_read(bytes, n, c->arena, c->sink);
	if (!o || !proof_image(c, p, o) ||
	    !file_write(c->value[OPT_OUTPUT], bytes, n, true, c->sink))
		return false;
	summary(c, p, b, o);
	return true;
}

static bool build(struct cli *c, const struct board *b, struct pipeline *p)
{
	const char *dir = image_dir(c);
	const char *elf = dir ? arena_printf(c->arena, "%s/app.elf", dir) : NULL;

	bool ok = dir && image_link(c, p, b, dir, elf) &&
		  pipeline_header(c, p) && deliver(c, p, b, elf);
	image_done(c, dir);
	return ok;
}

int cmd_build(struct cli *c)
{
	struct pipeline p = { 0 };

	if (!c->arg.n)
		return cli_usage(c, "build needs an input file"), EXIT_USAGE;
	if (!cli_has(c, OPT_OUTPUT))
		return cli_usage(c, "build needs -o FILE"), EXIT_USAGE;
	const struct target *t = cli_target(c);
	const struct board *b = t ? cli_board(c, t) : NULL;
	bool ok = b && pipeline_compile(c, c->arg.n, b, &p) &&
		  build(c, b, &p);
	return ok ? EXIT_DONE : EXIT_REJECTED;
}
