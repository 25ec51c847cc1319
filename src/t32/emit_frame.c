/* emit_frame.c - the frame: what is saved where, entry and exit.
 *
 *	entry SP  ->  incoming stack arguments
 *	              pushed core registers (r4-r11, lr)
 *	              pushed s16 ...
 *	              spill slots
 *	SP        ->  outgoing stack arguments
 *
 * The frame's size is a multiple of 8, so SP stays aligned at every call.
 */
#include "base/compiler.h"
#include "t32/emit.h"

enum { CALLEE_SAVED = 0x0ff0, LR_BIT = 1 << REG_LR, NOW_STACK_LIMIT = 4 };

static unsigned count(uint32_t set)
{
	unsigned n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
}

static bool has(const struct mir_func *f, enum mop a, enum mop b)
{
	for (uint32_t k = 0; k < f->blocks.n; k++)
		for (uint32_t n = 0; n < f->blocks.at[k].ins.n; n++) {
			enum mop op = f->blocks.at[k].ins.at[n].op;
			if (op == a || op == b)
				return true;
		}
	return false;
}

/* Or is LR saved for a return that pops it, where registers are popped? */
static bool needs_lr(const struct mir_func *f)
{
	return f->calls || (f->used >> REG_LR & 1) ||
	       has(f, MOP_FUEL, MOP_FUEL) ||
	       ((f->used & CALLEE_SAVED) && !has(f, MOP_TAIL, MOP_TAIL_R));
}

/* r0-r3 that carry results, or arguments of a tail call, when the frame goes. */
static uint32_t leaves_in(const struct mir_func *f)
{
	uint32_t set = 0;

	for (uint32_t b = 0; b < f->blocks.n; b++) {
		const struct mir_ins *i = &vec_last(&f->blocks.at[b].ins);
		if (i->op != MOP_RET && i->op != MOP_TAIL && i->op != MOP_TAIL_R)
			continue;
		for (unsigned k = 0; k < i->nuse; k++)
			if (mir_use(f, i, k)->fix < 4)
				set |= 1u << mir_use(f, i, k)->fix;
	}
	return set;
}

/* At -Oz slots of up to three words are pushed with the saved registers, as r3, r2
 * and r1, and popped as what nobody wants: no instruction of their own. */
static void push_locals(struct emit *e)
{
	struct frame *fr = &e->frame;
	const uint32_t n = fr->locals / 4;

	if (!e->o->size || e->o->plain || n == 0 || n > 3 || fr->nvfp ||
	    !fr->saved)
		return;
	const uint32_t mask = 0x0eu & ~((2u << (3 - n)) - 2u);
	if (leaves_in(e->f) & mask)
		return;
	fr->saved |= mask;
	fr->locals = 0;
}

/* One more register to push costs no instruction, and none of r0-r7 a wide one. */
static void push_padding(const struct mir_func *f, struct frame *fr)
{
	static const uint8_t order[] = { 4, 5, 6, 7, 3, 8, 9, 10, 11 };

	for (unsigned k = 0; k < sizeof order; k++) {
		unsigned r = order[k];
		if (fr->saved >> r & 1 || f->reserved >> r & 1 ||
		    (r == 3 && leaves_in(f) >> 3))
			continue;
		fr->saved |= 1u << r;
		return;
	}
	fr->locals += 4;
}

void emit_frame_plan(struct emit *e)
{
	const struct mir_func *f = e->f;
	struct frame *fr = &e->frame;

	*fr = (struct frame){ .saved = (uint32_t)f->used & CALLEE_SAVED };
	if (needs_lr(f))
		fr->saved |= LR_BIT;
	for (unsigned r = REG_S0 + 16; r < REG_S0 + 32; r++)
		if (f->used >> r & 1)
			fr->nvfp = (r - (REG_S0 + 16)) / 2 * 2 + 2;
	fr->slots = (f->out_bytes + 3) & ~3u;
	fr->locals = fr->slots + 4 * f->slots;
	if ((count(fr->saved) * 4 + fr->locals) % 8 == 0) {
		/* aligned already */
	} else if (fr->locals > 0) {
		fr->locals += 4;
	} else {
		push_padding(f, fr);
	}
	push_locals(e);
	fr->total = count(fr->saved) * 4 + fr->nvfp * 4 + fr->locals;
}

