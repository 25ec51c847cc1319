/* ring.c - byte rings and cells under the pulseengine:async facade.
 *
 * INV-R3  an end with pending events is alive and in a guest's table.
 */
#include "core/ring.h"
#include "core/event.h"

/* Freed channels, linked by their reading ends; those from `virgin` on were
 * never taken. */
static struct hd_waitable *free_channels;
static uint32_t virgin;

void hd_channel_reset(void)
{
	free_channels = NULL;
	virgin = 0;
}

struct hd_channel *hd_channel_new(uint32_t elem, bool cell)
{
	struct hd_channel *c = (struct hd_channel *)free_channels;

	if (c)
		free_channels = free_channels->next;
	else if (virgin < hd_nchannels)
		c = &hd_channels[virgin++];
	else
		return NULL;
	*c = (struct hd_channel){ .ring = { .elem = elem }, .alive = 3,
				  .cell = cell };
	return c;
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
	if (c->alive != 0) {
		hd_channel_notify(c, k ^ 1, false);
		return;
	}
	c->end[0].next = free_channels;
	free_channels = &c->end[0];
}

HD_HOT uint32_t hd_ring_put(struct hd_ring *r, const uint8_t *src, uint32_t n)
{
	const uint32_t room = r->capacity - r->fill;
	uint32_t tail = r->head + r->fill;

	if (n > room)
		n = room;
	if (tail >= r->capacity)
		tail -= r->capacity;
	r->fill += n;
	const uint32_t to_end = r->capacity - tail;
	if (HD_UNLIKELY(n > to_end)) {
		hd_copy(r->data, src + to_end, n - to_end);
		hd_copy(r->data + tail, src, to_end);
	} else {
		hd_copy(r->data + tail, src, n);
	}
	return n;
}

HD_HOT uint32_t hd_ring_get(struct hd_ring *r, uint8_t *dst, uint32_t n)
{
	const uint32_t at = r->head, to_end = r->capacity - at;

	if (n > r->fill)
		n = r->fill;
	r->fill -= n;
	if (HD_UNLIKELY(n >= to_end)) {
		r->head = n - to_end;
		hd_copy(dst + to_end, r->data, n - to_end);
		hd_copy(dst, r->data + at, to_end);
	} else {
		r->head = at + n;
		hd_copy(dst, r->data + at, n);
	}
	return n;
}
