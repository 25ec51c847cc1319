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

/* One handle.  Resources live in the slot itself: `rep` is the representation
 * (own) and the other fields count lends and name the borrowing task. */
struct hd_slot {
	union {
		void *obj;
		uintptr_t rep;
		uintptr_t next_free;
	} u;
	uint8_t kind;
	uint8_t type;		/* resource type number */
	uint8_t lends;
	uint8_t scope;		/* task number + 1 of a borrow */
};

/* Where the specification's executable reference and its official test suite
 * differ, 0 (the default) follows the suite:
 *
 *   a copy that is cancelled when it is partly done  COMPLETED | CANCELLED
 *   a call whose callee's lock is held by a ready    stays     | starts when
 *   task                                             STARTING  | that lets go
 *   a call between an instance and its ancestor      allowed   | traps
 *   a callback task while a sync-typed call blocks   goes on   | waits
 *   waitable-set.wait of a set that has an event     suspends  | goes on
 *                                                    (1)         (0)
 */
extern const uint8_t hd_reference;

struct hd_set;
struct hd_thread;

/* Something with at most one queued event.
 *
 *   next, prev  links in the queue of `set`, or of the instance, while queued
 *   set         the set it has joined, or NULL
 *   order       when it joined: sets deliver the earliest-joined first
 *   waiter      the thread blocked on it synchronously, or NULL
 */
struct hd_waitable {
	struct hd_waitable *next, *prev;
	struct hd_set *set;
	struct hd_thread *waiter;
	struct hd_instance *inst;
	uint32_t order;
	uint16_t handle;
	uint8_t event;		/* enum hd_event it reports */
	uint8_t pending;
};

/* A queue of waitables with events; sorted by join order, or first come first
 * served in an instance's own queue (`fifo`). */
struct hd_set {
	union {
		struct hd_waitable *head;
		struct hd_set *next_free;	/* in the pool */
	};
	struct hd_waitable *tail;
	struct hd_thread *waiters;	/* blocked on this set */
	uint32_t order;			/* next join number */
	uint16_t members;
	unsigned waiting : 14;		/* config.c bounds the threads */
	bool fifo : 1;
	bool used : 1;			/* taken from the pool */
};

/* A handle table; slot 0 is never used. */
struct hd_table {
	struct hd_slot *slots;
	uint16_t size;			/* slots, slot 0 included */
	uint16_t used;			/* slots ever used; the rest is virgin */
	uint16_t free;			/* last freed slot, 0 ends the list */
};

struct hd_task;

struct hd_instance {
	const struct hd_module *module;
	void *base;			/* for --instance=pointer */
	struct hd_instance *parent;
	struct hd_table handles;
	struct hd_table threads;	/* size 0: no thread indices needed */
	uint16_t backpressure;		/* backpressure.inc minus .dec */
	uint16_t entering;		/* tasks waiting to enter */
	uint8_t flag;			/* task_backpressure of pulseengine:async */
	uint8_t number;
	uint8_t no_leave;		/* inside realloc or post-return */
	uint8_t entered;		/* activations on the stack, itself or below */
	uint8_t flags;			/* executor's */
	uint8_t priority;		/* its threads run before those of less */
	struct hd_task *exclusive;	/* holder of the lock */
	struct hd_task *task;		/* runs __callback and plain exports */
	struct hd_thread *parked;	/* ready but for the lock or backpressure */
	struct hd_set events;		/* events of waitables in no set */
	struct hd_trap_info trap;
};

/* Set in `flags` with trap.kind: a poisoned instance. */
#define HD_INST_POISONED 0x80

/* Marks an instance as trapped. */
static inline void hd_poison(struct hd_instance *in,
			     const struct hd_trap_info *why)
{
	in->trap = *why;
	in->flags |= HD_INST_POISONED;
}

/* An instance that has trapped never runs again. */
static inline bool hd_poisoned(const struct hd_instance *in)
{
	return in->trap.kind != HD_TRAP_NONE;
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

/* Puts an object into a table, reusing the slot freed last.
 * Returns the handle, or 0 when the table is full. */
uint32_t hd_table_put(struct hd_table *t, enum hd_kind kind, void *obj);

/* The slot of handle h, or NULL when h names nothing. */
struct hd_slot *hd_table_slot(const struct hd_table *t, uint32_t h);

/* The object of handle h, which must be of `kind`.
 * Traps  BAD_HANDLE, HANDLE_TYPE. */
void *hd_table_get(const struct hd_table *t, uint32_t h, enum hd_kind kind);

/* Frees handle h, which must be live. */
void hd_table_free(struct hd_table *t, uint32_t h);

/* --- waitable.c --------------------------------------------------------- */

void hd_waitable_init(struct hd_waitable *w, struct hd_instance *in,
		      uint32_t handle, enum hd_event event);

/* Queues w's event unless one is queued already. O(queued before it in join
 * order, from the back). */
void hd_waitable_post(struct hd_waitable *w);

/* Takes w's event out of its queue; w->pending becomes false. */
void hd_waitable_unpost(struct hd_waitable *w);

/* Moves w into set s, or out of any set when s is NULL.  A queued event goes
 * along. */
void hd_waitable_join(struct hd_waitable *w, struct hd_set *s);

/* Ends w's life: leaves its set and forgets its event. */
void hd_waitable_drop(struct hd_waitable *w);

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
uint8_t *hd_guest_range(const struct hd_instance *in, uint32_t mem,
			uint32_t ptr, uint32_t len);

/* Copies n bytes; the ranges may overlap. */
void hd_copy(void *dst, const void *src, size_t n);

/* --- trap.c ------------------------------------------------------------- */

/* The trap that ended the latest protected call. */
extern struct hd_trap_info hd_trap_last;

/* Wasm function index of the compiled function holding code address pc, or
 * UINT32_MAX. */
uint32_t hd_trap_function(uintptr_t pc);

#endif
