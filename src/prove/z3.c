/* z3.c - terms to Z3, and questions.
 *
 * Words are 32-bit vectors, tokens a sort of their own; loads, stores, calls,
 * products of variables, quotients and float operations are uninterpreted
 * functions.  That is weaker than what they are: what is proved so holds.
 */
#include "prove/z3.h"

#include <string.h>
#include <z3.h>

#include "base/file.h"
#include "base/map.h"
#include "prove/module.h"
#include "prove/sample.h"
#include "prove/smt.h"

/* A context that has done so much is given back: what Z3 keeps in one for later
 * questions is much, and helps little. */
enum { BUDGET = 250000, MOST_NODES = 1500, SMALL = 64, CONTEXT = 20000 };

/* What was asked, and the answer. */
struct known {
	const term *c;
	uint32_t n;
	Z3_lbool answer;
};

struct solver {
	struct terms *z;
	struct arena *arena;
	struct arena scratch;		/* of one question */
	Z3_context ctx;
	Z3_solver solver;
	Z3_sort word, token, boolean;
	VEC(Z3_ast) ast;		/* [term] */
	struct map decl;		/* of functions: index in decls + 1 */
	VEC(Z3_func_decl) decls;
	VEC(struct known) known;
	uint32_t queries, written;
	uint64_t effort, most;
	uint64_t gone;			/* of it, of contexts before this one */
	const char *dump;
	uint32_t func;
};

static _Thread_local bool failed;

static void on_error(Z3_context c, Z3_error_code e)
{
	(void)c;
	(void)e;
	failed = true;
}

/* Made when first asked: most functions need no solver. */
static void start(struct solver *s)
{
	Z3_config cfg = Z3_mk_config();

	s->ctx = Z3_mk_context(cfg);
	Z3_del_config(cfg);
	Z3_set_error_handler(s->ctx, on_error);
	s->solver = Z3_mk_simple_solver(s->ctx);
	Z3_solver_inc_ref(s->ctx, s->solver);
	Z3_params p = Z3_mk_params(s->ctx);
	Z3_params_inc_ref(s->ctx, p);
	Z3_params_set_uint(s->ctx, p, Z3_mk_string_symbol(s->ctx, "rlimit"),
			   BUDGET);
	Z3_solver_set_params(s->ctx, s->solver, p);
	Z3_params_dec_ref(s->ctx, p);
	s->word = Z3_mk_bv_sort(s->ctx, 32);
	s->boolean = Z3_mk_bool_sort(s->ctx);
	s->token = Z3_mk_uninterpreted_sort(s->ctx,
			Z3_mk_string_symbol(s->ctx, "token"));
}

struct solver *solver_new(struct terms *z, uint64_t most, struct arena *a)
{
	struct solver *s = arena_new(a, struct solver);

	s->z = z;
	s->arena = a;
	arena_init(&s->scratch, a->oom);
	s->most = most;
	map_init(&s->decl, a);
	return s;
}

static void end(struct solver *s)
{
	if (!s->ctx)
		return;
	Z3_solver_dec_ref(s->ctx, s->solver);
	Z3_del_context(s->ctx);
	s->ctx = NULL;
	s->gone = s->effort;
	s->ast.n = s->decls.n = 0;
	map_init(&s->decl, s->arena);
}

void solver_free(struct solver *s)
{
	arena_fini(&s->scratch);
	end(s);
}

uint64_t solver_effort(const struct solver *s)
{
	return s->effort;
}

const char *prove_solver_version(struct arena *a)
{
	unsigned v[4];

	Z3_get_version(&v[0], &v[1], &v[2], &v[3]);
	return arena_printf(a, "%u.%u.%u.%u", v[0], v[1], v[2], v[3]);
}

uint32_t solver_queries(const struct solver *s)
{
	return s->queries;
}

void solver_dump(struct solver *s, const char *dir, uint32_t func)
{
	s->dump = dir;
	s->func = func;
}

static void dump(struct solver *s, const term *c, uint32_t n, Z3_lbool r)
{
	struct diag_sink quiet;
	struct buf out;

	buf_init(&out, s->arena);
	diag_init(&quiet, s->arena);
	smt_print(s->z, c, n, r == Z3_L_TRUE ? "sat" : r == Z3_L_FALSE ?
		  "unsat" : "unknown", &out);
	file_write(arena_printf(s->arena, "%s/f%u-%04u.smt2", s->dump, s->func,
				++s->written), out.at, out.n, false, &quiet);
}

