/* mach_call.c - what machine code calls, and what is left of the registers.
 *
 * A callee keeps r4-r11, sp and s16-s31, and may overwrite the words it takes
 * its arguments from; what else it leaves in registers is a function of the
 * event that nothing on the other side has.
 */
#include "prove/mach.h"
#include "prove/shared.h"

#include <string.h>

#include "base/map.h"

static term clobber(struct mach_func *f, unsigned k, term event)
{
	return term_uf(f->z, SORT_WORD, UF(UF_CLOBBER, k), &event, 1);
}

void mach_after_call(struct mach_func *f, struct mach *m, term event)
{
	for (unsigned k = 0; k < 16; k++)
		if (k < 4 || k == 12 || k == R_LR)
			m->r[k] = clobber(f, k, event);
	for (unsigned k = 0; k < 16; k++)
		m->s[k] = clobber(f, 32 + k, event);
	m->flags = m->fpscr = (struct mach_flags){ 0 };
}

/* A pure call leaves nothing that a later one could be compared by. */
static void after_pure(struct mach_func *f, struct mach *m)
{
	mach_after_call(f, m, term_var(f->z, SORT_TOKEN, 0, 0));
}

bool mach_aligned_sp(struct mach_func *f, struct mach *m, int32_t *sp)
{
	if (mach_sp(f, m, sp) && *sp <= 0 && (*sp & 7) == 0)
		return true;
	mach_fail(m, "stack pointer at a call");
	return false;
}

/* --- the run-time library --------------------------------------------------------- */

static const struct {
	const char *name, *args;
	enum op op;
} helpers[] = {
#define HELPER(name, args, op) { name, args, OP_##op },
#include "prove/helper.def"
};

static bool arithmetic(struct mach_func *f, struct mach *m, const char *name)
{
	for (size_t k = 0; k < sizeof helpers / sizeof *helpers; k++) {
		struct val v[2] = { { 0, 0 }, { 0, 0 } };
		struct val_trap trap[2];
		unsigned n, reg = 0, arg = 0;
		if (strcmp(helpers[k].name, name))
			continue;
		for (const char *p = helpers[k].args; *p; p++) {
			v[arg].lo = m->r[reg++];
			if (*p == 'p')
				v[arg].hi = m->r[reg++];
			arg++;
		}
		struct val r = sem_num(f->z, helpers[k].op, v[0], v[1], trap,
				       &n);
		after_pure(f, m);
		m->r[0] = r.lo;
		if (r.hi)
			m->r[1] = r.hi;
		return true;
	}
	return false;
}

/* Is it known that none of these happens?  Only division by zero: of the least number by -1
 * the library gives what wraps, as the terms do. */
static bool divides(const struct mach_func *f, const struct val_trap *trap, unsigned n)
{
	for (unsigned k = 0; k < n; k++)
		if (trap[k].kind == HD_TRAP_DIV_ZERO &&
		    facts_decide(f->facts, trap[k].when) != 0)
			return false;
	return true;
}

/* Quotient in r0 and r1, remainder in r2 and r3.  By zero the library goes where
 * __aeabi_ldiv0 does, which no source means. */
static bool divide(struct mach_func *f, struct mach *m, const char *name)
{
	bool is_signed = !strcmp(name, "__aeabi_ldivmod");
	struct val a = { m->r[0], m->r[1] }, b = { m->r[2], m->r[3] };
	struct val_trap trap[2];
	unsigned n;

	if (!is_signed && strcmp(name, "__aeabi_uldivmod"))
		return false;
	struct val q = sem_num(f->z, is_signed ? OP_I64_DIV_S : OP_I64_DIV_U,
			       a, b, trap, &n);
	struct val r = sem_num(f->z, is_signed ? OP_I64_REM_S : OP_I64_REM_U,
			       a, b, trap, &n);
	if (!divides(f, trap, n)) {
		mach_fail(m, "division by what may be 0");
		return true;
	}
	after_pure(f, m);
	m->r[0] = q.lo;
	m->r[1] = q.hi;
	m->r[2] = r.lo;
	m->r[3] = r.hi;
	return true;
}

/* --- storage ------------------------------------------------------------------------ */

/* The region whose address is a part of t. */
static const struct region *region_in(struct mach_func *f, term t)
{
	const struct term_node i = *term_at(f->z, t);
	const struct region *r = NULL;

	if (i.op == TM_SYM && i.imm < f->w->regions.n)
		return &f->w->regions.at[i.imm];
	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		const struct term_node x = *term_at(f->z,
			f->z->pool.at[i.args + k + 1]);
		if (x.op != TM_SYM || x.imm >= f->w->regions.n)
			continue;
		if (r || f->z->pool.at[i.args + k] != 1)
			return NULL;
		r = &f->w->regions.at[x.imm];
	}
	return r;
}

