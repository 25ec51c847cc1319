/* wasm/check.h - the state of validating one body; inside src/wasm only.
 *
 * The algorithm of the core specification's appendix "Validation Algorithm":
 * a stack of operand types and a stack of control frames.  Both are kept from
 * function to function, so that memory is linear in the longest.
 */
#ifndef WASM_CHECK_H
#define WASM_CHECK_H

#include "wasm/ins.h"

struct frame {
	enum op op;			/* OP_BLOCK also for the body */
	bool unreachable;
	uint32_t height;		/* operands below belong outside */
	uint32_t at;			/* of the opening instruction */
	uint32_t stamp;			/* the br_table that last tested it */
	struct wasm_functype sig;
};

struct operand {
	uint8_t type;
	uint32_t at;			/* where it was pushed */
};

struct checker {
	const struct wasm_module *m;
	const struct wasm_limits_opt *limits;
	struct arena *arena;
	struct diag_sink *sink;
	struct labels labels;
	VEC(struct operand) stack;
	VEC(struct frame) frames;
	const struct wasm_func *f;
	uint32_t func, number;		/* index of f; instructions so far */
	struct wasm_ins ins;		/* being checked */
	uint32_t stamp;			/* br_tables so far */
	bool bad;			/* f is invalid; the rest is not read */
};

/* Reports about the current instruction and gives up on the function; what
 * else is wrong with it is not reported.  Returns the diagnostic for a note,
 * never NULL. */
PRINTF(3, 4)
struct diag *check_fail(struct checker *c, enum diag_code code,
			const char *fmt, ...);

void push(struct checker *c, enum type t);
void push_list(struct checker *c, const uint8_t *t, uint32_t n);
/* Pops an operand of type t; T_BOTTOM is any type.  Returns what it was,
 * T_BOTTOM where unreachable code gives any. */
enum type pop(struct checker *c, enum type t);
/* Pops the list, last on top. */
void pop_list(struct checker *c, const uint8_t *t, uint32_t n);
/* Tests the top of the stack like pop_list, without popping. */
void peek_list(struct checker *c, const uint8_t *t, uint32_t n);

void frame_push(struct checker *c, enum op op, struct wasm_functype sig);
/* Ends the innermost frame: its results are all that is on its stack. */
struct frame frame_pop(struct checker *c);
/* What a branch to the frame needs: its results, or a loop's parameters. */
const uint8_t *label_types(const struct frame *f, uint32_t *n);
/* The rest of the innermost frame is not reached. */
void unreachable(struct checker *c);

/* One instruction: check_ins.c. */
void check_ins(struct checker *c);

/* Validates the body of function `func`: check.c. */
void check_body(struct checker *c, uint32_t func);

#endif