static Z3_sort sort_of(struct solver *s, uint8_t sort)
{
	return sort == SORT_WORD ? s->word : sort == SORT_BOOL ? s->boolean
							      : s->token;
}

static Z3_ast word(struct solver *s, uint32_t k)
{
	return Z3_mk_unsigned_int(s->ctx, k, s->word);
}

/* An uninterpreted function per operation, number and signature. */
static Z3_ast apply(struct solver *s, const struct term_node *i,
		    const Z3_ast *arg)
{
	uint64_t key = hash_mix((uint64_t)i->op << 56 ^ (uint64_t)i->n << 40 ^
				(uint64_t)i->sort << 36 ^ i->imm);
	Z3_sort *in = arena_array(&s->scratch, Z3_sort, i->n);

	for (unsigned k = 0; k < i->n; k++) {
		in[k] = Z3_get_sort(s->ctx, arg[k]);
		key = hash_mix(key ^ (in[k] == s->word ? 1 : in[k] == s->token
				      ? 2 : 3));
	}
	uint32_t *d = map_put(&s->decl, key);
	if (!*d) {
		vec_push(s->arena, &s->decls, Z3_mk_fresh_func_decl(s->ctx,
			"f", i->n, in, sort_of(s, i->sort)));
		*d = s->decls.n;
	}
	return Z3_mk_app(s->ctx, s->decls.at[*d - 1], i->n, arg);
}

static Z3_ast chain(struct solver *s, uint8_t op, const Z3_ast *arg, unsigned n)
{
	Z3_ast r = arg[0];

	for (unsigned k = 1; k < n; k++)
		r = op == TM_AND ? Z3_mk_bvand(s->ctx, r, arg[k]) :
		    op == TM_OR ? Z3_mk_bvor(s->ctx, r, arg[k]) :
				  Z3_mk_bvxor(s->ctx, r, arg[k]);
	return r;
}

static Z3_ast sum(struct solver *s, const struct term_node *i,
		  const Z3_ast *arg)
{
	Z3_ast r = word(s, i->imm);

	for (unsigned k = 0; k < i->n; k += 2) {
		uint32_t coef = s->z->pool.at[i->args + k];
		r = Z3_mk_bvadd(s->ctx, r, coef == 1 ? arg[k + 1] :
			Z3_mk_bvmul(s->ctx, word(s, coef), arg[k + 1]));
	}
	return r;
}

static Z3_ast rotate(struct solver *s, const Z3_ast *arg)
{
	Z3_ast n = Z3_mk_bvand(s->ctx, arg[1], word(s, 31));

	return Z3_mk_ext_rotate_right(s->ctx, arg[0], n);
}

static Z3_ast sign_extend(struct solver *s, uint32_t bits, Z3_ast x)
{
	return Z3_mk_sign_ext(s->ctx, 32 - bits,
			      Z3_mk_extract(s->ctx, bits - 1, 0, x));
}

static Z3_ast reversed(struct solver *s, Z3_ast x)
{
	Z3_ast r = Z3_mk_extract(s->ctx, 7, 0, x);

	for (unsigned k = 8; k < 32; k += 8)
		r = Z3_mk_concat(s->ctx, r, Z3_mk_extract(s->ctx, k + 7, k, x));
	return r;
}

static Z3_ast make(struct solver *s, const struct term_node *i,
		   const Z3_ast *arg)
{
	Z3_context c = s->ctx;

	switch (i->op) {
	case TM_CONST: case TM_SYM: break;
	case TM_SUM:  return sum(s, i, arg);
	case TM_AND: case TM_OR: case TM_XOR:
		return chain(s, i->op, arg, i->n);
	case TM_SHL:  return Z3_mk_bvshl(c, arg[0], arg[1]);
	case TM_SHR:  return Z3_mk_bvlshr(c, arg[0], arg[1]);
	case TM_SAR:  return Z3_mk_bvashr(c, arg[0], arg[1]);
	case TM_ROR:  return rotate(s, arg);
	case TM_SEXT: return sign_extend(s, i->imm, arg[0]);
	case TM_REV:  return reversed(s, arg[0]);
	case TM_ITE:  return Z3_mk_ite(c, arg[0], arg[1], arg[2]);
	case TM_TRUE: return Z3_mk_true(c);
	case TM_FALSE: return Z3_mk_false(c);
	case TM_EQ0:  return Z3_mk_eq(c, arg[0], word(s, 0));
	case TM_ULT:  return Z3_mk_bvult(c, arg[0], arg[1]);
	case TM_SLT:  return Z3_mk_bvslt(c, arg[0], arg[1]);
	case TM_BNOT: return Z3_mk_not(c, arg[0]);
	case TM_BAND: return Z3_mk_and(c, i->n, arg);
	default: break;
	}
	if (i->op == TM_CONST)
		return word(s, i->imm);
	if (i->n == 0)
		return Z3_mk_fresh_const(c, "v", sort_of(s, i->sort));
	return apply(s, i, arg);
}

