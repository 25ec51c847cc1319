/* core/set.h - the pool of waitable sets (config.c). */
#ifndef HD_SET_H
#define HD_SET_H

#include "core/core.h"

/* Forgets all sets: restarts. */
void hd_set_reset(void);

extern struct hd_set hd_sets[];
extern const uint16_t hd_nsets;

#endif
