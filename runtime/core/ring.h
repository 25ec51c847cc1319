/* core/ring.h - channels of the pulseengine:async facade.
 *
 * A channel is a byte ring (stream) or a cell (future) with two ends; the host
 * may hold either.  Reads and writes are refused, never blocked; whoever was
 * refused is subscribed and gets one event when it may try again.
 */
#ifndef HD_RING_H
#define HD_RING_H

#include "core/ref.h"

/* Result codes of the facade; a closed set. */
enum hd_code {
	HD_CLOSED = -1,
	HD_INVALID = -2,
	HD_OOM = -3,
	HD_CANCELLED = -4,
	HD_PENDING = -5,
	HD_RUNTIME = -6
};

/* Bytes on their way, whole elements.
 *
 * INV-R1  fill <= capacity and head < capacity (capacity > 0).
 * INV-R2  fill, head and capacity are multiples of elem. */
struct hd_ring {
	uint8_t *data;			/* `capacity` bytes of storage */
	uint32_t capacity;
	uint32_t head;			/* next byte to read */
	uint32_t fill;			/* bytes in the ring */
	uint32_t elem;			/* element or value size in bytes */
};

/* A stream or future of the facade: end[0] reads, end[1] writes. */
struct hd_channel {
	struct hd_channel_end {
		struct hd_waitable w;
	} HD_ALIGNED(8) end[2];
	struct hd_ring ring;
	uint8_t alive;			/* bit k: end k still exists */
	uint8_t guest;			/* bit k: end k is in a guest's table */
	uint8_t subscribed;		/* bit k: end k waits for its event */
	uint8_t cell;			/* a future */
	uint8_t state;			/* enum hd_cell */
};

enum hd_cell { HD_CELL_EMPTY, HD_CELL_FULL, HD_CELL_TAKEN };

/* A free channel with both ends alive and none in a table, or NULL. */
struct hd_channel *hd_channel_new(uint32_t elem, bool cell);

/* Forgets all channels: restarts. */
void hd_channel_reset(void);

/* Puts end k of c into the instance's table.
 * Returns the handle, 0 when the table is full. */
uint32_t hd_channel_give(struct hd_channel *c, struct hd_instance *in,
			 unsigned k);

/* End k ceases to exist: its handle, if a guest has it, and its event go, the
 * peer is told, and the channel is freed when no end is left. */
void hd_channel_drop(struct hd_channel *c, unsigned k);

/* Moves n bytes, a multiple of the element, out of a ring that holds them. */
void hd_ring_take(struct hd_ring *r, uint8_t *dst, uint32_t n);

/* Moves up to n bytes, a multiple of the element, into or out of the ring.
 * Returns the bytes moved. */
uint32_t hd_ring_put(struct hd_ring *r, const uint8_t *src, uint32_t n);
uint32_t hd_ring_get(struct hd_ring *r, uint8_t *dst, uint32_t n);

/* Queues the event of end k when it has subscribed; `always` queues it anyway. */
void hd_channel_notify(struct hd_channel *c, unsigned k, bool always);

/* The application's channels and ring storage (config.c). */
extern struct hd_channel hd_channels[];
extern const uint16_t hd_nchannels;
extern uint8_t hd_ring_storage[];
extern const uint32_t hd_ring_bytes;
extern const uint32_t hd_ring_stride;	/* from one channel's to the next */

/* Guest futures carry one i32: the contract has no type for them. */
#define HD_CELL_BYTES 4

#endif
