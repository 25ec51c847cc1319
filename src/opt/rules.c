/* rules.c - rules.def as static trees. */
#include "opt/rules.h"

#include "base/compiler.h"

#define NODE(...) (&(const struct rule_node){ __VA_ARGS__ })
#define X         NODE(.kind = RULE_ANY, .n = 0)
#define Y         NODE(.kind = RULE_ANY, .n = 1)
#define C         NODE(.kind = RULE_CONST, .n = 0)
#define D         NODE(.kind = RULE_CONST, .n = 1)
#define INT(v)    NODE(.kind = RULE_INT, .value = (v))
#define BITS      NODE(.kind = RULE_BITS)
#define U(o, a)   NODE(.kind = RULE_OP, .n = 1, .wide = true, .op = OP_I32_##o, .arg = { a })
#define B(o, a, b) NODE(.kind = RULE_OP, .n = 2, .wide = true, .op = OP_I32_##o, .arg = { a, b })
#define F1(o, a)  NODE(.kind = RULE_OP, .n = 1, .op = OP_##o, .arg = { a })
#define F2(o, a, b) NODE(.kind = RULE_OP, .n = 2, .op = OP_##o, .arg = { a, b })
#define ALWAYS    INT(1)
/* both amounts and their sum are below the width */
#define FITS      B(AND, B(AND, B(LE_U, C, BITS), B(LE_U, D, BITS)), B(LE_U, B(ADD, C, D), BITS))
#define W         true
#define FIX       false
#define R(id, width, left, when, right, cases) \
	{ #id, left, when, right, width, CASES_##cases },

const struct rule opt_rules[] = {
#include "opt/rules.def"
};
const unsigned opt_nrules = ARRAY_LEN(opt_rules);

enum op rule_op(const struct rule_node *n, unsigned width)
{
	if (!n->wide || width == 32)
		return (enum op)n->op;
	if (n->op <= OP_I32_GE_U)
		return (enum op)(n->op + (OP_I64_EQZ - OP_I32_EQZ));
	return (enum op)(n->op + (OP_I64_CLZ - OP_I32_CLZ));
}
