/* config.h - the application's pools, defined by config.c. */
#ifndef HD_CONFIG_H
#define HD_CONFIG_H

#include "core/task.h"

extern const uint16_t hd_ninstances;
extern const uint16_t hd_nhandles;	/* slots of an instance, with slot 0 */
extern const uint16_t hd_ntasks;
extern const int32_t hd_fuel;

extern struct hd_instance hd_instances[];
extern struct hd_task hd_tasks[];
extern struct hd_slot hd_slots[];	/* hd_nhandles for each instance */

#endif
