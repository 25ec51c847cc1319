/* hd_config_default.h - pool sizes of an application that asks for nothing.
 *
 * `heddle build` writes an hd_config.h with the sizes its analysis found; a
 * firmware project may write its own.  Each value may be set alone.
 */
#ifndef HD_INSTANCES
#define HD_INSTANCES	1	/* component instances */
#endif
#ifndef HD_HANDLES
#define HD_HANDLES	32	/* handles of each instance, below 4095 */
#endif
#ifndef HD_TASKS
#define HD_TASKS	8	/* calls in progress or undropped */
#endif
#ifndef HD_CHANNELS
#define HD_CHANNELS	8	/* streams and futures, of each dialect in use */
#endif
#ifndef HD_QUEUED
#define HD_QUEUED	4	/* guests' calls that backpressure holds back at
				   a time, of those with arguments */
#endif
#ifndef HD_THREADS
#define HD_THREADS	4	/* explicit threads */
#endif
#ifndef HD_LENDS
#define HD_LENDS	8	/* borrowed arguments of calls in progress */
#endif
#ifndef HD_THREAD_SLOTS
#define HD_THREAD_SLOTS	0	/* thread indices of each instance */
#endif
#ifndef HD_RING
#define HD_RING		256	/* bytes in the ring of a guest's stream */
#endif
#ifndef HD_FIBERS
#define HD_FIBERS	4	/* stacks for tasks that block */
#endif
#ifndef HD_FIBER_STACK
#define HD_FIBER_STACK	1024	/* bytes of each, guard included */
#endif
#ifndef HD_EXECUTORS
#define HD_EXECUTORS	1	/* more need the library libheddle-rt-multi.a
				   (exec/executor.h) */
#endif
#ifndef HD_CEILING
#define HD_CEILING	0x20	/* several executors, Cortex-M: interrupt
				   priority of the most urgent, not 0 */
#endif
#ifndef HD_FIBER_ROOM
#define HD_FIBER_ROOM	0	/* several executors, Cortex-M: bytes that handlers of
				   more urgent interrupts take of an interrupt's
				   fiber, which its guests leave */
#endif
#ifndef HD_FUEL
#define HD_FUEL		0x7fffffff	/* fuel a task starts with */
#endif
#ifndef HD_FUEL_POLICY
#define HD_FUEL_POLICY	0	/* enum hd_fuel_policy: trap */
#endif
