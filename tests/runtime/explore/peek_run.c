/* peek_run.c - exec/run.c and the arguments it keeps for a callback. */
#include "exec/run.c"
#include "peek.h"

uint32_t *peek_arguments(void)
{
	return upcoming;
}
