/* opt/async/contract.h - what the columns of intrinsic.def say of a call. */
#ifndef OPT_ASYNC_CONTRACT_H
#define OPT_ASYNC_CONTRACT_H

#include "opt/range.h"
#include "wasm/intrinsic.h"

/* A buffer that an intrinsic was given: [ptr, ptr + len) of memory mem. */
struct contract_buffer {
	enum intrinsic_buffer use;
	ref ptr, len;		/* len is 0 where the handle knows it */
	uint32_t mem;
};

/* The row of the intrinsic that r calls, or NULL. */
const struct intrinsic_info *contract_of(const struct ir_func *f, ref r);

/* What the result of call r can be. */
struct range contract_result(const struct ranges *g, ref r);

/* The buffer of call r; false when it has none, or in a memory that is not
 * known at compile time. */
bool contract_buffer(const struct ir_func *f, ref r,
		     struct contract_buffer *out);

#endif
