/* exec/app.h - the application's instances, from config.c and hd_app. */
#ifndef HD_APP_H
#define HD_APP_H

#include "config.h"

/* Prepares one instance for each module of hd_app, with task k of the pool for
 * instance k, and instantiates them in order; stops at the first trap.
 * Returns the number of instances prepared; the last one is poisoned if it
 * trapped.  More modules than HD_INSTANCES or HD_TASKS trap POOL_FULL. */
uint32_t hd_app_start(void);

#endif
