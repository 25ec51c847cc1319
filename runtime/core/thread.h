/* core/thread.h - the pool of explicit threads (config.c). */
#ifndef HD_THREAD_H
#define HD_THREAD_H

#include "core/task.h"

extern struct hd_xthread hd_xthreads[];
extern const uint16_t hd_nxthreads;

#endif
