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

#include "core/ring.h"
#include "core/task.h"
#include "config.h"

const uint16_t hd_ninstances = HD_INSTANCES;
const uint16_t hd_nhandles = HD_HANDLES + 1;
const uint16_t hd_ntasks = HD_TASKS;
const uint16_t hd_nchannels = HD_CHANNELS;
const uint32_t hd_ring_bytes = HD_RING;
const int32_t hd_fuel = HD_FUEL;

struct hd_instance hd_instances[HD_INSTANCES];
struct hd_slot hd_slots[HD_INSTANCES * (HD_HANDLES + 1)];
struct hd_task hd_tasks[HD_TASKS];
struct hd_channel hd_channels[HD_CHANNELS];
HD_ALIGNED(8) uint8_t hd_ring_storage[HD_CHANNELS * HD_RING];
