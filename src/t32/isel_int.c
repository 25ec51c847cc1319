/* isel_int.c - 32-bit integer operations. */
#include "t32/bits.h"
#include "t32/encode.h"
#include "t32/isel.h"

/* k is 2^n - 1, n >= 1: returns n, else 0. */
static unsigned low_ones(uint32_t k)
{
	return k && !(k & (k + 1)) ? k == UINT32_MAX ? 32 : log2_of(k + 1) : 0;
}

/* Is w a shift by a constant that an operation can absorb?  Sets *v and *imm
 * to the register and MIR_SHIFT. */
static bool shifted(struct isel *s, struct word w, vreg *v, int32_t *imm)
{
	static const struct { unsigned op, type; } row[] = {
		{ OP_I32_SHL, SH_LSL }, { OP_I32_SHR_U, SH_LSR },
		{ OP_I32_SHR_S, SH_ASR }, { OP_I32_ROTR, SH_ROR },
		{ OP_I32_ROTL, SH_ROR }
	};
	struct node n;

	if (!isel_absorbs(s, w) || !isel_node_of(s, w, &n) || n.b.r || !n.a.r)
		return false;
	for (unsigned k = 0; k < ARRAY_LEN(row); k++) {
		unsigned by = n.b.k & 31;
		if (n.op != row[k].op || by == 0)
			continue;
		if (n.op == OP_I32_ROTL)
			by = 32 - by;
		*imm = (int32_t)MIR_SHIFT(row[k].type, by);
		*v = isel_use_word(s, n.a);
		return true;
	}
	return false;
}

/* d = a op b, one operand shifted where that is free.  rev is the operation
 * with exchanged operands (op itself when it commutes), or MOP_END. */
static void put_rr(struct isel *s, enum mop op, enum mop rev, vreg d,
		   struct word a, struct word b)
{
	vreg v;
	int32_t shift;

	if (shifted(s, b, &v, &shift)) {
		isel_put2(s, op, d, isel_use_word(s, a), v)->imm = shift;
		return;
	}
	if (rev != MOP_END && shifted(s, a, &v, &shift)) {
		isel_put2(s, rev, d, isel_use_word(s, b), v)->imm = shift;
		return;
	}
	isel_put2(s, op, d, isel_use_word(s, a), isel_use_word(s, b));
}

static void swap(struct word *a, struct word *b)
{
	struct word t = *a;

	*a = *b;
	*b = t;
}

/* x & 0xff or x & 0xffff, absorbed as a zero-extending addend. */
static bool extended(struct isel *s, struct word w, vreg *v, enum mop *op)
{
	struct node n;

	if (!(s->tg->features & T32_DSP) || !isel_absorbs(s, w) ||
	    !isel_node_of(s, w, &n))
		return false;
	if (n.op == OP_I32_AND && (is_k(n.b, 0xff) || is_k(n.b, 0xffff)))
		*op = n.b.k == 0xff ? MOP_UXTAB : MOP_UXTAH;
	else if (n.op == OP_I32_EXTEND8_S)
		*op = MOP_SXTAB;
	else if (n.op == OP_I32_EXTEND16_S)
		*op = MOP_SXTAH;
	else
		return false;
	*v = isel_use_word(s, n.a);
	return true;
}

/* Halfword products (SMULBB and its accumulating form). */
static bool half_product(const struct isel *s, struct word w, struct node *n)
{
	struct node a, b;

	if (!(s->tg->features & T32_DSP) || !isel_sub_node(s, w, OP_I32_MUL, n))
		return false;
	if (!isel_sub_node(s, n->a, OP_I32_EXTEND16_S, &a) ||
	    !isel_sub_node(s, n->b, OP_I32_EXTEND16_S, &b))
		return false;
	n->a = a.a;
	n->b = b.a;
	return true;
}

