/* prove_sample_test.c - states that are found by trying, against the solver.
 *
 * Sets of conditions at random.  Where trying says that all can hold, the solver
 * finds a state, too; of those of which it does, most are found.
 */
#include <stdio.h>
#include <stdlib.h>

#include "prove/sample.h"
#include "prove/z3.h"

enum { WORDS = 24, MOST_CONDS = 7, ROUNDS = 600 };

static uint64_t seed = 1;

static uint32_t any(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static uint32_t number(void)
{
	return any(2) ? any(40) : any(2) ? 0 - any(40) : 1u << any(32);
}

/* A word of those that are there. */
static term word(struct terms *z, const term *w, unsigned n)
{
	static const enum term_op bits[] = { TM_AND, TM_OR, TM_XOR };
	static const enum term_op shift[] = { TM_SHL, TM_SHR, TM_SAR, TM_ROR };
	static const enum term_op unary[] = { TM_REV, TM_RBIT };
	const term x = w[any(n)], y = w[any(n)];

	switch (any(8)) {
	case 0: case 1: return term_mul_add(z, x, number(), y);
	case 2: return term_bits(z, bits[any(3)], x, y);
	case 3: return term_andk(z, x, number());
	case 4: return term_shiftk(z, shift[any(4)], x, any(32));
	case 5: return term_unary(z, unary[any(2)], x);
	case 6: return term_sext(z, x, any(2) ? 8 : 16);
	default: return term_ite(z, term_ult(z, x, y), y, w[any(n)]);
	}
}

static term condition(struct terms *z, const term *w)
{
	const term x = w[any(WORDS)];
	const term y = any(2) ? w[any(WORDS)] : term_const(z, number());
	term c = any(3) == 0 ? term_eq(z, x, y) :
		 any(2) ? term_ult(z, x, y) : term_slt(z, x, y);

	if (any(2))
		c = term_bnot(z, c);
	return any(4) ? c : term_band(z, c, term_ult(z, w[any(WORDS)], y));
}

struct counts {
	unsigned can, found, cannot, wrong;
};

static void one_set(struct counts *is, struct arena *a, struct arena *scratch)
{
	struct terms z;
	term w[WORDS], c[MOST_CONDS];
	const unsigned n = 1 + any(MOST_CONDS);

	terms_init(&z, a);
	for (unsigned k = 0; k < WORDS; k++)
		w[k] = k < 4 ? term_var(&z, SORT_WORD, k % 2 * 3,
					k % 2 ? 200 : UINT32_MAX)
			     : word(&z, w, k);
	for (unsigned k = 0; k < n; k++)
		c[k] = condition(&z, w);
	struct solver *s = solver_new(&z, UINT64_MAX, a);
	const bool tried = sample_holds(&z, c, n, scratch);
	const bool can = solver_example(s, c, n, NULL, 0, NULL);
	is->can += can;
	is->found += can && tried;
	is->wrong += tried && !can;
	is->cannot += !can;
	solver_free(s);
}

int main(void)
{
	static struct counts is;
	jmp_buf oom;
	struct arena a, scratch;

	if (setjmp(oom)) {
		printf("Bail out! memory\n");
		return 1;
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		arena_init(&a, &oom);
		arena_init(&scratch, &oom);
		one_set(&is, &a, &scratch);
		arena_fini(&scratch);
		arena_fini(&a);
	}
	const bool most = 10 * is.found >= 8 * is.can, some = is.cannot >= 50;
	printf("1..3\n");
	printf("%s 1 - what is found, the solver finds (%u not)\n",
	       is.wrong ? "not ok" : "ok", is.wrong);
	printf("%s 2 - of %u sets that can hold most are found: %u\n",
	       most ? "ok" : "not ok", is.can, is.found);
	printf("%s 3 - some cannot hold: %u\n", some ? "ok" : "not ok",
	       is.cannot);
	return is.wrong || !most || !some;
}
