/* t32/shared.h - code that several instances share (component/share.h).
 *
 * It is compiled once, from instance 0's function, and finds what is the
 * instance's own at its distance from r9.
 */
#ifndef T32_SHARED_H
#define T32_SHARED_H

#include "component/share.h"
#include "t32/code.h"

/* What kind of thing a symbol is of; INFO_KINDS: the same for all instances. */
enum info_kind t32_kind_of(const struct mir_sym *s);

/* Whether two data segments hold the same. */
bool t32_same_bytes(const struct wasm_module *m, uint32_t a, uint32_t b);

/* Whether code of function `func` has the storage that a symbol means at a
 * distance from r9. */
bool t32_in_instance(const struct ir_module *im, const struct t32_options *o,
		     uint32_t func, const struct mir_sym *s);

/* The options for one function: its own instance is in r9 when it is shared. */
struct t32_options t32_options_of(const struct t32_options *o, uint32_t func);

/* A function checks the stack when one of those that share its code must. */
void t32_join_checks(const struct share *s, bool *check);

/* Functions whose code names what differs between instances, and is at no
 * distance from them, get code of their own: marks in which[] what must be
 * compiled again then.  Returns whether there is any. */
bool t32_unshare(const struct ir_module *im, struct share *s,
		 struct t32_code *const *code, bool *which);

/* What the other instances' functions refer to: code without bytes, in a. */
void t32_put_shared(const struct ir_module *im, const struct t32_options *o,
		    struct t32_code **code, struct arena *a);

/* Bytes of stack that the code takes which enters a shared function for one of
 * its instances, at most. */
uint32_t t32_veneer_frame(const struct wasm_functype *t,
			  const struct t32_options *o, struct arena *a);

#endif
