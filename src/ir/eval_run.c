/* eval_run.c - the run loop.
 *
 * Calls push explicit frames, so guest recursion is a trap and never host
 * recursion.  Slots of all frames are one vector; pointers into it are taken
 * anew after every call.
 */
#include <string.h>

#include "base/compiler.h"
#include "ir/eval_int.h"
#include "ir/packed.h"
#include "wasm/sem.h"

enum {
	MAX_SLOTS = 1 << 24,	/* of all frames together */
	MAX_NESTED = 100	/* host functions that call back */
};

/* Where execution stands, out of the store for speed. */
struct cpu {
	struct eval_store *st;
	struct eval_instance *in;
	const struct code *code;
	const struct step *pc;		/* the next step */
	eval_value *slot;		/* of the current frame */
};

/* --- frames ----------------------------------------------------------- */

static void load_frame(struct cpu *c)
{
	const struct frame *fr = &vec_last(&c->st->frames);

	c->in = fr->func->in;
	c->code = fr->func->code;
	c->pc = c->code->step + fr->pc;
	c->slot = c->st->slot.at + fr->base;
}

/* Makes room for a frame of f from `base` on. */
static enum hd_trap_kind reserve(struct eval_store *st,
				 const struct eval_func *f, uint32_t base)
{
	uint32_t n = f->code->nslots;

	if (n > MAX_SLOTS || base > MAX_SLOTS - n)
		return HD_TRAP_STACK;
	if (base + n > st->slot.n) {
		vec_reserve(st->a, &st->slot, base + 2 * n + 64);
		st->slot.n = st->slot.cap;
	}
	return HD_TRAP_NONE;
}

static enum hd_trap_kind push_frame(struct eval_store *st, struct eval_func *f,
				    const eval_value *args)
{
	uint32_t base = 0;

	if (st->frames.n >= st->opt.max_depth)
		return HD_TRAP_STACK;
	if (st->frames.n)
		base = vec_last(&st->frames).base +
		       vec_last(&st->frames).func->code->nslots;
	if (reserve(st, f, base))
		return HD_TRAP_STACK;
	if (f->type->nparams)
		memcpy(st->slot.at + base, args,
		       f->type->nparams * sizeof *args);
	if (st->frames.n == st->frames.cap)
		vec_reserve(st->a, &st->frames, st->frames.n + 16);
	st->frames.at[st->frames.n++] = (struct frame){ f, 0, base };
	return HD_TRAP_NONE;
}

static void reserve_ret(struct eval_store *st, uint32_t n)
{
	st->ret.n = 0;
	vec_reserve(st->a, &st->ret, n);
	st->ret.n = n;
}

/* Calls a host function.  Its arguments and results are not in st->ret, since
 * it may call back. */
static enum hd_trap_kind call_host(struct eval_store *st,
				   const struct eval_func *f,
				   const eval_value *args)
{
	eval_value few[16] = { 0 }, *v = few;
	uint32_t np = f->type->nparams, nr = f->type->nresults;

	if (np + nr > ARRAY_LEN(few))
		v = arena_array(st->a, eval_value, np + nr);
	if (np)
		memcpy(v, args, np * sizeof *v);
	enum hd_trap_kind t = f->host(f->ctx, v, v + np);
	reserve_ret(st, nr);
	if (nr)
		memcpy(st->ret.at, v + np, nr * sizeof *v);
	return t;
}

/* --- calls ------------------------------------------------------------ */

static enum hd_trap_kind find_callee(const struct cpu *c, const struct step *s,
				     struct eval_func **f)
{
	if (s->op == IR_CALL || s->op == IR_RETURN_CALL) {
		*f = c->in->func[s->aux];
		return HD_TRAP_NONE;
	}
	const struct eval_table *t = c->in->table[s->aux];
	uint32_t last = c->code->list[s->list + s->nlist - 1];
	uint32_t index = (uint32_t)c->slot[last];
	if (index >= t->n)
		return HD_TRAP_UNDEFINED_ELEM;
	if (t->at[index] == 0)
		return HD_TRAP_NULL_ELEM;
	*f = c->st->funcs.at[t->at[index] - 1];
	if (!wasm_same_type((*f)->type, &c->in->m->types.at[s->imm]))
		return HD_TRAP_CALL_TYPE;
	return HD_TRAP_NONE;
}

/* The arguments of a call, gathered in st->ret. */
static eval_value *gather(struct cpu *c, const struct step *s, uint32_t n)
{
	reserve_ret(c->st, n);
	for (uint32_t k = 0; k < n; k++)
		c->st->ret.at[k] = c->slot[c->code->list[s->list + k]];
	return c->st->ret.at;
}

static enum hd_trap_kind do_call(struct cpu *c, const struct step *s)
{
	struct eval_func *f = NULL;
	enum hd_trap_kind t = find_callee(c, s, &f);

