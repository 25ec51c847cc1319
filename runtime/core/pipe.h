/* core/pipe.h - streams and futures between components.
 *
 * Unbuffered: an operation that finds no peer pins its guest buffer, and the
 * peer copies straight into or out of it.
 */
#ifndef HD_PIPE_H
#define HD_PIPE_H

#include "core/core.h"

enum hd_copy_result { HD_COMPLETED, HD_DROPPED, HD_CANCELLED_COPY };

/* The two states that are not copying have their low bits clear. */
enum hd_end_state {
	HD_END_IDLE,
	HD_END_SYNC,		/* a thread is blocked on the copy */
	HD_END_ASYNC,
	HD_END_CANCELLING,
	HD_END_DONE
};

struct hd_pipe;

/* An element type, in flash; equal pointers are equal types.
 *
 *   size    bytes in memory; 0 for streams without an element
 *   plain   number or nothing: may be copied within one instance
 *   copy    for types whose bytes are not enough: lifts n elements at src
 *           out of the writer (p->end[1]) and lowers them into the reader
 *           (p->end[0]); NULL copies bytes
 */
struct hd_elem {
	uint16_t size;
	uint8_t align;
	uint8_t plain;
	void (*copy)(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		     uint32_t n);
	const void *type;	/* for copy */
};

/* One end.  `canon` is the id of the built-in that copies, for elem->copy.
 * `at` is where its guest's buffer begins: memory may grow while the
 * buffer is pinned, but its base never moves (heddle/abi.h). */
struct hd_end {
	struct hd_waitable w;	/* first */
	uint8_t *at;
	uint32_t length;	/* elements */
	uint32_t progress;	/* elements copied */
	uint8_t state;		/* enum hd_end_state */
	uint8_t result;		/* enum hd_copy_result of the queued event */
	uint16_t canon;
};

static inline bool hd_end_copying(const struct hd_end *e)
{
	return (e->state & 3) != 0;
}

/* A stream or future: end[0] reads, end[1] writes.
 *
 * INV-P1  pending is 0, or 1 + the end whose buffer is pinned.
 * INV-P2  a pinned buffer's end is copying (not idle, not done).
 * INV-P3  while `alone`, a new operation finds nothing pinned.
 */
struct hd_pipe {
	struct hd_end end[2];
	const struct hd_elem *elem;
	struct hd_host_end *host;	/* the host holds an end (host/ring.h) */
	uint8_t pending;
	uint8_t alone;		/* an end is gone, or the host's */
	uint8_t alive;		/* bit k: end k exists; 0: in the pool */
	uint8_t future;
};

/* A pipe whose end k is the host's and whose other end is in the instance's
 * table; NULL when pools or handles are used up. */
struct hd_pipe *hd_pipe_for_host(struct hd_instance *in,
				 const struct hd_elem *elem, unsigned k,
				 bool future);

/* Returns a pipe without ends to the pool; forgets all of them (restarts). */
void hd_pipe_free(struct hd_pipe *p);
void hd_pipe_reset(void);

/* What rendezvous does with a host's end; linked with host/ring.c. */
HD_WEAK int hd_host_rendezvous(struct hd_pipe *p, unsigned k);

extern struct hd_pipe hd_pipes[];
extern const uint16_t hd_npipes;

#endif
