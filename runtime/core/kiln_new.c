/* kiln_new.c - streams and futures made by the guest.
 *
 * Apart from kiln.c so that the ring storage is linked only where a guest
 * makes channels of its own.
 */
#include "core/kiln.h"
#include "core/entry.h"
#include "core/ring.h"
#include "exec/enter.h"

static uint64_t make(bool cell)
{
	struct hd_channel *c = hd_channel_new(cell ? HD_CELL_BYTES : 1, cell);
	struct hd_instance *in = hd_here();

	if (!c)
		return (uint32_t)HD_OOM;
	c->ring.data = hd_ring_storage +
		       (uint32_t)(c - hd_channels) * hd_ring_stride;
	c->ring.capacity = hd_ring_bytes;
	const uint32_t r = hd_channel_give(c, in, 0);
	const uint32_t w = r ? hd_channel_give(c, in, 1) : 0;
	if (w == 0) {
		hd_channel_drop(c, 0);
		hd_channel_drop(c, 1);
		return (uint32_t)HD_OOM;
	}
	return r | (uint64_t)w << 32;
}

uint64_t kiln_builtins_stream_new(void)
{
	HD_ENTRY;
	return make(false);
}

uint64_t kiln_builtins_future_new(void)
{
	HD_ENTRY;
	return make(true);
}
