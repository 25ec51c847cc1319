/* exec/executor.h - executors, where there are several (HD_MULTI).
 *
 * Each instance is bound to one executor, which alone runs its code: callbacks,
 * fibers, destructors.  All else is shared - handle tables, sets, streams,
 * futures, tasks, pools - and touched by one executor at a time (core/entry.h).
 * What an executor has for itself is struct hd_executor.
 *
 * An executor may be the main loop, an interrupt of its own, or a thread of an
 * RTOS.  One of higher priority goes before another anywhere but inside the
 * runtime.  Posting an event, a call or a cancellation to an instance of another
 * executor queues it there and kicks that executor; nothing of it runs here.
 *
 * With one executor (the library without HD_MULTI) none of this is linked, and
 * loop.h is all there is.
 */
#ifndef HD_EXECUTOR_H
#define HD_EXECUTOR_H

#include "core/sched.h"

/* Candidates of its instances.
 *
 *   only     the candidate there is, where there is one (HD_SHORT); it is in no
 *            order then
 *   set, end, event  what hd_tick needs for a short way, or set is NULL: `only`
 *            waits on the set, between callbacks, alone; when that has an event
 *            it is one, of `end`, a stream's
 *   ordered  how many candidates their instances have in order (HD_SHORT)
 *   tickets  the next ticket */
struct hd_ready {
	struct hd_thread *only;
	struct hd_slot *set;
	struct hd_end *end;
	uint32_t event;
	uint32_t ordered;
	uint32_t tickets;
};

/* What an executor has for itself.
 *
 *   queue    the threads of its instances that may be ready
 *   handoff  goes on in place of a thread that suspended in its favour
 *   upcoming  arguments of the callback about to be called
 *   boxes    its mailboxes, bits of hd_mail_ready
 *   timers   those it started, earliest first
 *   limit    hd_now.stack_limit of its stack; 0: code is not checked against one
 *   kick     makes it run (hd_executor_run) soon: sets its interrupt pending,
 *            gives its semaphore.  Called from any executor, inside the runtime,
 *            and from any interrupt; NULL: it looks by itself */
struct hd_executor {
	struct hd_ready queue;
	struct hd_thread *handoff;
	uint32_t upcoming[3];
	uint32_t boxes;
	struct hd_timer *timers;
	uint32_t limit;
	void (*kick)(struct hd_executor *e);
};

struct hd_wall;

/* What was in force before an executor was.
 *
 *   wall       which memories were open (component/wall.h); NULL: all
 *   guard      the port's stack guard; 0: it stays as it is
 *   exception  hd_executor_exception */
struct hd_outer {
	struct hd_executor *self;
	struct hd_now now;
	const struct hd_wall *wall;
	uintptr_t guard;
	uint32_t exception;
};

/* config.c: HD_EXECUTORS of them. */
extern struct hd_executor hd_executors[];
extern const uint8_t hd_nexecutors;

/* hd_instance.executor of what any executor runs: functions of the host. */
#define HD_ANYWHERE	0xff

#ifdef HD_MULTI

/* The number of this executor; 0 outside of any. */
uint32_t hd_executor_here(void);

/* Whose code runs on this processor; outside of any, one that has nothing. */
extern HD_LOCAL struct hd_executor *hd_self;

/* In which exception this executor runs, by the processor's number; 0: a thread, or outside of
 * any.  For handlers of faults: one elsewhere is not its guest's. */
extern HD_LOCAL uint32_t hd_executor_exception;

/* Whether code of `in` may not run here. */
bool hd_elsewhere(const struct hd_instance *in);

/* Whose threads those of `in` are. */
struct hd_executor *hd_executor_of(const struct hd_instance *in);

/* Something of `in` has changed: its executor, unless it is this, looks. */
void hd_kick(const struct hd_instance *in);

#else

static inline uint32_t hd_executor_here(void)
{
	return 0;
}

static inline bool hd_elsewhere(const struct hd_instance *in)
{
	(void)in;
	return false;
}

static inline void hd_kick(const struct hd_instance *in)
{
	(void)in;
}

#endif

/* Binds an instance, of which no task exists yet, to executor k: 0 unless this
 * is called.  Returns false, and changes nothing, when there is no such executor
 * or the instance has tasks.  O(tasks).
 * Context  outside of any executor, or the executor it was bound to. */
bool hd_executor_bind(struct hd_instance *in, uint32_t k);

/* Here is executor k, until hd_executor_end with the same `outer`: functions of
 * loop.h and the host's calls are about its instances.  Strictly nested: an
 * interrupt begins and ends within what it interrupted.  k < hd_nexecutors. */
void hd_executor_begin(uint32_t k, struct hd_outer *outer);
void hd_executor_end(const struct hd_outer *outer);

/* Does what there is to do for executor k, as that executor: for its interrupt
 * handler or thread. */
void hd_executor_run(uint32_t k);

/* Makes executor k look: for interrupts and threads that changed something it
 * does not hear of otherwise (time).  From anywhere. */
void hd_executor_kick(uint32_t k);

/* Where an RTOS switches between threads: *outer becomes what is in force now,
 * and what was in force in `next` is again, with the guard of the stack, which is
 * that of a fiber where the thread runs on one.  A thread that has not run yet has
 * *next all zero, but for next->guard: on Cortex-M HD_BELOW_GUARD above the lowest address of
 * its stack, a multiple of 32 (PSPLIM, or the base of MPU region 1), or 0 where the RTOS
 * sets it.
 * Context  the RTOS's switch, after it has set limits of its own; never while the
 *          runtime is held (hd_port_hold keeps the switch off). */
void hd_executor_switch(struct hd_outer *outer, const struct hd_outer *next);

#endif
