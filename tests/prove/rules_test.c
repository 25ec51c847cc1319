/* rules_test.c - every rewrite rule, for all inputs, by Z3.
 *
 * rules.def is bound to num.def's value and trap columns over bit-vectors, with
 * nothing of the optimiser or the checker in between. Each rule is proved at
 * each of its widths: for all X, Y, C, D with `when`, both sides trap alike and
 * have the same value. Where symbolic constants are too hard they are split
 * into cases that cover all of them. Unknown is a failure.
 *
 *	rules_test [quick | RULE]
 *
 * Twins are made of each rule by dropping its condition and by changing each
 * place of its right side. Each must be refuted, by a point where num_eval
 * differs or by the solver; one that is true all the same is in
 * tests/prove/equivalent.def with the reason.
 */
#include "rules_z3.h"
#include "opt/rules.h"
#include "tap.h"

enum answer { PROVED, REFUTED, UNKNOWN };

static unsigned long queries, points;

/* --- trees --- */

struct inputs {
	unsigned width;			/* the rule's */
	bool loose;			/* conditions mix widths, as raw bits */
	Z3_ast any[2][2], num[2];	/* any[n][is 64] */
};

static struct value leaf(Z3_ast v, unsigned width)
{
	return (struct value){ v, width, kind(0) };
}

/* Raw bits read at another width. */
static struct value fit(struct value x, unsigned width)
{
	if (x.width < width)
		x.v = Z3_mk_zero_ext(z, 32, x.v);
	if (x.width > width)
		x.v = Z3_mk_extract(z, 31, 0, x.v);
	x.width = width;
	return x;
}

/* A tree where a value of `width` is wanted. */
static struct value term(const struct rule_node *n, const struct inputs *in,
			 unsigned width)
{
	switch (n->kind) {
	case RULE_ANY:
		return leaf(in->any[n->n][width == 64], width);
	case RULE_CONST:
		return leaf(in->num[n->n], in->width);
	case RULE_INT:
		return leaf(num((uint64_t)n->value, width), width);
	case RULE_BITS:
		return leaf(num(in->width - 1, in->width), in->width);
	default:
		break;
	}
	const enum op op = rule_op(n, in->width);
	struct value arg[2];
	Z3_ast traps = kind(0);
	for (unsigned k = 0; k < n->n; k++) {
		const unsigned w = wide(op_info[op].sig[k]) ? 64 : 32;
		arg[k] = term(n->arg[k], in, w);
		if (arg[k].width && in->loose)
			arg[k] = fit(arg[k], w);
		if (arg[k].width != w)
			return (struct value){ 0 };
		traps = first_trap(traps, arg[k].traps);
	}
	struct value r = row(op, arg[0].v, n->n > 1 ? arg[1].v : NULL);
	if (r.width)
		r.traps = first_trap(traps, r.traps);
	return r;
}

/* --- the obligation --- */

static enum answer ask(Z3_ast wrong)
{
	Z3_solver s = Z3_mk_simple_solver(z);

	Z3_solver_inc_ref(z, s);
	Z3_params p = Z3_mk_params(z);
	Z3_params_inc_ref(z, p);
	Z3_params_set_uint(z, p, Z3_mk_string_symbol(z, "rlimit"), 40000000);
	Z3_solver_set_params(z, s, p);
	Z3_solver_assert(z, s, wrong);
	const Z3_lbool r = Z3_solver_check(z, s);
	Z3_params_dec_ref(z, p);
	Z3_solver_dec_ref(z, s);
	queries++;
	return r == Z3_L_FALSE ? PROVED : r == Z3_L_TRUE ? REFUTED : UNKNOWN;
}

/* Multiplications distributed, so that equal sums of products are equal. */
static Z3_ast expanded(Z3_ast a)
{
	Z3_params p = Z3_mk_params(z);

	Z3_params_inc_ref(z, p);
	Z3_params_set_bool(z, p, Z3_mk_string_symbol(z, "som"), true);
	a = Z3_simplify_ex(z, a, p);
	Z3_params_dec_ref(z, p);
	return a;
}

static unsigned result_width(const struct rule *r, unsigned width)
{
	if (r->left->kind != RULE_OP)
		return width;
	return wide(strchr(op_info[rule_op(r->left, width)].sig, ':')[1]) ? 64 : 32;
}

