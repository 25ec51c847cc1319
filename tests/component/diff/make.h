/* make.h - a component of two instances for a function type.
 *
 * Instance 1 (callee) lifts `f`; instance 2 (caller) lowers it.  Both have two
 * pages of memory with cells that the test and the guests' realloc share.
 * The core function of f stores its parameters from CELL_ARGS on, 8 bytes
 * each, and returns what is at CELL_RETURN.  With a stream type, the caller
 * writes such a stream and the callee reads one.
 */
#ifndef MAKE_H
#define MAKE_H

#include "base/buf.h"
#include "cabi.h"

enum {
	CELL_LOG = 8,		/* where realloc notes its next call */
	CELL_COUNT = 12,	/* of calls of realloc */
	CELL_ODD = 16,		/* the call that returns CELL_ODD_RESULT */
	CELL_ODD_RESULT = 20,
	CELL_HEAP = 24,		/* the next free byte */
	CELL_RETURN = 32,
	CELL_ARGS = 64,
	LOG = 0x400, HEAP = 0x8000,
	PAGES = 2, MEMORY = PAGES << 16
};

struct side_opts {
	enum encoding enc;
	bool async;
};

/*   params   a TUPLE, perhaps of nothing
 *   result   or NULL
 *   stream   element of the stream, or NULL */
struct plan {
	const struct ty *params, *result, *stream;
	struct side_opts caller, callee;
};

/* Appends the component's bytes. */
void make_component(const struct plan *p, struct buf *out);

#endif
