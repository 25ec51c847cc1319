/* pools.h - read before each file: pools with their sizes, which CBMC does not
 * carry from config.c to files that see them without. */
#define HD_FOLLOWED

/* CBMC has a body of memcpy, and loses a pointer copied byte by byte. */
#include <string.h>
#define __builtin_memcpy(d, s, n) \
	((n) == sizeof(void *) ? \
	 (void)(*(void **)(void *)(d) = *(void *const *)(const void *)(s)) : \
	 (void)memcpy(d, s, n))
#define __builtin_assume_aligned(p, n) (p)

#include "hd_config_default.h"

#include "core/lend.h"
#include "core/pipe.h"
#include "core/ring.h"
#include "core/thread.h"

extern struct hd_slot hd_slots[HD_INSTANCES * (HD_HANDLES + 1)];
extern struct hd_task hd_tasks[HD_TASKS];
extern struct hd_args hd_queued[HD_QUEUED];
extern struct hd_lend hd_lends[HD_LENDS];
extern struct hd_xthread hd_xthreads[HD_THREADS];
extern struct hd_pipe hd_pipes[HD_CHANNELS];
extern struct hd_channel hd_channels[HD_CHANNELS];
