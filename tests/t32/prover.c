/* prover.c - src/prove's terms of an instruction, evaluated on one state.
 *
 * Registers and flags are constants, so that the normaliser folds what the
 * row says to constants; the stack pointer stays a variable, as the checker has
 * it, and what is relative to it is added up here. Flags are read by executing
 * a branch on each.
 */
#include "prover.h"

#include <setjmp.h>
#include <string.h>

#include "prove/mach.h"

enum { AT = 0x1000, BEQ = 0xd000, SP = 13 };

struct run {
	struct arena arena;
	struct terms z;
	struct facts facts;
	struct world w;
	struct obj o;			/* one empty section */
	struct obj_section text;
	struct mach_func f;
	struct mach m;
	uint32_t sp;
};

static term flag(struct run *x, bool set)
{
	return set ? x->z.yes : x->z.no;
}

static void init(struct run *x, const struct machine *before)
{
	terms_init(&x->z, &x->arena);
	facts_init(&x->facts, &x->z, &x->arena);
	map_init(&x->w.reloc_at, &x->arena);
	map_init(&x->w.trap_at, &x->arena);
	x->w.arena = &x->arena;
	x->w.o = &x->o;
	x->text = (struct obj_section){ .flags = OBJ_ALLOC | OBJ_EXEC };
	vec_push(&x->arena, &x->o.sections, x->text);
	x->f = (struct mach_func){ .w = &x->w, .z = &x->z, .facts = &x->facts,
				   .arena = &x->arena, .text = &x->text,
				   .end = 2 * AT };
	x->f.is_cut = arena_array(&x->arena, uint8_t, AT + 1);
	x->f.sp0 = term_var(&x->z, SORT_WORD, 0, UINT32_MAX);
	x->m = (struct mach){ .pc = AT };
	for (unsigned k = 0; k < 15; k++)
		x->m.r[k] = x->f.r0[k] = k == SP ? x->f.sp0 :
					 term_const(&x->z, before->r[k]);
	for (unsigned k = 0; k < 32; k++)
		x->m.s[k] = term_const(&x->z, before->s[k]);
	x->m.flags.n = flag(x, before->apsr >> 31 & 1);
	x->m.flags.z = flag(x, before->apsr >> 30 & 1);
	x->m.flags.c = flag(x, before->apsr >> 29 & 1);
	x->m.flags.v = flag(x, before->apsr >> 28 & 1);
	x->sp = before->r[SP];
}

/* A number, or the stack pointer plus one. */
static bool number(struct run *x, term t, uint32_t *k)
{
	if (term_is_const(&x->z, t, k))
		return true;
	if (t == 0 || term_split(&x->z, t, k) != x->f.sp0)
		return false;
	*k += x->sp;
	return true;
}

static bool one(struct run *x, struct mach *m, uint32_t word, uint8_t size)
{
	const uint8_t bytes[4] = {
		(uint8_t)(size == 4 ? word >> 16 : word),
		(uint8_t)(size == 4 ? word >> 24 : word >> 8),
		(uint8_t)word, (uint8_t)(word >> 8),
	};
	struct t32_insn in;
	enum stop stop = STOP_FAIL;

	return t32_decode(bytes, size, &in) && mach_step(&x->f, m, &in, &stop) &&
	       !m->why;
}

/* Whether a branch on the condition is taken; -1 when that is not known. */
static int taken(struct run *x, enum t32_cond cond)
{
	struct mach m = x->m;

	m.it_left = 0;
	m.pc = AT;
	if (!one(x, &m, BEQ | (uint32_t)cond << 8, 2))
		return -1;
	return m.jumped;
}

static bool read_flags(struct run *x, uint32_t *apsr)
{
	static const enum t32_cond cond[] = { T32_MI, T32_EQ, T32_CS, T32_VS };

	for (unsigned k = 0; k < 4; k++) {
		const int set = taken(x, cond[k]);
		if (set < 0)
			return false;
		*apsr = (*apsr & ~(0x80000000u >> k)) |
			(uint32_t)set << (31 - k);
	}
	return true;
}

static enum prover read_back(struct run *x, struct machine *m)
{
	for (unsigned k = 0; k < 15; k++)
		if (!number(x, x->m.r[k], &m->r[k]))
			return PROVER_UNINTERPRETED;
	for (unsigned k = 0; k < 32; k++)
		if (!number(x, x->m.s[k], &m->s[k]))
			return PROVER_UNINTERPRETED;
	return read_flags(x, &m->apsr) ? PROVER_NUMBERS : PROVER_UNINTERPRETED;
}

static bool is_storage(const struct mach *m)
{
	return m->why && (strstr(m->why, "load") || strstr(m->why, "store") ||
			  strstr(m->why, "stack"));
}

static enum prover step(struct run *x, struct machine *m,
			const struct t32_insn *in, enum t32_cond cond)
{
	enum stop stop = STOP_FAIL;

	init(x, m);
	if (cond != T32_AL) {
		if (!one(x, &x->m, 0xbf08u | (uint32_t)cond << 4, 2))
			return PROVER_BEYOND;
		x->m.pc += 2;
	}
	if (!mach_step(&x->f, &x->m, in, &stop) || x->m.why)
		return is_storage(&x->m) ? PROVER_STORAGE : PROVER_BEYOND;
	m->jumped = x->m.jumped;
	m->target = m->r[15] + (x->m.target - AT);
	return read_back(x, m);
}

enum prover prover_step(struct machine *m, const struct t32_insn *in,
			enum t32_cond cond)
{
	struct run x = { .sp = 0 };
	enum prover got;
	jmp_buf oom;

	arena_init(&x.arena, &oom);
	got = setjmp(oom) ? PROVER_BEYOND : step(&x, m, in, cond);
	arena_fini(&x.arena);
	return got;
}
