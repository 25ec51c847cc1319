/* ring.c - channels of the pulseengine:async facade.
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
