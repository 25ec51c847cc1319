/* kiln_set.c - waitable sets in the pulseengine:async facade. */
#include "core/builtin.h"
#include "core/kiln.h"
#include "exec/enter.h"

static const struct hd_canon memory0 = { 0 };

uint32_t kiln_builtins_waitable_set_new(void)
{
	return hd_waitable_set_new();
}

/* An event that is there already needs no stack to wait on. */
uint32_t kiln_builtins_waitable_set_wait(uint32_t set, uint32_t ptr)
{
	const uint32_t event = hd_waitable_set_poll(&memory0, set, ptr);

	return event ? event : hd_waitable_set_wait(&memory0, set, ptr);
}

uint32_t kiln_builtins_waitable_set_poll(uint32_t set, uint32_t ptr)
{
	return hd_waitable_set_poll(&memory0, set, ptr);
}

void kiln_builtins_waitable_set_drop(uint32_t set)
{
	hd_waitable_set_drop(set);
}

void kiln_builtins_waitable_join(uint32_t w, uint32_t set)
{
	hd_join(w, set);
}