	if (t)
		return t;
	vec_last(&c->st->frames).pc = (uint32_t)(c->pc - c->code->step);
	eval_value *args = gather(c, s, f->type->nparams);
	if (!f->in) {
		t = call_host(c->st, f, args);
		load_frame(c);
		if (!t && f->type->nresults)
			c->slot[s->dst] = c->st->ret.at[0];
		return t;
	}
	t = push_frame(c->st, f, args);
	if (!t)
		load_frame(c);
	return t;
}

/* Leaves the current frame with the results in st->ret.
 * Returns true when it was the outermost one, above floor. */
static bool leave(struct cpu *c, uint32_t floor)
{
	struct eval_store *st = c->st;

	st->frames.n--;
	if (st->frames.n == floor)
		return true;
	load_frame(c);
	const struct step *call = c->pc - 1;
	if (st->ret.n)
		c->slot[call->dst] = st->ret.at[0];
	return false;
}

/* *done: the outermost frame was left. */
static enum hd_trap_kind do_return_call(struct cpu *c, const struct step *s,
					uint32_t floor, bool *done)
{
	struct eval_store *st = c->st;
	struct eval_func *f = NULL;
	enum hd_trap_kind t = find_callee(c, s, &f);

	if (t)
		return t;
	uint32_t n = f->type->nparams;
	eval_value *args = gather(c, s, n);
	if (!f->in) {
		t = call_host(st, f, args);
		if (!t)
			*done = leave(c, floor);
		return t;
	}
	struct frame *fr = &vec_last(&st->frames);
	if (reserve(st, f, fr->base))
		return HD_TRAP_STACK;
	if (n)
		memcpy(st->slot.at + fr->base, args, n * sizeof *args);
	fr->func = f;
	fr->pc = 0;
	load_frame(c);
	return HD_TRAP_NONE;
}

/* --- memory ----------------------------------------------------------- */

