/* transfer.c - random transfers, the oracle's word on each, the comparison. */
#include "diff.h"

#include <stdio.h>
#include <string.h>

enum { RESULT_AT = 0x200, STREAM_N = 5, ELEMENTS = 40 };

/* --- memories ---------------------------------------------------------------- */

/* Noise, and cells that the guests' realloc reads. */
static struct guest fresh(struct subject *s, enum encoding enc)
{
	static const uint32_t odd[] = { 1, 2, 4, MEMORY, MEMORY - 1,
					0xffffffff, 0x18000, 0xfffffff8 };
	struct guest g = { arena_alloc(s->a, MEMORY), MEMORY, enc };

	for (uint32_t k = 0; k < MEMORY; k += 8) {
		s->r.s = s->r.s * 6364136223846793005u + 1442695040888963407u;
		memcpy(g.mem + k, &s->r.s, 8);
	}
	s->r.s |= 1;
	cabi_put(&g, CELL_LOG, LOG, 4);
	cabi_put(&g, CELL_COUNT, 0, 4);
	cabi_put(&g, CELL_HEAP, HEAP + rnd(&s->r, 16), 4);
	cabi_put(&g, CELL_ODD, rnd(&s->r, 8) ? 0 : 1 + rnd(&s->r, 6), 4);
	cabi_put(&g, CELL_ODD_RESULT, odd[rnd(&s->r, 8)], 4);
	return g;
}

static struct transfer *add(struct subject *s)
{
	struct transfer *t = arena_new(s->a, struct transfer);

	*t = (struct transfer){ .from = 0 };
	vec_push(s->a, &s->transfers, t);
	return t;
}

static void begin(struct subject *s, struct guest g[3])
{
	g[1] = fresh(s, s->plan.callee.enc);
	g[2] = fresh(s, s->plan.caller.enc);
}

/* What is before the transfer stays; the oracle works on copies. */
static void split(struct subject *s, struct transfer *t, struct guest g[3])
{
	for (uint32_t k = 1; k < 3; k++) {
		t->before[k] = g[k].mem;
		t->after[k] = g[k].mem = arena_alloc(s->a, MEMORY);
		memcpy(t->after[k], t->before[k], MEMORY);
	}
}

static void damage(struct subject *s, struct image *m, struct flat *f,
		   uint32_t n)
{
	uint32_t used = m->heap - HEAP;

	for (uint32_t k = rnd(&s->r, 3); k-- > 0;)
		if (used)
			m->g->mem[HEAP + rnd(&s->r, used)] ^=
				(uint8_t)(1u << rnd(&s->r, 8));
	if (n && rnd(&s->r, 2)) {
		struct flat *x = &f[rnd(&s->r, n)];
		x->v ^= UINT64_C(1) << rnd(&s->r, x->type == 'l' ||
					   x->type == 'd' ? 64 : 32);
	}
}

/* A value of a tuple as a guest passes it. */
static uint32_t send(struct subject *s, struct guest *g, uint32_t max,
		     const struct ty *tuple, struct flat *f)
{
	struct image m = { g, &s->r, HEAP, ELEMENTS };
	struct flat *end = f;
	uint8_t types[FLAT_MAX];
	uint32_t n = cabi_flatten(tuple, types);

	if (n <= max) {
		gen_flat(&m, tuple, &end);
	} else {
		uint32_t a = cabi_align(tuple);
		uint32_t p = (HEAP + a - 1) / a * a;
		m.heap = p + cabi_size(tuple);
		gen_store(&m, tuple, p);
		*end++ = (struct flat){ 'i', p };
	}
	if (!rnd(&s->r, 4))
		damage(s, &m, f, (uint32_t)(end - f));
	return (uint32_t)(end - f);
}

static uint64_t bits(uint8_t type, uint64_t v)
{
	return type == 'l' || type == 'd' ? v : v & UINT32_MAX;
}

static void set_args(struct transfer *t, const struct flat *f, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		t->arg[k] = bits(f[k].type, f[k].v);
}

/* --- the three kinds --------------------------------------------------------------- */

/* What the oracle leaves in the callee's cells: stored arguments. */
static void store_args(struct guest *g, const struct flat *f, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		cabi_put(g, CELL_ARGS + 8 * k, f[k].v,
			 f[k].type == 'l' || f[k].type == 'd' ? 8 : 4);
}

/* The callee's core function returns what is in its cell (make.h), as its
 * signature has it; the adapter hands it on. */
static void returned(const struct subject *s, const struct guest *g,
		     struct transfer *t)
{
	uint8_t types[FLAT_MAX];
	const uint32_t n = s->plan.result ?
			   cabi_flatten(s->plan.result, types) : 0;

