/* info_core.c - reading what instances of one module bring (link_share.c).
 *
 * It is a hint for code generation: that every number is one of the module is
 * checked, so that it can be followed, no more.
 */
#include "component/link.h"
#include "component/info.h"
#include "wasm/reader.h"

/* info.c */
bool info_cores(struct info *f, const struct wasm_module *m, struct arena *a,
		struct diag_sink *s);

struct input {
	struct reader r;
	struct info *f;
	const struct wasm_module *m;
	struct arena *a;
};

static void fail(struct input *in, const char *what)
{
	reader_fail(&in->r, DIAG_INDEX, reader_offset(&in->r), "%s of section "
		    LINK_INSTANCES, what);
}

/* Lists are no longer than the bytes that are left. */
static uint32_t count(struct input *in)
{
	uint32_t n = reader_u32(&in->r);

	if (!in->r.bad && n > (size_t)(in->r.end - in->r.at))
		fail(in, "length");
	return in->r.bad ? 0 : n;
}

/* Things that a core instance brings; `from` of `to` there are can be such. */
static void things(struct input *in, struct info_things *t, uint32_t from,
		   uint32_t to)
{
	t->first = reader_u32(&in->r);
	t->n = count(in);
	if (t->n && (t->first < from || t->first >= to ||
		     t->n > to - t->first)) {
		fail(in, "thing of a core instance");
		t->n = 0;
	}
	t->index = arena_array(in->a, uint32_t, t->n);
	for (uint32_t k = 0; k < t->n && !in->r.bad; k++) {
		t->index[k] = reader_u32(&in->r);
		if (!in->r.bad && k && t->index[k] <= t->index[k - 1])
			fail(in, "order of a core instance");
	}
}

static void core(struct input *in)
{
	const struct wasm_module *m = in->m;
	const struct info_core *c = in->f->cores.at;
	struct info_core x = { .module = reader_u32(&in->r) };

	x.group = reader_u32(&in->r);
	x.inst = reader_u32(&in->r);
	for (uint32_t k = 0; k < in->f->cores.n && !in->r.bad; k++)
		if (c[k].module == x.module &&
		    (c[k].group != x.group || c[k].inst == x.inst))
			fail(in, "number of a core instance");
	things(in, &x.thing[INFO_FUNC], m->nimported[WASM_FUNC], m->funcs.n);
	things(in, &x.thing[INFO_TABLE], 0, m->tables.n);
	things(in, &x.thing[INFO_MEMORY], 0, m->memories.n);
	things(in, &x.thing[INFO_GLOBAL], 0, m->globals.n);
	things(in, &x.thing[INFO_ELEM], 0, m->elems.n);
	things(in, &x.thing[INFO_DATA], 0, m->datas.n);
	vec_push(in->a, &in->f->cores, x);
}

bool info_cores(struct info *f, const struct wasm_module *m, struct arena *a,
		struct diag_sink *s)
{
	const struct wasm_custom *c = wasm_find_custom(m, LINK_INSTANCES);
	struct input in = { .f = f, .m = m, .a = a };

	if (!c)
		return true;
	in.r = (struct reader){ m->bytes + c->begin, m->bytes + c->begin + c->n,
				m->bytes, s, false };
	for (uint32_t n = count(&in); n > 0 && !in.r.bad; n--)
		core(&in);
	if (!in.r.bad && in.r.at != in.r.end)
		fail(&in, "length");
	return !in.r.bad;
}