static uint64_t read_bytes(const uint8_t *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static void write_bytes(uint8_t *p, unsigned n, uint64_t v)
{
	for (unsigned k = 0; k < n; k++, v >>= 8)
		p[k] = (uint8_t)v;
}

static uint64_t sign_extend(uint64_t v, unsigned bytes, unsigned bits)
{
	uint64_t sign = (uint64_t)1 << (8 * bytes - 1);

	v = (v ^ sign) - sign;
	return bits == 64 ? v : (uint32_t)v;
}

static enum hd_trap_kind do_access(struct cpu *c, const struct step *s)
{
	const struct eval_memory *m = c->in->memory[s->aux];
	unsigned n = op_info[s->op].bytes;
	uint64_t ea = (uint32_t)c->slot[s->arg[0]] + s->imm;

	if (ea > m->size || n > m->size - ea)
		return HD_TRAP_HARD_FAULT;
	uint8_t *p = m->bytes + ea;
	switch (s->op) {
#define LOAD(n, ext, bits)  c->slot[s->dst] = ext(read_bytes(p, n), n, bits)
#define STORE(n, ext, bits) write_bytes(p, n, c->slot[s->arg[1]])
#define NONE(v, n, bits)    (v)
#define U(v, n, bits)       (v)
#define S(v, n, bits)       sign_extend(v, n, bits)
#define I32 32
#define I64 64
#define F32 32
#define F64 64
#define M(id, code, text, kind, type, bytes, ext) \
	case OP_##id: kind(bytes, ext, type); break;
#include "wasm/mem.def"
	default: break;
	}
	return HD_TRAP_NONE;
}

static bool in_bounds(const struct cpu *c, const struct step *s)
{
	uint64_t end = (uint32_t)c->slot[s->arg[0]] + s->imm;

	if (s->op == IR_BOUNDS_N)
		end += (uint32_t)c->slot[s->arg[1]];
	/* imm is below 2^33, so nothing wraps */
	return end <= c->in->memory[s->aux]->size;
}

/* --- steps ------------------------------------------------------------ */

static enum hd_trap_kind do_numeric(struct cpu *c, const struct step *s)
{
	eval_value a[2] = { c->slot[s->arg[0]], c->slot[s->arg[1]] };
	enum hd_trap_kind trap = HD_TRAP_NONE;

	if (num_eval((enum op)s->op, a, &c->slot[s->dst], &trap))
		return HD_TRAP_NONE;
	return s->flags & IR_NO_TRAP ? HD_TRAP_HARD_FAULT : trap;
}

static enum hd_trap_kind do_other(struct cpu *c, const struct step *s)
{
	eval_value a[3] = { c->slot[s->arg[0]], c->slot[s->arg[1]],
			    c->slot[s->arg[2]] };
	eval_value result = 0;

	if (ir_is_packed(s->op)) {
		c->slot[s->dst] = ir_packed_value(s->op, (uint32_t)a[0],
						  (uint32_t)a[1],
						  (uint32_t)a[2]);
		return HD_TRAP_NONE;
	}
	enum hd_trap_kind t = eval_bulk(c->in, s, a, &result);

	if (!t)
		switch (s->op) {
		case IR_MEMORY_SIZE: case IR_MEMORY_GROW:
		case IR_TABLE_SIZE: case IR_TABLE_GROW: case IR_TABLE_GET:
			c->slot[s->dst] = result;
			break;
		default:
			break;
		}
	return t;
}

static enum hd_trap_kind do_fuel(struct cpu *c, const struct step *s)
{
	c->st->fuel -= (int64_t)s->imm;
	return c->st->fuel < 0 ? HD_TRAP_FUEL : HD_TRAP_NONE;
}

/* Plain steps: one value, or a check. */
static enum hd_trap_kind do_simple(struct cpu *c, const struct step *s)
{
	eval_value *slot = c->slot;

	switch (s->op) {
	case IR_CONST: slot[s->dst] = s->imm; break;
	case IR_RESULT: slot[s->dst] = c->st->ret.at[s->imm]; break;
	case IR_SELECT:
		slot[s->dst] = (uint32_t)slot[s->arg[2]] ? slot[s->arg[0]]
							 : slot[s->arg[1]];
		break;
	case IR_BITSELECT:
		slot[s->dst] = (slot[s->arg[0]] & slot[s->arg[2]]) |
			       (slot[s->arg[1]] & ~slot[s->arg[2]]);
		break;
	case IR_REF_FUNC: slot[s->dst] = c->in->func[s->aux]->handle; break;
	case IR_IS_NULL: slot[s->dst] = slot[s->arg[0]] == 0; break;
	case IR_BOUNDS: case IR_BOUNDS_N:
		return in_bounds(c, s) || s->flags & IR_NO_TRAP
			       ? HD_TRAP_NONE : HD_TRAP_MEMORY_BOUNDS;
	case IR_TRAP_IF:
		return (uint32_t)slot[s->arg[0]] ? (enum hd_trap_kind)s->imm
						 : HD_TRAP_NONE;
	case IR_GLOBAL_GET: slot[s->dst] = c->in->global[s->aux]->value; break;
	case IR_GLOBAL_SET:
		c->in->global[s->aux]->value = slot[s->arg[0]];
		break;
	case IR_FUEL: return do_fuel(c, s);
	default: return do_other(c, s);
	}
	return HD_TRAP_NONE;
}

static void do_branch(struct cpu *c, const struct step *s)
{
	uint32_t v = (uint32_t)c->slot[s->arg[0]];
	uint32_t k = s->op == IR_BR_IF ? !v
		   : v < s->nlist ? v : s->nlist - 1;

	c->pc = c->code->step + c->code->list[s->list + k];
}

/* Runs until the frame above floor returns (results in st->ret) or traps. */
static enum hd_trap_kind run(struct eval_store *st, uint32_t floor)
{
	struct cpu c = { .st = st };
	const struct step *s;
	enum hd_trap_kind t = HD_TRAP_NONE;
	uint64_t limit = st->opt.max_steps ? st->opt.max_steps : UINT64_MAX;
	bool done = false;

	load_frame(&c);
	while (!done) {
		s = c.pc++;
		if (++st->steps > limit)
			t = HD_TRAP_FUEL;
		else if (s->op < OP_NUM_END)
			t = do_numeric(&c, s);
		else if (s->op < OP_MEM_END)
			t = do_access(&c, s);
		else switch (s->op) {
		case STEP_MOVE: c.slot[s->dst] = c.slot[s->arg[0]]; break;
		case STEP_JUMP: c.pc = c.code->step + s->aux; break;
		case IR_BR_IF: case IR_BR_TABLE: do_branch(&c, s); break;
		case IR_CALL: case IR_CALL_INDIRECT: t = do_call(&c, s); break;
		case IR_RETURN:
			gather(&c, s, s->nlist);
			done = leave(&c, floor);
			break;
		case IR_RETURN_CALL: case IR_RETURN_CALL_INDIRECT:
			t = do_return_call(&c, s, floor, &done);
			break;
		case IR_TRAP: t = (enum hd_trap_kind)s->imm; break;
		default: t = do_simple(&c, s); break;
		}
		if (t) {
			st->trap_func = vec_last(&st->frames).func->index;
			st->trap_at = s->at;
			return t;
		}
	}
	return HD_TRAP_NONE;
}

enum hd_trap_kind eval_enter(struct eval_store *st, struct eval_func *f,
			     const eval_value *args)
{
	uint32_t floor = st->frames.n;

	if (!f->in)
		return call_host(st, f, args);
	if (floor == 0)
		st->steps = 0;
	if (st->nested >= MAX_NESTED)
		return HD_TRAP_STACK;
	enum hd_trap_kind t = push_frame(st, f, args);
	if (!t) {
		st->nested++;
		t = run(st, floor);
		st->nested--;
	}
	st->frames.n = floor;
	return t;
}
