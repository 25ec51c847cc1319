/* heddle/bind.h - what headers made by `heddle bind` are built on.
 *
 * Values of C lie in structs of C; these functions put them into a guest's
 * memory as the canonical ABI has them, and get them out.  Strings are UTF-8
 * on the C side whatever the guest uses.  What a result holds in memory of
 * its own (strings, lists) is copied into storage that the caller gives:
 *
 *	static uint8_t space[1024];
 *	struct hd_bump b = { space, sizeof space, 0 };
 *
 * Context: task level, inside hd_call.lower, hd_call.done or a host function.
 */
#ifndef HEDDLE_BIND_H
#define HEDDLE_BIND_H

#include <string.h>

#include "heddle/component.h"
#include "heddle/wave.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8 text, n bytes. */
struct hd_text {
	const char *at;
	uint32_t n;
};

/* Storage that is used from the front. */
struct hd_bump {
	uint8_t *at;
	uint32_t size, used;
};

/* n bytes, aligned; NULL when b is NULL or full. */
static inline void *hd_bump_take(struct hd_bump *b, uint32_t align, uint32_t n)
{
	uint32_t at;

	if (!b)
		return NULL;
	at = (uint32_t)((0u - (uintptr_t)(b->at + b->used)) & (align - 1u));
	if (at > b->size - b->used || n > b->size - b->used - at)
		return NULL;
	b->used += at + n;
	return b->at + b->used - n;
}

/* Of zero-terminated text; string.h may have no such functions in firmware. */
static inline uint32_t hd_bind_length(const char *s)
{
	uint32_t n = 0;

	while (s[n])
		n++;
	return n;
}

static inline bool hd_bind_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* The text of a string literal or C string. */
static inline struct hd_text hd_text(const char *s)
{
	struct hd_text t;

	t.at = s;
	t.n = hd_bind_length(s);
	return t;
}

/* Little-endian numbers of n bytes. */
static inline void hd_bind_put(uint8_t *to, uint64_t v, uint32_t n)
{
	for (; n--; v >>= 8)
		*to++ = (uint8_t)v;
}

static inline uint64_t hd_bind_get(const uint8_t *from, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | from[n];
	return v;
}

static inline uint64_t hd_bind_f32_bits(float f)
{
	uint32_t v;

	memcpy(&v, &f, sizeof v);
	return v;
}

static inline uint64_t hd_bind_f64_bits(double f)
{
	uint64_t v;

	memcpy(&v, &f, sizeof v);
	return v;
}

static inline float hd_bind_f32(uint64_t bits)
{
	uint32_t v = (uint32_t)bits;
	float f;

	memcpy(&f, &v, sizeof f);
	return f;
}

static inline double hd_bind_f64(uint64_t bits)
{
	double f;

	memcpy(&f, &bits, sizeof f);
	return f;
}

/* n elements of `size` bytes in new memory of the guest, whose address and
 * number go to `to`; their host address, NULL when n is 0. */
static inline uint8_t *hd_bind_put_list(const struct hd_options *o,
					uint8_t *to, uint32_t align,
					uint32_t size, uint32_t n)
{
	uint32_t p = hd_component_realloc(o, align, n * size);

	hd_bind_put(to, p, 4);
	hd_bind_put(to + 4, n, 4);
	return n ? (uint8_t *)hd_component_memory(o, p, n * size) : NULL;
}

/* The elements of the list at `from`; false when it is out of bounds. */
static inline bool hd_bind_get_list(const struct hd_options *o,
				    const uint8_t *from, uint32_t size,
				    const uint8_t **at, uint32_t *n)
{
	*n = (uint32_t)hd_bind_get(from + 4, 4);
	*at = NULL;
	if (!*n)
		return true;
	if (size && *n > ((1u << 28) - 1) / size)
		return false;
	*at = (const uint8_t *)hd_component_memory(
		o, (uint32_t)hd_bind_get(from, 4), *n * size);
	return *at != NULL;
}

/* --- text -------------------------------------------------------------------- */

