/* packed.c - rows of packed.def, three ways.
 *
 * ir_packed_value against what t32.def says of the instruction that the row
 * names (t32.values compares that with QEMU's cores), and against the
 * ordinary rows that pack_word.c makes on cores without it: all pairs of
 * bytes; halfwords at edges and at random.
 */
#include "opt/pack/pack.h"
#include "machine.h"
#include "t32/encode.h"
#include "tap.h"
#include "wasm/sem.h"

enum kind { LANES, MASK, SUM };

static const struct row {
	unsigned op;
	const char *text;
	enum kind kind;
	unsigned bits;
	enum t32 id;
} rows[] = {
#define PACKED(id, text, args, kind, bits, value, row) \
	{ IR_##id, text, kind, bits, T32_##row },
#include "ir/packed.def"
};

static uint64_t seed = UINT64_C(88172645463325252);

static uint32_t next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)seed;
}

/* Operands of trial n: bytes in all pairs, halfwords often at edges. */
static uint32_t operand(unsigned bits, uint32_t n, bool second)
{
	static const uint16_t edge[] = { 0, 1, 0x7fff, 0x8000, 0xffff, 0x8001,
					 0x7ffe, 0xff, 0x100 };

	if (bits == 8) {
		uint32_t b = second ? n >> 8 : n & 0xff;
		return b | (b ^ (second ? 0x5a : 0)) << 8 |
		       (next_random() & 0xffff) << 16;
	}
	uint32_t r = next_random();
	if (r & 1)
		return edge[(r >> 1) % ARRAY_LEN(edge)] |
		       (uint32_t)edge[(r >> 8) % ARRAY_LEN(edge)] << 16;
	return next_random();
}

/* --- the instruction ------------------------------------------------------ */

static uint32_t step(enum t32 id, struct machine *m, const int32_t *opnd)
{
	struct t32_insn in = { .id = id };

	for (unsigned k = 0; k < 4; k++)
		in.operand[k] = opnd[k];
	machine_step(m, &in);
	return m->r[0];
}

static uint32_t by_machine(const struct row *r, uint32_t a, uint32_t b,
			   uint32_t c)
{
	struct machine m = { .r = { [1] = a, [2] = b, [3] = c,
				    [4] = UINT32_MAX } };
	uint32_t v = step(r->id, &m, (int32_t[]){ 0, 1, 2, 3 });

	if (r->kind == MASK)	/* sel r0, r4, r5: ones or zero */
		v = step(T32_SEL, &m, (int32_t[]){ 0, 4, 5, 0 });
	return v;
}

/* --- ordinary rows --------------------------------------------------------- */

struct words {
	struct arena a;
	struct wasm_module m;
	struct ir_module im;
	struct ir_func f;
	struct opt_options options;
	struct opt o;
	struct pack p;
	ref x, y;
};

static void begin(struct words *w, unsigned bits)
{
	*w = (struct words){ 0 };
	arena_init(&w->a, NULL);
	w->f = (struct ir_func){ .arena = &w->a, .mod = &w->im };
	ir_new(&w->f, IR_NOP, T_NONE, 0);
	ir_block_new(&w->f);
	w->x = ir_param_new(&w->f, 0, T_I32);
	w->y = ir_param_new(&w->f, 0, T_I32);
	w->o = (struct opt){ .f = &w->f, .options = &w->options, .tmp = &w->a };
	w->p = (struct pack){ .o = &w->o, .f = &w->f, .bits = bits,
			      .body = { .o = &w->o } };
}

static uint64_t value(const uint64_t *at, const struct ir_func *f, ref r)
{
	return ir_at(f, r)->op == IR_CONST ? ir_at(f, r)->imm : at[r];
}

static uint32_t by_words(struct words *w, ref r, uint32_t a, uint32_t b,
			 uint64_t *at)
{
	enum hd_trap_kind trap;

	at[w->x] = a;
	at[w->y] = b;
	for (uint32_t k = 0; k < w->p.body.ins.n; k++) {
		ref n = w->p.body.ins.at[k];
		const struct ir_ins *i = ir_at(&w->f, n);
		uint64_t v[2] = { value(at, &w->f, i->arg[0]),
				  value(at, &w->f, i->arg[1]) };
		num_eval((enum op)i->op, v, &at[n], &trap);
	}
	return (uint32_t)value(at, &w->f, r);
}

static unsigned row8(const struct row *r)
{
	return r->bits == 8 ? r->op : r->op - IR_ADD16 + IR_ADD8;
}

/* --- comparisons ------------------------------------------------------------ */

static unsigned machine_differs(const struct row *r)
{
	unsigned bad = 0;

	for (uint32_t n = 0; n < 65536; n++) {
		uint32_t a = operand(r->bits, n, false);
		uint32_t b = operand(r->bits, n, true), c = next_random();
		bad += ir_packed_value(r->op, a, b, c) !=
		       by_machine(r, a, b, c);
	}
	return bad;
}

static unsigned words_differ(const struct row *r)
{
	struct words w;
	unsigned bad = 0;

	begin(&w, r->bits);
	ref v = pack_op(&w.p, row8(r), w.x, w.y);
	uint64_t *at = arena_array(&w.a, uint64_t, w.f.ins.n);
	for (uint32_t n = 0; n < 65536; n++) {
		uint32_t a = operand(r->bits, n, false);
		uint32_t b = operand(r->bits, n, true);
		bad += ir_packed_value(r->op, a, b, 0) !=
		       by_words(&w, v, a, b, at);
	}
	arena_fini(&w.a);
	return bad;
}

/* A constant operand takes shorter ways. */
static unsigned constant_differs(const struct row *r)
{
	unsigned bad = 0;

	for (uint32_t n = 0; n < 512; n++) {
		struct words w;
		uint32_t k = operand(r->bits, n * 128, true);
		if (n & 1)	/* the same in all lanes */
			k = r->bits == 8 ? (k & 0xff) * 0x01010101u
					 : (k & 0xffff) * 0x00010001u;
		begin(&w, r->bits);
		ref v = pack_op(&w.p, row8(r), w.x, pack_word(&w.p, k));
		uint64_t *at = arena_array(&w.a, uint64_t, w.f.ins.n);
		for (uint32_t j = 0; j < 256; j++) {
			uint32_t a = operand(r->bits, j, false);
			bad += ir_packed_value(r->op, a, k, 0) !=
			       by_words(&w, v, a, 0, at);
		}
		arena_fini(&w.a);
	}
	return bad;
}

int main(void)
{
	for (unsigned k = 0; k < ARRAY_LEN(rows); k++) {
		const struct row *r = &rows[k];
		unsigned bad = machine_differs(r);
		ok(bad == 0, "%s is its instruction (%u differ)", r->text, bad);
		if (r->kind == SUM)
			continue;
		bad = words_differ(r);
		ok(bad == 0, "%s in ordinary rows (%u differ)", r->text, bad);
		bad = constant_differs(r);
		ok(bad == 0, "%s with a constant (%u differ)", r->text, bad);
	}
	return done();
}
