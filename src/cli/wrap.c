/* wrap.c - core modules of the canon core dialect on the command line. */
#include <string.h>

#include "base/file.h"
#include "cli/component.h"
#include "component/origin.h"
#include "component/wrap.h"

/* --types FILE */
static bool read_types(struct cli *c, struct wit_world *w)
{
	const char *path = c->value[OPT_TYPES], *input = c->input;
	uint8_t *text;
	size_t n;

	if (!path)
		return true;
	c->input = path;
	if (!file_read(path, 1 << 20, c->arena, &text, &n, c->sink) ||
	    !wit_world_read(w, (const char *)text, n, c->sink))
		return false;
	c->input = input;
	return true;
}

/* What heddle lower wrote: its names are those of built-ins already. */
static bool is_lowered(const struct wasm_module *m)
{
	for (uint32_t k = 0; k < m->customs.n; k++)
		if (!strcmp(m->customs.at[k].name, LINK_SECTION))
			return true;
	return false;
}

/* Turns a core module of the canon core dialect into the component it stands
 * for, in which the module begins at *at; other input stays.  *types becomes true where --types may have said
 * something: there, and where the input is malformed, which is reported later. */
static bool wrap(struct cli *c, uint8_t **bytes, size_t *n, size_t *at,
		 bool *types)
{
	struct wasm_module *m = arena_new(c->arena, struct wasm_module);
	struct wasm_limits_opt limits;
	struct diag_sink quiet;
	struct wit_world w;
	struct buf out;

	*at = 0;
	diag_init(&quiet, c->arena);
	if (!cli_limits(c, &limits))
		return false;
	if (comp_is_component(*bytes, *n))
		return true;
	if (!wasm_decode(m, *bytes, *n, &limits, c->arena, &quiet)) {
		*types = true;
		return true;
	}
	if (is_lowered(m) || !wrap_is_canon_core(m))
		return true;
	*types = true;
	buf_init(&out, c->arena);
	wit_world_init(&w, c->arena);
	if (!wasm_validate(m, &limits, c->arena, c->sink) ||
	    !wit_world_load(&w, m, &limits, c->sink) || !read_types(c, &w) ||
	    !wrap_core(m, &w, &out, at, c->sink))
		return false;
	*bytes = out.at;
	*n = out.n;
	return true;
}

static bool compose(struct cli *c, struct wrap_part *part, uint32_t n,
		    struct buf *out)
{
	struct wasm_limits_opt limits;

	buf_init(out, c->arena);
	return cli_limits(c, &limits) &&
	       wrap_compose(part, n, &limits, out, c->arena, c->sink);
}

bool cli_read_parts(struct cli *c, uint32_t from, uint32_t to,
		    uint8_t **bytes, size_t *n)
{
	const uint32_t count = to - from;
	struct wrap_part *part = arena_array(c->arena, struct wrap_part, count);
	struct origin_part *origin = arena_array(c->arena, struct origin_part,
						 count);
	bool types = !cli_has(c, OPT_TYPES);
	struct buf out;

	for (uint32_t k = 0; k < count; k++) {
		size_t size, at;
		if (!cli_read(c, c->arg.at[from + k], bytes, n))
			return false;
		size = *n;
		if (!wrap(c, bytes, n, &at, &types))
			return false;
		part[k] = (struct wrap_part){ *bytes, *n, c->input, 0 };
		origin[k] = (struct origin_part){ c->input, (uint32_t)at,
						  (uint32_t)(at + size) };
		if (count > 1 && !comp_is_component(*bytes, *n)) {
			diag_report(c->sink, DIAG_UNSUPPORTED, 4,
				    "several inputs: this one is no component");
			return false;
		}
	}
	if (!types)
		return cli_usage(c, "--types: no input is a core module of the "
				 "canon core dialect");
	if (count > 1) {
		if (!compose(c, part, count, &out))
			return false;
		*bytes = out.at;
		*n = out.n;
	}
	for (uint32_t k = 0; k < count; k++) {
		origin[k].begin += (uint32_t)part[k].at;
		origin[k].end += (uint32_t)part[k].at;
	}
	if (comp_is_component(*bytes, *n)) {
		c->component = *bytes;
		c->ncomponent = *n;
		c->part = origin;
		c->nparts = count;
	}
	return true;
}
