/* core/task.h - tasks and subtasks.
 *
 * A task is one call of a lifted function.  When the caller is a guest that
 * did not see the call resolve at once, the caller's view of it is a subtask:
 * a waitable in the caller's table.  Both live in one record, which goes back
 * to the pool when the callee has ended and the caller has dropped its handle.
 */
#ifndef HD_TASK_H
#define HD_TASK_H

#include "core/sched.h"

enum hd_task_state {
	HD_TASK_INITIAL,
	HD_TASK_PENDING_CANCEL,
	HD_TASK_CANCEL_DELIVERED,
	HD_TASK_RESOLVED
};

struct hd_task {
	struct hd_thread main;		/* the implicit thread, first */
	struct hd_instance *inst;
	int32_t fuel;
	uint32_t packed;		/* latest callback result */
	uint32_t result[4];		/* task_return of pulseengine:async */
	uint8_t state;			/* enum hd_task_state */
	uint8_t live;
};

#endif
