/* exec/loop.h - the executor. */
#ifndef HD_LOOP_H
#define HD_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Does one unit of what there is to do: mailboxes and timers first, then one
 * ready thread, then one event of each instance's __callback.
 * Returns false when there is nothing. */
bool hd_step_once(void);

/* Runs until there is nothing to do now. */
void hd_run(void);

/* Runs for ever, idling with hd_port_idle in between. */
void hd_run_forever(void);

/* Root tasks (hd_call_host) not resolved: with nothing to do and nothing
 * outside that could bring something, that is a deadlock.  Poisons each of
 * their instances with DEADLOCK.  Returns how many there were. */
uint32_t hd_check_deadlock(void);

#endif
