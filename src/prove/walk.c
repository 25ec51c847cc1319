/* walk.c - control, variables and numbers of a wasm function. */
#include "prove/walk.h"

#include <string.h>

bool walk_init(struct walk_func *f, struct world *w, struct terms *z,
	       struct facts *facts, uint32_t func, struct arena *a,
	       const char **why)
{
	*f = (struct walk_func){ .w = w, .z = z, .facts = facts, .arena = a,
				 .keep = z->arena, .index = func };
	map_init(&f->bodies, f->keep);
	map_init(&f->contexts, f->keep);
	f->body = func == w->m->funcs.n ? walk_instantiation(f, why) :
		  w->veneers ? walk_only_call(f, func) :
			       walk_decode(f, func, why);
	return f->body != NULL;
}

static bool is_wide(uint8_t t)
{
	return t == T_I64 || t == T_F64;
}

static struct val new_value(struct terms *z, uint8_t t)
{
	return (struct val){ term_var(z, SORT_WORD, 0, UINT32_MAX),
			     is_wide(t) ? term_var(z, SORT_WORD, 0, UINT32_MAX)
					: 0 };
}

static void zero_locals(struct walk_func *f, struct walk *s,
			const struct walk_body *b)
{
	term zero = term_const(f->z, 0);

	for (uint32_t k = b->type->nparams; k < b->f->nlocals; k++)
		vec_push(f->arena, &s->local, (struct val){ zero,
			is_wide(b->f->local[k]) ? zero : 0 });
}

void walk_enter(struct walk_func *f, struct walk *s, const term *state)
{
	*s = (struct walk){ .body = f->body };
	s->state = arena_array(f->arena, term, f->w->n);
	memcpy(s->state, state, f->w->n * sizeof *state);
	for (uint32_t k = 0; k < f->body->type->nparams; k++)
		vec_push(f->arena, &s->local,
			 new_value(f->z, f->body->f->local[k]));
	zero_locals(f, s, f->body);
	vec_push(f->arena, &s->label, (struct walk_label){
		.ins = UINT32_MAX, .arity = f->body->type->nresults });
}

void walk_step_in(struct walk_func *f, struct walk *s,
		  const struct walk_body *b)
{
	uint32_t n = b->type->nparams;
	uint32_t *c = map_put(&f->contexts, walk_place(s, s->ip));

	if (!*c)
		*c = ++f->ncontexts;
	vec_push(f->arena, &s->frame, (struct walk_frame){ s->body, s->ip,
		s->base, s->context, s->label.n });
	s->base = s->local.n;
	for (uint32_t k = 0; k < n; k++)
		vec_push(f->arena, &s->local, walk_peek(s, n - 1 - k));
	walk_drop(s, n);
	zero_locals(f, s, b);
	vec_push(f->arena, &s->label, (struct walk_label){
		.ins = UINT32_MAX, .height = s->stack.n,
		.arity = b->type->nresults });
	s->body = b;
	s->ip = 0;
	s->context = *c;
}

/* The end of a function: its caller goes on, or true. */
static bool leave(struct walk *s)
{
	if (!s->frame.n)
		return true;
	struct walk_frame c = s->frame.at[--s->frame.n];
	s->body = c.body;
	s->ip = c.ip;
	s->local.n = s->base;
	s->base = c.base;
	s->context = c.context;
	s->label.n = c.labels;
	s->meets = true;
	return false;
}

/* A vector of its own, with room for a few more. */
#define COPY(to, from, T, a)                                     \
	do {                                                     \
		(to)->cap = (from)->n + 4;                       \
		(to)->at = arena_array(a, T, (to)->cap);         \
		if ((from)->n)                                   \
			memcpy((to)->at, (from)->at,             \
			       (from)->n * sizeof *(to)->at);    \
	} while (0)

void walk_copy(const struct walk_func *f, struct walk *to,
	       const struct walk *from)
{
	*to = *from;
	to->state = arena_array(f->arena, term, f->w->n);
	memcpy(to->state, from->state, f->w->n * sizeof *to->state);
	COPY(&to->local, &from->local, struct val, f->arena);
	COPY(&to->stack, &from->stack, struct val, f->arena);
	COPY(&to->label, &from->label, struct walk_label, f->arena);
	COPY(&to->frame, &from->frame, struct walk_frame, f->arena);
}

