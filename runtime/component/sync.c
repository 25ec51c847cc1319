/* sync.c - built-ins that block, called by tasks that may not.
 *
 * A task whose function type is not async may not block before it returns,
 * unless another thread of its instance can run meanwhile.  The official suite
 * wants that trap before any other, and whether or not the operation would
 * have blocked; the compiler calls these for the synchronous forms.
 */
#include "component/component.h"
#include "core/entry.h"
#include "exec/enter.h"

static void may_block(void)
{
	HD_ENTRY;
	const struct hd_task *t = hd_now.task;

	hd_leaving();
	if (t->lower && (t->lower->callee->flags & HD_LIFT_TYPED))
		return;
	hd_trap_if(t->state != HD_TASK_RESOLVED &&
		   !hd_sched_pick_in(t->inst), HD_TRAP_CANNOT_BLOCK);
}

void hd_sync_call(const struct hd_lower *l, void *args)
{
	may_block();
	hd_call_sync(l, args);
}

uint32_t hd_sync_waitable_set_wait(const struct hd_canon *c, uint32_t set,
				   uint32_t ptr)
{
	may_block();
	return hd_waitable_set_wait(c, set, ptr);
}

#define COPY(name)                                                        \
	uint32_t hd_sync_stream_##name(uint32_t end, uint32_t ptr,        \
				       uint32_t n,                        \
				       const struct hd_canon *c)          \
	{                                                                 \
		may_block();                                              \
		return hd_stream_##name(end, ptr, n, c);                  \
	}                                                                 \
	uint32_t hd_sync_future_##name(uint32_t end, uint32_t ptr,        \
				       const struct hd_canon *c)          \
	{                                                                 \
		may_block();                                              \
		return hd_future_##name(end, ptr, c);                     \
	}
COPY(read)
COPY(write)

#define CANCEL(name)                                                      \
	uint32_t hd_sync_##name(const struct hd_canon *c, uint32_t handle) \
	{                                                                 \
		may_block();                                              \
		return hd_##name(c, handle);                              \
	}
CANCEL(subtask_cancel)
CANCEL(stream_cancel_read)
CANCEL(stream_cancel_write)
CANCEL(future_cancel_read)
CANCEL(future_cancel_write)
