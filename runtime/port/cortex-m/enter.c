/* enter.c - what enter.S relies on. */
#include "exec/enter.h"
#include "port/cortex-m/offsets.h"

struct hd_now hd_now;

_Static_assert(offsetof(struct hd_thread, task) == THREAD_TASK, "enter.S");
_Static_assert(offsetof(struct hd_thread, context) == THREAD_CONTEXT, "enter.S");
_Static_assert(offsetof(struct hd_task, inst) == TASK_INST, "enter.S");
_Static_assert(offsetof(struct hd_task, fuel) == TASK_FUEL, "enter.S");
_Static_assert(TASK_INST == TASK_FUEL + 4, "enter.S");
_Static_assert(offsetof(struct hd_task, lower) == TASK_LOWER, "enter.S");
_Static_assert(offsetof(struct hd_lower, callee) == LOWER_CALLEE, "enter.S");
_Static_assert(offsetof(struct hd_lift, callback) == LIFT_CALLBACK, "enter.S");
_Static_assert(offsetof(struct hd_instance, base) == INSTANCE_BASE, "enter.S");
_Static_assert(offsetof(struct hd_now, frame) == NOW_FRAME, "enter.S");
_Static_assert(sizeof(struct hd_now) == 32, "enter.S");
