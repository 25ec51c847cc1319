/* hold.c - several executors: inside the runtime, BASEPRI keeps out interrupts
 * up to the priority of the highest executor, and with them the switch of an
 * RTOS.  More urgent ones go on as ever: they call hd_mailbox_put alone. */
#include "port/port.h"

/* config.c: HD_CEILING. */
extern const uint8_t hd_ceiling;

bool hd_port_hold(bool on)
{
	const uint32_t level = on ? hd_ceiling : 0;
	uint32_t before;

	__asm__ volatile("mrs %0, basepri" : "=r"(before) :: "memory");
	__asm__ volatile("msr basepri, %0\n\tisb" :: "r"(level) : "memory");
	return before != 0;
}
