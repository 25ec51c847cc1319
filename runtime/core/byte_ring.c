/* byte_ring.c - the bytes of channels and of host ends.
 *
 * Apart from channels, so that a host's ring brings none along.
 */
#include "core/ring.h"

/* The n bytes from place `at` on, which may go to the end of the storage and
 * round it. */
static HD_NOINLINE void take(struct hd_ring *r, uint32_t at, uint8_t *dst,
			     uint32_t n)
{
	const uint8_t *from = r->data + at;
	const uint32_t last = r->capacity - at;

	if (n >= last) {
		r->head -= r->capacity;
		hd_copy(dst, from, last);
		dst += last;
		from = r->data;
		n -= last;
	}
	hd_copy(dst, from, n);
}

HD_HOT void hd_ring_take(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	const uint32_t at = r->head;

	r->fill -= n;
	r->head = at + n;
	if (!HD_SHORT || HD_UNLIKELY(n >= r->capacity - at))
		take(r, at, dst, n);
	else
		hd_copy(dst, r->data + at, n);
}

uint32_t hd_ring_put(struct hd_ring *r, const uint8_t *src, uint32_t n)
{
	if (n > r->capacity - r->fill)
		n = r->capacity - r->fill;
	uint32_t tail = r->head + r->fill;
	uint32_t rest = n;

	if (tail >= r->capacity)
		tail -= r->capacity;
	r->fill += n;
	const uint32_t last = r->capacity - tail;
	if (rest > last) {
		hd_copy(r->data + tail, src, last);
		src += last;
		tail = 0;
		rest -= last;
	}
	hd_copy(r->data + tail, src, rest);
	return n;
}

HD_NOINLINE uint32_t hd_ring_get(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	if (n > r->fill)
		n = r->fill;
	hd_ring_take(r, dst, n);
	return n;
}
