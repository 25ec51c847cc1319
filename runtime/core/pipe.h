/* core/pipe.h - streams and futures between components.
 *
 * Unbuffered: an operation that finds no peer pins its guest buffer, and the
 * peer copies straight into or out of it.
 */
#ifndef HD_PIPE_H
#define HD_PIPE_H

#include "core/ref.h"

enum hd_copy_result { HD_COMPLETED, HD_DROPPED, HD_CANCELLED_COPY };

/* The two states that are not copying come first, as the results of copies that
 * lead to them. */
enum hd_end_state {
	HD_END_IDLE,
	HD_END_DONE,
	HD_END_SYNC,		/* a thread is blocked on the copy */
	HD_END_ASYNC,
	HD_END_CANCELLING
};

/* Whether a new operation may find no guest on the other side. */
enum hd_alone {
	HD_ALONE_NOT,
	HD_ALONE_GONE,		/* an end has been dropped */
	HD_ALONE_HOST		/* an end is the host's */
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

/* One end.  The host's has no waitable: `host` is in its place. */
struct hd_end {
	HD_EITHER {
		struct hd_waitable w;
		struct hd_host_end *host;	/* host/ring.h */
	};
	uint32_t progress;	/* elements copied; hd_pipe_canon */
} HD_ALIGNED(8);

static inline bool hd_end_copying(const struct hd_end *e)
{
	return e->w.state >= HD_END_SYNC;
}

/* A stream or future: end[0] reads, end[1] writes.
 *
 * At most one buffer is pinned.  `at` is where it begins: memory may grow while
 * it is pinned, but its base never moves (heddle/abi.h).
 *
 * INV-P1  at most one end is `pinned`: its buffer is at, length, canon.
 * INV-P2  a pinned buffer's end is copying (not idle, not done).
 * INV-P3  while `alone`, a new operation finds nothing pinned.
 */
struct hd_pipe {
	const struct hd_elem *elem;
	uint8_t alone : 2;	/* enum hd_alone */
	uint8_t future : 1;
	uint8_t alive;		/* bit k: end k exists; none yet while it is made */
	uint16_t canon;		/* hd_canon.id of who pinned the buffer */
	uint8_t *at;
	uint32_t length;	/* elements of the pinned buffer */
	struct hd_end end[2];
};

/* What the event of an end of a stream says that is not queued any more, and what
 * becomes of the end: hd_copy_event, in line.  A cancellation is never queued. */
static HD_INLINE uint32_t hd_stream_event(struct hd_end *e)
{
	const uint32_t result = e->w.result;

	e->w.pending = e->w.pinned = 0;
	e->w.state = (uint8_t)result;
	return result | e->progress << 4;
}

/* The id of the built-in that copies at end k, for hd_elem.copy: of the pinned
 * end or of the new operation, which makes no progress of its own. */
static inline uint16_t hd_pipe_canon(const struct hd_pipe *p, unsigned k)
{
	return p->end[k].w.pinned ? p->canon : (uint16_t)p->end[k].progress;
}

/* A pipe whose end k is for the host to attach itself to (`host`, `alone`) and
 * whose other end is in the instance's table; NULL when pools or handles are used up. */
struct hd_pipe *hd_pipe_for_host(struct hd_instance *in,
				 const struct hd_elem *elem, unsigned k,
				 bool future);

/* The guest's end e ceases to exist, with its handle; what is left of it, once
 * the host's end k does: its peer hears DROPPED if it waits. */
void hd_pipe_drop(struct hd_end *e);
void hd_pipe_leave(struct hd_pipe *p, unsigned k);

/* Queues the event of e, which will say `result`. */
void hd_pipe_notify(struct hd_end *e, enum hd_copy_result result);

/* Forgets all pipes: restarts. */
void hd_pipe_reset(void);

/* What rendezvous does with a host's end; linked with host/ring.c. */
HD_WEAK int hd_host_rendezvous(struct hd_pipe *p, unsigned k);

extern struct hd_pipe hd_pipes[];
extern const uint16_t hd_npipes;

#endif
