/* gen.c - types and values at random. */
#include "gen.h"

static const struct ty *make(struct gen *g, enum kind k, uint32_t n,
			     uint32_t parts)
{
	struct ty *t = arena_new(g->arena, struct ty);

	*t = (struct ty){ k, n, arena_array(g->arena, const struct ty *,
					    parts + 1) };
	g->used[k]++;
	return t;
}

/* Payloads of cases and ends of streams may be nothing. */
static const struct ty *maybe(struct gen *g, uint32_t depth)
{
	return rnd(g->r, 4) ? gen_type(g, depth) : NULL;
}

static const struct ty *gen_parts(struct gen *g, enum kind k, uint32_t depth)
{
	uint32_t n = 1 + rnd(g->r, 5);
	const struct ty *t = make(g, k, n, n);

	for (uint32_t i = 0; i < n; i++)
		t->sub[i] = k == VARIANT ? maybe(g, depth) :
					   gen_type(g, depth);
	return t;
}

static const struct ty *gen_key(struct gen *g)
{
	static const enum kind keys[] = { BOOL, U8, S16, U32, S64, CHAR,
					  STRING };

	return make(g, keys[rnd(g->r, 7)], 0, 0);
}

/* Streams carry no borrows; stream<char> is not valid. */
static const struct ty *gen_end(struct gen *g, enum kind k, uint32_t depth)
{
	const struct ty *t = make(g, k, 0, 1);
	bool borrows = g->borrows;

	g->borrows = false;
	do {
		t->sub[0] = maybe(g, depth);
	} while (k == STREAM && t->sub[0] && t->sub[0]->k == CHAR);
	g->borrows = borrows;
	return t;
}

static const struct ty *gen_other(struct gen *g, enum kind k, uint32_t depth)
{
	const struct ty *t;
	uint32_t n;

	switch (k) {
	case RECORD: case TUPLE: case VARIANT:
		return gen_parts(g, k, depth);
	case ENUM:
		n = rnd(g->r, 8) ? 1 + rnd(g->r, 9) : 250 + rnd(g->r, 20);
		return make(g, k, n, 0);
	case FLAGS:
		return make(g, k, 1 + rnd(g->r, 32), 0);
	case STREAM: case FUTURE:
		return gen_end(g, k, depth);
	case RESULT:
		t = make(g, k, 0, 2);
		t->sub[0] = maybe(g, depth);
		t->sub[1] = maybe(g, depth);
		return t;
	case MAP:
		t = make(g, k, 0, 2);
		t->sub[0] = gen_key(g);
		t->sub[1] = gen_type(g, depth);
		return t;
	default:
		t = make(g, k, k == FIXED ? 1 + rnd(g->r, 4) : 0, 1);
		t->sub[0] = gen_type(g, depth);
		return t;
	}
}

const struct ty *gen_type(struct gen *g, uint32_t depth)
{
	enum kind k;

	do {
		k = (enum kind)rnd(g->r, KINDS);
	} while ((k == BORROW && !g->borrows) ||
		 ((k == OWN || k == STREAM || k == FUTURE ||
		   k == ERROR_CONTEXT) && !g->handles));
	if (k > ERROR_CONTEXT && k != OWN && k != BORROW &&
	    (!depth || !g->nodes))
		k = (enum kind)rnd(g->r, STRING + 1);
	if (g->nodes)
		g->nodes--;
	if (k <= ERROR_CONTEXT || k == OWN || k == BORROW)
		return make(g, k, 0, 0);
	return gen_other(g, k, depth - 1);
}

const struct ty *gen_tuple(struct gen *g, uint32_t n)
{
	n = rnd(g->r, n + 1);
	const struct ty *t = make(g, TUPLE, n, n);

	for (uint32_t k = 0; k < n; k++)
		t->sub[k] = gen_type(g, rnd(g->r, 4));
	return t;
}

/* --- values ------------------------------------------------------------------------ */

static uint64_t noise(struct image *m)
{
	return (uint64_t)rnd(m->r, UINT32_MAX) << 32 ^ rnd(m->r, UINT32_MAX);
}

/* Numbers: small ones, extremes, anything. */
static uint64_t number(struct image *m)
{
	static const uint64_t edge[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff, UINT64_MAX, UINT64_C(1) << 63,
		0x7f800000, 0x7fc00000, 0x7fa00001, 0x7ff0000000000000,
		0x7ff8000000000000, 0x7ff4000000000001,
	};

	return rnd(m->r, 2) ? edge[rnd(m->r, sizeof edge / sizeof *edge)] :
			      noise(m);
}

static uint32_t character(struct image *m, uint32_t most)
{
	static const uint32_t edge[] = { 0, 0x7f, 0x80, 0xff, 0x100, 0x7ff,
					 0x800, 0xd7ff, 0xe000, 0xffff,
					 0x10000, 0x10ffff };
	uint32_t c = rnd(m->r, 3) ? rnd(m->r, most) :
				    edge[rnd(m->r, 12)];

	while (c >= most || (c >= 0xd800 && c < 0xe000))
		c = rnd(m->r, most);
	return c;
}

static uint32_t take(struct image *m, uint32_t size, uint32_t align)
{
	uint32_t p = (m->heap + align - 1) / align * align;

	m->heap = p + size;
	if (m->heap > m->g->size) {	/* nothing fits any more */
		m->heap = m->g->size;
		return 0;
	}
	return p;
}

