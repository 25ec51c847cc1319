/* call_driver.c - asynchronous calls of a function that returns at once. */
#include "guest.h"

IMPORT("demo:call/sum", "[async-lower]add") u32 add(u32 a, u32 b, u32 *result);
IMPORT("[export]$root", "[task-return]run") void return_run(u32 v);

EXPORT("[async-lift]run") u32 run(u32 n)
{
	u32 sum = 0;

	for (u32 k = 0; k < n; k++) {
		u32 code = add(sum, k, &sum);
		CHECK((code & 15) == RETURNED);
	}
	return_run(sum);
	return EXIT;
}

EXPORT("[callback][async-lift]run") u32 run_cb(u32 event, u32 end, u32 code)
{
	(void)event, (void)end, (void)code;
	CHECK(0);
	return EXIT;
}
