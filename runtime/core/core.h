/* core.h - objects of the canonical ABI's state machine.
 *
 * Everything is a fixed-size record from a pool or from the caller; a guest
 * names them by index in its instance's handle table.  Only task-level code
 * touches what is declared here; interrupts use host/mailbox.h.
 */
#ifndef HD_CORE_H
#define HD_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heddle/abi.h"
#include "core/cc.h"

#define HD_BLOCKED	0xffffffffu
#define HD_BUFFER_MAX	((1u << 28) - 1)

enum hd_event {
	HD_EVENT_NONE,
	HD_EVENT_SUBTASK,
	HD_EVENT_STREAM_READ,
	HD_EVENT_STREAM_WRITE,
	HD_EVENT_FUTURE_READ,
	HD_EVENT_FUTURE_WRITE,
	HD_EVENT_TASK_CANCELLED
};

/* What an entry of a handle table names.  Kinds from HD_KIND_SUBTASK to
 * HD_KIND_LAST_WAITABLE are waitables: their object starts with one. */
enum hd_kind {
	HD_KIND_FREE,
	HD_KIND_SET,
	HD_KIND_OWN,
	HD_KIND_BORROW,
	HD_KIND_ERROR,
	HD_KIND_THREAD,		/* pulseengine:async thread_new */
	HD_KIND_SUBTASK,
	HD_KIND_STREAM_READ,
	HD_KIND_STREAM_WRITE,
	HD_KIND_FUTURE_READ,
	HD_KIND_FUTURE_WRITE,
	HD_KIND_RING_READ,	/* pulseengine:async byte rings */
	HD_KIND_RING_WRITE,
	HD_KIND_CELL_READ,	/* pulseengine:async futures */
	HD_KIND_CELL_WRITE,
	HD_KIND_LAST_WAITABLE = HD_KIND_CELL_WRITE
};

/* Where the specification's executable reference and its official test suite
 * differ, 0 (the default) follows the suite.  Chosen when the library is
 * compiled, so that an image carries one behaviour:
 *
 *   a copy that is cancelled when it is partly done  COMPLETED | CANCELLED
 *   a call whose callee's lock is held by a ready    stays     | starts when
 *   task                                             STARTING  | that lets go
 *   a call between an instance and its ancestor      allowed   | traps
 *   a callback task while a sync-typed call blocks   goes on   | waits
 *   waitable-set.wait of a set that has an event     suspends  | goes on
 *                                                    (1)         (0)
 */
#ifndef HD_REFERENCE
#define HD_REFERENCE	0
#endif

/* What a pool's record is named by in other records (core/ref.h). */
#if UINTPTR_MAX > UINT32_MAX
typedef void *hd_ref;
#else
typedef uint16_t hd_ref;
#endif

/* Handles of one instance, slot 0 and resource types included: `count`. */
#define HD_HANDLES_MAX	4095

struct hd_lent {
	uint8_t lends, scope;
};

/* Handles of what comes after this in the order of a set (core/order.inc). */
struct hd_link {
	uint16_t child[2];
};

/* One handle.
 *
 * A set is the root of a tree of its members that have an event, of which the
 * one to be delivered is `first`.  Slot 0 is no handle but the set of waitables
 * that joined none.
 *
 *   rep      the representation of a resource
 *   link, first  a place in the tree; of a set: the handle that comes next or 0
 *   obj      the record of a waitable or thread, 0 for other kinds
 *   waiters  the first thread blocked on a set, or 0
 *   lends, scope  of a resource: calls it is lent to; task number + 1 of a
 *            borrow
 *   count    members of a set; type number of a resource
 */
struct hd_slot {
	union {
		uint32_t rep;
		struct hd_link link;
		uint16_t first, next_free;
	} u;
	HD_EITHER {
		hd_ref obj;
		hd_ref waiters;
		struct hd_lent res;
	} v;
	uint16_t count : 12;
	uint16_t kind : 4;		/* enum hd_kind */
};