/* The character at s[0..n), malformed ones as U+FFFD; the bytes it takes. */
static inline uint32_t hd_bind_utf8(const uint8_t *s, uint32_t n, uint32_t *c)
{
	const uint32_t more = *s < 0x80 ? 0u : *s < 0xc2 ? 4u :
			      *s < 0xe0 ? 1u : *s < 0xf0 ? 2u :
			      *s < 0xf5 ? 3u : 4u;

	*c = 0xfffd;
	if (more == 4 || more >= n)
		return 1;
	uint32_t v = more ? *s & (0x3fu >> more) : *s;
	for (uint32_t k = 1; k <= more; k++) {
		if ((s[k] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (s[k] & 0x3fu);
	}
	if (v > 0x10ffff || (v >> 11) == 0x1b || (more == 2 && v < 0x800) ||
	    (more == 3 && v < 0x10000))
		return 1;
	*c = v;
	return more + 1;
}

/* Writes text in the guest's encoding; address and length go to `to`. */
static inline void hd_bind_put_text(const struct hd_options *o,
				    struct hd_text t, uint8_t *to)
{
	const uint8_t *s = (const uint8_t *)t.at;
	uint32_t units = 0, bytes = 0, c = 0;
	bool latin1 = true;

	for (uint32_t k = 0; k < t.n;) {
		k += hd_bind_utf8(s + k, t.n - k, &c);
		latin1 = latin1 && c < 0x100;
		units += c < 0x10000 ? 1u : 2u;
		bytes += c < 0x80 ? 1u : c < 0x800 ? 2u : c < 0x10000 ? 3u :
									4u;
	}
	latin1 = latin1 && o->encoding == HD_LATIN1_UTF16;
	const bool wide = o->encoding != HD_UTF8 && !latin1;
	uint8_t *p = hd_bind_put_list(o, to, o->encoding == HD_UTF8 ? 1 : 2,
				      wide ? 2 : 1,
				      o->encoding == HD_UTF8 ? bytes : units);
	if (wide && o->encoding == HD_LATIN1_UTF16)
		hd_bind_put(to + 4, units | 0x80000000u, 4);
	for (uint32_t k = 0; p && k < t.n;) {
		k += hd_bind_utf8(s + k, t.n - k, &c);
		if (latin1) {
			*p++ = (uint8_t)c;
		} else if (wide && c < 0x10000) {
			hd_bind_put(p, c, 2);
			p += 2;
		} else if (wide) {
			c -= 0x10000;
			hd_bind_put(p, (0xd800u | c >> 10) |
				    (0xdc00u | (c & 0x3ff)) << 16, 4);
			p += 4;
		} else {
			const uint32_t more = c < 0x80 ? 0u : c < 0x800 ? 1u :
					      c < 0x10000 ? 2u : 3u;
			*p++ = (uint8_t)(more ? 0xf80u >> more | c >> 6 * more :
						c);
			for (uint32_t i = more; i-- > 0;)
				*p++ = (uint8_t)(0x80u | (c >> 6 * i & 0x3f));
		}
	}
}

/* Copies text out of the guest as UTF-8. */
static inline bool hd_bind_get_text(const struct hd_options *o,
				    const uint8_t *from, struct hd_text *t,
				    struct hd_bump *b)
{
	uint8_t head[8];
	const uint8_t *s;
	uint32_t n, c, used = 0;

	memcpy(head, from, sizeof head);
	const bool wide = o->encoding == HD_UTF16 ||
			  (o->encoding == HD_LATIN1_UTF16 && head[7] >> 7);
	if (o->encoding == HD_LATIN1_UTF16)
		head[7] &= 0x7f;
	if (!hd_bind_get_list(o, head, wide ? 2 : 1, &s, &n))
		return false;
	const uint32_t most = n * (o->encoding == HD_UTF8 ? 1u : wide ? 3u :
								       2u);
	uint8_t *to = (uint8_t *)hd_bump_take(b, 1, most);
	if (!to)
		return false;
	for (uint32_t k = 0; k < n; k++) {
		c = wide ? (uint32_t)hd_bind_get(s + 2 * k, 2) : s[k];
		if (o->encoding == HD_UTF8) {
			to[used++] = (uint8_t)c;
			continue;
		}
		if (wide && (c >> 10) == 0x36 && k + 1 < n)
			c = 0x10000 + ((c & 0x3ff) << 10 |
				       (uint32_t)(hd_bind_get(s + 2 * ++k, 2) &
						  0x3ff));
		const uint32_t more = c < 0x80 ? 0u : c < 0x800 ? 1u :
				      c < 0x10000 ? 2u : 3u;
		to[used++] = (uint8_t)(more ? 0xf80u >> more | c >> 6 * more :
					      c);
		for (uint32_t i = more; i-- > 0;)
			to[used++] = (uint8_t)(0x80u | (c >> 6 * i & 0x3f));
	}
	b->used -= most - used;		/* what was reserved too much */
	t->at = (const char *)to;
	t->n = used;
	return true;
}

/* The import of that name; it must be one that is called. */
static inline const struct hd_component_func *
hd_bind_import(const struct hd_component *c, const char *interface,
	       const char *name)
{
	uint32_t k = 0;

	while (k + 1 < c->nimports &&
	       !(hd_bind_same(c->imports[k].interface, interface) &&
		 hd_bind_same(c->imports[k].name, name)))
		k++;
	return &c->imports[k];
}

/* --- words -------------------------------------------------------------------- */

/* Core types of the parameters of a function; 17 when there are more. */
static inline uint32_t hd_bind_flat(const struct hd_component_func *f)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < f->nparams; k++) {
		if (!f->param[k].type->flat)
			return 17;
		n += hd_bind_length(f->param[k].type->flat);
	}
	return n;
}