/* --- operands ----------------------------------------------------------------------- */

struct val walk_peek(const struct walk *s, uint32_t below)
{
	return s->stack.at[s->stack.n - 1 - below];
}

void walk_drop(struct walk *s, uint32_t n)
{
	s->stack.n -= n;
}

void walk_push(struct walk_func *f, struct walk *s, struct val v)
{
	vec_push(f->arena, &s->stack, v);
}

void walk_access(struct walk_func *f, struct walk *s, term address,
		 uint32_t bytes)
{
	struct access *a = arena_new(f->arena, struct access);

	*a = (struct access){ address, bytes, 0, s->access };
	s->access = a;
}

int walk_trap(struct walk_func *f, struct walk *s, term when,
	      enum hd_trap_kind kind)
{
	int d = facts_decide(f->facts, when);

	if (d < 0)
		s->cond = when;
	if (d > 0)
		s->trap = kind;
	return d;
}

/* --- branches ------------------------------------------------------------------------- */

/* Takes the arity values on top to the label's height. */
static void unwind(struct walk *s, const struct walk_label *l)
{
	memmove(&s->stack.at[l->height], &s->stack.at[s->stack.n - l->arity],
		l->arity * sizeof *s->stack.at);
	s->stack.n = l->height + l->arity;
}

/* The label of the function itself, as branches count. */
static uint32_t outermost(const struct walk *s)
{
	return s->label.n - 1 - (s->frame.n ? vec_last(&s->frame).labels : 0);
}

/* Returns true when the branch stops execution. */
static bool branch(struct walk *s, uint32_t depth, enum stop *out)
{
	uint32_t at = s->label.n - 1 - depth;
	struct walk_label l = s->label.at[at];

	unwind(s, &l);
	if (l.is_loop) {
		s->label.n = at + 1;
		s->ip = l.ins + 1;
		s->cut = l.ins;
		s->came_back = true;
		*out = STOP_CUT;
		return true;
	}
	s->label.n = at;
	if (l.ins == UINT32_MAX) {
		*out = STOP_RETURN;
		if (leave(s))
			return true;
		/* a caller that made a tail call returns too */
		enum op op = s->body->ins[s->ip - 1].i.op;
		return (op == OP_RETURN_CALL || op == OP_RETURN_CALL_INDIRECT) &&
		       branch(s, outermost(s), out);
	}
	s->ip = s->body->ins[l.ins].end + 1;
	return false;
}

bool walk_return(struct walk *s, enum stop *out)
{
	return !branch(s, outermost(s), out);
}

static void open_block(struct walk_func *f, struct walk *s, uint32_t ins)
{
	const struct wasm_ins *i = &s->body->ins[ins].i;
	struct wasm_functype t = wasm_block_sig(f->w->m, i->block_type);
	bool loop = i->op == OP_LOOP;

	vec_push(f->arena, &s->label, (struct walk_label){
		.ins = ins, .height = s->stack.n - t.nparams,
		.arity = loop ? t.nparams : t.nresults, .is_loop = loop });
}

static term is_true(struct terms *z, struct val v)
{
	return term_bnot(z, term_eq(z, v.lo, term_const(z, 0)));
}

/* 1, 0, or -1 after setting cond. */
static int decide(struct walk_func *f, struct walk *s, term c)
{
	int d = facts_decide(f->facts, c);

	s->cond = c;
	return d;
}

/* Where [lo, hi] is cut in two: near its middle, where the label changes. */
static uint32_t middle(const struct wasm_ins *i, uint32_t lo, uint32_t hi)
{
	uint32_t at = lo + (hi - lo) / 2 + 1, m = at;

	while (m > lo && i->labels[m - 1] == i->labels[m])
		m--;
	for (; m == lo && at < hi && i->labels[at - 1] == i->labels[at];)
		at++;
	return m == lo ? at : m;
}

/* The last index from lo on that has the same label, up to hi. */
static uint32_t last_alike(const struct wasm_ins *i, uint32_t lo, uint32_t hi)
{
	while (lo < hi && i->labels[lo + 1] == i->labels[lo])
		lo++;
	return lo;
}

