/* call_worker.c - a function that returns at once. */
#include "guest.h"

IMPORT("[export]demo:call/sum", "[task-return]add") void return_add(u32 v);

EXPORT("[async-lift]demo:call/sum#add") u32 add(u32 a, u32 b)
{
	return_add(a + b);
	return EXIT;
}

EXPORT("[callback][async-lift]demo:call/sum#add") u32 add_cb(u32 event, u32 end, u32 code)
{
	(void)event, (void)end, (void)code;
	CHECK(0);
	return EXIT;
}
