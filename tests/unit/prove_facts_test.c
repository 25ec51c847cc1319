/* prove_facts_test.c - what follows from facts that are learned in any order, and what
 * does not.
 *
 * A choice between a word and a number that is compared: once the word is known, so
 * is the condition.  Bits that are 0 in a multiple of four may be put there in any way.
 */
#include <stdio.h>

#include "prove/facts.h"

#include <setjmp.h>

enum { N = 32 };

struct known {
	struct terms z;
	struct facts f;
	term c, x;
};

static void begin(struct known *k, struct arena *a)
{
	terms_init(&k->z, a);
	facts_init(&k->f, &k->z, a);
	k->c = term_eq(&k->z, term_var(&k->z, SORT_WORD, 0, UINT32_MAX),
		       term_const(&k->z, 0));
	k->x = term_var(&k->z, SORT_WORD, 0, UINT32_MAX);
}

/* c ? x : N is `is`, or is not; what c is then, where x is `have`. */
static int decided(struct arena *a, uint32_t is, bool holds, uint32_t have,
		   bool last)
{
	struct known k;

	begin(&k, a);
	term choice = term_ite(&k.z, k.c, k.x, term_const(&k.z, N));
	term is_so = term_eq(&k.z, choice, term_const(&k.z, is));
	term x_is = term_eq(&k.z, k.x, term_const(&k.z, have));
	facts_add(&k.f, last ? holds ? is_so : term_bnot(&k.z, is_so) : x_is);
	facts_add(&k.f, last ? x_is : holds ? is_so : term_bnot(&k.z, is_so));
	return facts_decide(&k.f, k.c);
}

/* 4 x with low bits put in by OR, and OR and XOR of it behind a mask. */
static unsigned low_bits(struct arena *a)
{
	struct known k;

	begin(&k, a);
	struct terms *z = &k.z;
	term y = term_var(z, SORT_WORD, 0, UINT32_MAX), zero = term_const(z, 0);
	term one = term_const(z, 1);
	term x4 = term_mul_add(z, k.x, 4, zero), odd = term_mul_add(z, k.x, 4, one);
	term or = term_bits(z, TM_OR, x4, one);
	term sum = term_sub(z, term_mul_add(z, y, 3, k.x), one);
	term less = term_shiftk(z, TM_SHL, sum, 23);
	bool right[] = {
		or == odd,
		/* where there may be bits already */
		term_bits(z, TM_OR, k.x, one) != term_addk(z, k.x, 1),
		term_bits(z, TM_OR, x4, term_const(z, 5)) != term_addk(z, x4, 5),
		/* a mask takes what is above it */
		term_andk(z, term_bits(z, TM_OR, x4, y), 3) == term_andk(z, y, 3),
		term_andk(z, term_bits(z, TM_XOR, y, x4), 7) != term_andk(z, y, 7),
		term_andk(z, term_bits(z, TM_OR, term_addk(z, x4, 4), y), 3) ==
			term_andk(z, y, 3),
		/* a sum's bit, and the sign that a shift makes of it */
		term_ult(z, less, term_const(z, 0x80000000u)) ==
			term_eq(z, term_andk(z, sum, 0x100), zero),
		term_ult(z, less, term_const(z, 0x80000000u)) !=
			term_eq(z, term_andk(z, sum, 0x200), zero),
	};
	unsigned bad = 0;

	for (unsigned n = 0; n < sizeof right / sizeof *right; n++) {
		if (!right[n])
			printf("# low bits: form %u\n", n);
		bad += !right[n];
	}
	return bad;
}

static unsigned choices(struct arena *a, unsigned *asked)
{
	/* is, holds, x is: the condition, or -1 */
	static const struct { uint32_t is; bool holds; uint32_t have; int c; } t[] = {
		{ 0, false, 0, 0 },	/* it is not 0, and x is: N was chosen */
		{ 0, true, 0, 1 },
		{ 5, false, 5, 0 },
		{ 5, true, 5, 1 },
		{ N, true, 7, 0 },
		{ N, false, 7, 1 },
		{ 0, false, 7, -1 },	/* so may either be */
		{ 5, false, 7, -1 },
		{ N, true, N, -1 },
	};
	unsigned n = sizeof t / sizeof *t, bad = 0;

	for (unsigned k = 0; k < 2 * n; k++) {
		bool last = k >= n;
		int c = decided(a, t[k % n].is, t[k % n].holds, t[k % n].have, last);
		bool right = c == t[k % n].c;
		printf("%sok %u - c ? x : %d %s %u, x = %u: %d\n", right ? "" : "not ",
		       k + 1, N, t[k % n].holds ? "is" : "is not", t[k % n].is,
		       t[k % n].have, c);
		bad += !right;
	}
	*asked = 2 * n;
	return bad;
}

int main(void)
{
	struct arena a;
	jmp_buf oom;
	unsigned n;

	arena_init(&a, &oom);
	if (setjmp(oom))
		return 1;
	unsigned wrong = choices(&a, &n), forms = low_bits(&a);
	printf("%sok %u - low bits\n1..%u\n", forms ? "not " : "", n + 1, n + 1);
	arena_fini(&a);
	return wrong || forms;
}
