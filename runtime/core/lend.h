/* core/lend.h - handles lent to calls in progress (config.c). */
#ifndef HD_LEND_H
#define HD_LEND_H

#include <stdint.h>

struct hd_resource;

struct hd_lend {
	uint16_t next;		/* 1 + the next lend of the call */
	uint16_t handle;	/* in the caller's table; 0: free */
};

extern struct hd_lend hd_lends[];
extern const uint16_t hd_nlends;

#endif
