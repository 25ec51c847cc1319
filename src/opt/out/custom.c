/* custom.c - custom sections: what is no longer true goes with what made it so. */
#include "opt/out/custom.h"

#include <string.h>

#include "base/compiler.h"

bool out_is_custom(const struct wasm_custom *c, const char *name)
{
	return c->nname == strlen(name) && !memcmp(c->name, name, c->nname);
}

/* Names, and beginnings of names, which end with a dot or an underscore. */
static const char *const places[] = {
	".debug_", "metadata.code.", "reloc.", "linking", "sourceMappingURL",
	"external_debug_info",
};

bool out_names_places(const struct wasm_custom *c)
{
	for (size_t k = 0; k < ARRAY_LEN(places); k++) {
		size_t n = strlen(places[k]);
		bool begins = strchr("._", places[k][n - 1]) != NULL;
		if (begins ? c->nname > n && !memcmp(c->name, places[k], n)
			   : out_is_custom(c, places[k]))
			return true;
	}
	return false;
}

void out_skip_names(struct reader *r, uint8_t id)
{
	if (id != NAMES_LOCAL && id != NAMES_LABEL) {
		reader_bytes(r, reader_u32(r));
		return;
	}
	for (uint32_t n = reader_u32(r); n > 0 && !r->bad; n--) {
		reader_u32(r);
		reader_bytes(r, reader_u32(r));
	}
}

/* Names of one function that have a number below n. */
static void copy_below(struct reader *r, uint32_t n, struct arena *a,
		       struct buf *out)
{
	uint32_t kept = 0;
	struct buf b;

	buf_init(&b, a);
	for (uint32_t left = reader_u32(r); left > 0 && !r->bad; left--) {
		uint32_t index = reader_u32(r);
		const uint8_t *from = r->at;
		reader_bytes(r, reader_u32(r));
		if (r->bad || index >= n)
			continue;
		buf_uleb(&b, index);
		buf_put(&b, from, (size_t)(r->at - from));
		kept++;
	}
	buf_uleb(out, kept);
	buf_put(out, b.at, b.n);
}

static uint32_t nparams(const struct wasm_module *m, uint32_t func)
{
	return m->types.at[m->funcs.at[func].type].nparams;
}

/* Names of locals or of labels, of all functions. */
static void copy_local(const struct wasm_module *m, struct reader *r, uint8_t id,
		       const struct wasm_body *body, struct arena *a,
		       struct buf *out)
{
	uint32_t n = reader_u32(r);

	buf_uleb(out, n);
	for (; n > 0 && !r->bad; n--) {
		uint32_t func = reader_u32(r);
		const uint8_t *from = r->at;

		buf_uleb(out, func);
		if (func < m->funcs.n && body[func].at) {
			copy_below(r, id == NAMES_LOCAL ? nparams(m, func) : 0,
				   a, out);
			continue;
		}
		out_skip_names(r, id);
		buf_put(out, from, (size_t)(r->at - from));
	}
}

bool out_names(const struct wasm_module *m, const struct wasm_custom *c,
	       const struct wasm_body *body, struct arena *a, struct buf *out)
{
	struct reader r = { .at = m->bytes + c->begin,
			    .end = m->bytes + c->begin + c->n,
			    .base = m->bytes };

	while (!r.bad && r.at < r.end) {
		uint8_t id = reader_u8(&r);
		struct reader sub = reader_sub(&r, reader_u32(&r));
		struct buf b;

		buf_init(&b, a);
		if (!sub.bad && (id == NAMES_LOCAL || id == NAMES_LABEL))
			copy_local(m, &sub, id, body, a, &b);
		else
			buf_put(&b, sub.at, (size_t)(sub.end - sub.at));
		r.bad |= sub.bad;
		buf_u8(out, id);
		buf_uleb(out, b.n);
		buf_put(out, b.at, b.n);
	}
	return !r.bad;
}
