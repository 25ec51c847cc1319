/* stub_builtin.c - stubs of a component's built-ins, proved as code.
 *
 * The import's name says which function of the runtime one enters, and how:
 *
 *   DIRECT  by a jump, all as it came
 *   FRONT   by a jump with one word in front of the parameters, which are in
 *           registers: a descriptor, or the slot of context.get and context.set
 *   BEHIND  the same with a descriptor behind them
 *   SPREAD  by a call (descriptor, words as an array in its frame, how many); the
 *           result is the function's
 *   BACK    the same, but the result is the array's first words after it
 *
 * Which descriptor, and what it says, is compared by descriptor.c.
 */
#include <string.h>

#include "component/component.h"
#include "prove/mach.h"
#include "prove/stub.h"
#include "wasm/intrinsic.h"

enum form { DIRECT, FRONT, BEHIND, SPREAD, BACK };

struct builtin {
	uint32_t func;
	enum form form;
	const struct wasm_functype *t;
	const term *state;
	term *param;
	uint32_t nparams;
	bool called;
	int32_t array;			/* from sp0 */
	term result[2];			/* registers after the call */
	term back[2];			/* words of the array */
};

static struct builtin *own(const struct mach_func *f)
{
	return f->own;
}

static bool same_state(const struct mach_func *f, const struct mach *m)
{
	return !memcmp(m->state, own(f)->state, f->w->n * sizeof *m->state);
}

/* What is given besides the words: the address of something in the object, or
 * the slot of context.get and context.set. */
static bool is_given(const struct mach_func *f, term t)
{
	uint32_t slot, k;

	if (intrinsic_context(f->w->m, own(f)->func, &slot) != CONTEXT_NONE)
		return term_is_const(f->z, t, &k) && k == slot;
	return term_at(f->z, t)->op == TM_SYM;
}

/* --- what the name says ------------------------------------------------------------ */

/* What adapters import, and calls between components. */
static const struct row {
	const char *name, *symbol;
	enum form form;
} rows[] = {
	{ "lower", "hd_call_async", SPREAD },
	{ "lower", "hd_call_sync", BACK },
	{ "lower", "hd_sync_call", BACK },
	{ "move-own", "hd_move_own", FRONT },
	{ "move-borrow", "hd_move_borrow", FRONT },
	{ "move-stream", "hd_move_stream", FRONT },
	{ "move-future", "hd_move_future", FRONT },
	{ "move-error-context", "hd_move_error", FRONT },
	{ "no-leave", "hd_no_leave", FRONT },
	{ "instance", "hd_component_instance", FRONT },
	{ "wall", "hd_wall_open", FRONT },
	{ "no-wall", "hd_wall_lift", DIRECT },
	{ "trap-bad-value", "hd_trap_bad_value", DIRECT },
	{ "thread-new-indirect", "hd_component_thread", FRONT },
};

/* Is that the name within the brackets that end before '#'? */
static bool is_named(const char *import, const char *name)
{
	size_t n = strcspn(import, "#"), len = strlen(name);

	return len && n >= len + 2 && import[n - 1] == ']' &&
	       import[n - len - 2] == '[' &&
	       !memcmp(import + n - len - 1, name, len);
}

static enum form form_of(uint32_t op)
{
	switch (op) {
	case CANON_TASK_RETURN:
		return SPREAD;
	case CANON_STREAM_READ: case CANON_STREAM_WRITE:
	case CANON_FUTURE_READ: case CANON_FUTURE_WRITE:
		return BEHIND;
	default:
		return *canon_info[op].operands ? FRONT : DIRECT;
	}
}

/* hd_X, or hd_sync_X for what blocks. */
static bool is_symbol(const char *want, const char *symbol, bool async)
{
	return !strcmp(symbol, want) ||
	       (!async && !strncmp(symbol, "hd_sync_", 8) &&
		!strcmp(symbol + 8, want + 3));
}

/* Does the import of that name enter that function?  Says how. */
static bool enters(const char *import, const char *symbol, enum form *form)
{
	bool async = !strncmp(import, "[async-lower]", 13);

	for (uint32_t k = 0; k < CANON_COUNT; k++) {
		const struct canon_info *c = &canon_info[k];
		*form = form_of(k);
		if (k != CANON_THREAD_NEW_INDIRECT && *c->symbol &&
		    is_named(import, c->name) &&
		    is_symbol(c->symbol, symbol, async))
			return true;
	}
	for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
		*form = rows[k].form;
		if (is_named(import, rows[k].name) &&
		    !strcmp(rows[k].symbol, symbol) &&
		    !(async && rows[k].form == BACK))
			return true;
	}
	return false;
}

/* --- a jump ----------------------------------------------------------------------- */

/* The words of the parameters in r0 to r3, with one in front or behind. */
static bool in_registers(const struct mach_func *f, const struct mach *m,
			 bool front)
{
	const struct builtin *b = own(f);

	if (b->nparams > 3 || !is_given(f, m->r[front ? 0 : b->nparams]))
		return false;
	for (uint32_t k = 0; k < b->nparams; k++)
		if (m->r[front + k] != b->param[k])
			return false;
	return true;
}

/* All is as it came. */
static bool as_it_came(struct mach_func *f, struct mach *m)
{
	const struct builtin *b = own(f);
	term *have = arena_array(f->arena, term, 2 * b->t->nparams + 1);
	uint32_t n = mach_arguments(f, m, b->t, 0, have);

	return n == b->nparams &&
	       (!n || !memcmp(have, b->param, n * sizeof *have));
}

