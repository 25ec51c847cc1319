/* ir/check.h - the parts of ir_check; inside src/ir only. */
#ifndef IR_CHECK_H
#define IR_CHECK_H

#include "ir/ir.h"

struct check {
	const struct ir_func *f;
	struct arena *a;
	const struct ir_cfg *cfg;
	uint32_t *pos;		/* [ins] place in its block: 1 parameter, >= 2, 0 not listed */
};

/* Each returns NULL or what is wrong. */
const char *check_types(struct check *k, ref r);
/* Entry j of block b, an IR_RESULT. */
const char *check_result(struct check *k, blk b, uint32_t j);

#endif
