/* component_stub.c - code between a component's functions and the runtime. */
#include "obj/component_stub.h"

#include "base/compiler.h"
#include "obj/stub_asm.h"

enum { R0, R1, R2, R3, R4, R5, R6 };

uint32_t cstub_words(const uint8_t *type, uint32_t n)
{
	uint32_t w = 0;

	for (uint32_t k = 0; k < n; k++)
		w += stub_words(type[k]);
	return w;
}

struct frame {
	struct asm_buf s;
	struct t32_code *c;
	struct abi abi;
	const struct wasm_functype *t;
	uint32_t array;			/* offset of the array from SP */
	uint32_t locals, pushed;	/* bytes below the entry SP */
};

static void begin(struct frame *f, const struct cstub *s)
{
	*f = (struct frame){ .t = s->type,
			     .c = arena_new(s->arena, struct t32_code) };
	asm_init(&f->s, s->arena);
	t32_abi(s->type, s->target, s->arena, &f->abi);
	f->c->index = s->index;
	for (unsigned k = 0; k < s->nsyms; k++)
		vec_push(s->arena, &f->c->syms, s->sym[k]);
}

static struct t32_code *end(struct frame *f)
{
	f->c->frame = f->locals + f->pushed;
	asm_finish(&f->s, f->c);
	return f->c;
}

static void open_frame(struct frame *f, uint32_t regs, uint32_t locals)
{
	for (uint32_t r = regs; r; r &= r - 1)
		f->pushed += 4;
	CHECK((f->pushed & 7) == 0);
	f->locals = (locals + 7) & ~7u;
	ASM1(&f->s, T32_PUSH, (int32_t)regs);
	stub_move_sp(&f->s, true, f->locals);
}

static void close_frame(struct frame *f, uint32_t regs)
{
	stub_move_sp(&f->s, false, f->locals);
	ASM1(&f->s, T32_POP,
	     (int32_t)((regs & ~(1u << REG_LR)) | 1u << REG_PC));
}

static void move(struct frame *f, unsigned to, unsigned from)
{
	ASM2(&f->s, T32_MOV_H_N, (int32_t)to, (int32_t)from);
}

/* --- prepend ------------------------------------------------------------------- */

struct t32_code *cstub_prepend(const struct cstub *s, uint32_t constant)
{
	struct frame f;

	begin(&f, s);
	CHECK(cstub_words(s->type->param, s->type->nparams) <= 3);
	for (unsigned k = s->type->nparams; k > 0; k--)
		move(&f, k, k - 1);
	if (s->nsyms > 1)
		asm_address(&f.s, R0, 1, 0);
	else
		asm_const(&f.s, R0, constant, false);
	asm_call(&f.s, 0, true);
	return end(&f);
}

struct t32_code *cstub_append(const struct cstub *s)
{
	const uint32_t words = cstub_words(s->type->param, s->type->nparams);
	struct frame f;

	begin(&f, s);
	CHECK(words <= 3);
	asm_address(&f.s, words, 1, 0);
	asm_call(&f.s, 0, true);
	return end(&f);
}

/* --- spread ----------------------------------------------------------------------- */

/* Parameters as they came in, to the array at SP. */
static void params_out(struct frame *f)
{
	uint32_t at = f->array;

	for (uint32_t k = 0; k < f->t->nparams; k++) {
		const struct abi_place *p = &f->abi.param[k];
		for (unsigned w = 0; w < stub_words(f->t->param[k]);
		     w++, at += 4) {
			unsigned r = stub_word_reg(p, w);
			if (r == REG_NONE) {
				stub_load(&f->s, REG_IP, REG_SP, f->locals +
					  f->pushed + p->offset + 4 * w);
				stub_store(&f->s, REG_IP, REG_SP, at);
			} else if (r >= REG_S0) {
				stub_vfp(&f->s, T32_VSTR_F, r, REG_SP, at);
			} else {
				stub_store(&f->s, r, REG_SP, at);
			}
		}
	}
}

/* The one result, if there is one, from or to memory at base + at. */
static void result(struct frame *f, bool store, unsigned base, uint32_t at)
{
	for (uint32_t k = 0; k < f->t->nresults; k++)
		for (unsigned w = 0; w < stub_words(f->t->result[k]);
		     w++, at += 4) {
			unsigned r = stub_word_reg(&f->abi.result[k], w);
			if (r >= REG_S0)
				stub_vfp(&f->s, store ? T32_VSTR_F : T32_VLDR_F,
					 r, base, at);
			else if (store)
				stub_store(&f->s, r, base, at);
			else
				stub_load(&f->s, r, base, at);
		}
}

struct t32_code *cstub_spread(const struct cstub *s, bool back)
{
	const uint32_t regs = 1u << R4 | 1u << REG_LR;
	const uint32_t words = cstub_words(s->type->param, s->type->nparams);
	struct frame f;

