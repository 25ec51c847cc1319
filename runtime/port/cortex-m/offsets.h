/* offsets.h - fields that enter.S reads; enter.c asserts them. */
#ifndef HD_CORTEX_OFFSETS_H
#define HD_CORTEX_OFFSETS_H

#define THREAD_TASK	16
#define THREAD_CONTEXT	28
#define TASK_INST	0
#define TASK_FUEL	4
#define INSTANCE_BASE	4
#define NOW_FRAME	28

#endif
