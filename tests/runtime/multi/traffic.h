/* traffic.h - tasks of two executors that meet at streams, futures and calls.
 *
 * Instance 0 has producers, instance 1, of the other executor, consumers.  In
 * each round a producer makes a stream and calls a consumer with its readable
 * end; the consumer returns a future, reads until the stream ends and puts the
 * number of bytes into the future.  Sizes, cancellations and the moments at
 * which results are returned are random.  Each byte is checked by its place, so
 * one that is lost, doubled or out of order is seen, and a round that is not
 * told of an event never ends.  Where there are alarms, tasks sleep now and then
 * until one: so an executor has something to do at any moment.
 */
#ifndef RT_TRAFFIC_H
#define RT_TRAFFIC_H

#include "core/builtin.h"

#define PAIRS	6

/* Called at random by guests' code: where it may be interrupted. */
void traffic_pause(uint32_t random);

/* A producer has had all its rounds. */
void traffic_ended(void);

/* Prepares instances 0 and 1, bound to executor producers_at and the other one,
 * and calls the producers; no task exists. */
void traffic_start(uint32_t rounds, uint32_t seed, unsigned producers_at,
		   bool alarms);

/* One task of executor k that sleeps, if one does, goes on; as that executor. */
void traffic_alarm(unsigned k);

/* What went wrong first, or NULL. */
extern const char *volatile traffic_wrong;

/* How often it came to what: the test must not be about nothing. */
extern struct traffic_seen {
	uint32_t writes_blocked, reads_blocked;
	uint32_t writes_cancelled, calls_cancelled;
	uint32_t cancelled_early, cancelled_late, futures_blocked, slept, awaited;
} traffic_seen[2];	/* by producers, consumers */

/* The trap of an instance that has trapped, or NULL: none may. */
const char *traffic_trap(void);

/* Whether nothing is left over.  Afterwards, outside. */
bool traffic_clean(void);

#endif
