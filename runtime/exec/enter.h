/* exec/enter.h - entering guest code and unwinding out of it. */
#ifndef HD_ENTER_H
#define HD_ENTER_H

#include "config.h"
#include "core/task.h"
#include "port/port.h"

/* One protected call; they nest, innermost first. */
struct hd_frame {
	struct hd_jump jump;
	struct hd_frame *outer;
	struct hd_thread *self;
	struct hd_now saved;
};

/* The innermost protected call on this stack. */
extern struct hd_frame *hd_frames;

/* The instance whose code is running, or NULL. */
static inline struct hd_instance *hd_running(void)
{
	return hd_now.task ? hd_now.task->inst : NULL;
}

/* Calls fn(arg) as thread t, with the fuel, context and instance base of its
 * task in force, and puts back what was in force before.
 * Returns false when it trapped: hd_trap_last says how, and t's instance is
 * poisoned. */
bool hd_enter(struct hd_thread *t, void (*fn)(void *), void *arg);

/* Leaves the innermost protected call as trapped. */
HD_NORETURN void hd_unwind(void);

#endif
