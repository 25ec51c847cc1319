/* obj/module_share.h - code that several instances share, in the object.
 *
 *   P.base<c>            beginning of the storage of context c: r9 of its code
 *   P.shared<f>.<c>      the code that is function f when r9 is P.base<c>
 *   <name>               of a shared function: a veneer that keeps the caller's
 *                        r9, sets the instance's, and calls the code
 *   <name>.seen          what instances call where each calls something else: a
 *                        choice by r9
 *   P.direct<t>.<y>.in<c> code pointers of table t, as shared code calls them
 */
#ifndef OBJ_MODULE_SHARE_H
#define OBJ_MODULE_SHARE_H

#include "component/share.h"
#include "obj/module_build.h"

/* Makes the storage of all contexts and the places of what is shared. */
void mod_share_begin(struct mod *b);

/* Storage of one thing: in its instance's when its module has several, laid out
 * alike in all of them; else as mod_zeros does it.
 *
 *   part   tells pieces of storage of one thing apart, below 4 */
uint32_t mod_storage(struct mod *b, enum info_kind kind, uint32_t index,
		     unsigned part, const char *name, uint32_t size,
		     uint32_t align);

/* Puts the code of all shared functions that are live, before any other. */
void mod_put_shared(struct mod *b, const bool *live);
/* What that refers to, when every function has a symbol. */
void mod_put_shared_rest(struct mod *b);
/* The code that enters a shared function from elsewhere. */
const struct t32_code *mod_veneer(struct mod *b, uint32_t func);

/* The symbol of what shared code refers to. */
uint32_t mod_seen(struct mod *b, uint32_t group, const struct mir_sym *s);

/* The first data segment of the row, which holds the same bytes; index itself
 * when there is no other. */
uint32_t mod_same_data(const struct mod *b, uint32_t index);

#endif
