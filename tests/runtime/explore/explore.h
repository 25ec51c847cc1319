/* explore.h - all states that sequences of operations can reach.
 *
 * A world is a set of small pools, an alphabet of operations and an oracle.
 * The engine keeps every state it has met, whole: all variables of the runtime,
 * guest memories and the oracle (state.ld gathers them). From each it performs
 * every operation with the compiled runtime itself, shortest sequences first,
 * until nothing new appears or the depth is reached. States are compared byte
 * for byte, never by a hash alone.
 *
 * Before two states are compared, what the runtime must never read again is
 * overwritten with a poison pattern, and numbers of which only the order counts
 * are renumbered (worlds' canon). Poison is an attack, not a convenience: had
 * the runtime read such a field after all, it would now go wrong.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdio.h>
#include <string.h>

#include "core/builtin.h"
#include "core/ref.h"
#include "exec/callback.h"
#include "exec/enter.h"

/* Part of the state. */
#define WORLD_STATE HD_SECTION("hd_world")

/*
 *   letters  number of operations
 *   name     what operation k is called, for counterexamples
 *   reset    the first state
 *   act      performs operation k. Returns false when the oracle says that it
 *            does not apply here (nothing has changed)
 *   check    the invariants, after each operation
 *   canon    brings the state into canonical form
 */
struct world {
	const char *name;
	unsigned letters;
	const char *(*letter)(unsigned k);
	void (*reset)(void);
	bool (*act)(unsigned k);
	void (*check)(void);
	void (*canon)(void);
};

extern const struct world world_stream, world_streams, world_future,
	world_futures, world_host, world_ring, world_rings, world_calls;

/* A claim; the engine prints the shortest sequence that breaks it. */
void claim(bool holds, const char *what);

/* A byte or pointer nobody may use. */
#define POISON 0xa5
static inline void poison(void *p, size_t n)
{
	memset(p, POISON, n);
}

/* The bytes hd_copy may touch: [p, p + n), for reading or for writing. Worlds
 * say so with lend_buffer; `give_back` ends it. Each is one of the BUFFERS. */
#define BUFFERS 8
void lend_buffer(unsigned id, const void *p, size_t n, bool write);
void give_back(unsigned id);
bool is_lent(unsigned id);

/* --- common.c: instances, guests, and what holds of every world --- */

#define NINST 2
#define MEMORY 64
struct guest_memory {
	HD_ALIGNED(8) uint8_t bytes[MEMORY];
	uint8_t guard[8];
	uint32_t size;
};
extern struct guest_memory memories[NINST];

void common_reset(void);

/* Runs fn as code of instance i. Returns the trap it ended in. */
uint32_t as_guest(unsigned i, void (*fn)(void *), void *arg);

/* As above where a trap must leave everything as it was, apart from poisoning
 * the instance; the instance is then reaped as the executor does. */
uint32_t as_mortal(unsigned i, void (*fn)(void *), void *arg);

bool alive(unsigned i);

/* Tables, queues, sets, candidate threads. */
void common_check(void);
void common_canon(void);

/* Every stream and future is used by somebody or back in the pool: w is a
 * waitable of a live object. */
void count_pipes(void);
void canon_pipes(void);

#endif
