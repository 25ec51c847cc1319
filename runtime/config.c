/* config.c - the storage of one application.
 *
 * Compiled with the application and the only place where pool sizes appear:
 * the library is built once and reaches its pools through these names.  Each
 * pool is an object of its own, so the linker drops those nothing uses.
 */
#if defined(__has_include)
#if __has_include("hd_config.h")
#include "hd_config.h"
#endif
#endif
#include "hd_config_default.h"

#include "core/lend.h"
#include "core/pipe.h"
#include "core/cc.h"
#include "core/ring.h"
#include "core/thread.h"
#include "exec/executor.h"
#include "exec/fiber.h"
#include "exec/fuel.h"
#include "config.h"

_Static_assert(HD_INSTANCES < HD_NOBODY, "hd_waitable.inst");
_Static_assert(HD_HANDLES < HD_HANDLES_MAX, "hd_slot.count");
_Static_assert(HD_FIBER_STACK % 32 == 0, "guards are regions of 32 bytes");
_Static_assert(HD_FIBER_ROOM < HD_FIBER_STACK, "what is left of a fiber's stack");
_Static_assert(HD_EXECUTORS > 0 && HD_EXECUTORS < HD_ANYWHERE &&
	       HD_CEILING > 0 && HD_CEILING < 256, "executors");
_Static_assert(HD_QUEUED < 255, "hd_waitable.result");
_Static_assert(HD_LENDS < 256, "hd_task.lends");

/* A future of the facade keeps its value where a stream has its ring. */
#define RING_STRIDE (HD_RING < HD_CELL_BYTES ? HD_CELL_BYTES : HD_RING)

const uint16_t hd_ninstances = HD_INSTANCES;
const uint16_t hd_nhandles = HD_HANDLES + 1;
const uint16_t hd_ntasks = HD_TASKS;
const uint16_t hd_nchannels = HD_CHANNELS;
const uint32_t hd_ring_bytes = HD_RING;
const uint32_t hd_ring_stride = RING_STRIDE;
/* heddle build --fuel N brings its own. */
HD_WEAK const int32_t hd_fuel = HD_FUEL;
const uint8_t hd_fuel_policy = HD_FUEL_POLICY;

const uint16_t hd_npipes = HD_CHANNELS;
const uint8_t hd_nqueued = HD_QUEUED;
const uint16_t hd_nxthreads = HD_THREADS;
const uint16_t hd_nlends = HD_LENDS;
const uint16_t hd_nfibers = HD_FIBERS;
const uint32_t hd_fiber_bytes = HD_FIBER_STACK;

#if HD_EXECUTORS > 1 || defined(HD_MULTI)
const uint8_t hd_nexecutors = HD_EXECUTORS;
extern const uint8_t hd_ceiling;	/* port/cortex-m/hold.c */
const uint8_t hd_ceiling = HD_CEILING;
const uint32_t hd_fiber_room = HD_FIBER_ROOM;
struct hd_executor hd_executors[HD_EXECUTORS];
#endif

struct hd_slot hd_slots[HD_INSTANCES * (HD_HANDLES + 1)];
struct hd_args hd_queued[HD_QUEUED];
struct hd_lend hd_lends[HD_LENDS];

struct hd_instance *hd_instance_at[HD_INSTANCES];

/* What hd_ref names is near hd_instances, in whichever direction compilers
 * lay objects out. */
struct hd_xthread hd_xthreads[HD_THREADS];
struct hd_task hd_tasks[HD_TASKS];
HD_ALIGNED(8) struct hd_instance hd_instances[HD_INSTANCES];
struct hd_pipe hd_pipes[HD_CHANNELS];
struct hd_channel hd_channels[HD_CHANNELS];

#if HD_THREAD_SLOTS > 0
const uint16_t hd_nthreads = HD_THREAD_SLOTS;
struct hd_slot hd_thread_slots[HD_INSTANCES * (HD_THREAD_SLOTS + 1)];
struct hd_table hd_thread_tables[HD_INSTANCES];
#endif
HD_ALIGNED(8) uint8_t hd_ring_storage[HD_CHANNELS * RING_STRIDE];
HD_ALIGNED(32) uint8_t hd_fiber_stacks[HD_FIBERS * HD_FIBER_STACK];