/* Is w a product?  One by a constant that is better as shift and add is not. */
static bool product(const struct isel *s, struct word w, struct node *n)
{
	if (!isel_sub_node(s, w, OP_I32_MUL, n))
		return false;
	uint32_t k = n->b.k;
	return n->b.r || !(is_pow2(k) || is_pow2(k - 1) || is_pow2(k + 1));
}

/* a and the product n, or without it. */
static struct mir_ins *put_mla(struct isel *s, enum mop op, vreg d,
			       const struct node *n, struct word a)
{
	vreg x = isel_use_word(s, n->a), y = isel_use_word(s, n->b);

	return isel_put3(s, op, d, x, y, isel_use_word(s, a));
}

static void sel_add(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n;
	enum mop op;
	vreg v;

	bool adds = !b.r && mir_imm_ok(MOP_ADD_RI, (int32_t)b.k);
	if (adds || (!b.r && mir_imm_ok(MOP_SUB_RI, (int32_t)(0 - b.k)))) {
		isel_put_ri(s, adds ? MOP_ADD_RI : MOP_SUB_RI, d,
			    isel_use_word(s, a), adds ? b.k : 0 - b.k);
		return;
	}
	for (unsigned k = 0; k < 2; k++, swap(&a, &b)) {
		if (half_product(s, b, &n)) {
			put_mla(s, MOP_DSP_ACC, d, &n, a)->aux = T32_SMLABB;
			return;
		}
		if (product(s, b, &n)) {
			put_mla(s, MOP_MLA, d, &n, a);
			return;
		}
		if (extended(s, b, &v, &op)) {
			isel_put2(s, op, d, isel_use_word(s, a), v);
			return;
		}
		if (isel_sub_node(s, b, OP_I32_SUB, &n) && is_k(n.a, 0)) {
			put_rr(s, MOP_SUB_RR, MOP_RSB_RR, d, a, n.b);
			return;
		}
	}
	put_rr(s, MOP_ADD_RR, MOP_ADD_RR, d, a, b);
}

static void sel_sub(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n;

	if (!b.r && b.k) {
		sel_add(s, a, kword(0 - b.k), d);
		return;
	}
	if (!a.r && mir_imm_ok(MOP_RSB_RI, (int32_t)a.k)) {
		isel_put_ri(s, MOP_RSB_RI, d, isel_use_word(s, b), a.k);
		return;
	}
	if (product(s, b, &n)) {
		put_mla(s, MOP_MLS, d, &n, a);
		return;
	}
	put_rr(s, MOP_SUB_RR, MOP_RSB_RR, d, a, b);
}

/* d = bits lsb .. lsb + width of a. */
static void put_field(struct isel *s, vreg d, struct word a, unsigned lsb,
		      unsigned width, bool is_signed)
{
	vreg v = isel_use_word(s, a);

	if (width >= 32 - lsb) {
		isel_put_shift(s, d, v, is_signed ? SH_ASR : SH_LSR, lsb);
		return;
	}
	if ((width == 8 || width == 16) && lsb % 8 == 0 &&
	    (lsb == 0 || width == 8)) {
		enum mop op = width == 8 ? is_signed ? MOP_SXTB : MOP_UXTB :
					   is_signed ? MOP_SXTH : MOP_UXTH;
		isel_put1(s, op, d, v)->imm = (int32_t)lsb;
		return;
	}
	struct mir_ins *i = isel_put1(s, is_signed ? MOP_SBFX : MOP_UBFX, d, v);
	i->imm = (int32_t)lsb;
	i->imm2 = (int32_t)width;
}

