/* port/port.h - what a port provides: eight functions, of which one executor needs
 * seven.
 *
 * port/template has a checklist; docs/porting.md says how to test a port.
 */
#ifndef HD_PORT_H
#define HD_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cc.h"

/* Where a protected call resumes when it is thrown to: the stack pointer below
 * its saved registers. */
struct hd_jump {
	void *sp;
};

/* Calls fn(arg).  Returns 0 when fn returned, 1 when hd_port_throw(j) was
 * called below it on the same stack. */
int hd_port_catch(struct hd_jump *j, void (*fn)(void *), void *arg);

/* Resumes the protected call j.  Callee-saved registers are those at the call. */
HD_NORETURN void hd_port_throw(struct hd_jump *j);

/* A trap with no protected call around it, or a broken invariant of the
 * system: stops the machine. */
HD_NORETURN void hd_port_panic(void);

/* Bytes of a stack below its guard.  An exception's frame may be larger than the guard and
 * written in its lowest part only: on Armv7-M with floating point 32 of 104 bytes.  It must
 * not be in what is below this stack. */
#if defined(__ARM_FP) && !defined(__ARM_ARCH_8M_MAIN__) && !defined(__ARM_ARCH_8_1M_MAIN__)
#define HD_BELOW_GUARD	96
#else
#define HD_BELOW_GUARD	0
#endif

/* Prepares a stack, of which place and size are multiples of 8, so that the first
 * hd_port_switch to it calls entry(arg) on it, with SP 8-byte aligned.  entry never returns.  Where the core has a
 * stack limit register or a guard region, it will be HD_BELOW_GUARD above `stack` while
 * this stack is in use.  Returns the stack pointer to switch to. */
void *hd_port_stack_init(void *stack, size_t size, void (*entry)(void *),
			 void *arg);

/* Saves callee-saved registers (and the stack limit) on this stack, stores its
 * pointer in *from and goes on with `to`. */
void hd_port_switch(void **from, void *to);

/* Waits until an interrupt may have put something into a mailbox. */
void hd_port_idle(void);

/* Milliseconds of a free-running 32-bit clock. */
uint32_t hd_port_clock(void);

/* Where several executors share the runtime (HD_MULTI): from here on no other
 * executor runs, or they may again.  Not counted: `on` twice is as once.
 * Returns what it was before, for this executor. */
bool hd_port_hold(bool on);

/* Cortex-M: advances that clock; called from a periodic interrupt. */
void hd_port_tick(uint32_t ms);

#endif