	if (s->plan.callee.async || n > 1)
		t->result_type = 'i';
	else if (n == 1)
		t->result_type = types[0];
	else
		return;
	t->result = bits(t->result_type, cabi_get(g, CELL_RETURN, 8));
}

static void add_call(struct subject *s)
{
	struct transfer *t = add(s);
	struct guest g[3];
	struct flat in[FLAT_MAX], out[FLAT_MAX];
	const uint32_t max = s->plan.caller.async ? 4 : 16;
	volatile bool trapped = false;
	jmp_buf jump;
	struct cabi c = { s->a, &jump, &t->moves };

	begin(s, g);
	set_args(t, in, send(s, &g[2], max, s->plan.params, in));
	split(s, t, g);
	t->from = 2;
	t->name = arena_printf(s->a, "[start]#%u", s->lower);
	if (!setjmp(jump)) {
		struct val v = cabi_lift_all(&c, &g[2], max, in,
					     s->plan.params);
		uint32_t n = cabi_lower_all(&c, &g[1], 16, &v, s->plan.params,
					    NULL, out);
		store_args(&g[1], out, n);
		returned(s, &g[1], t);
	} else {
		trapped = true;
	}
	t->traps = trapped;
	s->tally->calls++;
}

static void add_results(struct subject *s)
{
	const struct ty *sub[] = { s->plan.result };
	const struct ty tuple = { TUPLE, s->plan.result != NULL, sub };
	struct transfer *t = add(s);
	struct guest g[3];
	struct flat in[FLAT_MAX], out[FLAT_MAX];
	const uint32_t max = s->plan.callee.async ? 16 : 1;
	const uint32_t caller_max = s->plan.caller.async ? 0 : 1;
	const uint32_t at = rnd(&s->r, 16) ? RESULT_AT : rnd(&s->r, 2) ?
			    RESULT_AT + 1 : MEMORY - 4;
	volatile bool trapped = false;
	jmp_buf jump;
	struct cabi c = { s->a, &jump, &t->moves };

	begin(s, g);
	const uint32_t n = send(s, &g[1], max, &tuple, in);
	set_args(t, in, n);
	t->arg[n] = at;
	split(s, t, g);
	t->from = 1;
	t->name = arena_printf(s->a, "[results]#%u", s->lower);
	if (!setjmp(jump)) {
		struct val v = cabi_lift_all(&c, &g[1], max, in, &tuple);
		if (cabi_lower_all(&c, &g[2], caller_max, &v, &tuple, &at,
				   out)) {
			t->result_type = out[0].type;
			t->result = bits(out[0].type, out[0].v);
		}
	} else {
		trapped = true;
	}
	t->traps = trapped;
	s->tally->results++;
}

/* The element types whose bytes are not enough have a copier. */
static const char *copier(const struct subject *s)
{
	for (uint32_t k = 0; k < s->wasm->exports.n; k++)
		if (!strncmp(s->wasm->exports.at[k].name, "[copy]#", 7))
			return s->wasm->exports.at[k].name;
	return NULL;
}

static void add_copy(struct subject *s, const char *name)
{
	struct transfer *t = add(s);
	struct guest g[3];
	const struct ty *e = s->plan.stream;
	const uint32_t size = cabi_size(e), align = cabi_align(e);
	const uint32_t from = (HEAP + align - 1) / align * align, to = 0x200;
	const uint32_t n = rnd(&s->r, STREAM_N + 1);
	volatile bool trapped = false;
	jmp_buf jump;
	struct cabi c = { s->a, &jump, &t->moves };

	begin(s, g);
	struct image m = { &g[2], &s->r, from + n * size, ELEMENTS };
	cabi_put(&g[1], CELL_LOG, 0x6000, 4);
	for (uint32_t k = 0; k < n; k++)
		gen_store(&m, e, from + k * size);
	if (!rnd(&s->r, 4))
		damage(s, &m, NULL, 0);
	split(s, t, g);
	t->from = 2;
	t->name = name;
	t->arg[0] = to, t->arg[1] = from, t->arg[2] = n;
	if (!setjmp(jump)) {
		for (uint32_t k = 0; k < n; k++) {
			struct val v = cabi_load(&c, &g[2], from + k * size, e);
			cabi_store(&c, &g[1], &v, e, to + k * size);
		}
	} else {
		trapped = true;
	}
	t->traps = trapped;
	s->tally->copies++;
}

void transfer_add(struct subject *s)
{
	add_call(s);
	add_results(s);
	if (s->plan.stream && copier(s))
		add_copy(s, copier(s));
}

