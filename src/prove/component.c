/* component.c - two components, core module by core module. */
#include "prove/component.h"

#include <string.h>

#include "wasm/reader.h"

enum { PREAMBLE = 8, SECTION_MODULE = 1, SECTION_COMPONENT = 4, DEEPEST = 100 };

static size_t left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

static bool same_bytes(const struct reader *a, const struct reader *b,
		       size_t n)
{
	return left(a) >= n && left(b) >= n && !memcmp(a->at, b->at, n);
}

static bool compare(struct reader *a, struct reader *b, struct arena *arena,
		    struct module_pairs *p, unsigned depth, size_t *where)
{
	*where = reader_offset(a);
	if (!same_bytes(a, b, PREAMBLE) || depth == DEEPEST)
		return false;
	a->at += PREAMBLE;
	b->at += PREAMBLE;
	while (a->at < a->end && b->at < b->end) {
		*where = reader_offset(a);
		uint8_t id = reader_u8(a);
		if (reader_u8(b) != id)
			return false;
		struct reader x = reader_sub(a, reader_u32(a));
		struct reader y = reader_sub(b, reader_u32(b));
		if (a->bad || b->bad)
			return false;
		if (id == SECTION_MODULE)
			vec_push(arena, &p->list, (struct module_pair){
				x.at, y.at, left(&x), left(&y) });
		else if (id == SECTION_COMPONENT ?
			 !compare(&x, &y, arena, p, depth + 1, where) :
			 left(&x) != left(&y) || !same_bytes(&x, &y, left(&x)))
			return false;
	}
	*where = reader_offset(a);
	return a->at == a->end && b->at == b->end;
}

bool component_pairs(const uint8_t *in, size_t nin, const uint8_t *out,
		     size_t nout, struct arena *a, struct module_pairs *p,
		     size_t *at)
{
	struct reader x = { .at = in, .end = in + nin, .base = in };
	struct reader y = { .at = out, .end = out + nout, .base = out };

	return compare(&x, &y, a, p, 0, at);
}
