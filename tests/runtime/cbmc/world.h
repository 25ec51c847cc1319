/* world.h - what the bounded proofs have in common.
 *
 * Each proof (NAME.c) is a program for CBMC: files of the runtime, compiled as
 * they are, and a main that calls them DEPTH times with whatever operation and
 * whatever arguments. CBMC follows all of them at once, claims included, and
 * adds claims of its own: every access inside its object, no signed overflow, no
 * division by zero, no loop longer than its bound.
 *
 * Three programs come of one (prove.py): as it is, where every claim must hold;
 * with REACH, where each reach() must be found reachable, so that claims are not
 * true of nothing; and with a file of the runtime broken, where one must fail.
 */
#ifndef WORLD_H
#define WORLD_H

#include "core/builtin.h"
#include "core/ref.h"
#include "exec/enter.h"

#ifdef REACH
#define claim(holds, what) ((void)(holds))
#define reach(what) __CPROVER_assert(0, "reach " what)
#else
#define claim(holds, what) __CPROVER_assert(holds, what)
#define reach(what) ((void)0)
#endif

#ifndef DEPTH
#define DEPTH 1
#endif

/* Functions without a body: any value. */
uint32_t nondet_word(void);

/* Any number below n. */
static inline uint32_t below(uint32_t n)
{
	const uint32_t k = nondet_word();

	__CPROVER_assume(k < n);
	return k;
}

static inline void suppose(bool holds)
{
	__CPROVER_assume(holds);
}

/* --- world.c: instances whose code the proof is --- */

#define NINST 2
#define MEMORY 16

extern uint8_t *const memories[NINST];

void world_begin(void);

/* From here on guest code of instance i runs; or the host. */
void as_guest(unsigned i);
void as_host(void);

/* CBMC is fast where it knows where a pointer points, and of what it has read
 * from a record that other sequences wrote it knows too little. It is told, and
 * has to prove it: that handle h of instance i names this record, ... */
void settle(unsigned i, uint32_t h, struct hd_waitable *w);

/* ... and that until foretell_nothing() references are to this record. */
void foretell(void *record);
void foretell_nothing(void);

/* The trap that what is called next has to end in, or HD_TRAP_NONE. A trap ends
 * the sequence: its instance never runs again. */
void expect(enum hd_trap_kind kind);

/* It has returned, so no trap was due. */
void returned(void);

/* The handle table of instance i: freed slots are in the list once, the others
 * are in use, and links stay inside. `used` handles are live. */
void check_table(unsigned i, unsigned used);

/* The bytes hd_copy may touch until they are given back, for reading or for
 * writing. Each is one of LENDS. */
#define LENDS 4
void lend_bytes(unsigned id, const void *p, uint32_t n, bool write);
void give_back(unsigned id);

#endif
