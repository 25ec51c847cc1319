/* peek.h - what files of the runtime keep to themselves.
 *
 * peek_*.c compile a file of the runtime with an accessor behind it.
 */
#ifndef PEEK_H
#define PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hd_instance;
struct hd_pool;
struct hd_thread;

struct hd_pool *peek_pipes(void);
struct hd_pool *peek_channels(void);
uint32_t *peek_joins(void);
unsigned peek_candidate(const struct hd_thread *t);	/* how often t is one */
unsigned peek_candidates(void);
void peek_forget_order(struct hd_instance *in);	/* then each in order again: */
void peek_put_in_order(struct hd_thread *t);
void peek_forget_way(void);	/* of hd_tick, where it has none */
uint32_t *peek_tickets(void);
uint32_t *peek_arguments(void);	/* three words */

/* How often r is among the records that were given back; `most` is how many
 * there can be.  A record's first word is its link. */
unsigned pool_has(const struct hd_pool *p, const void *r, unsigned most);

/* Overwrites a record that was given back, all but its link. */
void poison_free(void *r, size_t n);

#endif
