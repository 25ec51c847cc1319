/* big_config.h - pools of most runtime tests, in place of the library's. */
#define HD_INSTANCES	4
#define HD_HANDLES	96
#define HD_TASKS	72
#define HD_CHANNELS	72
#define HD_THREADS	8
#define HD_THREAD_SLOTS	16
#define HD_FIBERS	8
#define HD_FIBER_STACK	65536
#include "config.c"
