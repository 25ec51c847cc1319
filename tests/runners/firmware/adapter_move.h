/* adapter_move.h - handles that move, on the host and in firmware. */
#ifndef ADAPTER_MOVE_H
#define ADAPTER_MOVE_H

#include <stdint.h>

enum move_kind { MOVE_OWN, MOVE_BORROW, MOVE_STREAM, MOVE_FUTURE,
		 MOVE_ERROR_CONTEXT };

/* The call under test: how many handles moved, and which in which order. */
struct moves {
	uint32_t n;
	uint64_t hash;
};

/* Notes that a handle moves.  Returns the one that stands for it there. */
static inline uint32_t cabi_move(struct moves *m, enum move_kind kind,
				 uint32_t handle)
{
	const uint32_t to = handle * 2654435761u + (uint32_t)kind;

	m->n++;
	m->hash = (m->hash ^ to) * UINT64_C(0x100000001b3);
	return to;
}

#endif
