/* component.c - a component with its core modules optimised.
 *
 * Core modules are sections of a component, or of components nested in it; each is
 * written anew in its place, all else byte by byte.  Nothing in a component
 * refers to places in a module: instances take exports and give imports by name,
 * and exports stay.
 */
#include "base/compiler.h"
#include "opt/out/account.h"
#include "wasm/reader.h"

enum { PREAMBLE = 8, SECTION_MODULE = 1, SECTION_COMPONENT = 4 };

struct rewrite {
	const struct out_options *o;
	struct arena *a;
	struct out_stats *sum;
	struct out_account *ac;
};

static void add(struct out_stats *sum, const struct out_stats *st)
{
	sum->functions += st->functions;
	sum->changed += st->changed;
	sum->merged += st->merged;
	sum->kept += st->kept;
	sum->unsaid += st->unsaid;
	sum->unread += st->unread;
	sum->code_before += st->code_before;
	sum->code_after += st->code_after;
	sum->places_dropped += st->places_dropped;
}

static void module(struct rewrite *w, const struct reader *r, struct buf *out)
{
	const struct wasm_limits_opt any = {
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
		UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX
	};
	struct wasm_module *m = arena_new(w->a, struct wasm_module);
	struct out_account ac = { .unused = 0 };
	struct out_stats st;
	struct diag_sink sink;

	diag_init(&sink, w->a);
	bool ok = wasm_decode(m, r->at, (size_t)(r->end - r->at), &any, w->a,
			      &sink) &&
		  wasm_validate(m, &any, w->a, &sink);
	CHECK(ok);
	out_module(m, w->o, w->a, out, &st, w->ac ? &ac : NULL);
	if (out->n >= m->size) {
		/* nothing was gained: shims and fixups stay as they are */
		out->n = 0;
		buf_put(out, m->bytes, m->size);
		st.changed = st.merged = st.places_dropped = 0;
		st.code_after = st.code_before;
	} else if (w->ac) {
		out_account_add(w->ac, &ac);
	}
	add(w->sum, &st);
}

static void component(struct rewrite *w, struct reader r, struct buf *out)
{
	buf_put(out, r.at, PREAMBLE);
	r.at += PREAMBLE;
	while (r.at < r.end) {
		uint8_t id = reader_u8(&r);
		struct reader sub = reader_sub(&r, reader_u32(&r));
		struct buf b;

		CHECK(!r.bad);
		buf_init(&b, w->a);
		if (id == SECTION_MODULE)
			module(w, &sub, &b);
		else if (id == SECTION_COMPONENT)
			component(w, sub, &b);
		else
			buf_put(&b, sub.at, (size_t)(sub.end - sub.at));
		buf_u8(out, id);
		buf_uleb(out, b.n);
		buf_put(out, b.at, b.n);
	}
}

void out_component(const uint8_t *bytes, size_t n, const struct out_options *o,
		   struct arena *a, struct buf *out, struct out_stats *st,
		   struct out_account *ac)
{
	struct rewrite w = { .o = o, .a = a, .sum = st, .ac = ac };
	struct reader r = { .at = bytes, .end = bytes + n, .base = bytes };
	size_t before = out->n;

	*st = (struct out_stats){ .bytes_before = n };
	component(&w, r, out);
	st->bytes_after = out->n - before;
}
