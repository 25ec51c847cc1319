/* ring.c - byte rings and cells under the pulseengine:async facade.
 *
 * INV-R3  an end with pending events is alive and in a guest's table.
 */
#include "core/ring.h"
#include "core/pool.h"

static struct hd_pool channels;

void hd_channel_reset(void)
{
	channels = (struct hd_pool){ 0 };
}

struct hd_channel *hd_channel_new(uint32_t elem, bool cell)
{
	struct hd_channel *c = hd_pool_take(&channels, hd_channels, sizeof *c,
					    hd_nchannels);

	if (c) {
		c->ring.elem = elem;
		c->alive = 3;
		c->cell = cell;
	}
	return c;
}

uint32_t hd_channel_give(struct hd_channel *c, struct hd_instance *in,
			 unsigned k)
{
	const unsigned first = c->cell ? HD_KIND_CELL_READ : HD_KIND_RING_READ;
	const uint32_t h = hd_waitable_give(&c->end[k].w, in,
					    (enum hd_kind)(first + k));

	if (h != 0)
		c->guest |= (uint8_t)(1u << k);
	return h;
}

void hd_channel_notify(struct hd_channel *c, unsigned k, bool always)
{
	const uint8_t bit = (uint8_t)(1u << k);

	if (!(c->guest & bit) || !(always || (c->subscribed & bit)))
		return;
	c->subscribed &= (uint8_t)~bit;
	hd_waitable_post(&c->end[k].w);
}

void hd_channel_drop(struct hd_channel *c, unsigned k)
{
	const uint8_t bit = (uint8_t)(1u << k);

	if (c->guest & bit)
		hd_waitable_drop(&c->end[k].w);
	c->alive &= (uint8_t)~bit;
	c->guest &= (uint8_t)~bit;
	if (c->alive != 0) {
		hd_channel_notify(c, k ^ 1, false);
		return;
	}
	hd_pool_give(&channels, c);
}

/* The part up to the end of the storage, and the rest from its beginning: n
 * bytes to p, or -n from there. */
static HD_NOINLINE void wrapped(const struct hd_ring *r, uint32_t at,
				uint8_t *p, int32_t n)
{
	const uint32_t first = r->capacity - at;
	uint8_t *const end = r->data + at;
	const bool put = n < 0;

	hd_copy(put ? r->data : p + first, put ? p + first : r->data,
		(uint32_t)(put ? -n : n) - first);
	hd_copy(put ? end : p, put ? p : end, first);
}

void hd_ring_give(struct hd_ring *r, const uint8_t *src, uint32_t n)
{
	uint32_t tail = r->head + r->fill;

	if (tail >= r->capacity)
		tail -= r->capacity;
	r->fill += n;
	if (HD_UNLIKELY(n > r->capacity - tail))
		wrapped(r, tail, (uint8_t *)(uintptr_t)src, -(int32_t)n);
	else
		hd_copy(r->data + tail, src, n);
}

HD_HOT void hd_ring_take(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	const uint32_t at = r->head;

	r->fill -= n;
	r->head = at + n;
	if (HD_UNLIKELY(n >= r->capacity - at)) {
		r->head -= r->capacity;
		wrapped(r, at, dst, (int32_t)n);
	} else {
		hd_copy(dst, r->data + at, n);
	}
}

uint32_t hd_ring_put(struct hd_ring *r, const uint8_t *src, uint32_t n)
{
	if (n > r->capacity - r->fill)
		n = r->capacity - r->fill;
	hd_ring_give(r, src, n);
	return n;
}

uint32_t hd_ring_get(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	if (n > r->fill)
		n = r->fill;
	hd_ring_take(r, dst, n);
	return n;
}