static term *token_of(struct mach_func *f, struct mach *m,
		      const struct region *r)
{
	if (r && r->kind == REGION_MEMORY && r->index < f->w->m->memories.n)
		return &m->state[f->w->at_memory + r->index];
	if (r && r->kind == REGION_TABLE && r->index < f->w->m->tables.n)
		return &m->state[f->w->at_table + r->index];
	return NULL;
}

/* memset, memmove, memcpy, hd_reftable_fill(to, value or from, n) */
static bool moves(struct mach_func *f, struct mach *m, const char *name)
{
	bool set = !strcmp(name, "memset"), fill = false;
	const struct region *into = region_in(f, m->r[0]);
	term *to = into && !into->constant ? token_of(f, m, into) : NULL;

	if (!set && strcmp(name, "memmove") && strcmp(name, "memcpy")) {
		fill = !strcmp(name, "hd_reftable_fill");
		if (!fill)
			return false;
	}
	const struct region *from = set || fill ? NULL
						: region_in(f, m->r[1]);
	term *source = token_of(f, m, from);
	if (!to || (!set && !fill && !source &&
		    (!from || !from->constant))) {
		mach_fail(m, "bulk operation on other storage");
		return true;
	}
	if (set || fill) {
		term arg[4] = { *to, m->r[0], fill ? m->r[1] :
				term_andk(f->z, m->r[1], 255), m->r[2] };
		*to = term_uf(f->z, SORT_TOKEN,
			      UF(fill ? UF_TABLE_OP : UF_FILL, 0), arg, 4);
	} else if (!strcmp(name, "memcpy") && source) {
		mach_fail(m, "memcpy within memories");
	} else if (source) {
		term arg[5] = { *to, m->r[0], m->r[1], m->r[2], *source };
		*to = term_uf(f->z, SORT_TOKEN, UF(UF_COPY, 0), arg, 5);
	} else {
		term arg[4] = { *to, m->r[0], m->r[1], m->r[2] };
		*to = term_uf(f->z, SORT_TOKEN, UF(UF_INIT, 0), arg, 4);
	}
	m->entered = true;
	after_pure(f, m);
	return true;
}

static bool grows(struct mach_func *f, struct mach *m, const char *name)
{
	struct world *w = f->w;
	bool table = !strcmp(name, "hd_reftable_grow");
	const struct region *r = region_in(f, m->r[0]);
	uint32_t size, kind = table ? UF_TABLE_GROW : UF_GROW, n = 0;
	term arg[5], e;

	if (!table && strcmp(name, "hd_memory_grow"))
		return false;
	if (!r || term_at(f->z, m->r[0])->op != TM_SYM ||
	    r->kind != (table ? REGION_TABLE_DESC : REGION_MEMORY_DESC) ||
	    r->index >= (table ? w->m->tables.n : w->m->memories.n)) {
		mach_fail(m, "growth of other storage");
		return true;
	}
	size = (table ? w->at_table_size : w->at_size) + r->index;
	if (table) {
		/* (descriptor, value, n) */
		arg[n++] = m->r[2];
		arg[n++] = m->r[1];
		arg[n++] = m->state[size];
		arg[n++] = m->state[w->at_table + r->index];
	} else {
		arg[n++] = m->r[1];
		arg[n++] = m->state[size];
	}
	arg[n++] = m->state[0];
	e = term_uf(f->z, SORT_TOKEN, UF(kind, r->index), arg, n);
	m->state[0] = e;
	if (w->mutable[size])
		m->state[size] = term_uf_in(f->z, UF(UF_AFTER, size), &e, 1,
					    w->range[size].lo,
					    w->range[size].hi);
	uint32_t at = w->at_table + r->index;
	if (table)
		m->state[at] = term_uf(f->z, SORT_TOKEN, UF(UF_AFTER, at), &e,
				       1);
	m->entered = true;
	mach_after_call(f, m, e);
	m->r[0] = world_result(f->z, e, 0);
	return true;
}

/* --- wasm functions -------------------------------------------------------------------- */

