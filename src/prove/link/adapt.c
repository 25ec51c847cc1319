/* adapt.c - the steps that adapters are made of. */
#include "prove/link/adapt.h"

/* Block types: none, i32. */
enum { EMPTY_BLOCK = -64, I32_BLOCK = -1 };

void adapt_begin(struct adapt *x, struct joint *j, uint32_t func)
{
	const struct wasm_func *f = &j->linked->funcs.at[func];
	const uint32_t n = j->linked->types.at[f->type].nparams;

	*x = (struct adapt){ .j = j, .f = f, .func = func, .at = f->code,
			     .taken = arena_array(j->arena, bool, f->nlocals) };
	for (uint32_t k = 0; k < n; k++)
		x->taken[k] = true;
}

/* --- instructions ------------------------------------------------------------- */

static void fail(struct adapt *x, uint32_t at)
{
	if (!x->bad)
		joint_fail(x->j, "adapter, function %u of the linked module: at "
			   "0x%x does not do what the types of the call ask for",
			   x->func, at);
	x->bad = true;
}

static void check(struct adapt *x, const struct wasm_ins *i, bool right)
{
	if (!right)
		fail(x, i->at);
}

struct wasm_ins adapt_next(struct adapt *x, enum op op)
{
	struct wasm_ins i = { .at = x->at };

	if (x->bad)
		return i;
	if (x->at >= x->f->end ||
	    !wasm_next(x->j->linked, x->at, &i, x->j->arena, NULL) ||
	    i.op != op)
		fail(x, x->at);
	else
		x->at = i.next;
	return i;
}

void adapt_op(struct adapt *x, enum op op)
{
	adapt_next(x, op);
}

void adapt_get(struct adapt *x, uint32_t local)
{
	const struct wasm_ins i = adapt_next(x, OP_LOCAL_GET);

	check(x, &i, i.index == local && local != JOINT_NONE);
}

void adapt_set(struct adapt *x, uint32_t local)
{
	const struct wasm_ins i = adapt_next(x, OP_LOCAL_SET);

	check(x, &i, i.index == local);
}

uint32_t adapt_set_new(struct adapt *x, enum op op, enum type t)
{
	const struct wasm_ins i = adapt_next(x, op);

	if (x->bad)
		return JOINT_NONE;
	check(x, &i, i.index < x->f->nlocals && !x->taken[i.index] &&
		     x->f->local[i.index] == t);
	if (x->bad)
		return JOINT_NONE;
	x->taken[i.index] = true;
	return i.index;
}

void adapt_const(struct adapt *x, uint32_t v)
{
	const struct wasm_ins i = adapt_next(x, OP_I32_CONST);

	check(x, &i, (uint32_t)i.imm == v);
}

void adapt_const64(struct adapt *x, uint64_t v)
{
	const struct wasm_ins i = adapt_next(x, OP_I64_CONST);

	check(x, &i, i.imm == v);
}

void adapt_block(struct adapt *x, enum op op, enum type t)
{
	const struct wasm_ins i = adapt_next(x, op);

	check(x, &i, i.block_type == (t == T_I32 ? I32_BLOCK : EMPTY_BLOCK));
}

void adapt_branch(struct adapt *x, enum op op, uint32_t label)
{
	const struct wasm_ins i = adapt_next(x, op);

	check(x, &i, i.index == label);
}

void adapt_import(struct adapt *x, const char *name, const char *sig)
{
	const struct wasm_ins i = adapt_next(x, OP_CALL);

	if (!x->bad)
		check(x, &i, joint_is_import(x->j, i.index, name, sig));
}

void adapt_access(struct adapt *x, enum op op, uint32_t memory, uint32_t offset)
{
	const struct wasm_ins i = adapt_next(x, op);

	check(x, &i, i.index2 == memory && i.imm == offset &&
		     memory != JOINT_NONE && 1u << i.align == op_info[op].bytes);
}

void adapt_copy(struct adapt *x, uint32_t to, uint32_t from)
{
	const struct wasm_ins i = adapt_next(x, OP_MEMORY_COPY);

	check(x, &i, i.index == to && i.index2 == from && to != JOINT_NONE &&
		     from != JOINT_NONE);
}

bool adapt_end(struct adapt *x)
{
	adapt_op(x, OP_END);
	if (!x->bad && x->at != x->f->end)
		fail(x, x->at);
	return !x->bad;
}

/* --- traps ---------------------------------------------------------------------- */

void adapt_trap(struct adapt *x)
{
	adapt_import(x, "[trap-bad-value]", ":");
	adapt_op(x, OP_UNREACHABLE);
}

