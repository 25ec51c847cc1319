/* hd_config.h - pools that hold every scenario of the corpus. */
#define HD_INSTANCES	4
#define HD_HANDLES	96
#define HD_TASKS	64
#define HD_QUEUED	64
#define HD_CHANNELS	64
#define HD_THREADS	16
#define HD_THREAD_SLOTS	48
#define HD_LENDS	32
#define HD_FIBERS	40
#ifdef __arm__
#define HD_FIBER_STACK	3072
#else
#define HD_FIBER_STACK	65536
#endif
