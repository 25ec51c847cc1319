/* wild.c - the checker with a finder of invariants that guesses at random.
 *
 *	wild MEANT.wasm OTHER N
 *
 * Proves each function of OTHER (WebAssembly, or an object) as it is, then N times with what weaken.c,
 * guess.c and ahead.c find disturbed: places of a cut hold other terms, constants, own
 * variables, nothing; facts are added and dropped; the other side is said to be ahead.  What is REJECTED as it is must
 * stay so.  Prints how many were PROVED of those that are PROVED as they are, and the disturbances; exit 1 when one
 * that is REJECTED was PROVED.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "prove/given.h"
#include "prove/module.h"
#include "prove/world.h"
#include "wasm/check.h"
#include "wasm/decode.h"

/* Those of src/prove, by other names: tests.cmake. */
bool true_weaken(struct pair *p, uint32_t number, const struct places *have,
		 const struct places *now, const struct access *access);
void true_guess(struct pair *p, struct cut *c, term counter);
bool true_ahead(struct pair *p, const term *a, const term *b);

/* Disturbances of a proof, by turns: a few are mended, without end it never ends. */
static const unsigned most[] = { 2, 8, 40, 10000 };

static uint64_t state;		/* 0: as it is */
static unsigned left;
static unsigned long disturbed;

static uint32_t draw(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 20) % n;
}

/* Is it time for one? */
static bool now_and_then(uint32_t n)
{
	if (!state || !left || draw(n))
		return false;
	left--;
	disturbed++;
	return true;
}

static term any_constant(struct pair *p)
{
	static const uint32_t k[] = { 0, 1, 2, 4, 8, 64, 255, 400, 0x7fffffff, 0xffffffff };

	return term_const(&p->z, k[draw(sizeof k / sizeof *k)]);
}

/* What some place holds, of that sort; 0 where none was met. */
static term any_held(const struct pair *p, const struct places *l, uint32_t sort)
{
	for (unsigned try = 0; try < 20; try++) {
		const term t = *l->at.at[draw(l->at.n)];
		if (t && term_at(&p->z, t)->sort == sort)
			return t;
	}
	return 0;
}

static term own_variable(struct pair *p, uint32_t cut, uint32_t sort)
{
	const uint32_t lo = draw(3) ? 0 : draw(64), hi = draw(2) ? UINT32_MAX : lo + draw(1000);
	const term t = term_var(&p->z, (enum term_sort)sort, sort == SORT_WORD ? lo : 0,
				sort == SORT_WORD ? hi : 0);

	while (p->owner.n < p->z.nvars)
		vec_push(p->arena, &p->owner, 0);
	p->owner.at[p->z.nvars - 1] = cut + 1;
	return t;
}

static void disturb_place(struct pair *p, uint32_t cut, const struct places *have, const struct places *now)
{
	const uint32_t k = draw(have->at.n);
	term *place = have->at.at[k];
	const uint32_t sort = *place ? term_at(&p->z, *place)->sort : SORT_WORD;
	const term other = any_held(p, draw(2) ? have : now, sort);

	switch (draw(6)) {
	case 0:
		*place = own_variable(p, cut, sort);
		return;
	case 1:
		*place = sort == SORT_WORD ? any_constant(p) : *place;
		return;
	case 2:
		*place = *place && other && sort == SORT_WORD ?
			 term_mul_add(&p->z, other, draw(9) - 4, *place) : *place;
		return;
	case 3:
		*place = *now->at.at[k] ? *now->at.at[k] : *place;
		return;
	case 4:
		*place = sort == SORT_WORD ? 0 : *place;
		return;
	default:
		*place = other ? other : *place;
		return;
	}
}

static void add_any_fact(struct pair *p, struct cut *c, const struct places *l)
{
	const term a = any_held(p, l, SORT_WORD);
	const term b = draw(2) ? any_constant(p) : any_held(p, l, SORT_WORD);

	if (!a || !b)
		return;
	const term t = draw(3) == 0 ? term_eq(&p->z, a, b) :
		       draw(2) ? term_ult(&p->z, a, b) : term_slt(&p->z, a, b);
	const term fact = draw(2) ? t : term_bnot(&p->z, t);
	/* a cut that nothing can be at is no guess of what is there */
	if (fact != p->z.no)
		vec_push(p->arena, &c->facts, fact);
}

