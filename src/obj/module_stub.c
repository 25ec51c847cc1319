/* module_stub.c - code between wasm functions and C.
 *
 * Both sides place parameters by the AAPCS; they differ by a first parameter
 * that points to memory for results (more than one result, C side) and by the
 * room that tail calls need below a caller's frame.  A stub saves the core
 * argument registers, then moves every word from memory to where it belongs;
 * VFP arguments stay where they are, for a core parameter more or less does
 * not move them.
 *
 *	entry SP  ->  incoming stack arguments, results overlay them
 *	              r4 r5 r9 lr
 *	              results of C (import)
 *	              r0-r3 as they came
 *	SP        ->  outgoing stack arguments
 */
#include "obj/module_stub.h"

#include "base/compiler.h"
#include "obj/stub_asm.h"

enum { R4 = 4, R5 = 5, R9 = 9, PUSHED = 16, SAVED = 16, NOW_INSTANCE = 8 };

struct stub {
	struct asm_buf s;
	struct abi from, to;
	const struct wasm_functype *t;
	uint32_t results;	/* offset of the results from SP */
	uint32_t saved;		/* offset of r0-r3 */
	uint32_t locals;	/* all below the pushed registers */
	bool from_many, to_many;/* the side has the pointer to results */
};

bool stub_needed(enum stub_kind kind, const struct wasm_functype *t,
		 const struct t32_options *o)
{
	switch (kind) {
	case STUB_ENTRY:
		return t->nresults > 1 || o->tail_bytes > 0 ||
		       o->pointer_instance;
	case STUB_REF:
		return o->tail_bytes > 0;
	default:
		return t->nresults > 1;
	}
}

/* --- parameters -------------------------------------------------------------------- */

/* Where a word came in, as an offset from SP. */
static uint32_t incoming(const struct stub *st, const struct abi_place *p,
			 unsigned w)
{
	unsigned r = stub_word_reg(p, w);

	return r == REG_NONE ? st->locals + PUSHED + p->offset + 4 * w
			     : st->saved + 4 * r;
}

static void stack_params(struct stub *st)
{
	for (uint32_t k = 0; k < st->t->nparams; k++) {
		const struct abi_place *f = &st->from.param[st->from_many + k];
		const struct abi_place *t = &st->to.param[st->to_many + k];
		for (unsigned w = 0; w < stub_words(st->t->param[k]); w++) {
			if (t->reg != REG_NONE)
				continue;
			stub_load(&st->s, R5, REG_SP, incoming(st, f, w));
			stub_store(&st->s, R5, REG_SP, t->offset + 4 * w);
		}
	}
}

static void core_params(struct stub *st)
{
	for (uint32_t k = 0; k < st->t->nparams; k++) {
		const struct abi_place *f = &st->from.param[st->from_many + k];
		const struct abi_place *t = &st->to.param[st->to_many + k];
		for (unsigned w = 0; w < stub_words(st->t->param[k]); w++) {
			unsigned r = stub_word_reg(t, w);
			if (r < REG_S0)
				stub_load(&st->s, r, REG_SP, incoming(st, f, w));
		}
	}
}

/* --- results ------------------------------------------------------------------------- */

/* Wasm's results to the memory C named (in r4). */
static void results_out(struct stub *st)
{
	for (uint32_t k = 0; k < st->t->nresults; k++) {
		const struct abi_place *p = &st->to.result[k];
		for (unsigned w = 0; w < stub_words(st->t->result[k]); w++) {
			unsigned r = stub_word_reg(p, w);
			uint32_t at = 8 * k + 4 * w;
			if (r == REG_NONE) {
				stub_load(&st->s, R5, REG_SP, p->offset + 4 * w);
				stub_store(&st->s, R5, R4, at);
			} else if (r >= REG_S0) {
				stub_vfp(&st->s, T32_VSTR_F, r, R4, at);
			} else {
				stub_store(&st->s, r, R4, at);
			}
		}
	}
}

/* Results that C left in memory to where wasm expects them: those on the
 * stack, then those in registers. */
static void results_in(struct stub *st, bool registers)
{
	for (uint32_t k = 0; k < st->t->nresults; k++) {
		const struct abi_place *p = &st->from.result[k];
		for (unsigned w = 0; w < stub_words(st->t->result[k]); w++) {
			unsigned r = stub_word_reg(p, w);
			uint32_t at = st->results + 8 * k + 4 * w;
			if (registers != (r != REG_NONE))
				continue;
			if (r == REG_NONE) {
				stub_load(&st->s, R5, REG_SP, at);
				stub_store(&st->s, R5, REG_SP,
				      st->locals + PUSHED + p->offset + 4 * w);
			} else if (r >= REG_S0) {
				stub_vfp(&st->s, T32_VLDR_F, r, REG_SP, at);
			} else {
				stub_load(&st->s, r, REG_SP, at);
			}
		}
	}
}