static void sel_and(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n;

	if (!b.r) {
		unsigned ones = low_ones(b.k);
		if (ones && isel_sub_node(s, a, OP_I32_SHR_U, &n) && !n.b.r &&
		    (n.b.k & 31)) {
			put_field(s, d, n.a, n.b.k & 31, ones, false);
			return;
		}
		if (b.k == 0xff || b.k == 0xffff)
			put_field(s, d, a, 0, ones, false);
		else if (mir_imm_ok(MOP_AND_RI, (int32_t)b.k))
			isel_put_ri(s, MOP_AND_RI, d, isel_use_word(s, a), b.k);
		else if (mir_imm_ok(MOP_BIC_RI, (int32_t)~b.k))
			isel_put_ri(s, MOP_BIC_RI, d, isel_use_word(s, a), ~b.k);
		else if (ones)
			put_field(s, d, a, 0, ones, false);
		else
			put_rr(s, MOP_AND_RR, MOP_AND_RR, d, a, b);
		return;
	}
	for (unsigned k = 0; k < 2; k++, swap(&a, &b))
		if (isel_sub_node(s, b, OP_I32_XOR, &n) && is_k(n.b, UINT32_MAX)) {
			put_rr(s, MOP_BIC_RR, MOP_END, d, a, n.a);
			return;
		}
	put_rr(s, MOP_AND_RR, MOP_AND_RR, d, a, b);
}

/* (x << c) | (x >> (32 - c)) is a rotation. */
static bool sel_rotation(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node l, r;

	if (!isel_sub_node(s, a, OP_I32_SHL, &l) ||
	    !isel_sub_node(s, b, OP_I32_SHR_U, &r))
		return false;
	if (l.b.r || r.b.r || l.a.r != r.a.r || l.a.half != r.a.half ||
	    !l.a.r || (l.b.k & 31) + (r.b.k & 31) != 32)
		return false;
	isel_put_shift(s, d, isel_use_word(s, l.a), SH_ROR, r.b.k & 31);
	return true;
}

/* A word whose set bits are a field at `lsb`: (y & ones) << lsb, y << lsb, or
 * y & ones.  Sets *v to y and *width. */
static bool field_value(const struct isel *s, struct word w, unsigned lsb,
			struct word *v, unsigned *width)
{
	struct node n, m;

	*v = w;
	*width = 32 - lsb;
	if (lsb) {
		if (!isel_sub_node(s, w, OP_I32_SHL, &n) || !is_k(n.b, lsb))
			return false;
		*v = n.a;
	}
	if (isel_sub_node(s, *v, OP_I32_AND, &m) && !m.b.r && low_ones(m.b.k)) {
		*width = low_ones(m.b.k);
		*v = m.a;
		return true;
	}
	if (isel_width_of(s, *v) + lsb < 32)
		*width = isel_width_of(s, *v);
	return lsb != 0 || *width < 32;
}

/* (x & ~field) | field value is a bit-field insertion. */
static bool sel_insert(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n;
	struct word v;
	unsigned lsb, width;

	if (!isel_sub_node(s, a, OP_I32_AND, &n) || n.b.r || !b.r)
		return false;
	uint32_t hole = ~n.b.k;
	if (!hole || hole == UINT32_MAX)
		return false;
	for (lsb = 0; !(hole >> lsb & 1); lsb++)
		;
	unsigned ones = low_ones(hole >> lsb);
	if (!ones || !field_value(s, b, lsb, &v, &width))
		return false;
	if (width != ones || !v.r)
		return false;
	vreg base = isel_use_word(s, n.a);
	struct mir_ins *i = isel_put2(s, MOP_BFI, d, base, isel_use_word(s, v));
	i->imm = (int32_t)lsb;
	i->imm2 = (int32_t)width;
	return true;
}

/* Which byte of one source word each byte of w is; NO_BYTE: zero. */
enum { NO_BYTE = 4, BYTE_DEPTH = 6 };
struct bytes {
	struct word from;
	uint8_t of[4];
};

static bool bytes_of(const struct isel *s, struct word w, unsigned depth,
		     struct bytes *b);

static void bytes_shifted(struct bytes *b, unsigned by, bool left)
{
	struct bytes a = *b;

	for (unsigned k = 0; k < 4; k++)
		b->of[k] = left ? k >= by ? a.of[k - by] : NO_BYTE :
				  k + by < 4 ? a.of[k + by] : NO_BYTE;
}