/* A solver's answer depends on what it saw before: each question has its own. */
static void fresh(void)
{
	Z3_config cfg = Z3_mk_config();

	if (z)
		Z3_del_context(z);
	z = Z3_mk_context(cfg);
	Z3_del_config(cfg);
}

static struct inputs variables(unsigned width)
{
	static const char *const name[] = { "X", "Y", "C", "D" };
	struct inputs in = { .width = width };

	for (unsigned k = 0; k < 2; k++) {
		for (unsigned l = 0; l < 2; l++)
			in.any[k][l] = Z3_mk_const(z, Z3_mk_string_symbol(z, name[k]),
						   Z3_mk_bv_sort(z, l ? 64 : 32));
		in.num[k] = Z3_mk_const(z, Z3_mk_string_symbol(z, name[2 + k]),
					Z3_mk_bv_sort(z, width));
	}
	return in;
}

static Z3_ast applies(const struct rule *r, struct inputs in)
{
	in.loose = true;
	const struct value c = term(r->when, &in, in.width);

	return c.width ? both(Z3_mk_eq(z, c.traps, kind(0)),
			      Z3_mk_not(z, Z3_mk_eq(z, c.v, num(0, c.width)))) :
			 NULL;
}

/* The rule applies and its sides differ; NULL when a row has no meaning. */
static Z3_ast wrong(const struct rule *r, const struct inputs *in)
{
	const unsigned rw = result_width(r, in->width);
	const struct value a = term(r->left, in, rw), b = term(r->right, in, rw);
	Z3_ast holds = applies(r, *in);

	if (!a.width || a.width != b.width || !holds)
		return NULL;
	Z3_ast same = both(Z3_mk_eq(z, a.traps, b.traps),
			   Z3_mk_or(z, 2, (Z3_ast[]){
				   Z3_mk_not(z, Z3_mk_eq(z, a.traps, kind(0))),
				   Z3_mk_eq(z, expanded(a.v), expanded(b.v)) }));
	return expanded(both(holds, Z3_mk_not(z, same)));
}

/* A constant whose low bits, all that a shift looks at, are k. */
static Z3_ast amount(Z3_ast c, unsigned k, unsigned w)
{
	const unsigned bits = w == 64 ? 6 : 5;

	return Z3_mk_concat(z, Z3_mk_extract(z, w - 1, bits, c),
			    Z3_mk_unsigned_int64(z, k, Z3_mk_bv_sort(z, bits)));
}

/* The k-th case of a constant, put in its place: together they are all of its
 * values. The last of POW2 is whatever is no power of two. */
static Z3_ast split(const struct rule *r, struct inputs *in, unsigned k)
{
	const unsigned w = in->width;
	Z3_ast *c = &in->num[r->cases == CASES_AMOUNT_D];

	if (r->cases != CASES_POW2) {
		*c = amount(*c, k % w, w);
		if (r->cases == CASES_AMOUNTS)
			in->num[1] = amount(in->num[1], k / w, w);
		return wrong(r, in);
	}
	if (k < w) {
		*c = num(UINT64_C(1) << k, w);
		return wrong(r, in);
	}
	Z3_ast other = Z3_mk_not(z, Z3_mk_eq(z, popcnt(*c, w), num(1, w)));
	Z3_ast holds = both(other, applies(r, *in));
	return ask(holds) == PROVED ? Z3_mk_false(z) : both(other, wrong(r, in));
}

static enum answer by_cases(const struct rule *r, unsigned width)
{
	const unsigned n = r->cases == CASES_AMOUNTS ? width * width :
			   width + (r->cases == CASES_POW2);

	for (unsigned k = 0; k < n; k++) {
		if (n <= 65 || k % 64 == 0)
			fresh();
		struct inputs in = variables(width);
		const enum answer a = ask(split(r, &in, k));
		if (a != PROVED)
			return a;
	}
	return PROVED;
}

static enum answer solve(const struct rule *r, unsigned width)
{
	fresh();
	const struct inputs in = variables(width);
	Z3_ast all = wrong(r, &in);

	if (!all || ask(applies(r, in)) != REFUTED)
		return UNKNOWN;		/* what never applies proves anything */
	return r->cases == CASES_ANY ? ask(all) : by_cases(r, width);
}

/* --- evaluation --- */

struct point {
	uint64_t any[2], num[2];
	unsigned width;
};