/* Same type on both sides: only what is on the stack must move up. */
static void results_up(struct stub *st)
{
	for (uint32_t k = 0; k < st->t->nresults; k++) {
		const struct abi_place *p = &st->to.result[k];
		for (unsigned w = 0; w < stub_words(st->t->result[k]); w++) {
			if (p->reg != REG_NONE)
				continue;
			stub_load(&st->s, R5, REG_SP, p->offset + 4 * w);
			stub_store(&st->s, R5, REG_SP,
			      st->locals + PUSHED + p->offset + 4 * w);
		}
	}
}

/* --- frames ---------------------------------------------------------------------------- */

enum { REGS = 1 << R4 | 1 << R5 | 1 << R9 };

static void open_frame(struct stub *st)
{
	ASM1(&st->s, T32_PUSH, REGS | 1 << REG_LR);
	stub_move_sp(&st->s, true, st->locals);
	for (unsigned r = 0; r < 4; r++)
		stub_store(&st->s, r, REG_SP, st->saved + 4 * r);
}

static void close_frame(struct stub *st)
{
	stub_move_sp(&st->s, false, st->locals);
	ASM1(&st->s, T32_POP, REGS | 1 << REG_PC);
}

/* The type of the C side: a pointer before the parameters. */
static struct wasm_functype with_pointer(const struct wasm_functype *t,
					 struct arena *a)
{
	struct wasm_functype r = { .nparams = t->nparams + 1 };

	r.param = arena_array(a, uint8_t, r.nparams);
	r.param[0] = T_I32;
	for (uint32_t k = 0; k < t->nparams; k++)
		r.param[k + 1] = t->param[k];
	return r;
}

static void plan(struct stub *st, enum stub_kind kind,
		 const struct t32_options *o, struct arena *a)
{
	bool many = st->t->nresults > 1;
	struct wasm_functype c = *st->t;

	if (many)
		c = with_pointer(st->t, a);
	st->from_many = many && kind == STUB_ENTRY;
	st->to_many = many && kind == STUB_IMPORT;
	t32_abi(st->from_many ? &c : st->t, o->target, a, &st->from);
	t32_abi(st->to_many ? &c : st->t, o->target, a, &st->to);
	uint32_t out = st->to.out_bytes;
	if (kind != STUB_IMPORT && out < o->tail_bytes)
		out = (o->tail_bytes + 7) & ~(uint32_t)7;
	st->saved = out;
	st->results = out + SAVED;
	st->locals = st->results + (st->to_many ? 8 * st->t->nresults : 0);
}

static struct t32_code *finish(struct asm_buf *s, struct t32_code *c,
			       uint32_t frame)
{
	c->frame = frame;
	asm_finish(s, c);
	return c;
}

/* `base`: what r9 is in the callee, or NULL. */
static struct t32_code *build(enum stub_kind kind, const struct wasm_functype *t,
			      const struct mir_sym *sym,
			      const struct mir_sym *base, uint32_t index,
			      const struct t32_options *o, struct arena *a)
{
	struct stub *st = arena_new(a, struct stub);
	struct t32_code *c = arena_new(a, struct t32_code);

	st->t = t;
	plan(st, kind, o, a);
	asm_init(&st->s, a);
	c->index = index;
	vec_push(a, &c->syms, *sym);
	vec_push(a, &c->syms, base ? *base :
		 (struct mir_sym){ .kind = SYM_RUNTIME, .name = "hd_now" });
	open_frame(st);
	if (base)
		asm_address(&st->s, R9, 1, 0);
	if (st->from_many)
		ASM2(&st->s, T32_MOV_H_N, R4, 0);
	if (kind == STUB_ENTRY && o->pointer_instance) {
		asm_address(&st->s, R9, 1, 0);
		ASM3(&st->s, T32_LDR_I, R9, R9, NOW_INSTANCE);
	}
	stack_params(st);
	core_params(st);
	if (st->to_many) {
		asm_const(&st->s, 0, st->results, false);
		ASM2(&st->s, T32_ADD_H_N, 0, REG_SP);
	}
	asm_call(&st->s, 0, false);
	if (st->from_many)
		results_out(st);
	else if (!st->to_many)
		results_up(st);
	if (st->to_many) {
		results_in(st, false);
		results_in(st, true);
	}
	close_frame(st);
	return finish(&st->s, c, st->locals + PUSHED);
}