static bool bytes_merged(const struct isel *s, const struct node *n,
			 unsigned depth, struct bytes *b)
{
	struct bytes c;

	if (!bytes_of(s, n->a, depth, b) || !bytes_of(s, n->b, depth, &c) ||
	    b->from.r != c.from.r || b->from.half != c.from.half)
		return false;
	for (unsigned k = 0; k < 4; k++) {
		if (b->of[k] != NO_BYTE && c.of[k] != NO_BYTE)
			return false;
		if (b->of[k] == NO_BYTE)
			b->of[k] = c.of[k];
	}
	return true;
}

static bool bytes_of(const struct isel *s, struct word w, unsigned depth,
		     struct bytes *b)
{
	struct node n;

	*b = (struct bytes){ w, { 0, 1, 2, 3 } };
	if (!w.r)
		return false;
	if (depth == 0 || !isel_absorbs(s, w) || !isel_node_of(s, w, &n))
		return true;
	if (n.op == OP_I32_OR) {
		if (bytes_merged(s, &n, depth - 1, b))
			return true;
	} else if (!n.b.r && n.op == OP_I32_AND) {
		if (!bytes_of(s, n.a, depth - 1, b))
			return false;
		for (unsigned k = 0; k < 4; k++) {
			unsigned m = n.b.k >> 8 * k & 0xff;
			if (m != 0 && m != 0xff)
				goto leaf;
			if (m == 0)
				b->of[k] = NO_BYTE;
		}
		return true;
	} else if (!n.b.r && n.b.k % 8 == 0 &&
		   (n.op == OP_I32_SHL || n.op == OP_I32_SHR_U)) {
		if (!bytes_of(s, n.a, depth - 1, b))
			return false;
		bytes_shifted(b, (n.b.k & 31) / 8, n.op == OP_I32_SHL);
		return true;
	}
leaf:
	*b = (struct bytes){ w, { 0, 1, 2, 3 } };
	return true;
}

/* Bytes of one word put together in reverse order. */
static bool sel_reverse(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n = { OP_I32_OR, a, b };
	struct bytes x;

	if (!bytes_merged(s, &n, BYTE_DEPTH, &x))
		return false;
	bool all = true, halves = true;
	for (unsigned k = 0; k < 4; k++) {
		all = all && x.of[k] == 3 - k;
		halves = halves && x.of[k] == (k ^ 1);
	}
	if (!all && !halves)
		return false;
	isel_put1(s, all ? MOP_REV : MOP_REV16, d, isel_use_word(s, x.from));
	return true;
}

static void sel_or(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node n;

	if (sel_reverse(s, a, b, d))
		return;

	if (!b.r) {
		if (mir_imm_ok(MOP_ORR_RI, (int32_t)b.k))
			isel_put_ri(s, MOP_ORR_RI, d, isel_use_word(s, a), b.k);
		else if (mir_imm_ok(MOP_ORN_RI, (int32_t)~b.k))
			isel_put_ri(s, MOP_ORN_RI, d, isel_use_word(s, a), ~b.k);
		else
			put_rr(s, MOP_ORR_RR, MOP_ORR_RR, d, a, b);
		return;
	}
	for (unsigned k = 0; k < 2; k++, swap(&a, &b)) {
		if (sel_rotation(s, a, b, d) || sel_insert(s, a, b, d))
			return;
		if (isel_sub_node(s, b, OP_I32_XOR, &n) && is_k(n.b, UINT32_MAX)) {
			put_rr(s, MOP_ORN_RR, MOP_END, d, a, n.a);
			return;
		}
	}
	put_rr(s, MOP_ORR_RR, MOP_ORR_RR, d, a, b);
}

static void sel_xor(struct isel *s, struct word a, struct word b, vreg d)
{
	vreg v;
	int32_t shift;

	if (is_k(b, UINT32_MAX)) {
		if (shifted(s, a, &v, &shift))
			isel_put1(s, MOP_MVN_R, d, v)->imm = shift;
		else
			isel_put1(s, MOP_MVN_R, d, isel_use_word(s, a));
	} else if (!b.r && mir_imm_ok(MOP_EOR_RI, (int32_t)b.k)) {
		isel_put_ri(s, MOP_EOR_RI, d, isel_use_word(s, a), b.k);
	} else {
		put_rr(s, MOP_EOR_RR, MOP_EOR_RR, d, a, b);
	}
}

