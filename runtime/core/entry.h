/* core/entry.h - the door between guests or hosts and the runtime.
 *
 * Where several executors share the runtime (HD_MULTI, exec/executor.h), one of
 * them at a time is inside it.  Each function that guests or hosts call begins
 * with HD_ENTRY, which holds the other executors off until it returns; it may
 * be called from inside.  Where the runtime calls code of a guest or a host that
 * may take its time, it lets the others in meanwhile.  A trap leaves a guest's
 * code for the inside (hd_trap_raise).
 *
 * With one executor all of it is nothing.
 */
#ifndef HD_ENTRY_H
#define HD_ENTRY_H

#include "port/port.h"

#ifdef HD_MULTI

static inline void hd_entry_end(const bool *before)
{
	hd_port_hold(*before);
}

#define HD_ENTRY \
	HD_CLEANUP(hd_entry_end) const bool hd_entry = hd_port_hold(true)

/* Around code that is not the runtime's. */
static inline void hd_let_others(void)
{
	hd_port_hold(false);
}

/* Back inside; also where one is inside already. */
static inline void hd_hold_others(void)
{
	hd_port_hold(true);
}

#else

#define HD_ENTRY	HD_NOTHING

static inline void hd_let_others(void)
{
}

static inline void hd_hold_others(void)
{
}

#endif

#endif
