/* offsets.h - fields that enter.S reads; enter.c asserts them. */
#ifndef HD_CORTEX_OFFSETS_H
#define HD_CORTEX_OFFSETS_H

#define THREAD_TASK	12
#define THREAD_CONTEXT	24
#define TASK_INST	4
#define TASK_FUEL	0	/* then TASK_INST */
#define TASK_LOWER	28
#define LOWER_CALLEE	0
#define LIFT_CALLBACK	4
#define INSTANCE_BASE	16
#define NOW_FRAME	28

#endif
