/* exec/enter.h - entering guest code and unwinding out of it. */
#ifndef HD_ENTER_H
#define HD_ENTER_H

#include "config.h"
#include "core/task.h"
#include "port/port.h"

/* The instance whose code is running, or NULL; and where guest code is known to
 * run. */
#if HD_SHORT
static HD_INLINE struct hd_instance *hd_running(void)
{
	return hd_now.task ? hd_now.task->inst : NULL;
}

static HD_INLINE struct hd_instance *hd_here(void)
{
	return hd_now.task->inst;
}
#else
struct hd_instance *hd_running(void);
struct hd_instance *hd_here(void);
#endif

/* The same, trapping CANNOT_LEAVE inside realloc and post-return (task.c). */
struct hd_instance *hd_leaving(void);

/* A new handle of the running instance that names no record (set, error
 * context).  Traps CANNOT_LEAVE, TABLE_FULL. */
uint32_t hd_new_handle(enum hd_kind kind);

struct hd_canon;

/* Host address of n elements of `size` bytes at ptr in the built-in's memory of
 * the running instance (memory.c).
 * Traps  BUFFER_BOUNDS. */
uint8_t *hd_elements(const struct hd_canon *c, uint32_t ptr, uint32_t n,
		     uint32_t size);

/* Calls fn(arg) as thread t, with the fuel, context and instance base of its
 * task in force, and puts back what was in force before: whoever runs a
 * callback - the executor, a second executor at another priority, an RTOS
 * thread - comes through here.  The port's: exec/enter.c is the portable one.
 * Returns false when it trapped: hd_trap_last says how, and t's instance is
 * poisoned. */
bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg);

/* For hd_enter: raises the trap whose kind is the address. */
HD_NORETURN void hd_trap_as(void *kind);

/* Calls the callback of th's task, its implicit thread's, in the same way.
 * Returns what it answered, with bit 32 set; without that bit it trapped. */
uint64_t hd_enter_callback(uint32_t event, uint32_t p1, uint32_t p2,
			   struct hd_thread *th);

/* Leaves the innermost protected call as trapped. */
HD_NORETURN void hd_unwind(void);

#endif
