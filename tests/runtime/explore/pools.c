/* pools.c - the pools of all worlds. */
#define HD_INSTANCES	2
#define HD_HANDLES	4
#define HD_TASKS	2
#define HD_CHANNELS	2
#define HD_QUEUED	2
#define HD_THREADS	1
#define HD_LENDS	2
#define HD_RING		2
#define HD_FIBERS	1
#define HD_FIBER_STACK	1024
#include "config.c"
