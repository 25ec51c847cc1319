/* prove_sem_test.c - num.def bound to terms, against num_eval and the solver.
 *
 * With constants for operands the normaliser folds a row to a constant: that
 * must be the number num_eval gives.  The same row over variables, which is
 * another way through the normaliser, must be that number too when the solver
 * sets the variables so.
 */
#include <stdio.h>
#include <string.h>

#include "prove/sem_wasm.h"
#include "prove/z3.h"
#include "wasm/sem.h"

static const uint64_t edge[] = {
	0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff,
	0x8000, 0xffff, 0x10000, 0x12345678, 0x7fffffff, 0x80000000,
	0x80000001, 0xfffffffe, 0xffffffff, 0x100000000, 0x123456789abcdef0,
	0x7fffffffffffffff, 0x8000000000000000, 0xffffffff00000000,
	0xfffffffffffffffe, 0xffffffffffffffff,
};
enum { EDGES = sizeof edge / sizeof *edge };

static unsigned checks, failures;
static struct terms z;
static struct arena arena;

static bool is_wide(char c)
{
	return c == 'l' || c == 'd';
}

static struct val constant(uint64_t x, bool wide)
{
	return (struct val){ term_const(&z, (uint32_t)x),
			     wide ? term_const(&z, (uint32_t)(x >> 32)) : 0 };
}

static struct val variable(bool wide)
{
	return (struct val){ term_var(&z, SORT_WORD, 0, UINT32_MAX),
			     wide ? term_var(&z, SORT_WORD, 0, UINT32_MAX) : 0 };
}

static bool is_float(enum op op)
{
	return strpbrk(op_info[op].sig, "fd") != NULL;
}

/* 64-bit quotients are functions without a meaning here. */
static bool is_folded(enum op op)
{
	return op < OP_I64_DIV_S || op > OP_I64_REM_U;
}

static void fail(enum op op, uint64_t a, uint64_t b, const char *why)
{
	if (failures++ < 20)
		printf("not ok - %s(0x%llx, 0x%llx): %s\n", op_info[op].text,
		       (unsigned long long)a, (unsigned long long)b, why);
}

static term equals(struct val x, struct val y)
{
	term c = term_eq(&z, x.lo, y.lo);

	return x.hi ? term_band(&z, c, term_eq(&z, x.hi, y.hi)) : c;
}

static void fold_one(enum op op, uint64_t a, uint64_t b)
{
	const char *sig = op_info[op].sig;
	bool wide = is_wide(sig[0]), out = is_wide(sig[strlen(sig) - 1]);
	uint64_t want, arg[2] = { a, b };
	enum hd_trap_kind kind = HD_TRAP_NONE, have = HD_TRAP_NONE;
	struct val_trap trap[2];
	unsigned n;

	bool ok = num_eval(op, arg, &want, &kind);
	struct val r = sem_num(&z, op, constant(a, wide), constant(b, wide),
			       trap, &n);
	checks++;
	for (unsigned k = n; k-- > 0;)
		if (trap[k].when == z.yes)
			have = trap[k].kind;
		else if (trap[k].when != z.no)
			fail(op, a, b, "trap not decided");
	if (have != kind)
		fail(op, a, b, "trap");
	else if (ok && is_folded(op) && equals(r, constant(want, out)) != z.yes)
		fail(op, a, b, "value");
}

static void solve_one(struct solver *s, enum op op, uint64_t a, uint64_t b)
{
	const char *sig = op_info[op].sig;
	bool wide = is_wide(sig[0]), out = is_wide(sig[strlen(sig) - 1]);
	struct val x = variable(wide), y = variable(wide);
	uint64_t want, arg[2] = { a, b };
	enum hd_trap_kind kind;
	struct val_trap trap[2];
	unsigned n;

	if (!num_eval(op, arg, &want, &kind))
		return;
	struct val r = sem_num(&z, op, x, y, trap, &n);
	term c[] = { equals(x, constant(a, wide)), equals(y, constant(b, wide)),
		     term_bnot(&z, equals(r, constant(want, out))) };
	checks++;
	if (solver_ask(s, c, 3) != ANSWER_NO)
		fail(op, a, b, "over variables");
}

/* Products and quotients of variables, and counts of zeros, are functions
 * without a meaning for the solver. */
static bool is_solved(enum op op)
{
	switch ((int)op) {
	case OP_I32_MUL: case OP_I64_MUL: case OP_I32_DIV_S: case OP_I32_DIV_U:
	case OP_I32_REM_S: case OP_I32_REM_U: case OP_I64_DIV_S:
	case OP_I64_DIV_U: case OP_I64_REM_S: case OP_I64_REM_U:
	case OP_I32_CLZ: case OP_I32_CTZ: case OP_I64_CLZ: case OP_I64_CTZ:
		return false;
	default:
		return true;
	}
}

int main(void)
{
	unsigned rows = 0;

	for (int op = 0; op < OP_NUM_END; op++) {
		if (is_float((enum op)op))
			continue;
		rows++;
		arena_init(&arena, NULL);
		terms_init(&z, &arena);
		struct solver *s = solver_new(&z, UINT64_MAX, &arena);
		for (unsigned i = 0; i < EDGES; i++)
			for (unsigned j = 0; j < EDGES; j++)
				fold_one((enum op)op, edge[i], edge[j]);
		for (unsigned i = 0; i < EDGES && is_solved((enum op)op); i += 3)
			solve_one(s, (enum op)op, edge[i],
				  edge[(i * 7 + 3) % EDGES]);
		solver_free(s);
		arena_fini(&arena);
	}
	printf("%s - %u integer rows, %u checks, %u failures\n",
	       failures ? "not ok" : "ok", rows, checks, failures);
	return failures != 0;
}
