/* port.c - a port to copy.  docs/porting.md explains each item.
 *
 * This file compiles for any target; each function panics until it is written.
 */
#include "port/port.h"

/* 1. call fn(arg); callee-saved registers on the stack; j->sp = SP */
int hd_port_catch(struct hd_jump *j, void (*fn)(void *), void *arg)
{
	(void)j;
	(void)fn;
	(void)arg;
	hd_port_panic();
}

/* 1. SP = j->sp; restore; return 1 from hd_port_catch */
void hd_port_throw(struct hd_jump *j)
{
	(void)j;
	hd_port_panic();
}

/* 3. stop the machine */
void hd_port_panic(void)
{
	for (;;)
		;
}

/* 2. a frame that hd_port_switch restores into entry(arg) */
void *hd_port_stack_init(void *stack, size_t size, void (*entry)(void *),
			 void *arg)
{
	(void)stack;
	(void)size;
	(void)entry;
	(void)arg;
	hd_port_panic();
}

/* 2. push callee-saved registers and guard; *from = SP; SP = to; pop */
void hd_port_switch(void **from, void *to)
{
	(void)from;
	(void)to;
	hd_port_panic();
}

/* 4. wait for an interrupt */
void hd_port_idle(void)
{
}

/* 5. milliseconds */
uint32_t hd_port_clock(void)
{
	return 0;
}