/* Memories, calls and what is read: a value of its own.  Equal ones are one
 * term already, or compared part by part (equal.c); what they are made of
 * would only make questions large. */
static bool is_leaf(const struct term_node *i)
{
	return i->op == TM_VAR || i->op == TM_UF || i->op == TM_LOAD ||
	       i->op == TM_STORE;
}

static Z3_ast build(struct solver *s, term t)
{
	struct term_node i = *term_at(s->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	while (s->ast.n <= t)
		vec_push(s->arena, &s->ast, NULL);
	if (s->ast.at[t])
		return s->ast.at[t];
	if (is_leaf(&i))
		i.n = 0;
	Z3_ast *arg = arena_array(&s->scratch, Z3_ast, i.n);
	for (unsigned k = step - 1; k < i.n; k += step)
		arg[k] = build(s, s->z->pool.at[i.args + k]);
	Z3_ast r = make(s, &i, arg);
	s->ast.at[t] = r;
	return r;
}

/* What bounds say of the leaves under a condition. */
static void assert_bounds(struct solver *s, struct map *seen, term t)
{
	const struct term_node i = *term_at(s->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	if (*map_put(seen, t))
		return;
	*map_put(seen, t) = 1;
	bool leaf = is_leaf(&i);
	if ((leaf || i.op == TM_SYM || i.op == TM_CLZ) && i.sort == SORT_WORD) {
		Z3_ast x = build(s, t);
		if (i.lo > 0)
			Z3_solver_assert(s->ctx, s->solver,
				Z3_mk_bvule(s->ctx, word(s, i.lo), x));
		if (i.hi < UINT32_MAX)
			Z3_solver_assert(s->ctx, s->solver,
				Z3_mk_bvule(s->ctx, x, word(s, i.hi)));
	}
	for (unsigned k = step - 1; k < i.n && !leaf; k += step)
		assert_bounds(s, seen, s->z->pool.at[i.args + k]);
}

/* What Z3 has counted so far in this context. */
static uint64_t counted(struct solver *s)
{
	Z3_stats t = Z3_solver_get_statistics(s->ctx, s->solver);
	uint64_t r = 0;

	Z3_stats_inc_ref(s->ctx, t);
	for (unsigned k = 0; k < Z3_stats_size(s->ctx, t); k++)
		if (!strcmp(Z3_stats_get_key(s->ctx, t, k), "rlimit count"))
			r = Z3_stats_get_uint_value(s->ctx, t, k);
	Z3_stats_dec_ref(s->ctx, t);
	return r;
}

/* Terms under t that are not in seen yet, till there are more than so many. */
static void reach(struct solver *s, struct map *seen, term t, uint32_t most)
{
	const struct term_node i = *term_at(s->z, t);
	unsigned step = i.op == TM_SUM ? 2 : 1;

	if (seen->n > most || *map_put(seen, t))
		return;
	*map_put(seen, t) = 1;
	for (unsigned k = step - 1; k < i.n; k += step)
		reach(s, seen, s->z->pool.at[i.args + k], most);
}

/* What Z3's resource units do not count is the size of the question. */
static bool too_large(struct solver *s, const term *c, uint32_t n)
{
	struct map seen;

	map_init(&seen, &s->scratch);
	for (uint32_t k = 0; k < n; k++)
		reach(s, &seen, c[k], MOST_NODES);
	return seen.n > MOST_NODES;
}

/* Those of c that are small: *out. */
static uint32_t small(struct solver *s, const term *c, uint32_t n, term **out)
{
	uint32_t m = 0;

	*out = arena_array(&s->scratch, term, n);
	for (uint32_t k = 0; k < n; k++) {
		struct map seen;
		map_init(&seen, &s->scratch);
		reach(s, &seen, c[k], SMALL);
		if (seen.n <= SMALL)
			(*out)[m++] = c[k];
	}
	return m;
}

/* Pushes a level where all of c hold, n of them, and what their parts are
 * bounded by. */
static void push_all(struct solver *s, const term *c, uint32_t n)
{
	struct map seen;

	if (!s->ctx)
		start(s);
	failed = false;
	map_init(&seen, &s->scratch);
	Z3_solver_push(s->ctx, s->solver);
	for (uint32_t k = 0; k < n; k++) {
		Z3_solver_assert(s->ctx, s->solver, build(s, c[k]));
		assert_bounds(s, &seen, c[k]);
	}
}

static Z3_lbool ask_once(struct solver *s, const term *c, uint32_t n)
{
	s->queries++;
	if (s->effort >= s->most || too_large(s, c, n))
		return Z3_L_UNDEF;
	push_all(s, c, n);
	Z3_lbool r = failed ? Z3_L_UNDEF : Z3_solver_check(s->ctx, s->solver);
	s->effort = s->gone + counted(s);
	if (s->dump)
		dump(s, c, n, failed ? Z3_L_UNDEF : r);
	Z3_solver_pop(s->ctx, s->solver, 1);
	return failed ? Z3_L_UNDEF : r;
}

/* Asks what was not asked before: there are some hundreds of questions at most. */
static Z3_lbool ask(struct solver *s, const term *c, uint32_t n)
{
	for (uint32_t k = s->known.n; k-- > 0;)
		if (s->known.at[k].n == n &&
		    !memcmp(s->known.at[k].c, c, n * sizeof *c))
			return s->known.at[k].answer;
	term *kept = arena_array(s->arena, term, n);
	memcpy(kept, c, n * sizeof *c);
	const Z3_lbool r = ask_once(s, c, n);
	vec_push(s->arena, &s->known, (struct known){ kept, n, r });
	return r;
}

/* Of Z3, when no state that shows it is found by trying. */
static Z3_lbool answer(struct solver *s, const term *c, uint32_t n)
{
	term *few;
	uint32_t m = small(s, c, n, &few);
	Z3_lbool r;

	if (sample_holds(s->z, c, n, &s->scratch)) {
		if (s->dump)
			dump(s, c, n, Z3_L_TRUE);
		return Z3_L_TRUE;
	}
	/* what some of them contradict all of them do: mostly a few small ones
	 * say it, and what else a way knows makes the question a large one */
	r = m < n && !sample_holds(s->z, few, m, &s->scratch) ?
		ask(s, few, m) : Z3_L_UNDEF;
	return r == Z3_L_FALSE ? r : ask(s, c, n);
}

enum answer solver_ask(struct solver *s, const term *c, uint32_t n)
{
	Z3_lbool r = answer(s, c, n);

	if (s->effort - s->gone > CONTEXT)
		end(s);
	arena_reset(&s->scratch, (struct arena_mark){ NULL, 0, 0 });
	return r == Z3_L_TRUE ? ANSWER_YES : r == Z3_L_FALSE ? ANSWER_NO :
	       ANSWER_UNKNOWN;
}

static bool read_model(struct solver *s, const term *t, uint32_t k,
		       uint32_t *value)
{
	Z3_model m = Z3_solver_get_model(s->ctx, s->solver);
	bool ok = m && !failed;

	for (uint32_t j = 0; j < k && ok; j++) {
		Z3_ast v;
		unsigned u = 0;
		ok = Z3_model_eval(s->ctx, m, build(s, t[j]), true, &v) &&
		     Z3_get_numeral_uint(s->ctx, v, &u);
		value[j] = u;
	}
	return ok;
}

bool solver_example(struct solver *s, const term *c, uint32_t n, const term *t,
		    uint32_t k, uint32_t *value)
{
	if (too_large(s, c, n))
		return false;
	push_all(s, c, n);
	bool ok = !failed &&
		  Z3_solver_check(s->ctx, s->solver) == Z3_L_TRUE &&
		  read_model(s, t, k, value);
	Z3_solver_pop(s->ctx, s->solver, 1);
	arena_reset(&s->scratch, (struct arena_mark){ NULL, 0, 0 });
	return ok;
}
