/* byte_ring.c - the bytes of channels and of host ends.
 *
 * Apart from channels, so that a host's ring brings none along.
 */
#include "core/ring.h"

/* What is a capacity on from the beginning of the storage, at most, is round it. */
static uint32_t wrapped(const struct hd_ring *r, uint32_t at)
{
	return at >= r->capacity ? at - r->capacity : at;
}

/* Moves up to n bytes into the ring or out of it; they may go to the end of the
 * storage and round it. */
static HD_NOINLINE uint32_t move(struct hd_ring *r, uint8_t *other, uint32_t n, bool put)
{
	uint32_t at = r->head, most = r->fill;

	if (put) {
		at = wrapped(r, at + most);
		most = r->capacity - most;
	}
	if (n > most)
		n = most;
	if (put) {
		r->fill += n;
	} else {
		r->fill -= n;
		r->head = wrapped(r, at + n);
	}
	for (uint32_t rest = n; rest;) {
		uint8_t *const here = r->data + at;
		uint32_t part = r->capacity - at;

		if (part > rest)
			part = rest;
		hd_copy(put ? here : other, put ? other : here, part);
		other += part;
		rest -= part;
		at = 0;
	}
	return n;
}

/* hd_ring_take, where the bytes, which are counted already, go round. */
static HD_NOINLINE void take_round(struct hd_ring *r, uint32_t at, uint8_t *dst,
				   uint32_t n)
{
	r->fill += n;
	r->head = at;
	move(r, dst, n, false);
}

HD_HOT void hd_ring_take(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	const uint32_t at = r->head;

	if (!HD_SHORT) {
		move(r, dst, n, false);
		return;
	}
	r->fill -= n;
	r->head = at + n;
	if (HD_UNLIKELY(n >= r->capacity - at))
		take_round(r, at, dst, n);
	else
		hd_copy(dst, r->data + at, n);
}

uint32_t hd_ring_put(struct hd_ring *r, const uint8_t *src, uint32_t n)
{
	return move(r, (uint8_t *)(uintptr_t)src, n, true);
}

uint32_t hd_ring_get(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	return move(r, dst, n, false);
}
