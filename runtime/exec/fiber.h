/* exec/fiber.h - stacks for threads that block. */
#ifndef HD_FIBER_H
#define HD_FIBER_H

#include "exec/enter.h"

/*
 *   sp       the fiber's stack pointer while it is switched out
 *   resumer  that of whoever resumed it while it runs
 *   frame    its protected calls while it is switched out
 */
struct hd_fiber {
	void *sp;
	void *resumer;
	void *frame;
	struct hd_thread *thread;	/* NULL: in the pool */
	void (*body)(void *);
	uint8_t *stack;
	uint8_t ended;
};

extern struct hd_fiber hd_fibers[];
extern uint8_t hd_fiber_stacks[];
extern const uint16_t hd_nfibers;
extern const uint32_t hd_fiber_bytes;	/* of each stack */

/* The most bytes any fiber has used of its stack, canary included. */
uint32_t hd_fiber_high_water(void);

#endif
