/* exec/callback.h - the executor of instances with a __callback export. */
#ifndef HD_CALLBACK_EXEC_H
#define HD_CALLBACK_EXEC_H

#include "core/task.h"

/* flags of struct hd_instance */
enum {
	HD_INST_EXITED = 1,	/* its callback returned EXIT */
	HD_INST_YIELDED = 2,	/* it returned YIELD: call again with NONE */
	HD_INST_MUTE = 4,	/* it has no callback */
	HD_INST_SET = 8		/* it waits on the set in task->packed */
};

/* Prepares an instance: caller's storage for the record, the handle table
 * (nslots slots, of which slot 0 is not used) and the task that runs its plain
 * exports and its __callback. */
void hd_instance_init(struct hd_instance *in, const struct hd_module *m,
		      struct hd_slot *slots, uint32_t nslots,
		      struct hd_task *task);

/* Runs the module's instantiate function in the instance.
 * Returns false when it trapped (in->trap). */
bool hd_instantiate(struct hd_instance *in);

/* Delivers one queued event to the instance's callback.
 * Returns false when none was queued, the instance is poisoned, has exited or
 * has no callback.  A trap in the callback poisons it and counts as delivery.
 * Context  task level; any executor or thread, one at a time per instance. */
bool hd_deliver(struct hd_instance *in);

/* Calls the callback with an event made by the caller, bypassing the queue.
 * Returns false when it trapped or cannot be called. */
bool hd_callback_call(struct hd_instance *in, uint32_t event, uint32_t p1,
		      uint32_t p2);

#endif
