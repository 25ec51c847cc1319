/* exec/fiber.h - stacks for threads that block. */
#ifndef HD_FIBER_H
#define HD_FIBER_H

#include "exec/enter.h"

/* At the top of each stack.
 *
 *   sp      the stack pointer of who does not run: the fiber, or whoever
 *           resumed it; NULL before the first use
 *   thread  whose stack it is, or NULL: in the pool
 */
struct hd_fiber {
	void *sp;
	struct hd_thread *thread;
};

extern uint8_t hd_fiber_stacks[];
extern const uint16_t hd_nfibers;
extern const uint32_t hd_fiber_bytes;	/* of each stack, struct hd_fiber included */
extern const uint32_t hd_fiber_room;	/* HD_MULTI: HD_FIBER_ROOM */

/* All fibers are in the pool: restarts. */
void hd_fiber_reset(void);

/* The most bytes any fiber has used of its stack, canary included. */
uint32_t hd_fiber_high_water(void);

#endif