/* 1 done, 0 stopped.  Every index from nlabels on has the last label.  A
 * comparison may be decided that gave the index no bounds: of a choice, of bits
 * that are all 0. */
static int br_table(struct walk_func *f, struct walk *s,
		    const struct wasm_ins *i, enum stop *out)
{
	term x = walk_peek(s, 0).lo;
	struct bound b = facts_bound(f->facts, x);
	uint32_t lo = b.lo < i->nlabels ? b.lo : i->nlabels;
	uint32_t hi = b.hi < i->nlabels ? b.hi : i->nlabels;

	while (last_alike(i, lo, hi) < hi) {
		uint32_t m = middle(i, lo, hi);
		s->cond = term_ult(f->z, x, term_const(f->z, m));
		int d = facts_decide(f->facts, s->cond);
		*out = STOP_FORK;
		if (d < 0)
			return 0;
		if (d)
			hi = m - 1;
		else
			lo = m;
	}
	walk_drop(s, 1);
	return !branch(s, i->labels[lo], out);
}

static uint32_t behind_else(const struct walk_body *b, uint32_t at)
{
	uint32_t other = b->ins[at].other;

	return other + (b->ins[other].i.op == OP_ELSE);
}

static int control(struct walk_func *f, struct walk *s,
		   const struct wasm_ins *i, enum stop *out)
{
	uint32_t at = s->ip - 1;
	int d;

	switch (i->op) {
	case OP_UNREACHABLE:
		s->trap = HD_TRAP_UNREACHABLE;
		*out = STOP_TRAP;
		return 0;
	case OP_NOP:
		return 1;
	case OP_BLOCK:
		open_block(f, s, at);
		return 1;
	case OP_LOOP:
		open_block(f, s, at);
		s->cut = at;
		s->came_back = false;
		*out = STOP_CUT;
		return !s->body->ins[at].is_cut;
	case OP_IF:
		*out = STOP_FORK;
		d = decide(f, s, is_true(f->z, walk_peek(s, 0)));
		if (d < 0)
			return 0;
		walk_drop(s, 1);
		open_block(f, s, at);
		if (!d)	/* behind else; or at end, which closes the block */
			s->ip = behind_else(s->body, at);
		return 1;
	case OP_ELSE:	/* the end of the first arm */
		s->ip = s->body->ins[vec_last(&s->label).ins].end;
		return 1;
	case OP_END:
		*out = STOP_RETURN;
		return vec_last(&s->label).ins == UINT32_MAX ?
			!branch(s, 0, out) : (s->label.n--, 1);
	case OP_BR:
		return !branch(s, i->index, out);
	case OP_BR_IF:
		*out = STOP_FORK;
		d = decide(f, s, is_true(f->z, walk_peek(s, 0)));
		if (d < 0)
			return 0;
		walk_drop(s, 1);
		return d ? !branch(s, i->index, out) : 1;
	case OP_BR_TABLE:
		return br_table(f, s, i, out);
	case OP_RETURN:
		return walk_return(s, out);
	default:
		return -1;
	}
}

/* --- variables and constants ------------------------------------------------------------ */

static struct val constant(struct walk_func *f, const struct wasm_ins *i)
{
	bool wide = i->op == OP_I64_CONST || i->op == OP_F64_CONST;

	return (struct val){ term_const(f->z, (uint32_t)i->imm),
			     wide ? term_const(f->z, (uint32_t)(i->imm >> 32))
				  : 0 };
}

static struct val choose(struct walk_func *f, struct walk *s)
{
	term c = is_true(f->z, walk_peek(s, 0));
	struct val y = walk_peek(s, 1), x = walk_peek(s, 2);

	return (struct val){ term_ite(f->z, c, x.lo, y.lo),
			     x.hi ? term_ite(f->z, c, x.hi, y.hi) : 0 };
}

/* Does nobody see what it holds?  world_gone.c */
static bool is_hidden(const struct world *w, uint32_t global)
{
	return w->hidden && w->hidden[global];
}

