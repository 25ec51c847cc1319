/* diff.h - transfers between two guests, and what runs them.
 *
 * A subject is one random function type with the component made for it.  Its
 * transfers are made first: memories before, and what the oracle says of
 * them afterwards.  An engine runs the adapters and hands what came to
 * transfer_check.
 */
#ifndef DIFF_H
#define DIFF_H

#include <inttypes.h>

#include "base/vec.h"
#include "component/link.h"
#include "gen.h"
#include "make.h"

enum { MAX_ARGS = 64 };

/* A call of an adapter.
 *
 *   name     its export
 *   from     instance that sends: 1 is the callee, 2 the caller
 *   before   [1], [2]: MEMORY bytes of each instance
 *   after, traps, moves, result
 *            what the oracle says; the rest counts only without a trap
 *   result_type  'i' 'l' 'f' 'd', 0: not compared */
struct transfer {
	const char *name;
	uint64_t arg[MAX_ARGS];
	uint32_t from;
	uint8_t *before[3], *after[3];
	bool traps;
	struct moves moves;
	uint8_t result_type;
	uint64_t result;
};

/* What an engine saw of one. */
struct seen {
	bool trapped;
	uint64_t result;
	struct moves moves;
	bool wrong;		/* a move between other instances */
	int32_t locked;		/* no-leave, on less off */
	uint8_t *after[3];
};

struct tally {
	uint32_t used[KINDS];
	uint32_t types, calls, results, copies, trapped;
	uint32_t adapters, trusted;	/* by the checker of linked modules */
};

struct subject {
	struct arena *a;
	struct rng r;
	struct diag_sink *sink;
	struct tally *tally;
	uint64_t seed;
	struct plan plan;
	struct linked *linked;
	struct wasm_module *wasm;	/* linked->bytes, decoded */
	uint32_t lower;			/* number of the built-in */
	bool walls;			/* linked for them */
	VEC(struct transfer *) transfers;
};

/* Prints s's type and why; ends the program. */
_Noreturn void subject_die(const struct subject *s, const char *why);

/* transfer.c: adds a call, a result, and a copy where there is a copier. */
void transfer_add(struct subject *s);
/* Ends the program when they differ. */
void transfer_check(const struct subject *s, const struct transfer *t,
		    struct seen *seen);

/* From now on each answer is changed before it is compared: "trap", "memory",
 * "result", "moves", "wrong", "lock".  False when there is no such. */
bool transfer_break(const char *what);
/* 1 when changed answers passed, or none was changed; says which. */
int transfer_broken(void);

/* What an import of the linked module is to the test. */
enum import_kind { IMPORT_MOVE, IMPORT_NO_LEAVE, IMPORT_BAD_VALUE,
		   IMPORT_WALL, IMPORT_NO_WALL, IMPORT_NOT_CALLED };
struct import {
	enum import_kind kind;
	enum move_kind move;
	uint32_t from, to;
};
struct import import_of(const char *name);

/* Runs all transfers of n subjects.
 *   target  a core in QEMU; the evaluator has none
 *   level   of optimisation; 0 is plain */
void engine_eval(struct subject *s, uint32_t n);
void engine_qemu(struct subject *s, uint32_t n, const char *target,
		 unsigned level);

#endif