	CHECK(s->type->nresults <= 1);
	begin(&f, s);
	open_frame(&f, regs, 4 * (words < 2 ? 2 : words));
	params_out(&f);
	asm_address(&f.s, R0, 1, 0);
	move(&f, R1, REG_SP);
	asm_const(&f.s, R2, words, false);
	asm_call(&f.s, 0, false);
	if (back)
		result(&f, false, REG_SP, 0);
	close_frame(&f, regs);
	return end(&f);
}

/* --- start ---------------------------------------------------------------------- */

/* Whether all parameters are in registers. */
static bool no_stack(const struct frame *f)
{
	return f->abi.out_bytes == 0;
}

/* Word `at` of the array at base to word w of a place; temp for the stack. */
static void load_word(struct frame *f, const struct abi_place *p, unsigned w,
		      unsigned base, uint32_t at, bool registers)
{
	unsigned r = stub_word_reg(p, w);

	if (registers != (r != REG_NONE))
		return;
	if (r == REG_NONE) {
		stub_load(&f->s, R6, base, at);
		stub_store(&f->s, R6, REG_SP, p->offset + 4 * w);
	} else if (r >= REG_S0) {
		stub_vfp(&f->s, T32_VLDR_F, r, base, at);
	} else {
		stub_load(&f->s, r, base, at);
	}
}

/* The first n parameters from the array at base, which is no argument
 * register. */
static void params_in(struct frame *f, unsigned base, uint32_t n,
		      bool registers)
{
	uint32_t at = 0;

	for (uint32_t k = 0; k < n; k++)
		for (unsigned w = 0; w < stub_words(f->t->param[k]);
		     w++, at += 4)
			load_word(f, &f->abi.param[k], w, base, at, registers);
}

/* Nothing to be done afterwards and no stack: a jump. */
static struct t32_code *start_jump(struct frame *f)
{
	move(f, REG_IP, R1);
	params_in(f, REG_IP, f->t->nparams, true);
	asm_call(&f->s, 0, true);
	return end(f);
}

static void resolve(struct frame *f, const struct cstub *s, bool post)
{
	struct wasm_functype t = { .param = s->type->result,
				   .nparams = s->type->nresults };
	struct abi abi;

	result(f, true, REG_SP, f->array);
	move(f, R0, R4);
	asm_const(&f->s, R1, f->array, false);
	ASM2(&f->s, T32_ADD_H_N, R1, REG_SP);
	asm_call(&f->s, 2, false);
	if (!post)
		return;
	move(f, R0, R4);
	asm_call(&f->s, 3, false);
	t32_abi(&t, s->target, s->arena, &abi);
	f->t = &t;
	f->abi = abi;
	move(f, R5, REG_SP);
	if (f->array) {
		asm_const(&f->s, REG_IP, f->array, false);
		ASM2(&f->s, T32_ADD_H_N, R5, REG_IP);
	}
	params_in(f, R5, t.nparams, true);
	asm_call(&f->s, 4, false);
	move(f, R0, R4);
	asm_call(&f->s, 5, false);
}

struct t32_code *cstub_start(const struct cstub *s, enum cstub_end how,
			     bool words, bool post)
{
	const uint32_t regs = 1u << R4 | 1u << R5 | 1u << R6 | 1u << REG_LR;
	struct frame f;

	CHECK(s->type->nresults <= 1);
	begin(&f, s);
	if (how == CSTUB_RETURN && !words && no_stack(&f))
		return start_jump(&f);
	f.array = f.abi.out_bytes;
	open_frame(&f, regs, f.array + 8);
	move(&f, R4, R0);
	if (words) {
		asm_call(&f.s, 1, false);
		move(&f, R5, R0);
	} else {
		move(&f, R5, R1);
	}
	params_in(&f, R5, s->type->nparams, false);
	params_in(&f, R5, s->type->nparams, true);
	asm_call(&f.s, 0, false);
	if (how == CSTUB_RESOLVE)
		resolve(&f, s, post);
	close_frame(&f, regs);
	return end(&f);
}

/* --- results --------------------------------------------------------------------- */

struct t32_code *cstub_results(const struct cstub *s, uint32_t pointer)
{
	const uint32_t regs = 1u << R4 | 1u << R5 | 1u << R6 | 1u << REG_LR;
	const uint32_t n = s->type->nparams - (pointer != UINT32_MAX);
	struct frame f;

	CHECK(s->type->nresults <= 1);
	begin(&f, s);
	open_frame(&f, regs, f.abi.out_bytes);
	move(&f, R5, R1);
	move(&f, R4, R2);
	for (int registers = 0; registers < 2; registers++) {
		params_in(&f, R5, n, registers);
		if (pointer != UINT32_MAX)
			load_word(&f, &f.abi.param[n], 0, R4, 4 * pointer,
				  registers);
	}
	asm_call(&f.s, 0, false);
	result(&f, true, R4, 0);
	close_frame(&f, regs);
	return end(&f);
}