/* Product of two signed halfwords, or a general one. */
static void sel_mul(struct isel *s, struct word a, struct word b, vreg d)
{
	struct node m, n;

	if (!b.r && is_pow2(b.k)) {
		isel_put_shift(s, d, isel_use_word(s, a), SH_LSL, log2_of(b.k));
		return;
	}
	if (!b.r && (is_pow2(b.k - 1) || is_pow2(b.k + 1)) && b.k + 1) {
		bool plus = is_pow2(b.k - 1);
		unsigned by = log2_of(plus ? b.k - 1 : b.k + 1);
		vreg v = isel_use_word(s, a);
		isel_put2(s, plus ? MOP_ADD_RR : MOP_RSB_RR, d, v, v)->imm =
			(int32_t)MIR_SHIFT(SH_LSL, by);
		return;
	}
	if ((s->tg->features & T32_DSP) &&
	    isel_sub_node(s, a, OP_I32_EXTEND16_S, &m) &&
	    isel_sub_node(s, b, OP_I32_EXTEND16_S, &n)) {
		vreg x = isel_use_word(s, m.a);
		isel_put2(s, MOP_DSP, d, x, isel_use_word(s, n.a))->aux = T32_SMULBB;
		return;
	}
	vreg x = isel_use_word(s, a);
	isel_put2(s, MOP_MUL, d, x, isel_use_word(s, b));
}

/* The amount of a variable shift, reduced modulo 32 where that is not already
 * known: the processor looks at eight bits. */
static vreg amount(struct isel *s, struct word b)
{
	struct node n;

	if (isel_sub_node(s, b, OP_I32_AND, &n) && !n.b.r && (n.b.k & 31) == 31)
		b = n.a;
	vreg v = isel_use_word(s, b);
	if (isel_width_of(s, b) <= 5)
		return v;
	vreg m = isel_gpr(s);
	isel_put_ri(s, MOP_AND_RI, m, v, 31);
	return m;
}

static void sel_shift(struct isel *s, const struct node *t, vreg d)
{
	unsigned type = t->op == OP_I32_SHL ? SH_LSL :
			t->op == OP_I32_SHR_U ? SH_LSR : SH_ASR;
	struct node n;

	if (t->b.r) {
		vreg v = isel_use_word(s, t->a);
		isel_put2(s, MOP_SHIFT_R, d, v, amount(s, t->b))->imm =
			(int32_t)MIR_SHIFT(type, 0);
		return;
	}
	unsigned c = t->b.k & 31;
	if (c == 0) {
		isel_put1(s, MOP_MOV, d, isel_use_word(s, t->a));
		return;
	}
	if (type != SH_LSL && isel_sub_node(s, t->a, OP_I32_SHL, &n) && !n.b.r &&
	    (n.b.k & 31) && (n.b.k & 31) <= c) {
		put_field(s, d, n.a, c - (n.b.k & 31), 32 - c, type == SH_ASR);
		return;
	}
	if (type == SH_LSR && isel_sub_node(s, t->a, OP_I32_AND, &n) && !n.b.r &&
	    low_ones(n.b.k >> c)) {
		put_field(s, d, n.a, c, low_ones(n.b.k >> c), false);
		return;
	}
	isel_put_shift(s, d, isel_use_word(s, t->a), type, c);
}

static void sel_rotate(struct isel *s, const struct node *t, vreg d)
{
	bool left = t->op == OP_I32_ROTL;
	vreg v = isel_use_word(s, t->a);

	if (!t->b.r) {
		unsigned c = (left ? 32 - (t->b.k & 31) : t->b.k) & 31;
		if (c)
			isel_put_shift(s, d, v, SH_ROR, c);
		else
			isel_put1(s, MOP_MOV, d, v);
		return;
	}
	vreg by = isel_use_word(s, t->b);
	if (left) {
		vreg n = isel_gpr(s);
		isel_put_ri(s, MOP_RSB_RI, n, by, 0);
		by = n;
	}
	isel_put2(s, MOP_SHIFT_R, d, v, by)->imm = (int32_t)MIR_SHIFT(SH_ROR, 0);
}

