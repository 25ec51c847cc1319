/* text.c - strings: the cases of load_string_from_range and
 * store_string_into_range, one function each. */
#include "cabi.h"

#include <string.h>

static void trap_if(struct cabi *c, bool x)
{
	if (x)
		cabi_trap(c);
}

/* One character; the bytes used, 0 when there is none. */
static uint32_t decode_utf8(const uint8_t *s, uint32_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t more = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 :
			s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;

	if (!more || more > n)
		return 0;
	*c = more == 1 ? s[0] : s[0] & (0x7fu >> more);
	for (uint32_t k = 1; k < more; k++) {
		if ((s[k] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[k] & 0x3f);
	}
	if (*c < least[more] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return more;
}

static uint32_t decode_utf16(const uint8_t *s, uint32_t n, uint32_t *c)
{
	uint32_t low;

	*c = s[0] | (uint32_t)s[1] << 8;
	if (*c < 0xd800 || *c > 0xdfff)
		return 2;
	if (*c > 0xdbff || n < 4)
		return 0;
	low = s[2] | (uint32_t)s[3] << 8;
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
	return 4;
}

struct val cabi_load_text(struct cabi *c, const struct guest *g, uint32_t p,
			    uint32_t units)
{
	bool wide = g->enc == UTF16 || (g->enc == LATIN1_UTF16 && units & TAG);
	bool latin1 = g->enc == LATIN1_UTF16 && !wide;
	uint64_t bytes = g->enc == UTF16 ? 2 * (uint64_t)units :
			 wide ? 2 * (uint64_t)(units ^ TAG) : units;
	struct val v = { .hint = g->enc, .units = units };

	trap_if(c, bytes > CABI_LIMIT);
	trap_if(c, g->enc != UTF8 && p % 2);
	cabi_in_bounds(c, g, p, bytes);
	v.text = arena_array(c->arena, uint32_t, bytes + 1);
	for (uint32_t k = 0, used; k < bytes; k += used) {
		const uint8_t *s = g->mem + p + k;
		uint32_t left = (uint32_t)bytes - k;
		used = 1;
		if (latin1)
			v.text[v.n] = *s;
		else
			used = wide ? decode_utf16(s, left, &v.text[v.n]) :
				      decode_utf8(s, left, &v.text[v.n]);
		trap_if(c, !used);
		v.n++;
	}
	return v;
}

/* The whole string in an encoding ('8', 'w'ide or '1'); its bytes. */
static uint32_t encode(const struct val *v, char how, uint8_t *out)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < v->n; k++) {
		uint32_t c = v->text[k];
		if (how == '1' || (how == '8' && c < 0x80)) {
			out[n++] = (uint8_t)c;
		} else if (how == '8') {
			uint32_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
			out[n++] = (uint8_t)((0xffu << (7 - more)) |
					     c >> 6 * more);
			while (more--)
				out[n++] = (uint8_t)(0x80 |
						     (c >> 6 * more & 0x3f));
		} else {
			uint32_t pair[2] = { c, 0 };
			if (c > 0xffff) {
				pair[0] = 0xd800 + ((c - 0x10000) >> 10);
				pair[1] = 0xdc00 + (c & 0x3ff);
			}
			for (uint32_t i = 0; i <= (c > 0xffff); i++) {
				out[n++] = (uint8_t)pair[i];
				out[n++] = (uint8_t)(pair[i] >> 8);
			}
		}
	}
	return n;
}


static struct cabi_range text_copy(struct cabi *c, struct guest *g,
			      const struct val *v, uint32_t units,
			      uint32_t size, uint32_t align, char how)
{
	uint32_t p = GROW(0, 0, align, size * units, align);

	encode(v, how, g->mem + p);
	return (struct cabi_range){ p, units };
}

static struct cabi_range text_to_utf8(struct cabi *c, struct guest *g,
				 const struct val *v, uint32_t units,
				 uint32_t worst)
{
	uint8_t *all = arena_alloc(c->arena, 4 * (size_t)v->n + 1);
	uint32_t n = encode(v, '8', all), p = GROW(0, 0, 1, units, 1);

	for (uint32_t k = 0; k < v->n; k++) {
		if (v->text[k] < 0x80) {
			g->mem[p + k] = (uint8_t)v->text[k];
			continue;
		}
		p = GROW(p, units, 1, worst, 1);
		memcpy(g->mem + p + k, all + k, n - k);
		if (worst > n)
			p = GROW(p, worst, 1, n, 1);
		return (struct cabi_range){ p, n };
	}
	return (struct cabi_range){ p, units };
}

static struct cabi_range text_to_utf16(struct cabi *c, struct guest *g,
				  const struct val *v, uint32_t units)
{
	uint32_t p = GROW(0, 0, 2, 2 * units, 2);
	uint32_t n = encode(v, 'w', g->mem + p);

	if (n < 2 * units)
		p = GROW(p, 2 * units, 2, n, 2);
	return (struct cabi_range){ p, n / 2 };
}

static struct cabi_range text_to_latin1(struct cabi *c, struct guest *g,
				   const struct val *v, uint32_t units)
{
	uint8_t *all = arena_alloc(c->arena, 4 * (size_t)v->n + 1);
	uint32_t n = encode(v, 'w', all), p = GROW(0, 0, 2, units, 2), k;

	for (k = 0; k < v->n; k++) {
		if (v->text[k] < 0x100) {
			g->mem[p + k] = (uint8_t)v->text[k];
			continue;
		}
		p = GROW(p, units, 2, 2 * units, 2);
		for (uint32_t j = k; j-- > 0;) {
			g->mem[p + 2 * j] = g->mem[p + j];
			g->mem[p + 2 * j + 1] = 0;
		}
		memcpy(g->mem + p + 2 * k, all + 2 * k, n - 2 * k);
		if (2 * units > n)
			p = GROW(p, 2 * units, 2, n, 2);
		return (struct cabi_range){ p, n / 2 | TAG };
	}
	if (k < units)
		p = GROW(p, units, 2, k, 2);
	return (struct cabi_range){ p, k };
}

static struct cabi_range text_narrow(struct cabi *c, struct guest *g,
				const struct val *v, uint32_t units)
{
	uint32_t p = GROW(0, 0, 2, 2 * units, 2);

	encode(v, 'w', g->mem + p);
	for (uint32_t k = 0; k < v->n; k++)
		if (v->text[k] >= 0x100)
			return (struct cabi_range){ p, units | TAG };
	for (uint32_t k = 0; k < units; k++)
		g->mem[p + k] = g->mem[p + 2 * k];
	p = GROW(p, 2 * units, 1, units, 1);
	return (struct cabi_range){ p, units };
}

struct cabi_range cabi_store_text(struct cabi *c, struct guest *g,
			       const struct val *v)
{
	uint32_t units = v->units;
	char from = v->hint == UTF8 ? '8' : v->hint == UTF16 ? 'w' : '1';

	if (v->hint == LATIN1_UTF16 && units & TAG) {
		from = 'w';
		units ^= TAG;
	}
	if (g->enc == UTF8)
		return from == '8' ? text_copy(c, g, v, units, 1, 1, '8') :
		       text_to_utf8(c, g, v, units,
				    units * (from == 'w' ? 3 : 2));
	if (g->enc == UTF16)
		return from == '8' ? text_to_utf16(c, g, v, units) :
				     text_copy(c, g, v, units, 2, 2, 'w');
	if (v->hint != LATIN1_UTF16)
		return text_to_latin1(c, g, v, units);
	return from == '1' ? text_copy(c, g, v, units, 1, 2, '1') :
			     text_narrow(c, g, v, units);
}