static void add_sp(struct emit *e, bool down, uint32_t n)
{
	struct asm_buf *s = &e->s;

	if (n == 0)
		return;
	if (n <= 508)
		ASM1(s, down ? T32_SUBSP_I_N : T32_ADDSP_I_N, (int32_t)n);
	else if (t32_is_modimm(n))
		ASM1(s, down ? T32_SUBSP_I : T32_ADDSP_I, (int32_t)n);
	else if (n < 4096)
		ASM1(s, down ? T32_SUBWSP : T32_ADDWSP, (int32_t)n);
	else {
		asm_const(s, REG_IP, down ? -n : n, true);
		ASM2(s, T32_ADD_H_N, REG_SP, REG_IP);
	}
}

/* d = d + n, in parts that have an immediate form. */
static void add_parts(struct emit *e, int32_t d, uint32_t n)
{
	while (n) {
		uint32_t part = n;
		while (!t32_is_modimm(part))
			part &= part - 1;	/* drops the lowest bit set */
		ASM3(&e->s, T32_ADD_I, d, d, (int32_t)part);
		n -= part;
	}
}

/* A register that holds no argument on entry, r3 if possible: 16 bits suffice
 * for the loads then. */
static int32_t free_on_entry(const struct mir_func *f)
{
	for (uint32_t k = 0; k < f->params.n; k++)
		if (f->params.at[k].fix == 3)
			return REG_IP;
	return 3;
}

/* Traps unless the frame, and what callees without a check of their own
 * need, fits above the limit. */
static void stack_check(struct emit *e)
{
	struct asm_buf *s = &e->s;
	const uint32_t *need = e->o->stack_need;
	int32_t r = free_on_entry(e->f);

	asm_address(s, (unsigned)r, e->now_sym, 0);
	ASM3(s, r < 8 ? T32_LDR_I_N : T32_LDR_I, r, r, NOW_STACK_LIMIT);
	add_parts(e, r, need ? need[e->f->index] : 0);
	ASM2(s, T32_CMP_H_N, REG_SP, r);
	emit_trap_if(e, CC, HD_TRAP_STACK, s->at);
}

static bool is_single(uint32_t set)
{
	return (set & (set - 1)) == 0;
}

static unsigned only(uint32_t set)
{
	unsigned r = 0;

	while (!(set >> r & 1))
		r++;
	return r;
}

static void push(struct emit *e, uint32_t set)
{
	if ((set & ~(0xffu | LR_BIT)) == 0)
		ASM1(&e->s, T32_PUSH_N, (int32_t)set);
	else if (is_single(set))
		ASM3(&e->s, T32_STR_PRE, (int32_t)only(set), REG_SP, -4);
	else
		ASM1(&e->s, T32_PUSH, (int32_t)set);
}

static void pop(struct emit *e, uint32_t set)
{
	if ((set & ~(0xffu | 1u << REG_PC)) == 0)
		ASM1(&e->s, T32_POP_N, (int32_t)set);
	else if (is_single(set))
		ASM3(&e->s, T32_LDR_POST, (int32_t)only(set), REG_SP, 4);
	else
		ASM1(&e->s, T32_POP, (int32_t)set);
}

void emit_prologue(struct emit *e)
{
	const struct frame *fr = &e->frame;

	if (e->f->stack_check)
		stack_check(e);
	if (fr->saved)
		push(e, fr->saved);
	if (fr->nvfp)
		ASM2(&e->s, T32_VPUSH_F, 16, (int32_t)fr->nvfp);
	add_sp(e, true, fr->locals);
}

void emit_epilogue(struct emit *e, bool ret)
{
	const struct frame *fr = &e->frame;

	add_sp(e, false, fr->locals);
	if (fr->nvfp)
		ASM2(&e->s, T32_VPOP_F, 16, (int32_t)fr->nvfp);
	if (ret && fr->saved & LR_BIT) {
		pop(e, (fr->saved & ~(uint32_t)LR_BIT) | 1u << REG_PC);
		return;
	}
	if (fr->saved)
		pop(e, fr->saved);
	if (ret)
		ASM1(&e->s, T32_BX, REG_LR);
}

bool emit_returns_short(const struct emit *e)
{
	const struct frame *fr = &e->frame;

	return !fr->locals && !fr->nvfp &&
	       !(fr->saved & ~(0xffu | (uint32_t)LR_BIT)) &&
	       (!fr->saved || fr->saved & LR_BIT);
}

void emit_return(struct emit *e)
{
	if (e->o->size && e->has_ret && !emit_returns_short(e)) {
		asm_branch(&e->s, AL, e->ret);
		return;
	}
	e->ret = asm_label(&e->s);
	e->has_ret = true;
	asm_bind(&e->s, e->ret);
	emit_epilogue(e, true);
}