/* --- comparison ---------------------------------------------------------------------- */

static bool same_memory(const struct transfer *t, const struct seen *seen)
{
	for (uint32_t k = 1; k < 3; k++) {
		if (!memcmp(t->after[k], seen->after[k], MEMORY))
			continue;
		uint32_t i = 0;
		while (t->after[k][i] == seen->after[k][i])
			i++;
		printf("# memory of instance %u at 0x%x: 0x%02x, expected "
		       "0x%02x\n", k, i, seen->after[k][i], t->after[k][i]);
		return false;
	}
	return true;
}

/* What differs, or NULL. */
static const char *differs(const struct transfer *t, const struct seen *seen)
{
	if (seen->trapped != t->traps)
		return t->traps ? "returned, expected a trap"
				: "trapped, expected none";
	if (t->traps)
		return NULL;
	if (!same_memory(t, seen))
		return "memories differ";
	if (seen->moves.n != t->moves.n || seen->moves.hash != t->moves.hash)
		return "the handles moved differ";
	if (seen->wrong)
		return "a handle moved between other instances";
	if (seen->locked)
		return "an instance may not leave";
	if (t->result_type && bits(t->result_type, seen->result) != t->result)
		return "the flat result differs";
	return NULL;
}

/* --- what a wrong answer is ------------------------------------------------------------ */

static const char *const breaks[] = { "trap", "memory", "result", "moves",
				      "wrong", "lock" };
static const char *broken;
static uint32_t changed, passed;

bool transfer_break(const char *what)
{
	for (size_t k = 0; k < sizeof breaks / sizeof *breaks; k++)
		if (!strcmp(what, breaks[k]))
			broken = breaks[k];
	return broken != NULL;
}

/* Changes what was seen; false when that could not show: after a trap only
 * the trap counts, and not each call has a result. */
static bool change(const struct transfer *t, struct seen *seen)
{
	if (t->traps && strcmp(broken, "trap"))
		return false;
	if (!strcmp(broken, "trap"))
		seen->trapped = !seen->trapped;
	else if (!strcmp(broken, "memory"))
		seen->after[1 + changed % 2][(changed * 40503u) % MEMORY] ^= 1;
	else if (!strcmp(broken, "result") && t->result_type)
		seen->result ^= 1u << changed % 32;
	else if (!strcmp(broken, "moves"))
		cabi_move(&seen->moves, MOVE_OWN, changed);
	else if (!strcmp(broken, "wrong"))
		seen->wrong = true;
	else if (!strcmp(broken, "lock"))
		seen->locked++;
	else
		return false;
	changed++;
	return true;
}

int transfer_broken(void)
{
	if (!broken)
		return 0;
	printf("%s of %u answers made wrong, %u of them passed\n", broken,
	       changed, passed);
	return !changed || passed;
}

void transfer_check(const struct subject *s, const struct transfer *t,
		    struct seen *seen)
{
	const bool made_wrong = broken && change(t, seen);
	const char *what = differs(t, seen);

	if (made_wrong) {
		passed += what == NULL;
	} else if (what) {
		printf("# %s: %u moves of %u, %d locked\n", t->name,
		       seen->moves.n, t->moves.n, seen->locked);
		subject_die(s, what);
	}
	s->tally->trapped += t->traps;
}

/* --- imports ---------------------------------------------------------------------------- */

struct import import_of(const char *name)
{
	static const char *const moves[] = {
		[MOVE_OWN] = "own", [MOVE_BORROW] = "borrow",
		[MOVE_STREAM] = "stream", [MOVE_FUTURE] = "future",
		[MOVE_ERROR_CONTEXT] = "error-context" };
	struct import i = { .kind = IMPORT_NOT_CALLED };
	char kind[32];

	if (!strcmp(name, "[trap-bad-value]"))
		i.kind = IMPORT_BAD_VALUE;
	if (sscanf(name, "[no-leave]#%" SCNu32, &i.to) == 1)
		i.kind = IMPORT_NO_LEAVE;
	if (sscanf(name, "[wall]#%" SCNu32, &i.to) == 1)
		i.kind = IMPORT_WALL;
	if (!strcmp(name, "[no-wall]"))
		i.kind = IMPORT_NO_WALL;
	if (sscanf(name, "[move-%31[^]]]#%*u:%" SCNu32 ":%" SCNu32, kind,
		   &i.from, &i.to) != 3)
		return i;
	for (int k = 0; k < 5; k++)
		if (!strcmp(kind, moves[k])) {
			i.kind = IMPORT_MOVE;
			i.move = (enum move_kind)k;
		}
	return i;
}
