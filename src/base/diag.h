/* base/diag.h - what is wrong with an input, and where.
 *
 * A function that reads input reports through the caller's sink and returns
 * false; it never prints and never exits.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"

enum diag_code {
	DIAG_NONE,
#define DIAG(id, number, text, advice) DIAG_##id,
#include "base/diags.def"
	DIAG_CODES
};

#define DIAG_NOWHERE UINT64_MAX

struct diag {
	enum diag_code code;
	uint64_t at;		/* byte offset in the input, or DIAG_NOWHERE */
	uint32_t func;		/* wasm function index, or UINT32_MAX */
	uint32_t ins;		/* instruction number in the function, or UINT32_MAX */
	const char *detail;	/* what exactly; in the sink's arena */
	const char *note;	/* a second place or cause, or NULL */
	const char *file;	/* another file than the one at hand, or NULL */
};

/* Collects diagnostics; more than `max` are counted but not kept. */
struct diag_sink {
	struct arena *arena;
	struct diag *at;
	uint32_t n, cap, max;
	uint32_t dropped;
};

/* A sink that keeps up to 20 diagnostics in a. */
void diag_init(struct diag_sink *s, struct arena *a);

/* Reports; the printf arguments become `detail`.  Returns the diag to be
 * filled further (func, ins, note), never NULL. */
PRINTF(4, 5)
struct diag *diag_report(struct diag_sink *s, enum diag_code code, uint64_t at,
			 const char *fmt, ...);

/* "E0214", "type mismatch", what to do. */
unsigned diag_number(enum diag_code c);
const char *diag_text(enum diag_code c);
const char *diag_advice(enum diag_code c);

/* Excerpt of the input around a place, for printing with a caret; rooms that
 * can disassemble provide one.  Writes lines ending in newline, or nothing. */
typedef void diag_excerpt(void *ctx, const struct diag *d, struct buf *out);

/* Prints one diagnostic in the form of the manual (d->file, when there is one,
 * in place of file):
 * file:0xOFFSET: error[E0000]: text: detail, then function, excerpt, note and
 * advice lines. */
void diag_print(const struct diag *d, const char *file, diag_excerpt *excerpt,
		void *ctx, struct buf *out);

/* The same as one JSON object (no newline). */
void diag_json(const struct diag *d, const char *file, struct buf *out);

#endif