bool cut_weaken(struct pair *p, uint32_t number, const struct places *have,
		const struct places *now, const struct access *access)
{
	bool changed = true_weaken(p, number, have, now, access);
	struct cut *c = &p->cuts.at[number];

	while (now_and_then(2)) {
		changed = true;
		if (draw(3))
			disturb_place(p, number, have, now);
		else if (c->facts.n && draw(2))
			c->facts.at[draw((uint32_t)c->facts.n)] = vec_last(&c->facts), c->facts.n--;
		else
			add_any_fact(p, c, have);
	}
	return changed;
}

void cut_guess(struct pair *p, struct cut *c, term counter)
{
	if (!now_and_then(2)) {
		true_guess(p, c, counter);
		return;
	}
	const term most = draw(2) ? any_constant(p) : counter;
	vec_push(p->arena, &c->facts, term_bnot(&p->z, term_ult(&p->z, most, counter)));
}

bool pair_ahead(struct pair *p, const term *a, const term *b)
{
	return now_and_then(8) ? draw(2) : true_ahead(p, a, b);
}

/* --- proofs ------------------------------------------------------------------------- */

struct subject {
	struct arena a;
	struct wasm_module meant, other;
	struct obj *o;
	uint32_t n;
	const char *const *argv;
	unsigned long kept, lost, gained;
};

static bool read_module(struct wasm_module *m, const uint8_t *bytes, size_t n, struct arena *a)
{
	struct diag_sink sink;

	diag_init(&sink, a);
	return wasm_decode(m, bytes, n, &wasm_default_limits, a, &sink) &&
	       wasm_validate(m, &wasm_default_limits, a, &sink);
}

static bool proved(struct subject *s, uint32_t func, uint64_t seed)
{
	struct prove_limits limits = prove_limits_default;
	struct verdict v = { 0 };
	struct world w, t;
	struct arena a;
	jmp_buf oom;

	limits.effort = 2000000;
	arena_init(&a, &oom);
	a.limit = limits.memory;
	if (setjmp(oom) == 0) {
		if (s->o)
			world_init(&w, &s->meant, s->o, &a);
		else
			world_init_wasm(&w, &t, &s->meant, &s->other, &a);
		state = seed;
		left = most[(seed >> 40) % 4];
		prove_function(&w, func, &limits, &a, &v);
		state = 0;
	}
	arena_fini(&a);
	return v.proved;
}

static void function(struct subject *s, uint32_t func)
{
	const bool is = proved(s, func, 0);

	for (uint32_t k = 0; k < s->n; k++) {
		const unsigned long before = disturbed;
		const bool now = proved(s, func, (k + 1) * UINT64_C(0x9e3779b97f4a7c15) + func);
		if (before == disturbed)
			break;		/* it has no loops */
		s->kept += is && now;
		s->lost += is && !now;
		s->gained += !is && now;
		if (!is && now)
			printf("not ok - func %u is PROVED with guesses %u\n", func, k);
	}
}

static void *work(void *arg)
{
	struct subject *s = arg;
	struct diag_sink sink;
	uint8_t *bytes;
	size_t n;
	jmp_buf oom;

	arena_init(&s->a, &oom);
	if (setjmp(oom))
		exit(70);
	diag_init(&sink, &s->a);
	if (!file_read(s->argv[1], 1 << 24, &s->a, &bytes, &n, &sink) ||
	    !read_module(&s->meant, bytes, n, &s->a) ||
	    !file_read(s->argv[2], 1 << 24, &s->a, &bytes, &n, &sink))
		exit(2);
	if (n > 4 && !memcmp(bytes, "\177ELF", 4))
		s->o = obj_read(bytes, n, &s->a, &sink);
	else if (!read_module(&s->other, bytes, n, &s->a))
		exit(2);
	for (uint32_t k = s->meant.nimported[WASM_FUNC]; k < s->meant.funcs.n; k++)
		function(s, k);
	printf("%lu disturbed: %lu kept, %lu lost, %lu gained\n", disturbed, s->kept, s->lost, s->gained);
	arena_fini(&s->a);
	return NULL;
}

int main(int argc, char **argv)
{
	struct subject s = { .argv = (const char *const *)argv };
	pthread_attr_t attr;
	pthread_t thread;

	if (argc != 4)
		return 2;
	s.n = (uint32_t)atoi(argv[3]);
	/* paths are followed by recursion */
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, (size_t)256 << 20);
	if (pthread_create(&thread, &attr, work, &s))
		return 70;
	pthread_join(thread, NULL);
	return s.gained > 0;
}
