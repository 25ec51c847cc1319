/* component/wall.h - memories of instances behind the MPU (--mpu).
 *
 * While code of an instance runs, every memory of its component but its own
 * faults: a second wall behind the checks in the code.  hd_enter puts the
 * entered instance's wall up and the caller's back, so most of the runtime,
 * which touches no memory but that of who called it, knows nothing of walls.
 * What moves values between memories lifts the wall meanwhile.
 *
 * Linked where a component was compiled with --mpu (list HD_WALL of
 * runtime.mk).
 */
#ifndef HD_WALL_H
#define HD_WALL_H

#include "core/pipe.h"
#include "exec/enter.h"
#include "heddle/component.h"

/* struct hd_walls.start: begins to use the walls of a component.
 * Returns false when there is no MPU with enough regions. */
bool hd_wall_start(const struct hd_walls *w);

/* From here on the memories of `in` alone are open; all of them where it has no
 * wall, or for NULL. */
void hd_wall_open(const struct hd_instance *in);
void hd_wall_lift(void);

/* exec/executor.c: another executor goes on, or a thread of an RTOS, of which `next`
 * was up, NULL for none; returns what was up here.  An executor begins with none:
 * its mailboxes and timers run code of the host, whatever it interrupted.
 * Context  whoever interrupts this puts back what was up, by the same function. */
const struct hd_wall *hd_wall_switch(const struct hd_wall *next);

/* Around a call of realloc in `in`: its wall, then what was before. */
void hd_wall_realloc(const struct hd_instance *in, bool on);

/* hd_elem.copy: elements that are their bytes, and others, with the wall
 * lifted. */
void hd_wall_copy(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		  uint32_t n);
void hd_wall_copy_each(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		       uint32_t n);

/* Whether an address is in a memory that may be behind a wall: of a fault. */
bool hd_wall_hit(uint32_t at);

/* --- the port's ---------------------------------------------------------------- */

/* hd_enter and hd_enter_callback without walls (port/cortex-m/enter_wall.S). */
bool hd_enter_plain(struct hd_thread *t, void (*fn)(void *), void *arg);
uint64_t hd_enter_callback_plain(uint32_t event, uint32_t p1, uint32_t p2,
				 struct hd_thread *th);

/* Turns the MPU on with a wall, or none, up.  Returns false when it has not
 * enough regions. */
bool hd_port_wall_start(const struct hd_wall *w);

/* Puts up a wall; none for NULL. */
void hd_port_wall(const struct hd_wall *w);

#endif