void adapt_trap_if(struct adapt *x)
{
	adapt_block(x, OP_IF, T_NONE);
	adapt_trap(x);
	adapt_op(x, OP_END);
}

void adapt_aligned(struct adapt *x, uint32_t local, uint32_t align)
{
	if (align == 1)
		return;
	adapt_get(x, local);
	adapt_const(x, align - 1);
	adapt_op(x, OP_I32_AND);
	adapt_trap_if(x);
}

/* (u64)p + n > (u64)pages << 16: then an access that traps in every memory. */
void adapt_bounds(struct adapt *x, uint32_t memory, uint32_t p, uint32_t n,
		  uint32_t size)
{
	adapt_get(x, p);
	adapt_op(x, OP_I64_EXTEND_I32_U);
	if (n == JOINT_NONE) {
		adapt_const64(x, size);
	} else {
		adapt_get(x, n);
		adapt_op(x, OP_I64_EXTEND_I32_U);
	}
	adapt_op(x, OP_I64_ADD);
	const struct wasm_ins i = adapt_next(x, OP_MEMORY_SIZE);
	check(x, &i, i.index == memory);
	adapt_op(x, OP_I64_EXTEND_I32_U);
	adapt_const64(x, 16);
	adapt_op(x, OP_I64_SHL);
	adapt_op(x, OP_I64_GT_U);
	adapt_block(x, OP_IF, T_NONE);
	adapt_const(x, UINT32_MAX);
	adapt_access(x, OP_I32_LOAD8_U, memory, UINT32_MAX);
	adapt_op(x, OP_DROP);
	adapt_op(x, OP_UNREACHABLE);
	adapt_op(x, OP_END);
}

void adapt_leave(struct adapt *x, bool may)
{
	adapt_const(x, !may);
	adapt_import(x, arena_printf(x->j->arena, "[no-leave]#%u", x->to.inst),
		     "i:");
}

uint32_t adapt_call_realloc(struct adapt *x)
{
	const struct wasm_ins i = adapt_next(x, OP_CALL);

	if (!x->bad && (x->to.realloc.kind == THING_NONE ||
			!joint_pair(x->j, WASM_FUNC, x->to.realloc, i.index,
				    "realloc of an adapter")))
		fail(x, i.at);
	const uint32_t p = adapt_set_new(x, OP_LOCAL_SET, T_I32);
	adapt_leave(x, true);
	return p;
}

void adapt_realloc(struct adapt *x, uint32_t align, uint32_t size,
		   uint32_t bytes)
{
	adapt_leave(x, false);
	adapt_const(x, 0);
	adapt_const(x, 0);
	adapt_const(x, align);
	if (bytes == JOINT_NONE)
		adapt_const(x, size);
	else
		adapt_get(x, bytes);
	const uint32_t p = adapt_call_realloc(x);
	adapt_aligned(x, p, align);
	adapt_get(x, p);
}

/* --- core values ------------------------------------------------------------------- */

/* A slot that several cases share, as what this case has there. */
static void narrow(struct adapt *x, uint8_t have, uint8_t want)
{
	if (have == want)
		return;
	if (have == T_I64 && want != T_F64)
		adapt_op(x, OP_I32_WRAP_I64);
	if (want == T_F32)
		adapt_op(x, OP_F32_REINTERPRET_I32);
	else if (want == T_F64)
		adapt_op(x, OP_F64_REINTERPRET_I64);
}

static void widen(struct adapt *x, uint8_t have, uint8_t want)
{
	if (have == want)
		return;
	if (have == T_F32)
		adapt_op(x, OP_I32_REINTERPRET_F32);
	else if (have == T_F64)
		adapt_op(x, OP_I64_REINTERPRET_F64);
	if (want == T_I64 && have != T_F64)
		adapt_op(x, OP_I64_EXTEND_I32_U);
}

void adapt_load(struct adapt *x, struct adapt_place p, enum op op, uint8_t type)
{
	if (p.memory) {
		adapt_get(x, p.local);
		adapt_access(x, op, x->from.memory, p.offset);
		return;
	}
	adapt_get(x, p.slot->local);
	narrow(x, p.slot->type, type);
}

void adapt_begin_store(struct adapt *x, struct adapt_place p)
{
	if (p.memory)
		adapt_get(x, p.local);
}

void adapt_end_store(struct adapt *x, struct adapt_place p, enum op op,
		     uint8_t type)
{
	if (p.memory) {
		adapt_access(x, op, x->to.memory, p.offset);
		return;
	}
	widen(x, type, p.slot->type);
	if (p.slot->local == JOINT_NONE)
		p.slot->local = adapt_set_new(x, OP_LOCAL_SET,
					      (enum type)p.slot->type);
	else
		adapt_set(x, p.slot->local);
}