/* Passes the tuple of parameters at m, laid out by the canonical ABI. */
static inline void hd_bind_pass(struct hd_call *c, const uint8_t *m,
				uint32_t size, uint32_t align)
{
	const struct hd_component_func *f = c->func;
	uint32_t at = 0, offset = 0;

	if (hd_bind_flat(f) > 16) {
		c->flat[0] = hd_component_realloc(&f->options, align, size);
		memcpy(hd_component_memory(&f->options, c->flat[0], size), m,
		       size);
		return;
	}
	for (uint32_t k = 0; k < f->nparams; k++) {
		const struct hd_type *t = f->param[k].type;
		offset = (offset + t->align - 1u) & ~(t->align - 1u);
		at += hd_wave_flatten(t, m + offset, c->flat + at);
		offset += t->size;
	}
}

/* The result of a call in the layout of memory: in place, or unpacked into
 * `space` (as large as the type); NULL when it is out of bounds. */
static inline const uint8_t *hd_bind_result(const struct hd_component_func *f,
					    const uint32_t *words,
					    uint8_t *space)
{
	const struct hd_type *t = f->result;

	if (!t->flat || hd_bind_length(t->flat) != hd_bind_length(f->returns))
		return (const uint8_t *)hd_component_memory(&f->options,
							    words[0], t->size);
	hd_wave_unflatten(t, words, space);
	return space;
}

/* The arguments a guest passed to a host function, as a tuple. */
static inline const uint8_t *hd_bind_args(const struct hd_host_call *c,
					  uint8_t *space, uint32_t size)
{
	const struct hd_component_func *f = c->func;
	uint32_t at = 0, offset = 0;

	if (hd_bind_flat(f) > 16)
		return (const uint8_t *)hd_component_memory(&f->options,
							    c->words[0], size);
	for (uint32_t k = 0; k < f->nparams; k++) {
		const struct hd_type *t = f->param[k].type;
		offset = (offset + t->align - 1u) & ~(t->align - 1u);
		at += hd_wave_unflatten(t, c->words + at, space + offset);
		offset += t->size;
	}
	return space;
}

/* Answers with a result that lies at m as the canonical ABI has it. */
static inline void hd_bind_answer(const struct hd_host_call *c,
				  const uint8_t *m)
{
	const struct hd_type *t = c->func->result;
	uint32_t words[32];

	if (c->pointer) {
		uint8_t *to = (uint8_t *)hd_component_memory(
			&c->func->options, c->pointer, t->size);
		if (to)
			memcpy(to, m, t->size);
		hd_host_return(c, NULL);
		return;
	}
	hd_wave_flatten(t, m, words);
	hd_host_return(c, words);
}

#ifdef __cplusplus
}
#endif
#endif