static uint64_t next_random(void)
{
	static uint64_t seed = UINT64_C(88172645463325252);
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

/* The value of a tree; false when it traps. */
static bool eval(const struct rule_node *n, const struct point *p,
		 unsigned width, uint64_t *v, enum hd_trap_kind *trap)
{
	uint64_t arg[2] = { 0, 0 };

	switch (n->kind) {
	case RULE_ANY:   *v = p->any[n->n]; break;
	case RULE_CONST: *v = p->num[n->n]; break;
	case RULE_INT:   *v = (uint64_t)n->value; break;
	case RULE_BITS:  *v = p->width - 1; break;
	default: {
		const enum op op = rule_op(n, p->width);
		for (unsigned k = 0; k < n->n; k++)
			if (!eval(n->arg[k], p, wide(op_info[op].sig[k]) ? 64 : 32,
				  &arg[k], trap))
				return false;
		return num_eval(op, arg, v, trap);
	}
	}
	if (width == 32)
		*v = (uint32_t)*v;
	return true;
}

/* Whether some point tells the sides apart. */
static bool differs(const struct rule *r, unsigned width)
{
	const unsigned rw = result_width(r, width);

	for (unsigned n = 0; n < 20000; n++) {
		struct point p = { .width = width };
		enum hd_trap_kind none, ta = HD_TRAP_NONE, tb = HD_TRAP_NONE;
		uint64_t yes = 0, a = 0, b = 0;

		for (unsigned k = 0; k < 2; k++) {
			p.any[k] = next_random();
			p.num[k] = width == 32 ? (uint32_t)next_random() :
						 next_random();
		}
		points++;
		if (!eval(r->when, &p, width, &yes, &none) || !yes)
			continue;
		const bool fa = eval(r->left, &p, rw, &a, &ta);
		const bool fb = eval(r->right, &p, rw, &b, &tb);
		if (fa != fb || (fa ? a != b : ta != tb))
			return true;
	}
	return false;
}

static bool refuted(const struct rule *r, unsigned width)
{
	return differs(r, width) || solve(r, width) == REFUTED;
}

/* --- twins --- */

static const struct rule_node always = { .kind = RULE_INT, .value = 1 };
static const struct rule_node one = { .kind = RULE_INT, .value = 1 };

/* An instruction of the same operands and result that does something else. */
static enum op neighbour(enum op op)
{
	static const uint16_t other[][2] = {
		{ OP_I32_EQ, OP_I32_NE }, { OP_I32_NE, OP_I32_EQ },
		{ OP_I32_LT_S, OP_I32_LE_S }, { OP_I32_LT_U, OP_I32_LE_U },
		{ OP_I32_GT_S, OP_I32_GE_S }, { OP_I32_GT_U, OP_I32_GE_U },
		{ OP_I32_LE_S, OP_I32_LT_S }, { OP_I32_LE_U, OP_I32_LT_U },
		{ OP_I32_GE_S, OP_I32_GT_S }, { OP_I32_GE_U, OP_I32_GT_U },
		{ OP_I32_CLZ, OP_I32_CTZ }, { OP_I32_CTZ, OP_I32_CLZ },
		{ OP_I32_POPCNT, OP_I32_CTZ },
		{ OP_I32_ADD, OP_I32_SUB }, { OP_I32_SUB, OP_I32_ADD },
		{ OP_I32_MUL, OP_I32_ADD }, { OP_I32_AND, OP_I32_OR },
		{ OP_I32_OR, OP_I32_AND }, { OP_I32_XOR, OP_I32_OR },
		{ OP_I32_SHL, OP_I32_SHR_U }, { OP_I32_SHR_U, OP_I32_SHR_S },
		{ OP_I32_SHR_S, OP_I32_SHR_U }, { OP_I32_ROTL, OP_I32_ROTR },
		{ OP_I32_EXTEND8_S, OP_I32_EXTEND16_S },
		{ OP_I32_EXTEND16_S, OP_I32_EXTEND8_S },
	};
	for (unsigned k = 0; k < ARRAY_LEN(other); k++)
		if (other[k][0] == op)
			return (enum op)other[k][1];
	return op;
}

static unsigned places(const struct rule_node *n)
{
	unsigned sum = 1;

	for (unsigned k = 0; n->kind == RULE_OP && k < n->n; k++)
		sum += places(n->arg[k]);
	return sum;
}

/* A copy of n in which place `at` says something else. */
static const struct rule_node *changed(const struct rule_node *n, unsigned *at,
				       unsigned width, unsigned rw,
				       struct rule_node pool[], unsigned *used)
{
	struct rule_node *c = &pool[(*used)++];

	*c = *n;
	const bool here = (*at)-- == 0;
	if (n->kind == RULE_OP) {
		const char *sig = op_info[rule_op(n, width)].sig;
		if (here && neighbour((enum op)n->op) != n->op) {
			c->op = (uint16_t)neighbour((enum op)n->op);
		} else if (here) {		/* no neighbour: its result plus one */
			struct rule_node *sum = &pool[(*used)++];
			*sum = (struct rule_node){ .kind = RULE_OP, .n = 2,
				.op = rw == 64 ? OP_I64_ADD : OP_I32_ADD,
				.arg = { c, &one } };
			return sum;
		}
		for (unsigned k = 0; k < n->n; k++)
			c->arg[k] = changed(n->arg[k], at, width,
					    wide(sig[k]) ? 64 : 32, pool, used);
		return c;
	}
	if (!here)
		return c;
	if (n->kind == RULE_INT) {
		c->value++;
		return c;
	}
	struct rule_node *sum = &pool[(*used)++];
	*sum = (struct rule_node){ .kind = RULE_OP, .n = 2,
				   .op = rw == 64 ? OP_I64_ADD : OP_I32_ADD,
				   .arg = { c, &one } };
	return sum;
}

/* Twins that are true: rule, place (-1: without its condition), why. */
static const struct { const char *rule; int place; const char *why; } equal[] = {
#define E(rule, place, why) { #rule, place, why },
#include "equivalent.def"
	{ NULL, 0, NULL },
};
static bool met[ARRAY_LEN(equal)];

static bool is_listed(const char *rule, int place)
{
	for (unsigned k = 0; equal[k].rule; k++)
		if (!strcmp(equal[k].rule, rule) && equal[k].place == place)
			return met[k] = true;
	return false;
}

static unsigned ntwins, nequal;

static void twin(const struct rule *t, int place, unsigned width)
{
	ntwins++;
	if (refuted(t, width)) {
		return;
	} else if (is_listed(t->name, place)) {
		nequal++;
		ok(solve(t, width) == PROVED, "twin %s %d at %u is listed as true",
		   t->name, place, width);
	} else {
		ok(false, "twin %s %d at %u is not refuted", t->name, place, width);
	}
}

static void twins(const struct rule *r, unsigned width)
{
	struct rule t = *r;

	if (r->when->kind != RULE_INT) {
		t.when = &always;
		twin(&t, -1, width);
	}
	for (unsigned k = 0; k < places(r->right); k++) {
		struct rule_node pool[64];
		unsigned used = 0, at = k;

		t = *r;
		t.right = changed(r->right, &at, width, result_width(r, width),
				  pool, &used);
		twin(&t, (int)k, width);
	}
}

/* --- all --- */

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
#include "broken.def"
};