struct t32_code *stub_make(enum stub_kind kind, const struct wasm_functype *t,
			   const struct mir_sym *sym, uint32_t index,
			   const struct t32_options *o, struct arena *a)
{
	return build(kind, t, sym, NULL, index, o, a);
}

/* Everything stays where it is but r9 and lr. */
static struct t32_code *short_veneer(const struct mir_sym sym[2], uint32_t index,
				     struct arena *a)
{
	struct t32_code *c = arena_new(a, struct t32_code);
	struct asm_buf s;

	asm_init(&s, a);
	c->index = index;
	vec_push(a, &c->syms, sym[0]);
	vec_push(a, &c->syms, sym[1]);
	ASM1(&s, T32_PUSH, 1 << R9 | 1 << REG_LR);
	asm_address(&s, R9, 1, 0);
	asm_call(&s, 0, false);
	ASM1(&s, T32_POP, 1 << R9 | 1 << REG_PC);
	return finish(&s, c, 8);
}

struct t32_code *stub_veneer(const struct wasm_functype *t,
			     const struct mir_sym sym[2], uint32_t index,
			     const struct t32_options *o, struct arena *a)
{
	struct abi abi;

	t32_abi(t, o->target, a, &abi);
	return abi.out_bytes || o->tail_bytes ?
		       build(STUB_REF, t, &sym[0], &sym[1], index, o, a) :
		       short_veneer(sym, index, a);
}

struct t32_code *stub_choice(const struct mir_sym *base,
			     const struct mir_sym *to, uint32_t n,
			     uint32_t index, struct arena *a)
{
	struct t32_code *c = arena_new(a, struct t32_code);
	struct asm_buf s;

	asm_init(&s, a);
	c->index = index;
	for (uint32_t k = 0; k < n; k++) {
		vec_push(a, &c->syms, to[k]);
		vec_push(a, &c->syms, base[k]);
	}
	for (uint32_t k = 0; k + 1 < n; k++) {
		const label next = asm_label(&s);
		asm_address(&s, REG_IP, 2 * k + 1, 0);
		ASM2(&s, T32_CMP_H_N, R9, REG_IP);
		asm_branch(&s, NE, next);
		asm_call(&s, 2 * k, true);
		asm_bind(&s, next);
	}
	asm_call(&s, 2 * (n - 1), true);
	return finish(&s, c, 0);
}

struct t32_code *stub_jump(const struct mir_sym *sym, uint32_t index,
			   struct arena *a)
{
	struct t32_code *c = arena_new(a, struct t32_code);
	struct asm_buf s;

	asm_init(&s, a);
	c->index = index;
	vec_push(a, &c->syms, *sym);
	asm_call(&s, 0, true);
	return finish(&s, c, 0);
}

struct t32_code *stub_instantiate(const struct mir_sym *module,
				  const struct mir_sym *sym,
				  const struct t32_options *o, struct arena *a)
{
	struct t32_code *c = arena_new(a, struct t32_code);
	struct asm_buf s;
	int32_t regs = 1 << R4 | 1 << REG_LR;

	asm_init(&s, a);
	c->index = UINT32_MAX;
	vec_push(a, &c->syms, *module);
	vec_push(a, &c->syms, *sym);
	vec_push(a, &c->syms, (struct mir_sym){ .kind = SYM_RUNTIME,
						.name = "hd_module_reset" });
	vec_push(a, &c->syms, (struct mir_sym){ .kind = SYM_RUNTIME,
						.name = "hd_now" });
	if (o->pointer_instance)
		regs = REGS | 1 << REG_LR;
	ASM1(&s, o->pointer_instance ? T32_PUSH : T32_PUSH_N, regs);
	asm_address(&s, 0, 0, 0);
	asm_call(&s, 2, false);
	if (o->pointer_instance) {
		asm_address(&s, R9, 3, 0);
		ASM3(&s, T32_LDR_I, R9, R9, NOW_INSTANCE);
	}
	uint32_t tail = (o->tail_bytes + 7) & ~(uint32_t)7;
	stub_move_sp(&s, true, tail);
	asm_call(&s, 1, false);
	stub_move_sp(&s, false, tail);
	ASM1(&s, o->pointer_instance ? T32_POP : T32_POP_N,
	     (regs & ~(1 << REG_LR)) | 1 << REG_PC);
	return finish(&s, c, tail + 16);
}