static void put_char(struct guest *g, char how, uint32_t *p, uint32_t c)
{
	if (how == '1' || (how == '8' && c < 0x80)) {
		cabi_put(g, (*p)++, c, 1);
	} else if (how == '8') {
		int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
		static const uint8_t lead[] = { 0, 0xc0, 0xe0, 0xf0 };
		cabi_put(g, (*p)++, lead[more] | c >> 6 * more, 1);
		while (more-- > 0)
			cabi_put(g, (*p)++, 0x80 | (c >> 6 * more & 0x3f), 1);
	} else if (c < 0x10000) {
		cabi_put(g, *p, c, 2);
		*p += 2;
	} else {
		c -= 0x10000;
		cabi_put(g, *p, (0xd800 | c >> 10) |
				(uint64_t)(0xdc00 | (c & 0x3ff)) << 16, 4);
		*p += 4;
	}
}

/* Pointer and length of a string: mostly ASCII, Latin-1, or anything. */
static void gen_text(struct image *m, uint64_t *ptr, uint64_t *len)
{
	static const uint32_t most[] = { 0x80, 0x100, 0x800, 0x10000,
					 0x110000 };
	uint32_t range = most[rnd(m->r, 5)], n = rnd(m->r, 30);
	char how = m->g->enc == UTF8 ? '8' : m->g->enc == UTF16 ? 'w' :
		   rnd(m->r, 2) ? '1' : 'w';
	uint32_t p = take(m, 4 * n, how == '8' ? 1 : 2), at = p;

	if (!p)
		n = 0;
	for (uint32_t k = 0; k < n; k++)
		put_char(m->g, how, &at, character(m, how == '1' ? 0x100 :
						   rnd(m->r, 4) ? range :
								  0x80));
	*ptr = p;
	*len = how == 'w' ? (at - p) / 2 : at - p;
	if (m->g->enc == LATIN1_UTF16 && how == 'w')
		*len |= TAG;
}

static void gen_list(struct image *m, const struct ty *t, uint64_t *ptr,
		     uint64_t *len)
{
	const struct ty pair = { TUPLE, 2, t->sub };
	const struct ty *e = t->k == MAP ? &pair : t->sub[0];
	uint32_t n = rnd(m->r, 6), size = cabi_size(e);

	if (n > m->budget)
		n = m->budget;
	m->budget -= n;
	uint32_t p = take(m, n * size, cabi_align(e));
	if (!p)
		n = 0;
	for (uint32_t k = 0; k < n; k++)
		gen_store(m, e, p + k * size);
	*ptr = p;
	*len = n;
}

/* Core bits of a scalar, `width` bits of which count. */
static uint64_t gen_scalar(struct image *m, const struct ty *t)
{
	switch (t->k) {
	case BOOL:
		return rnd(m->r, 2) ? number(m) : 0;
	case CHAR:
		return character(m, 0x110000);
	default:
		return number(m);
	}
}

void gen_store(struct image *m, const struct ty *t, uint32_t p)
{
	uint64_t ptr, len;
	uint32_t at = 0, k;

	switch (t->k) {
	case STRING:
	case LIST:
	case MAP:
		if (t->k == STRING)
			gen_text(m, &ptr, &len);
		else
			gen_list(m, t, &ptr, &len);
		cabi_put(m->g, p, ptr, 4);
		cabi_put(m->g, p + 4, len, 4);
		break;
	case FIXED:
		for (k = 0; k < t->n; k++)
			gen_store(m, t->sub[0], p + k * cabi_size(t->sub[0]));
		break;
	case RECORD:
	case TUPLE:
		for (k = 0; k < t->n; k++) {
			uint32_t a = cabi_align(t->sub[k]);
			at = (at + a - 1) / a * a;
			gen_store(m, t->sub[k], p + at);
			at += cabi_size(t->sub[k]);
		}
		break;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		k = rnd(m->r, cabi_cases(t));
		cabi_put(m->g, p, k, cabi_discriminant(cabi_cases(t)));
		if (cabi_case(t, k))
			gen_store(m, cabi_case(t, k), p + cabi_payload(t));
		break;
	default:
		cabi_put(m->g, p, gen_scalar(m, t), cabi_size(t));
	}
}

static void gen_case(struct image *m, const struct ty *t, struct flat **out)
{
	uint8_t whole[FLAT_MAX];
	uint32_t n = cabi_flatten(t, whole), k = rnd(m->r, cabi_cases(t));
	struct flat *first = *out, *end = first + 1;

	first[0] = (struct flat){ 'i', k };
	if (cabi_case(t, k))
		gen_flat(m, cabi_case(t, k), &end);
	for (uint32_t i = 1; i < n; i++) {
		bool free = first + i >= end;
		uint64_t high = noise(m) << 32;
		if (free)
			first[i].v = noise(m);
		else if (whole[i] == 'l' && (first[i].type == 'i' ||
					     first[i].type == 'f'))
			first[i].v = (first[i].v & UINT32_MAX) | high;
		first[i].type = whole[i];
	}
	*out = first + n;
}

void gen_flat(struct image *m, const struct ty *t, struct flat **out)
{
	uint64_t ptr, len;
	uint8_t type[2];

	switch (t->k) {
	case STRING:
	case LIST:
	case MAP:
		if (t->k == STRING)
			gen_text(m, &ptr, &len);
		else
			gen_list(m, t, &ptr, &len);
		*(*out)++ = (struct flat){ 'i', ptr };
		*(*out)++ = (struct flat){ 'i', len };
		break;
	case FIXED:
	case RECORD:
	case TUPLE:
		for (uint32_t k = 0; k < t->n; k++)
			gen_flat(m, t->sub[t->k == FIXED ? 0 : k], out);
		break;
	case VARIANT:
	case ENUM:
	case OPTION:
	case RESULT:
		gen_case(m, t, out);
		break;
	default:
		cabi_flatten(t, type);
		*(*out)++ = (struct flat){ type[0], gen_scalar(m, t) };
	}
}