struct hd_thread;

/* Something with at most one queued event.
 *
 *   order   when it joined its set; in none: when its event was queued
 *   set     the set it has joined, or 0: the instance's own
 *   waiter  while `waited`: the thread blocked on it, and it is in no set
 *   handle  in the table of instance `inst`, or 0: it has none
 *   state   enum hd_end_state or enum hd_subtask_state
 *   result  enum hd_copy_result of an end's queued event; of a subtask: words
 *           of its arguments in a record of their own, or 0
 */
struct hd_waitable {
	uint32_t order;
	HD_EITHER {
		uint16_t set;
		hd_ref waiter;
	} u;
	uint16_t handle;
	uint8_t inst;			/* hd_instance.number, or HD_NOBODY */
	uint8_t pending : 1, pinned : 1;	/* its event; an end's buffer */
	uint8_t waited : 1;
	uint8_t writer : 1;		/* the second end of its pair */
	uint8_t state;
	uint8_t result;
};

#define HD_NOBODY	0xff	/* the host */

/* A handle table; slot 0 is no handle. */
struct hd_table {
	struct hd_slot *slots;
	uint16_t size;			/* slots, slot 0 included */
	uint16_t used;			/* slots ever used; the rest is virgin */
	uint16_t free;			/* last freed slot, 0 ends the list */
};

struct hd_task;

struct hd_instance {
	struct hd_table handles;	/* first: an instance's address is its */
	const struct hd_module *module;
	void *base;			/* --instance=pointer: data; --mpu: wall */
	/* eight bytes that hd_open looks at together */
	uint16_t backpressure;		/* backpressure.inc minus .dec */
	uint16_t entering;		/* tasks waiting to enter */
	uint8_t flag;			/* task_backpressure of pulseengine:async */
	uint8_t no_leave;		/* inside realloc or post-return */
	uint8_t entered;		/* activations on the stack, itself or below */
	uint8_t flags;			/* executor's, HD_INST_POISONED */
	uint8_t number;			/* its place in hd_instances */
	uint8_t priority;		/* its threads run before those of less */
	uint8_t executor;		/* which runs its code (exec/executor.h) */
	struct hd_table *threads;	/* NULL: no thread indices needed */
	struct hd_instance *parent;
	struct hd_task *task;		/* runs __callback and plain exports */
	hd_ref ready[4];		/* its threads that may go on (sched.h) */
	struct hd_task *exclusive;	/* holder of the lock */
	struct hd_trap_info trap;
};

/* Set in `flags` with trap.kind: a poisoned instance. */
#define HD_INST_POISONED 0x80

/* Marks an instance as trapped. */
static inline void hd_poison(struct hd_instance *in, const struct hd_trap_info *why)
{
	in->trap = *why;
	in->flags |= HD_SHORT * HD_INST_POISONED;	/* for hd_open */
}

/* An instance that has trapped never runs again. */
static inline bool hd_poisoned(const struct hd_instance *in)
{
	return in->trap.kind != HD_TRAP_NONE;
}

/* Whether a call may enter at once, apart from ancestors: nobody is inside, no
 * lock, no backpressure, no thread table, not poisoned. */
static HD_INLINE bool hd_open(const struct hd_instance *in)
{
	const HD_WORD *door = (const HD_WORD *)(const void *)
		((const char *)in + offsetof(struct hd_instance, backpressure));

	/* the last byte is flags, of which one counts (little-endian) */
	return (door[0] | (door[1] & ~((HD_INST_POISONED - 1u) << 24))) == 0 &&
	       !in->exclusive && !in->threads;
}

/* Raises `kind` in the running instance; nothing has changed before. */
HD_NORETURN void hd_trap(enum hd_trap_kind kind);

/* Raises the trap of the site whose stub called; ret is the address after its
 * BL.  Of a kind of its own when there is no such site.  hd_trap_site
 * (assembly) calls it. */