/* Bits counted in pairs, nibbles, bytes; a product sums the bytes. */
static void sel_popcnt(struct isel *s, struct word a, vreg d)
{
	vreg x = isel_use_word(s, a), t[7];

	for (unsigned k = 0; k < 7; k++)
		t[k] = isel_gpr(s);
	isel_put2(s, MOP_AND_RR, t[0], isel_konst(s, 0x55555555), x)->imm =
		(int32_t)MIR_SHIFT(SH_LSR, 1);
	isel_put2(s, MOP_SUB_RR, t[1], x, t[0]);
	isel_put2(s, MOP_AND_RR, t[2], isel_konst(s, 0x33333333), t[1])->imm =
		(int32_t)MIR_SHIFT(SH_LSR, 2);
	isel_put_ri(s, MOP_AND_RI, t[3], t[1], 0x33333333);
	isel_put2(s, MOP_ADD_RR, t[4], t[3], t[2]);
	vreg y = isel_gpr(s);
	isel_put2(s, MOP_ADD_RR, y, t[4], t[4])->imm =
		(int32_t)MIR_SHIFT(SH_LSR, 4);
	isel_put_ri(s, MOP_AND_RI, t[5], y, 0x0f0f0f0f);
	isel_put2(s, MOP_MUL, t[6], t[5], isel_konst(s, 0x01010101));
	isel_put_shift(s, d, t[6], SH_LSR, 24);
}

static void sel_extend(struct isel *s, const struct node *t, vreg d)
{
	unsigned width = t->op == OP_I32_EXTEND8_S ? 8 : 16;
	struct node n;

	if (isel_sub_node(s, t->a, OP_I32_SHR_U, &n) && !n.b.r && (n.b.k & 31) &&
	    (n.b.k & 31) + width <= 32)
		put_field(s, d, n.a, n.b.k & 31, width, true);
	else
		put_field(s, d, t->a, 0, width, true);
}

void sel_node(struct isel *s, const struct node *n, vreg d)
{
	struct word a = n->a, b = n->b;
	bool commutes = n->op == OP_I32_ADD || n->op == OP_I32_MUL ||
			n->op == OP_I32_AND || n->op == OP_I32_OR ||
			n->op == OP_I32_XOR;

	if (commutes && !a.r)
		swap(&a, &b);
	switch (n->op) {
	case OP_I32_ADD: sel_add(s, a, b, d); break;
	case OP_I32_SUB: sel_sub(s, a, b, d); break;
	case OP_I32_MUL: sel_mul(s, a, b, d); break;
	case OP_I32_AND: sel_and(s, a, b, d); break;
	case OP_I32_OR: sel_or(s, a, b, d); break;
	case OP_I32_XOR: sel_xor(s, a, b, d); break;
	case OP_I32_SHL: case OP_I32_SHR_U: case OP_I32_SHR_S:
		sel_shift(s, n, d);
		break;
	case OP_I32_ROTL: case OP_I32_ROTR: sel_rotate(s, n, d); break;
	case OP_I32_CLZ: isel_put1(s, MOP_CLZ, d, isel_use_word(s, a)); break;
	case OP_I32_CTZ: {
		vreg t = isel_gpr(s);
		isel_put1(s, MOP_RBIT, t, isel_use_word(s, a));
		isel_put1(s, MOP_CLZ, d, t);
		break;
	}
	case OP_I32_POPCNT: sel_popcnt(s, a, d); break;
	case OP_I32_EXTEND8_S: case OP_I32_EXTEND16_S:
		sel_extend(s, n, d);
		break;
	default: NOT_REACHED("a tree node");
	}
}
