/* host/script.h - the host's side of pulseengine:async channels.
 *
 * A host binds its ends of streams and futures to an instance, moves bytes,
 * and runs the instance's callback.  Test scripts (corpus/rfc46) and the
 * firmware main are written with these functions only.
 *
 * One instance, from start to end:
 *
 *	static struct hd_instance in;
 *	static struct hd_slot slots[33];
 *	static struct hd_task task;
 *	uint32_t r;
 *
 *	hd_instance_init(&in, hd_app[0], slots, 33, &task);  exec/callback.h
 *	hd_instantiate(&in);
 *	struct hd_channel *c = hd_host_stream(&in, 1, ring, 64, &r, NULL);
 *	hd_host_call(&in, export, args, results);            args[0] = r
 *	hd_host_feed(c, bytes, n);
 *	while (hd_deliver(&in)) ;
 *	if (hd_poisoned(&in)) ... in.trap.kind, .func, .where
 *
 * Script operations map to: new_stream hd_host_stream, new_future
 * hd_host_future, feed hd_host_feed, close hd_host_close, drop_reader
 * hd_host_drop_reader, drain hd_host_drain, resolve hd_host_resolve, abandon
 * hd_host_abandon, take hd_host_take, deliver hd_host_deliver, event
 * hd_callback_call, call hd_host_call.
 *
 * Context  task level, same thread as the executor, never from an interrupt.
 */
#ifndef HD_SCRIPT_H
#define HD_SCRIPT_H

#include "core/ring.h"
#include "exec/callback.h"

/* A stream between host and guest.
 *
 *   elem      element size in bytes, at least 1
 *   ring      `capacity` bytes of storage, the caller's until the channel is
 *             gone; capacity is rounded down to whole elements
 *   r, w      where to put the guest's handles of the readable and writable
 *             end; NULL keeps that end from the guest
 * Returns the channel; NULL when channels or handles are used up. */
struct hd_channel *hd_host_stream(struct hd_instance *in, uint32_t elem,
				  void *ring, uint32_t capacity, uint32_t *r,
				  uint32_t *w);

/* A future of `size` bytes; `cell` holds the value. */
struct hd_channel *hd_host_future(struct hd_instance *in, uint32_t size,
				  void *cell, uint32_t *r, uint32_t *w);

/* Puts bytes into the ring and queues STREAM_READ at the guest's readable end
 * (one event however often it is called before delivery).
 * Returns the bytes accepted, whole elements. */
uint32_t hd_host_feed(struct hd_channel *c, const void *bytes, uint32_t n);

/* Drops the writable end on the host's behalf: after the bytes in the ring the
 * guest reads 0.  Queues STREAM_READ. */
void hd_host_close(struct hd_channel *c);

/* Drops the readable end: the guest's writes give -1.  Queues STREAM_WRITE. */
void hd_host_drop_reader(struct hd_channel *c);

/* Takes up to max bytes the guest wrote; *eof (may be NULL) becomes true when
 * the ring is empty and the guest has dropped its writable end.  Queues
 * STREAM_WRITE if the guest's last write was short and bytes were taken.
 * Returns the bytes taken. */
uint32_t hd_host_drain(struct hd_channel *c, void *to, uint32_t max, bool *eof);

/* Writes the future's value and queues FUTURE_READ.
 * Returns false when it was written before or the reader is gone. */
bool hd_host_resolve(struct hd_channel *c, const void *value);

/* Drops the writable end of a future unwritten; queues FUTURE_READ. */
void hd_host_abandon(struct hd_channel *c);

/* Takes the value the guest wrote, and queues FUTURE_WRITE at its end if that
 * still exists.  Returns false when there is none (yet, or any more). */
bool hd_host_take(struct hd_channel *c, void *to);

/* Drops both ends on the host's behalf, forgetting their events. */
void hd_host_release(struct hd_channel *c);

/* Delivers up to max queued events; stops at a trap.  Returns how many. */
uint32_t hd_host_deliver(struct hd_instance *in, uint32_t max);

/* Events queued and not delivered. */
uint32_t hd_host_queued(const struct hd_instance *in);

/* The exported function of that name, or NULL. */
const struct hd_export *hd_host_export(const struct hd_module *m,
				       const char *name);

/* Calls an export in the instance with its fuel and context in force.
 * args and results hold one value in each 8-byte slot, as raw bits.
 * Returns false when it trapped (in->trap) or the instance is poisoned. */
bool hd_host_call(struct hd_instance *in, const struct hd_export *e,
		  const uint64_t *args, uint64_t *results);

#endif
