/* kiln.c - streams and futures of the pulseengine:async facade. */
#include "core/kiln.h"
#include "core/entry.h"
#include "core/ring.h"
#include "exec/enter.h"

/* The channel whose end of `kind` is h; false when there is none. */
static HD_INLINE bool channel(uint32_t h, enum hd_kind kind,
			      struct hd_channel **c)
{
	const struct hd_table *t = &hd_here()->handles;
	const struct hd_slot *s = &t->slots[h];

	if (HD_UNLIKELY(h > t->used || s->kind != kind))
		return false;
	/* ends alternate, so a writing end is the second of its channel */
	struct hd_channel_end *e = hd_at(s->v.obj);
	if (kind == HD_KIND_RING_WRITE || kind == HD_KIND_CELL_WRITE)
		e--;
	*c = (struct hd_channel *)e;
	return true;
}

/* Checks a buffer against the channel's element.
 * Traps  BUFFER_BOUNDS, BUFFER_ALIGN, BUFFER_LENGTH. */
static HD_NOINLINE void check_elements(uint32_t elem, uint32_t ptr,
				       uint32_t len)
{
	const uint32_t align = elem & (0u - elem);

	hd_trap_if(ptr & (align - 1), HD_TRAP_BUFFER_ALIGN);
	hd_trap_if(len % elem != 0, HD_TRAP_BUFFER_LENGTH);
}

static HD_INLINE uint8_t *buffer(const struct hd_channel *c, uint32_t mem,
				 uint32_t ptr, uint32_t len)
{
	const struct hd_module *m = hd_here()->module;

	hd_trap_if(mem >= m->nmemories, HD_TRAP_BUFFER_BOUNDS);
	const uint32_t size = *m->memories[mem].size;
	hd_trap_if(ptr > size || len > size - ptr, HD_TRAP_BUFFER_BOUNDS);
	if (c->ring.elem > 1)
		check_elements(c->ring.elem, ptr, len);
	return m->memories[mem].base + ptr;
}

HD_HOT int32_t kiln_builtins_stream_read(uint32_t h, uint32_t ptr, uint32_t len,
				  uint32_t mem)
{
	HD_ENTRY;
	struct hd_channel *c;

	if (!channel(h, HD_KIND_RING_READ, &c))
		return HD_INVALID;
	uint8_t *p = buffer(c, mem, ptr, len);
	const uint32_t n = len < c->ring.fill ? len : c->ring.fill;
	if (HD_UNLIKELY(n == 0)) {
		if (c->ring.fill > 0)
			return HD_PENDING;
		if (!(c->alive & 2))
			return 0;
		c->subscribed |= 1;
		return HD_PENDING;
	}
	hd_ring_take(&c->ring, p, n);
	if (c->subscribed & 2)
		hd_channel_notify(c, 1, false);
	return (int32_t)n;
}

HD_HOT int32_t kiln_builtins_stream_write(uint32_t h, uint32_t ptr,
					  uint32_t len, uint32_t mem)
{
	HD_ENTRY;
	struct hd_channel *c;

	if (!channel(h, HD_KIND_RING_WRITE, &c))
		return HD_INVALID;
	const uint8_t *p = buffer(c, mem, ptr, len);
	if (!(c->alive & 1))
		return HD_CLOSED;
	const uint32_t n = hd_ring_put(&c->ring, p, len);
	if (n < len)
		c->subscribed |= 2;
	else
		c->subscribed &= (uint8_t)~2u;
	if (n > 0)
		hd_channel_notify(c, 0, false);
	return (int32_t)n;
}

int32_t kiln_builtins_future_read(uint32_t h, uint32_t ptr, uint32_t mem)
{
	HD_ENTRY;
	struct hd_channel *c;

	if (!channel(h, HD_KIND_CELL_READ, &c))
		return HD_INVALID;
	uint8_t *p = buffer(c, mem, ptr, c->ring.elem);
	if (c->state == HD_CELL_FULL) {
		hd_copy(p, c->ring.data, c->ring.elem);
		c->state = HD_CELL_TAKEN;
		hd_channel_notify(c, 1, false);
		return 1;
	}
	if (c->state == HD_CELL_TAKEN || !(c->alive & 2))
		return HD_CLOSED;
	c->subscribed |= 1;
	return 0;
}

int32_t kiln_builtins_future_write(uint32_t h, uint32_t ptr, uint32_t mem)
{
	HD_ENTRY;
	struct hd_channel *c;

	if (!channel(h, HD_KIND_CELL_WRITE, &c))
		return HD_INVALID;
	const uint8_t *p = buffer(c, mem, ptr, c->ring.elem);
	if (c->state != HD_CELL_EMPTY || !(c->alive & 1))
		return HD_CLOSED;
	hd_copy(c->ring.data, p, c->ring.elem);
	c->state = HD_CELL_FULL;
	c->subscribed |= 2;	/* who wrote hears of the reading */
	hd_channel_notify(c, 0, false);
	return 1;
}

static HD_NOINLINE int32_t cancel(uint32_t h, enum hd_kind kind, unsigned k)
{
	const uint8_t bit = (uint8_t)(1u << k);
	struct hd_channel *c;

	if (!channel(h, kind, &c))
		return HD_INVALID;
	const bool was = (c->subscribed & bit) != 0 || c->end[k].w.pending;
	c->subscribed &= (uint8_t)~bit;
	hd_waitable_unpost(&c->end[k].w);
	return was;
}

int32_t kiln_builtins_stream_cancel_read(uint32_t h)
{
	HD_ENTRY;
	return cancel(h, HD_KIND_RING_READ, 0);
}

int32_t kiln_builtins_stream_cancel_write(uint32_t h)
{
	HD_ENTRY;
	return cancel(h, HD_KIND_RING_WRITE, 1);
}

int32_t kiln_builtins_future_cancel_read(uint32_t h)
{
	HD_ENTRY;
	return cancel(h, HD_KIND_CELL_READ, 0);
}

int32_t kiln_builtins_future_cancel_write(uint32_t h)
{
	HD_ENTRY;
	return cancel(h, HD_KIND_CELL_WRITE, 1);
}

static HD_NOINLINE void drop(uint32_t h, enum hd_kind kind, unsigned k)
{
	struct hd_channel *c;

	if (channel(h, kind, &c))
		hd_channel_drop(c, k);
}

void kiln_builtins_stream_drop_readable(uint32_t h)
{
	HD_ENTRY;
	drop(h, HD_KIND_RING_READ, 0);
}

void kiln_builtins_stream_drop_writable(uint32_t h)
{
	HD_ENTRY;
	drop(h, HD_KIND_RING_WRITE, 1);
}

void kiln_builtins_future_drop_readable(uint32_t h)
{
	HD_ENTRY;
	drop(h, HD_KIND_CELL_READ, 0);
}

void kiln_builtins_future_drop_writable(uint32_t h)
{
	HD_ENTRY;
	drop(h, HD_KIND_CELL_WRITE, 1);
}