static struct val read_global(struct walk_func *f, const struct walk *s,
			      uint32_t k)
{
	bool wide = is_wide(world_input(f->w)->globals.at[k].type);
	uint32_t at = f->w->at_global[k];

	if (is_hidden(f->w, k))
		return (struct val){
			term_var(f->z, SORT_WORD, 0, UINT32_MAX),
			wide ? term_var(f->z, SORT_WORD, 0, UINT32_MAX) : 0 };
	return (struct val){ s->state[at], wide ? s->state[at + 1] : 0 };
}

static int variable(struct walk_func *f, struct walk *s,
		    const struct wasm_ins *i)
{
	struct val v;
	uint32_t g;

	switch (i->op) {
	case OP_DROP:
		walk_drop(s, 1);
		return 1;
	case OP_SELECT: case OP_SELECT_T:
		v = choose(f, s);
		walk_drop(s, 3);
		walk_push(f, s, v);
		return 1;
	case OP_LOCAL_GET:
		walk_push(f, s, s->local.at[s->base + i->index]);
		return 1;
	case OP_LOCAL_SET: case OP_LOCAL_TEE:
		s->local.at[s->base + i->index] = walk_peek(s, 0);
		walk_drop(s, i->op == OP_LOCAL_SET);
		return 1;
	case OP_GLOBAL_GET:
		walk_push(f, s, read_global(f, s, i->index));
		return 1;
	case OP_GLOBAL_SET:
		g = f->w->at_global[i->index];
		v = walk_peek(s, 0);
		if (is_hidden(f->w, i->index)) {
			walk_drop(s, 1);
			return 1;
		}
		s->state[g] = v.lo;
		if (v.hi)
			s->state[g + 1] = v.hi;
		walk_drop(s, 1);
		return 1;
	case OP_I32_CONST: case OP_I64_CONST: case OP_F32_CONST:
	case OP_F64_CONST:
		walk_push(f, s, constant(f, i));
		return 1;
	default:
		return -1;
	}
}

static int number(struct walk_func *f, struct walk *s,
		  const struct wasm_ins *i, enum stop *out)
{
	struct val_trap trap[2];
	unsigned ntraps, args = op_info[i->op].sig[1] == ':' ? 1 : 2;
	struct val a = walk_peek(s, args - 1), b = { 0, 0 };

	if (args == 2)
		b = walk_peek(s, 0);
	struct val v = sem_num(f->z, i->op, a, b, trap, &ntraps);
	for (unsigned k = 0; k < ntraps; k++) {
		int d = walk_trap(f, s, trap[k].when, trap[k].kind);
		*out = d < 0 ? STOP_FORK : STOP_TRAP;
		if (d)
			return 0;
	}
	walk_drop(s, args);
	walk_push(f, s, v);
	return 1;
}

static int step(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
		enum stop *out)
{
	int r;

	if (i->op < OP_NUM_END)
		return number(f, s, i, out);
	if ((r = control(f, s, i, out)) >= 0 || (r = variable(f, s, i)) >= 0 ||
	    (r = walk_memory(f, s, i, out)) >= 0 ||
	    (r = walk_table(f, s, i, out)) >= 0 ||
	    (r = walk_call(f, s, i, out)) >= 0)
		return r;
	s->why = arena_printf(f->z->arena, "unsupported: %s",
			      op_info[i->op].text);
	*out = STOP_FAIL;
	return 0;
}

enum stop walk_run(struct walk_func *f, struct walk *s)
{
	enum stop out = STOP_FAIL;

	for (;;) {
		uint32_t at = s->ip;
		if ((s->meets || s->body->ins[at].is_join) && !s->met) {
			s->meets = false;
			s->met = true;
			return STOP_JOIN;
		}
		uint32_t cost = f->w->at_fuel ? s->body->ins[at].cost : 0;
		if (cost && s->paid != PAID_DONE) {
			out = walk_pay(f, s, cost);
			if (out != STOP_NONE)
				return out;
		}
		s->way = hash_mix(s->way ^ at);
		s->ip++;
		if (!step(f, s, &s->body->ins[at].i, &out)) {
			if (out == STOP_FORK || out == STOP_CALL)
				s->ip = at;
			else
				s->met = false, s->paid = PAID_NOT;
			return out;
		}
		s->met = false;
		s->paid = PAID_NOT;
	}
}
