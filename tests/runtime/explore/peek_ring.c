/* peek_ring.c - core/ring.c and its pool. */
#include "core/ring.c"
#include "peek.h"

struct hd_waitable *peek_free_channels(void)
{
	return free_channels;
}

uint32_t peek_virgin_channels(void)
{
	return virgin;
}
