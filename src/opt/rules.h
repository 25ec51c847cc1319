/* opt/rules.h - the rules of rules.def as trees. */
#ifndef OPT_RULES_H
#define OPT_RULES_H

#include "wasm/op.h"

enum rule_kind { RULE_ANY, RULE_CONST, RULE_INT, RULE_BITS, RULE_OP };
enum rule_cases { CASES_ANY, CASES_POW2, CASES_AMOUNT, CASES_AMOUNT_D,
		  CASES_AMOUNTS };

struct rule_node {
	uint8_t kind;			/* enum rule_kind */
	uint8_t n;			/* number of the variable; operands */
	bool wide;			/* the i32 row stands for both widths */
	uint16_t op;			/* enum op */
	int64_t value;			/* RULE_INT */
	const struct rule_node *arg[2];
};

struct rule {
	const char *name;
	const struct rule_node *left, *when, *right;
	bool both;			/* holds for both widths */
	uint8_t cases;			/* enum rule_cases */
};

extern const struct rule opt_rules[];
extern const unsigned opt_nrules;

/* The row that a node stands for at width 32 or 64. */
enum op rule_op(const struct rule_node *n, unsigned width);

#endif