uint32_t mach_arguments(struct mach_func *f, struct mach *m,
			  const struct wasm_functype *t, int32_t base,
			  term *out)
{
	struct place *p = arena_array(f->arena, struct place, 2 * t->nparams);
	uint32_t stack, n = world_convention(t->param, t->nparams,
				       f->w->o->hard_float, p, &stack);

	for (uint32_t k = 0; k < n; k++)
		if (p[k].reg == 0xff)
			out[k] = mach_load(f, m, 32, term_addk(f->z, f->sp0,
				(uint32_t)base + p[k].offset), true);
		else if (p[k].reg >= 32)
			out[k] = m->s[p[k].reg - 32];
		else
			out[k] = m->r[p[k].reg];
	return n;
}

void mach_results(struct mach_func *f, struct mach *m,
		    const struct wasm_functype *t, int32_t sp, term e)
{
	struct place *p = arena_array(f->arena, struct place, 2 * t->nresults);
	struct place *q = arena_array(f->arena, struct place, 2 * t->nparams);
	uint32_t stack, area, words;
	uint32_t n = world_convention(t->result, t->nresults, f->w->o->hard_float, p,
				&stack);

	world_convention(t->param, t->nparams, f->w->o->hard_float, q, &area);
	words = (stack > area ? stack : area) / 4;
	if (words < f->out_words)
		words = f->out_words;
	if (sp + 4 * (int32_t)words > 0) {
		mach_fail(m, "outgoing area too small");
		return;
	}
	for (uint32_t k = 0; k < words; k++)
		mach_store(f, m, 32, term_addk(f->z, f->sp0,
			   (uint32_t)sp + 4 * k), clobber(f, 64 + k, e), true);
	for (uint32_t k = 0; k < n; k++) {
		term v = world_result(f->z, e, k);
		if (p[k].reg == 0xff)
			mach_store(f, m, 32, term_addk(f->z, f->sp0,
				   (uint32_t)sp + p[k].offset), v, true);
		else if (p[k].reg >= 32)
			m->s[p[k].reg - 32] = v;
		else
			m->r[p[k].reg] = v;
	}
}

/* What is entered at a place: what r9 says of code that instances share. */
static uint32_t shared_at(const struct mach_func *f, const struct mach *m,
			  uint32_t section, uint32_t at)
{
	const uint32_t context =
		world_context_of(f->w, f->z, m->r[R_INSTANCE]);

	return f->w->veneers ?
		       world_shared_entry(f->w, context, section, at) :
		       world_shared_at(f->w, context, section, at);
}

static uint32_t called(const struct mach_func *f, const struct mach *m,
		       const struct obj_reloc *r)
{
	const struct obj_symbol *y = &f->w->o->symbols.at[r->symbol];
	uint32_t func = r->addend ? UINT32_MAX
				  : shared_at(f, m, y->section, y->value);

	/* a veneer that entered itself would be all that its source is: a call */
	if (func != UINT32_MAX || f->w->veneers)
		return func;
	return world_function_at(f->w, r);
}

static term call_event(struct mach_func *f, struct mach *m, uint32_t id,
		       term code, const struct wasm_functype *t, int32_t base)
{
	term *arg = arena_array(f->arena, term, 2 * t->nparams + 1);
	uint32_t n = 0;

	if (code)
		arg[n++] = code;
	n += mach_arguments(f, m, t, base, arg + n);
	m->entered = true;
	return world_event(f->w, f->z, id, arg, n, m->state);
}

/* Callees find their storage through r9. */
static bool in_force(const struct mach_func *f, struct mach *m)
{
	if (!f->w->pointer || m->r[R_INSTANCE] == f->r0[R_INSTANCE])
		return true;
	mach_fail(m, "call with another instance in r9");
	return false;
}

/* What an event is told: it may change it, and the state goes on after it. */
static term *copied_state(struct mach_func *f, const struct mach *m)
{
	term *s = arena_array(f->arena, term, f->w->n);

	memcpy(s, m->state, f->w->n * sizeof *s);
	return s;
}

/* Stops before the call until an event is given, then goes on with that. */
static bool call_type(struct mach_func *f, struct mach *m, uint32_t id,
		      term code, const struct wasm_functype *t,
		      enum stop *out)
{
	term *now = m->state, e = m->given;
	int32_t sp;

	if (!mach_aligned_sp(f, m, &sp) || !in_force(f, m))
		return true;
	if (!e) {
		bool entered = m->entered;
		m->state = copied_state(f, m);
		m->event = call_event(f, m, id, code, t, sp);
		m->callee = code ? UINT32_MAX : id & 0xffffff;
		m->state = now;
		m->entered = entered;
		*out = STOP_CALL;
		return false;
	}
	m->given = 0;
	m->entered = true;
	mach_note_call(f, id & 0xffffff, code != 0, false);
	world_after(f->w, f->z, e, m->state);
	mach_after_call(f, m, e);
	mach_results(f, m, t, sp, e);
	return true;
}

