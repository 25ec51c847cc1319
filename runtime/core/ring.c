/* ring.c - byte rings and cells under the pulseengine:async facade.
 *
 * INV-R1  fill <= capacity and head < capacity (capacity > 0).
 * INV-R2  fill is a multiple of elem.
 * INV-R3  an end with pending events is alive and in a guest's table.
 */
#include "core/ring.h"
#include "core/event.h"

struct hd_channel *hd_channel_new(uint32_t elem, bool cell)
{
	for (uint32_t i = 0; i < hd_nchannels; i++) {
		struct hd_channel *c = &hd_channels[i];

		if (c->used)
			continue;
		*c = (struct hd_channel){ .elem = (uint16_t)elem, .alive = 3,
					  .cell = cell, .used = true };
		return c;
	}
	return NULL;
}

uint32_t hd_channel_give(struct hd_channel *c, struct hd_instance *in,
			 unsigned k)
{
	const unsigned first = c->cell ? HD_KIND_CELL_READ : HD_KIND_RING_READ;
	const unsigned event = (c->cell ? HD_EVENT_FUTURE_READ :
				HD_EVENT_STREAM_READ) + k;
	const uint32_t h = hd_table_put(&in->handles, (enum hd_kind)(first + k),
					&c->end[k]);

	if (h == 0)
		return 0;
	hd_waitable_init(&c->end[k], in, h,
			 (enum hd_event)(event | HD_EVENT_RING));
	c->guest |= (uint8_t)(1u << k);
	return h;
}

void hd_channel_notify(struct hd_channel *c, unsigned k, bool always)
{
	const uint8_t bit = (uint8_t)(1u << k);

	if (!(c->guest & bit) || !(always || (c->subscribed & bit)))
		return;
	c->subscribed &= (uint8_t)~bit;
	hd_waitable_post(&c->end[k]);
}

void hd_channel_drop(struct hd_channel *c, unsigned k)
{
	const uint8_t bit = (uint8_t)(1u << k);

	if (c->guest & bit) {
		hd_waitable_drop(&c->end[k]);
		hd_table_free(&c->end[k].inst->handles, c->end[k].handle);
	}
	c->alive &= (uint8_t)~bit;
	c->guest &= (uint8_t)~bit;
	if (c->alive == 0)
		c->used = false;
	else
		hd_channel_notify(c, k ^ 1, false);
}

uint32_t hd_ring_put(struct hd_channel *c, const uint8_t *src, uint32_t n)
{
	const uint32_t room = c->capacity - c->fill;
	uint32_t tail = c->head + c->fill;

	if (n > room)
		n = room;
	if (c->elem > 1)
		n -= n % c->elem;
	if (tail >= c->capacity)
		tail -= c->capacity;
	const uint32_t first = n < c->capacity - tail ? n : c->capacity - tail;
	hd_copy(c->data + tail, src, first);
	if (n > first)
		hd_copy(c->data, src + first, n - first);
	c->fill += n;
	return n;
}

uint32_t hd_ring_get(struct hd_channel *c, uint8_t *dst, uint32_t n)
{
	if (n > c->fill)
		n = c->fill;
	if (c->elem > 1)
		n -= n % c->elem;
	const uint32_t to_end = c->capacity - c->head;
	const uint32_t first = n < to_end ? n : to_end;
	hd_copy(dst, c->data + c->head, first);
	if (n > first)
		hd_copy(dst + first, c->data, n - first);
	c->head = n < to_end ? c->head + n : n - to_end;
	c->fill -= n;
	return n;
}
