/* unread.c - data segments that nothing in an image reads.
 *
 * In an image only the runtime sees the guest's memory, and only what
 * intrinsics are given.  A segment that no needed function reads a byte of
 * is not placed: what it would have written cannot be told from zeros.
 */
#include "cli/pipeline.h"

#include <string.h>

/* Where an active segment of memory 0 goes, when that is known to succeed. */
static bool known_place(const struct ir_module *im, const struct wasm_data *d,
			uint64_t *at)
{
	uint32_t global;

	if (d->mode != WASM_ACTIVE || d->memory != 0 ||
	    im->wasm->memories.at[0].import != UINT32_MAX ||
	    !wasm_const_value(im->wasm, &d->offset, at, &global))
		return false;
	*at &= UINT32_MAX;
	return *at + d->n <= im->memory[0].bytes;
}

static bool is_read(const struct pipeline *p, const bool *needed, uint64_t at,
		    uint64_t n)
{
	for (uint32_t f = 0; f < p->wasm->funcs.n; f++)
		if (needed[f] && p->code.code[f] &&
		    opt_may_read(&p->code.code[f]->reads, at, at + n))
			return true;
	return false;
}

static bool *find(const struct pipeline *p, struct arena *a)
{
	const struct wasm_module *m = p->wasm;
	bool *needed = t32_needed(&p->ir, p->code.code, a);
	bool *unread = arena_array(a, bool, m->datas.n + 1);
	uint64_t at;

	for (uint32_t k = 0; k < m->datas.n; k++)
		unread[k] = known_place(&p->ir, &m->datas.at[k], &at) &&
			    !is_read(p, needed, at, m->datas.at[k].n);
	return unread;
}

bool pipeline_drop_data(struct cli *c, struct pipeline *p)
{
	const struct wasm_module *m = p->wasm;

	if (!p->ir.closed || !m->datas.n || p->options.level == 0 ||
	    p->options.gen.plain)
		return true;
	bool *now = find(p, c->arena), changed = false;
	for (uint32_t k = 0; k < m->datas.n; k++)
		changed |= now[k] != (p->ir.unread && p->ir.unread[k]);
	if (!changed)
		return true;
	p->ir.unread = now;
	bool *which = arena_array(c->arena, bool, p->code.n);
	which[m->funcs.n] = true;
	return t32_recompile(&p->ir, &p->options, which, c->arena, c->sink,
			     &p->code);
}
