/* match.c - matches rules against instructions and builds their right sides. */
#include "opt/match.h"

#include "opt/rules.h"
#include "wasm/sem.h"

/* The rules of each row, as lists; entry 0 is the end. */
struct by_op {
	uint16_t first[OP_NUM_END];
	struct {
		uint16_t rule, next;
	} entry[512];
	uint16_t n;
	bool ready;
};

struct binding {
	struct opt *o;
	unsigned width;
	ref any[2];
	uint64_t num[2];
	bool has[2];
	opt_emit *emit;
	void *ctx;
};

bool opt_commutative(unsigned op)
{
	switch (op) {
	case OP_I32_ADD: case OP_I32_MUL: case OP_I32_AND: case OP_I32_OR:
	case OP_I32_XOR: case OP_I32_EQ: case OP_I32_NE:
	case OP_I64_ADD: case OP_I64_MUL: case OP_I64_AND: case OP_I64_OR:
	case OP_I64_XOR: case OP_I64_EQ: case OP_I64_NE:
	case OP_F32_EQ: case OP_F32_NE: case OP_F64_EQ: case OP_F64_NE:
		return true;
	default:
		return false;
	}
}

/* --- the left side ------------------------------------------------------- */

static uint64_t low(unsigned width, uint64_t v)
{
	return width == 32 ? (uint32_t)v : v;
}

static bool fits(struct binding *b, const struct rule_node *n, ref r);

static bool fits_op(struct binding *b, const struct rule_node *n, ref r)
{
	const struct ir_ins *i = ir_at(b->o->f, r);

	if (i->op != rule_op(n, b->width))
		return false;
	if (n->n == 1)
		return fits(b, n->arg[0], i->arg[0]);
	struct binding saved = *b;
	if (fits(b, n->arg[0], i->arg[0]) && fits(b, n->arg[1], i->arg[1]))
		return true;
	*b = saved;
	return opt_commutative(i->op) && fits(b, n->arg[0], i->arg[1]) &&
	       fits(b, n->arg[1], i->arg[0]);
}

static bool fits(struct binding *b, const struct rule_node *n, ref r)
{
	uint64_t bits;

	switch (n->kind) {
	case RULE_ANY:
		if (!b->any[n->n])
			b->any[n->n] = r;
		return b->any[n->n] == r;
	case RULE_CONST:
		if (!opt_is_const(b->o->f, r, &bits))
			return false;
		if (!b->has[n->n]) {
			b->has[n->n] = true;
			b->num[n->n] = bits;
		}
		return b->num[n->n] == bits;
	case RULE_INT:
		return opt_is_const(b->o->f, r, &bits) &&
		       bits == low(ir_at(b->o->f, r)->type == T_I32 ? 32 : 64,
				   (uint64_t)n->value);
	default:
		return fits_op(b, n, r);
	}
}

/* --- the condition and the right side ------------------------------------ */

/* The value of a tree of constants; false when it has other leaves. */
static bool value_of(const struct binding *b, const struct rule_node *n,
		     uint64_t *v)
{
	uint64_t arg[2] = { 0, 0 };
	enum hd_trap_kind trap;

	switch (n->kind) {
	case RULE_CONST:
		*v = b->num[n->n];
		return true;
	case RULE_INT:
		*v = low(b->width, (uint64_t)n->value);
		return true;
	case RULE_BITS:
		*v = b->width - 1;
		return true;
	case RULE_OP:
		for (unsigned k = 0; k < n->n; k++)
			if (!value_of(b, n->arg[k], &arg[k]))
				return false;
		return num_eval(rule_op(n, b->width), arg, v, &trap);
	default:
		return false;
	}
}

/* t: the type wanted, T_NONE when the tree's row says it. */
static ref build(struct binding *b, const struct rule_node *n, enum type t)
{
	uint64_t v;
	ref arg[2] = { 0, 0 };

	if (n->kind == RULE_ANY)
		return b->any[n->n];
	if (value_of(b, n, &v))
		return opt_const(b->o, t, v);
	enum op op = rule_op(n, b->width);
	for (unsigned k = 0; k < n->n; k++)
		arg[k] = build(b, n->arg[k], type_of_letter(op_info[op].sig[k]));
	return b->emit(b->ctx, op, arg[0], arg[1]);
}

/* --- choosing rules ------------------------------------------------------ */

static void add_rule(struct by_op *t, enum op op, unsigned k)
{
	CHECK(++t->n < ARRAY_LEN(t->entry));
	t->entry[t->n].rule = (uint16_t)k;
	t->entry[t->n].next = t->first[op];
	t->first[op] = t->n;
}

/* Lists the rules by the row of their root, in the order of the table. */
static void index_rules(struct by_op *t)
{
	for (unsigned k = opt_nrules; k-- > 0;) {
		const struct rule_node *root = opt_rules[k].left;
		add_rule(t, rule_op(root, 32), k);
		if (opt_rules[k].both && root->wide)
			add_rule(t, rule_op(root, 64), k);
	}
	t->ready = true;
}

static ref try_rule(struct opt *o, const struct rule *rule, unsigned width,
		    ref r, struct binding *b)
{
	uint64_t yes;

	b->o = o;
	b->width = width;
	if (!fits(b, rule->left, r) || !value_of(b, rule->when, &yes) || !yes)
		return 0;
	return build(b, rule->right, (enum type)ir_at(o->f, r)->type);
}

ref opt_match(struct opt *o, ref r, opt_emit *emit, void *ctx)
{
	static _Thread_local struct by_op table;
	const struct ir_ins *i = ir_at(o->f, r);
	unsigned width = op_info[i->op].sig[0] == 'l' ? 64 : 32;

	if (!table.ready)
		index_rules(&table);
	for (uint16_t k = table.first[i->op]; k; k = table.entry[k].next) {
		const struct rule *rule = &opt_rules[table.entry[k].rule];
		struct binding b = { .emit = emit, .ctx = ctx };
		/* a fixed root may stand over rows of either width */
		unsigned last = rule->both && !rule->left->wide ? 64 : width;
		for (unsigned w = width; w <= last; w += 32) {
			ref to = try_rule(o, rule, w, r, &b);
			if (to)
				return to;
			b = (struct binding){ .emit = emit, .ctx = ctx };
		}
	}
	return 0;
}
