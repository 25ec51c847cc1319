/* peek_pipe.c - core/pipe.c and its pool. */
#include "core/pipe.c"
#include "peek.h"

struct hd_waitable *peek_free_pipes(void)
{
	return free_pipes;
}

uint32_t peek_virgin_pipes(void)
{
	return virgin;
}
