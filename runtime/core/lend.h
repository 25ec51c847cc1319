/* core/lend.h - handles lent to calls in progress (config.c). */
#ifndef HD_LEND_H
#define HD_LEND_H

#include "core/core.h"

struct hd_lend {
	hd_ref next;		/* 1 + the next lend of the call, a number; as wide
				   as a pool's link with `handle` */
	uint16_t handle;	/* in the caller's table */
};

extern struct hd_lend hd_lends[];
extern const uint16_t hd_nlends;

/* Forgets all lends: restarts. */
void hd_lends_reset(void);

#endif