/* Like a call, but for what it keeps: all but lr and flags. */
static bool fuel_out(struct mach_func *f, struct mach *m, enum stop *out)
{
	term *now = m->state, e = m->given;

	if (!e) {
		m->state = copied_state(f, m);
		m->event = world_event(f->w, f->z, UF(UF_FUEL, 0), NULL, 0,
				       m->state);
		m->state = now;
		m->callee = UINT32_MAX;
		*out = STOP_CALL;
		return false;
	}
	m->given = 0;
	m->entered = true;
	world_after(f->w, f->z, e, m->state);
	m->r[R_LR] = clobber(f, R_LR, e);
	m->flags = m->fpscr = (struct mach_flags){ 0 };
	memset(m->ge, 0, sizeof m->ge);
	return true;
}

/* context.get and context.set, called: parameters are words. */
static bool context(struct mach_func *f, struct mach *m, uint32_t func)
{
	const struct wasm_module *x = f->w->m;
	const uint32_t n = x->types.at[x->funcs.at[func].type].nparams;
	struct context_word c;
	int32_t sp;

	if (!world_context(f->w, f->z, func, m->r[0], &c) ||
	    !mach_aligned_sp(f, m, &sp))
		return false;
	const term value = c.set ? m->r[n - 1] : m->state[c.at];
	m->entered = true;
	m->state[c.at] = value;
	after_pure(f, m);
	if (!c.set)
		m->r[0] = value;
	return true;
}

bool mach_call(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
	       enum stop *out)
{
	const char *name = f->w->o->symbols.at[r->symbol].name;
	const struct wasm_module *x = f->w->m;
	bool external = f->w->o->symbols.at[r->symbol].section ==
			OBJ_UNDEFINED && !r->addend;
	uint32_t func;
	int32_t sp;

	if (f->hooks)
		return f->hooks->call(f, m, r, 0, false, out);
	if (external && !strcmp(name, "hd_trap_site")) {
		const uint32_t *kind = map_get(&f->w->trap_at,
			(uint64_t)f->section << 32 | m->next);
		*out = STOP_TRAP;
		if (kind && *kind <= HD_TRAP_EVENT) {
			m->trap = (enum hd_trap_kind)*kind;
			return false;
		}
		mach_fail(m, "trap without a kind");
		return true;
	}
	func = called(f, m, r);
	/* of the source every call has 0, which this one must show */
	if (func != UINT32_MAX && world_does_nothing(f->w, func) &&
	    facts_decide(f->facts, term_eq(f->z, m->r[0],
					   term_const(f->z, 0))) > 0 &&
	    mach_aligned_sp(f, m, &sp)) {
		m->entered = true;
		after_pure(f, m);
		return true;
	}
	if (func != UINT32_MAX && context(f, m, func))
		return true;
	if (func != UINT32_MAX) {
		return call_type(f, m, UF(UF_CALL, func), 0,
				 &x->types.at[x->funcs.at[func].type], out);
	}
	if (!mach_aligned_sp(f, m, &sp))
		return true;
	if (external && f->w->at_fuel && !strcmp(name, "hd_fuel_out"))
		return fuel_out(f, m, out);
	if (external && (arithmetic(f, m, name) || divide(f, m, name) ||
			 moves(f, m, name) || grows(f, m, name)))
		return true;
	const struct code_ref *c = world_code_at(f->w,
			f->w->o->symbols.at[r->symbol].section,
			f->w->o->symbols.at[r->symbol].value);
	mach_fail(m, arena_printf(f->z->arena, "unsupported: call of %s%s%s",
				  name, c && c->why ? ": " : "",
				  c && c->why ? c->why : ""));
	return true;
}

/* --- calls of values --------------------------------------------------------------------- */

