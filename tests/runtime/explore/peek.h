/* peek.h - what files of the runtime keep to themselves.
 *
 * peek_*.c compile a file of the runtime with an accessor behind it.
 */
#ifndef PEEK_H
#define PEEK_H

#include <stdbool.h>
#include <stdint.h>

struct hd_waitable;
struct hd_thread;

struct hd_waitable *peek_free_pipes(void);
uint32_t peek_virgin_pipes(void);
struct hd_waitable *peek_free_channels(void);
uint32_t peek_virgin_channels(void);
struct hd_thread *peek_candidates(void);
uint32_t *peek_tickets(void);
uint32_t *peek_arguments(void);	/* three words */

#endif
