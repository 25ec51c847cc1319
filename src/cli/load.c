/* load.c - from options and a path to a validated module and a target. */
#include "cli/component.h"

#include <string.h>

#include "base/file.h"
#include "component/origin.h"
#include "wasm/intrinsic.h"

#define DEFAULT_MAX_INPUT ((uint64_t)64 << 20)

bool cli_limits(struct cli *c, struct wasm_limits_opt *l)
{
	uint64_t v;

	*l = wasm_default_limits;

#define LIMIT(opt, field)                                              \
	if (!cli_number(c, opt, wasm_default_limits.field, UINT32_MAX, &v)) \
		return false;                                          \
	l->field = (size_t)v;
	LIMIT(OPT_MAX_FUNCTIONS, max_functions)
	LIMIT(OPT_MAX_LOCALS, max_locals)
	LIMIT(OPT_MAX_DEPTH, max_depth)
	LIMIT(OPT_MAX_ITEMS, max_items)
#undef LIMIT
	return true;
}

static bool decode(struct cli *c, struct wasm_module *m, const uint8_t *bytes,
		   size_t n)
{
	struct wasm_limits_opt l;

	if (!cli_limits(c, &l))
		return false;
	if (comp_is_component(bytes, n)) {
		diag_report(c->sink, DIAG_UNSUPPORTED, 4,
			    "components in this command; heddle lower makes "
			    "a core module of one");
		return false;
	}
	if (!wasm_decode(m, bytes, n, &l, c->arena, c->sink))
		return false;
	c->module = m;
	return wasm_validate(m, &l, c->arena, c->sink) &&
	       intrinsic_check(m, c->sink);
}

bool cli_read(struct cli *c, const char *path, uint8_t **bytes, size_t *n)
{
	uint64_t max;

	c->input = strcmp(path, "-") ? path : "<stdin>";
	return cli_number(c, OPT_MAX_INPUT, DEFAULT_MAX_INPUT, UINT32_MAX / 16,
			  &max) &&
	       file_read(path, (size_t)max, c->arena, bytes, n, c->sink);
}

struct wasm_module *cli_load_bytes(struct cli *c, const uint8_t *bytes,
				   size_t n)
{
	struct wasm_module *m = arena_new(c->arena, struct wasm_module);
	enum callback_form form;
	uint32_t func;

	if (!decode(c, m, bytes, n) ||
	    !intrinsic_callback(m, &form, &func, c->sink))
		return NULL;
	return m;
}

struct wasm_module *cli_load(struct cli *c, const char *path)
{
	uint8_t *bytes;
	size_t n;

	return cli_read(c, path, &bytes, &n) ? cli_load_bytes(c, bytes, n) :
					       NULL;
}

/* Reports of decoding know offsets of the linked module that nothing can tell
 * the origin of: there are none but for limits. */
static struct wasm_module *load_component(struct cli *c, const uint8_t *bytes,
					  size_t n)
{
	static const struct origin unknown;
	struct linked *out = cli_link(c, bytes, n);

	if (!out)
		return NULL;
	c->origin = &unknown;
	struct wasm_module *m = cli_load_bytes(c, out->bytes.at, out->bytes.n);
	if (m)
		c->origin = origin_make(out, m, c->part, c->nparts, c->arena);
	return m;
}

struct wasm_module *cli_load_linked(struct cli *c, uint32_t files)
{
	uint8_t *bytes;
	size_t n;

	if (!cli_read_parts(c, 0, files, &bytes, &n))
		return NULL;
	if (cli_has(c, OPT_MPU) && !comp_is_component(bytes, n)) {
		cli_usage(c, "--mpu is for components: a core module is one "
			  "instance");
		return NULL;
	}
	return comp_is_component(bytes, n) ? load_component(c, bytes, n) :
					     cli_load_bytes(c, bytes, n);
}

/* --- targets ------------------------------------------------------------------ */

static void list_targets(struct cli *c, const char *what, bool board)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (int k = 0; k < (board ? (int)BOARD_COUNT : (int)TARGET_COUNT); k++)
		buf_printf(&b, " %s", board ? boards[k].name : targets[k].name);
	cli_usage(c, "unknown %s %s; known:%s", board ? "board" : "target",
		  what, (char *)b.at);
}

const struct target *cli_target(struct cli *c)
{
	const char *name = c->value[OPT_TARGET];
	const struct target *t = target_find(name ? name : "cortex-m4");

	if (!t) {
		list_targets(c, name, false);
		return NULL;
	}
	if (name || !cli_has(c, OPT_BOARD))
		return t;
	const struct board *b = cli_board(c, NULL);
	if (!b)
		return NULL;
	for (int k = 0; k < TARGET_COUNT; k++)
		if (board_runs(b, &targets[k]) && targets[k].board == b)
			return &targets[k];
	return t;
}

const struct board *cli_board(struct cli *c, const struct target *t)
{
	const char *name = c->value[OPT_BOARD];
	const struct board *b = name ? board_find(name) : t->board;

	if (!b) {
		list_targets(c, name, true);
		return NULL;
	}
	if (t && !board_runs(b, t)) {
		cli_usage(c, "board %s does not run %s code", b->name, t->name);
		return NULL;
	}
	return b;
}