HD_NORETURN void hd_trap_from(uintptr_t ret, enum hd_trap_kind otherwise);

static HD_INLINE void hd_trap_if(bool cond, enum hd_trap_kind kind)
{
	if (HD_UNLIKELY(cond))
		hd_trap(kind);
}

/* --- table.c ------------------------------------------------------------ */

/* Puts an object (or NULL) into a table, reusing the slot freed last.  As a
 * set it has no events.
 * Returns the handle, or 0 when the table is full. */
uint32_t hd_table_put(struct hd_table *t, enum hd_kind kind, void *obj);

/* The slot of handle h, or NULL when h names nothing. */
struct hd_slot *hd_table_slot(const struct hd_table *t, uint32_t h);

/* The same.
 * Traps  BAD_HANDLE instead of returning NULL. */
struct hd_slot *hd_table_live(const struct hd_table *t, uint32_t h);

/* The slot of handle h, which must be of `kind`.
 * Traps  BAD_HANDLE, HANDLE_TYPE. */
struct hd_slot *hd_table_check(const struct hd_table *t, uint32_t h, enum hd_kind kind);

/* The object of handle h, which must be of `kind`.
 * Traps  BAD_HANDLE, HANDLE_TYPE. */
void *hd_table_get(const struct hd_table *t, uint32_t h, enum hd_kind kind);

/* Frees handle h, which must be live. */
void hd_table_free(struct hd_table *t, uint32_t h);

/* --- waitable.c --------------------------------------------------------- */

/* Gives w, which has none and is in no set, a handle in the instance's table.
 * Returns it, or 0 when the table is full. */
uint32_t hd_waitable_give(struct hd_waitable *w, struct hd_instance *in, enum hd_kind kind);

/* Queues w's event unless one is. */
void hd_waitable_post(struct hd_waitable *w);

/* Takes w's event out of its queue; w->pending becomes false. */
void hd_waitable_unpost(struct hd_waitable *w);

/* Moves w, whose handle is in the instance's table, into a set, or out of any set
 * when 0.  A queued event goes along. */
void hd_waitable_join(const struct hd_instance *in, struct hd_waitable *w, uint32_t set);

/* w leaves its set, forgets its event and gives up its handle. */
void hd_waitable_drop(struct hd_waitable *w);

/* Takes the first event of a set that has one.  p[0] becomes the handle, p[1] the
 * payload, which is computed now.  Returns the event code. */
uint32_t hd_event_take(const struct hd_instance *in, uint32_t set, uint32_t *p);

/* Forgets who joined when: restarts. */
void hd_waitable_reset(void);

/* --- memory.c ----------------------------------------------------------- */

/* Host address of [ptr, ptr + len) in memory `mem` of the instance, or NULL
 * when the memory does not exist or the range leaves it. */
static HD_INLINE uint8_t *hd_range(const struct hd_instance *in, uint32_t mem,
				   uint32_t ptr, uint32_t len)
{
	if (HD_UNLIKELY(mem >= in->module->nmemories))
		return NULL;
	const struct hd_memory *m = &in->module->memories[mem];
	const uint32_t size = *m->size;
	if (HD_UNLIKELY(ptr > size || len > size - ptr))
		return NULL;
	return m->base + ptr;
}

/* The same, out of line. */
uint8_t *hd_guest_range(const struct hd_instance *in, uint32_t mem, uint32_t ptr, uint32_t len);

/* Copies n bytes; the ranges may overlap. */
void hd_copy(void *dst, const void *src, size_t n);

/* --- trap.c ------------------------------------------------------------- */

/* The trap that ended the latest protected call. */
extern struct hd_trap_info hd_trap_last;

/* Wasm function index of the compiled function holding code address pc, or
 * UINT32_MAX when that is not known. */
uint32_t hd_trap_function(uintptr_t pc);

#endif
