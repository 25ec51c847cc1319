/* cli/listing.h - compiled code as assembly text. */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "obj/module_names.h"
#include "t32/code.h"

/* Appends one function: its label, instructions with what they refer to and
 * which trap they raise, and data.  nfuncs tells instantiation apart. */
void listing(const struct t32_code *c, const struct module_names *n,
	     uint32_t nfuncs, struct buf *out);

#endif
