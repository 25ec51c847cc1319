/* host/ring.h - typed rings between host code and streams.
 *
 * Elements have a size and an alignment; counts are in elements.  Each
 * direction comes in three forms: try (one element), batch (as many as fit),
 * and zero-copy (reserve a contiguous part of the ring, fill or read it in
 * place, commit).  Context: task level.
 */
#ifndef HD_HOST_RING_H
#define HD_HOST_RING_H

#include <stdbool.h>

#include "core/pipe.h"
#include "core/ring.h"

/* The host's end of a component stream or future.  `k` is the end the host
 * holds: 0 reads what a guest writes, 1 writes what a guest reads. */
struct hd_host_end {
	struct hd_ring ring;
	struct hd_pipe *pipe;
	uint8_t k;
	uint8_t closed;		/* the host has dropped its end */
};

/* Makes a stream (or future) of which the host holds end k, with the other
 * end in the instance's table as *handle.
 *
 *   storage   `n` elements, aligned to the element; the caller's until both
 *             ends are dropped
 * Returns false when pools or handles are used up, or storage is misaligned. */
bool hd_host_stream_init(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, unsigned k, void *storage,
			 uint32_t n, uint32_t *handle);
bool hd_host_future_init(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, unsigned k, void *storage,
			 uint32_t *handle);

/* Takes a readable end that a guest gave to the host (in hd_call.done, in a
 * host function) out of the instance's table: the host reads from now on.
 * Returns false when storage is misaligned or the elements are not mere bytes.
 * Traps  what hd_lift_pipe traps with: in guest context only. */
bool hd_host_stream_take(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, uint32_t handle,
			 void *storage, uint32_t n);
bool hd_host_future_take(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, uint32_t handle,
			 void *storage);

/* Elements the guest can still be given (k = 1), or that wait for the host
 * (k = 0). */
uint32_t hd_host_room(const struct hd_host_end *h);
uint32_t hd_host_count(const struct hd_host_end *h);

/* Writes up to n elements towards the guest.  Returns how many; 0 also when
 * the guest has dropped its end (hd_host_gone). */
uint32_t hd_host_write(struct hd_host_end *h, const void *from, uint32_t n);

/* Reads up to n elements the guest wrote.  Returns how many. */
uint32_t hd_host_read(struct hd_host_end *h, void *to, uint32_t n);

/* One element or none. */
bool hd_host_put(struct hd_host_end *h, const void *element);
bool hd_host_get(struct hd_host_end *h, void *element);

/* The largest contiguous part that may be filled (k = 1) or read (k = 0);
 * *n becomes its length in elements.  commit makes the first n of it count. */
void *hd_host_reserve(struct hd_host_end *h, uint32_t *n);
void hd_host_commit(struct hd_host_end *h, uint32_t n);

/* Whether the guest has dropped its end. */
bool hd_host_gone(const struct hd_host_end *h);

/* Drops the host's end: the guest reads what is left, then DROPPED. */
void hd_host_end_drop(struct hd_host_end *h);

#endif