static const char *const said[] = { "proved", "REFUTED", "UNKNOWN" };

static void rule(const struct rule *r, unsigned width)
{
	const enum answer got = solve(r, width);

	ok(got == PROVED, "%s at %u: %s", r->name, width, said[got]);
	twins(r, width);
}

int main(int argc, char **argv)
{
	/* "quick": all but what must be split into 64 cases; else one rule */
	const bool quick = argc > 1 && !strcmp(argv[1], "quick");
	const char *only = argc > 1 && !quick ? argv[1] : NULL;
	unsigned left_out = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned k = 0; k < opt_nrules; k++) {
		if (only && strcmp(only, opt_rules[k].name))
			continue;
		rule(&opt_rules[k], 32);
		if (opt_rules[k].both && quick &&
		    opt_rules[k].cases != CASES_ANY)
			left_out++;
		else if (opt_rules[k].both)
			rule(&opt_rules[k], 64);
	}
	for (unsigned k = 0; k < ARRAY_LEN(broken); k++)
		for (unsigned w = 32; w <= (broken[k].both ? 64 : 32); w += 32)
			ok(refuted(&broken[k], w), "broken %s at %u is refuted",
			   broken[k].name, w);
	for (unsigned k = 0; equal[k].rule; k++)
		ok(met[k], "%s %d is still a true twin: %s", equal[k].rule,
		   equal[k].place, equal[k].why);
	if (left_out)
		printf("# %u rules of 64 cases only at width 32 here\n", left_out);
	printf("# %u rules, %u twins refuted, %u true and listed, %lu queries, "
	       "%lu points\n", opt_nrules, ntwins - nequal, nequal, queries, points);
	Z3_del_context(z);
	return done();
}
