/* peek_sched.c - exec/sched.c and its queue. */
#include "exec/sched.c"
#include "peek.h"

struct hd_thread *peek_candidates(void)
{
	if (!hd_queue.head)
		hd_queue.tail = NULL;	/* means nothing */
	return hd_queue.head;
}

uint32_t *peek_tickets(void)
{
	return &hd_queue.tickets;
}