/* The type with which a code pointer is known to be called. */
static uint32_t type_of_code(struct mach_func *f, term code)
{
	const struct term_node i = *term_at(f->z, code);
	const struct wasm_module *x = f->w->m;

	if (i.op != TM_UF)
		return UINT32_MAX;
	term arg = term_arg(f->z, code, 0);
	if (i.imm == UF(UF_READ_ONLY, 32)) {
		const struct region *r = region_in(f, arg);
		return r && r->kind == REGION_DIRECT ? r->index2 : UINT32_MAX;
	}
	if (i.imm != UF(UF_REF_CODE, 0))
		return UINT32_MAX;
	term have = term_uf(f->z, SORT_WORD, UF(UF_REF_TYPE, 0), &arg, 1);
	for (uint32_t k = 0; k < x->types.n; k++) {
		term want = x->types.at[k].canon == k ?
			world_type(f->w, f->z, k) : 0;
		if (want && facts_decide(f->facts,
					 term_eq(f->z, have, want)) == 1)
			return k;
	}
	return UINT32_MAX;
}

/* Code pointers of one context are for its base in r9. */
static bool may_enter(struct mach_func *f, const struct mach *m, term code)
{
	const struct term_node i = *term_at(f->z, code);
	const struct region *r = i.op == TM_UF && i.imm == UF(UF_READ_ONLY, 32)
		? region_in(f, term_arg(f->z, code, 0)) : NULL;

	return !r || !r->context ||
	       (f->w->context && world_context_of(f->w, f->z, m->r[R_INSTANCE]) ==
					 f->w->context);
}

/* A code pointer that was read before what is known now told which it is. */
static term read_again(struct mach_func *f, struct mach *m, term code)
{
	const struct term_node i = *term_at(f->z, code);

	if (i.op != TM_UF || i.imm != UF(UF_READ_ONLY, 32))
		return code;
	const term at = term_arg(f->z, code, 0);
	const term now = facts_simplify(f->facts, at);
	return now == at ? code : mach_load(f, m, 32, now, false);
}

bool mach_call_value(struct mach_func *f, struct mach *m, term code,
		     bool tail, enum stop *out)
{
	if (m->reads_again)
		code = read_again(f, m, code);
	m->reads_again = false;
	const struct term_node i = *term_at(f->z, code);
	const struct wasm_functype *t;
	uint32_t id, type;

	uint32_t entry = i.imm - CODE_TERMS - 1;

	if (f->hooks)
		return f->hooks->call(f, m, NULL, code, tail, out);
	if (f->w->veneers) {
		mach_fail(m, "call or jump to a value");
		return true;
	}
	if (i.op == TM_SYM && i.imm > CODE_TERMS &&
	    entry < f->w->codes.n + f->w->m->nimported[WASM_FUNC]) {
		uint32_t func = entry >= f->w->codes.n ?
			world_same_import(f->w, entry - f->w->codes.n) :
			f->w->codes.at[entry].func;
		if (entry < f->w->codes.n && f->w->codes.at[entry].stub)
			func = shared_at(f, m, f->w->codes.at[entry].section,
					 f->w->codes.at[entry].at);
		if (func >= f->w->m->funcs.n) {
			mach_fail(m, "unsupported: call of a stub");
			return true;
		}
		t = &f->w->m->types.at[f->w->m->funcs.at[func].type];
		id = UF(UF_CALL, func);
		code = 0;
	} else {
		type = may_enter(f, m, code) ? type_of_code(f, code)
					     : UINT32_MAX;
		if (type >= f->w->m->types.n) {
			mach_fail(m, "call of an unknown value");
			return true;
		}
		t = &f->w->m->types.at[type];
		id = UF(UF_CALL_REF, t->canon);
	}
	if (!tail && !code && context(f, m, id & 0xffffff))
		return true;
	if (!tail)
		return call_type(f, m, id, code, t, out);
	const char *why;
	if (!mach_restored(f, m, &why) || m->r[R_LR] != f->r0[R_LR]) {
		mach_fail(m, "tail call with registers not restored");
		return true;
	}
	mach_note_call(f, id & 0xffffff, code != 0, true);
	m->tail = call_event(f, m, id, code, t, 0);
	*out = STOP_TAIL;
	return false;
}

bool mach_tail(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
	       enum stop *out)
{
	const struct wasm_module *x = f->w->m;
	uint32_t func = called(f, m, r);
	const char *why;

	if (f->hooks)
		return f->hooks->call(f, m, r, 0, true, out);
	if (func == UINT32_MAX) {
		mach_fail(m, "unsupported: jump to another symbol");
		return true;
	}
	if (!mach_restored(f, m, &why) || m->r[R_LR] != f->r0[R_LR]) {
		mach_fail(m, "tail call with registers not restored");
		return true;
	}
	mach_note_call(f, func, false, true);
	m->tail = call_event(f, m, UF(UF_CALL, func), 0,
			     &x->types.at[x->funcs.at[func].type], 0);
	*out = STOP_TAIL;
	return false;
}
