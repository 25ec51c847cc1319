/* opt_rules_test.c - both sides of each rule agree, by evaluation.
 *
 * The prover proves rules.def; this finds a wrong row in a second, and shows
 * that it would: rows of tests/prove/broken.def must differ somewhere.
 */
#include "opt/rules.h"
#include "tap.h"
#include "wasm/sem.h"

struct point {
	uint64_t any[3], num[2];
	unsigned width;
};

static uint64_t seed = UINT64_C(88172645463325252);

static uint64_t next_random(void)
{
	static const uint64_t edge[] = { 0, 1, 2, 3, 8, 24, 31, 32, 63, 64, 255,
					 0x7fffffff, 0x80000000, 0xffffffff,
					 UINT64_C(0x8000000000000000), UINT64_MAX };
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	if (seed & 0x300)
		return edge[(seed >> 16) % ARRAY_LEN(edge)];
	return seed & 0x400 ? seed : UINT64_C(1) << (seed >> 16) % 64;
}

static uint64_t low(unsigned width, uint64_t v)
{
	return width == 32 ? (uint32_t)v : v;
}

/* The value of a tree; false when it traps. */
static bool eval(const struct rule_node *n, const struct point *p, uint64_t *v)
{
	uint64_t arg[2] = { 0, 0 };
	enum hd_trap_kind trap;

	switch (n->kind) {
	case RULE_ANY: *v = low(p->width, p->any[n->n]); return true;
	case RULE_CONST: *v = low(p->width, p->num[n->n]); return true;
	case RULE_INT: *v = low(p->width, (uint64_t)n->value); return true;
	case RULE_BITS: *v = p->width - 1; return true;
	default: break;
	}
	for (unsigned k = 0; k < n->n; k++)
		if (!eval(n->arg[k], p, &arg[k]))
			return false;
	return num_eval(rule_op(n, p->width), arg, v, &trap);
}

/* The width of the variables of a tree: of the rows that take them. */
static unsigned width_of(const struct rule_node *n, unsigned width)
{
	for (unsigned k = 0; n->kind == RULE_OP && k < n->n; k++) {
		if (n->arg[k]->kind != RULE_OP) {
			char c = op_info[rule_op(n, width)].sig[k];
			return c == 'l' || c == 'd' ? 64 : 32;
		}
		if (k + 1 == n->n)
			return width_of(n->arg[k], width);
	}
	return n->kind == RULE_OP && n->n ? width_of(n->arg[0], width) : width;
}

static bool agrees(const struct rule *r, unsigned width, unsigned *used)
{
	for (unsigned n = 0; n < 40000; n++) {
		struct point p = { .width = width };
		uint64_t yes, a, b;
		for (unsigned k = 0; k < 3; k++)
			p.any[k] = next_random();
		for (unsigned k = 0; k < 2; k++)
			p.num[k] = next_random();
		if (!eval(r->when, &p, &yes) || !yes)
			continue;
		bool ta = !eval(r->left, &p, &a), tb = !eval(r->right, &p, &b);
		++*used;
		if (ta != tb || (!ta && a != b))
			return false;
	}
	return true;
}

#define NODE(...) (&(const struct rule_node){ __VA_ARGS__ })
#define X         NODE(.kind = RULE_ANY, .n = 0)
#define Y         NODE(.kind = RULE_ANY, .n = 1)
#define C         NODE(.kind = RULE_CONST, .n = 0)
#define D         NODE(.kind = RULE_CONST, .n = 1)
#define INT(v)    NODE(.kind = RULE_INT, .value = (v))
#define U(o, a)   NODE(.kind = RULE_OP, .n = 1, .wide = true, .op = OP_I32_##o, .arg = { a })
#define B(o, a, b) NODE(.kind = RULE_OP, .n = 2, .wide = true, .op = OP_I32_##o, .arg = { a, b })
#define F1(o, a)  NODE(.kind = RULE_OP, .n = 1, .op = OP_##o, .arg = { a })
#define F2(o, a, b) NODE(.kind = RULE_OP, .n = 2, .op = OP_##o, .arg = { a, b })
#define ALWAYS    INT(1)
#define W         true
#define FIX       false
#define R(id, width, left, when, right, cases) \
	{ #id, left, when, right, width, CASES_##cases },
static const struct rule broken[] = {
#include "../prove/broken.def"
};

int main(void)
{
	for (unsigned k = 0; k < opt_nrules; k++) {
		const struct rule *r = &opt_rules[k];
		unsigned used = 0;
		bool good = agrees(r, r->both ? 32 : width_of(r->left, 32), &used);
		if (r->both)
			good = good && agrees(r, 64, &used);
		ok(good && used > 0, "%s (%u points)", r->name, used);
	}
	for (unsigned k = 0; k < ARRAY_LEN(broken); k++) {
		unsigned used = 0;
		ok(!agrees(&broken[k], 32, &used), "broken %s is refuted", broken[k].name);
	}
	return done();
}
