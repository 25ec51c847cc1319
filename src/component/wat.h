/* component/wat.h - code of adapters written as folded WebAssembly text.
 *
 * Loops over text are unreadable as calls that emit instructions; here they
 * are expressions:
 *
 *   7  0x80                 i32.const; x is local.get, or a bound number
 *   (i32.load8_u S+1 x)     any instruction of the tables: memory and offset
 *                           where it has one, then its operands
 *   (+ a b) (< a b) ...     i32 instructions, unsigned
 *   (and a b)               b only when a is not 0
 *   (= x a)                 local.set
 *   (local x y)             new i32 locals
 *   (if a (then ...) (else ...))   (while a ...)   (return a b)
 *   (call f a b)            a bound function
 *   (realloc old n align m) realloc of the receiving side, which may not leave
 *   (bounds M p n)          traps unless [p, p + n) lies in memory M
 *   (trap)                  a value is not one of its type
 *   @x                      the bound text x, in place
 *
 * S is the memory of the side that lifts, D of the one that lowers.
 */
#ifndef COMPONENT_WAT_H
#define COMPONENT_WAT_H

#include "component/convert.h"

struct wat_bind {
	const char *name;
	enum { WAT_NUMBER, WAT_LOCAL, WAT_FUNC, WAT_TEXT } kind;
	uint32_t value;
	const char *text;
};

/* Appends the code of `text`.  bind ends with a null name.  The text is part
 * of the compiler: a mistake in it is a failed check. */
void comp_assemble(struct emitter *e, const char *text,
		   const struct wat_bind *bind);

#endif