static const char *wrong_jump(struct mach_func *f, struct mach *m)
{
	const char *why;

	if (own(f)->called || !same_state(f, m))
		return "jump after a call or a store";
	if (!mach_restored(f, m, &why))
		return why;
	if (m->r[R_LR] != f->r0[R_LR])
		return "jump with another return address";
	bool right = own(f)->form == DIRECT ? as_it_came(f, m) :
		     own(f)->form <= BEHIND &&
		     in_registers(f, m, own(f)->form == FRONT);
	return right ? NULL : "jump with other arguments";
}

/* --- a call --------------------------------------------------------------------------- */

/* Where the array is; false when it is none with these words. */
static bool is_array(struct mach_func *f, struct mach *m, int32_t sp)
{
	struct builtin *b = own(f);
	uint32_t at, n;
	uint32_t bytes = 4 * (b->nparams < 2 ? 2 : b->nparams);

	if (term_split(f->z, m->r[1], &at) != f->sp0 || (at & 7) ||
	    (int32_t)at < sp || (int32_t)(at + bytes) > 0 ||
	    !term_is_const(f->z, m->r[2], &n) || n != b->nparams ||
	    !is_given(f, m->r[0]))
		return false;
	b->array = (int32_t)at;
	for (uint32_t k = 0; k < n; k++)
		if (mach_load(f, m, 32, term_addk(f->z, m->r[1], 4 * k),
			      true) != b->param[k])
			return false;
	return true;
}

/* The callee may write the array. */
static void after(struct mach_func *f, struct mach *m)
{
	struct builtin *b = own(f);
	term array = term_addk(f->z, f->sp0, (uint32_t)b->array);

	mach_after_call(f, m, term_var(f->z, SORT_TOKEN, 0, 0));
	for (uint32_t k = 0; k < 2 || k < b->nparams; k++) {
		term v = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
		if (k < 2)
			b->back[k] = v;
		mach_store(f, m, 32, term_addk(f->z, array, 4 * k), v, true);
	}
	memcpy(b->result, m->r, sizeof b->result);
	b->called = true;
}

static bool call(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
		 term code, bool tail, enum stop *out)
{
	const struct obj_symbol *y = r ? &f->w->o->symbols.at[r->symbol] : NULL;
	const char *why = "call of a value";
	int32_t sp;

	(void)code;
	if (y && (y->section != OBJ_UNDEFINED || r->addend ||
		  !enters(f->w->m->imports.at[f->w->m->funcs.at[
			  own(f)->func].import].name, y->name, &own(f)->form)))
		why = "call of another function";
	else if (y && tail)
		why = wrong_jump(f, m);
	else if (y && mach_aligned_sp(f, m, &sp))
		why = own(f)->called ? "another call" :
		      !same_state(f, m) ? "store before the call" :
		      own(f)->form >= SPREAD && is_array(f, m, sp) ? NULL :
		      "arguments of the call";
	if (why)
		mach_fail(m, why);
	else if (!tail)
		after(f, m);
	*out = STOP_TAIL;
	return why || !tail;
}

/* --- the end ----------------------------------------------------------------------------- */

static const char *wrong_return(struct mach_func *f, const struct mach *m)
{
	const struct builtin *b = own(f);
	struct place p[2];
	uint32_t stack, n;
	const char *why;

	if (!b->called || b->t->nresults > 1)
		return "return without the call";
	if (!mach_restored(f, m, &why))
		return why;
	if (!same_state(f, m))
		return "store";
	n = world_convention(b->t->result, b->t->nresults, f->w->o->hard_float,
			     p, &stack);
	for (uint32_t k = 0; k < n; k++) {
		term have = p[k].reg >= 32 ? m->s[p[k].reg - 32]
					   : m->r[p[k].reg];
		if (have != (b->form == BACK ? b->back : b->result)[k])
			return "results";
	}
	return NULL;
}

static bool none_load(struct mach_func *f, struct mach *m, unsigned bits,
		      term at, term *value)
{
	(void)f, (void)m, (void)bits, (void)at, (void)value;
	return false;
}

static bool none_store(struct mach_func *f, struct mach *m, unsigned bits,
		       term at, term value)
{
	(void)f, (void)m, (void)bits, (void)at, (void)value;
	return false;
}

static const struct mach_hooks hooks = {
	.load = none_load, .store = none_store, .call = call
};

/* --- a stub ------------------------------------------------------------------------------- */

static struct val *parameters(struct mach_func *f, struct builtin *b)
{
	struct val *v = arena_array(f->arena, struct val, b->t->nparams + 1);

	b->param = arena_array(f->arena, term, 2 * b->t->nparams + 1);
	for (uint32_t k = 0; k < b->t->nparams; k++) {
		bool two = b->t->param[k] == T_I64 || b->t->param[k] == T_F64;
		v[k].lo = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
		v[k].hi = two ? term_var(f->z, SORT_WORD, 0, UINT32_MAX) : 0;
		b->param[b->nparams++] = v[k].lo;
		if (two)
			b->param[b->nparams++] = v[k].hi;
	}
	return v;
}

const char *stub_builtin(struct mach_func *f, uint32_t func)
{
	const struct wasm_functype *t =
		&f->w->m->types.at[f->w->m->funcs.at[func].type];
	struct builtin *b = arena_new(f->arena, struct builtin);
	term *state = arena_array(f->arena, term, f->w->n);
	struct place *p = arena_array(f->arena, struct place,
				      2 * t->nparams + 1);
	struct mach m;

	*b = (struct builtin){ .func = func, .t = t, .state = state };
	f->hooks = &hooks;
	f->own = b;
	world_enter(f->w, f->z, state);
	world_convention(t->param, t->nparams, f->w->o->hard_float, p,
			 &f->in_words);
	f->in_words /= 4;
	mach_enter(f, &m, state, parameters(f, b));
	return stub_run(f, &m, wrong_return);
}
