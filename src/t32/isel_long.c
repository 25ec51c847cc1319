/* isel_long.c - i64 instructions whose words depend on each other. */
#include "t32/isel.h"

/* Both words of an operand. */
struct two {
	vreg lo, hi;
};

static struct two use_two(struct isel *s, ref r)
{
	vreg lo = isel_use_half(s, r, 0);

	return (struct two){ lo, isel_use_half(s, r, 1) };
}

static struct two def_two(struct isel *s, ref r)
{
	return (struct two){ isel_def(s, r, 0), isel_def(s, r, 1) };
}

static struct two pair(struct isel *s)
{
	vreg lo = isel_gpr(s);

	return (struct two){ lo, isel_gpr(s) };
}

static void put_move(struct isel *s, vreg d, vreg a)
{
	isel_put1(s, MOP_MOV, d, a);
}

static void put_const(struct isel *s, vreg d, uint32_t k)
{
	isel_put(s, MOP_CONST, 1, 0, &d)->imm = (int32_t)k;
}

static struct mir_ins *put22(struct isel *s, enum mop op, struct two d, vreg a,
			     vreg b)
{
	return isel_put(s, op, 2, 2, (vreg[]){ d.lo, d.hi, a, b });
}

static struct mir_ins *put24(struct isel *s, enum mop op, struct two d,
			     struct two a, struct two b)
{
	return isel_put(s, op, 2, 4,
		   (vreg[]){ d.lo, d.hi, a.lo, a.hi, b.lo, b.hi });
}

/* d = a op b, op a register-register row, b shifted. */
static void put_sh(struct isel *s, enum mop op, vreg d, vreg a, vreg b,
		   unsigned type, unsigned by)
{
	isel_put2(s, op, d, a, b)->imm = by ? (int32_t)MIR_SHIFT(type, by) : 0;
}

/* d = a shifted by a register. */
static void put_by(struct isel *s, vreg d, vreg a, unsigned type, vreg by)
{
	isel_put2(s, MOP_SHIFT_R, d, a, by)->imm = (int32_t)MIR_SHIFT(type, 0);
}

/* --- addition and multiplication --------------------------------------------- */

/* The kind of 32 x 32 product that gives both words, or MOP_END. */
static enum mop wide_product(const struct isel *s, ref r, bool accumulate)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	uint8_t a = s->hikind[i->arg[0]], b = s->hikind[i->arg[1]];

	if (a == HI_ZERO && b == HI_ZERO)
		return accumulate ? MOP_UMLAL : MOP_UMULL;
	if (a == HI_SIGN && b == HI_SIGN)
		return accumulate ? MOP_SMLAL : MOP_SMULL;
	return MOP_END;
}

static bool sel_accumulate(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	for (unsigned k = 0; k < 2; k++) {
		ref m = i->arg[k], other = i->arg[1 - k];
		if (ir_at(s->ir, m)->op != OP_I64_MUL || s->uses[m] != 1 ||
		    !isel_absorbs(s, isel_word_of(s, m, 0)))
			continue;
		enum mop op = wide_product(s, m, true);
		if (op == MOP_END)
			continue;
		vreg n = isel_use_half(s, ir_at(s->ir, m)->arg[0], 0);
		vreg x = isel_use_half(s, ir_at(s->ir, m)->arg[1], 0);
		put24(s, op, def_two(s, r), (struct two){ n, x },
		      use_two(s, other));
		return true;
	}
	return false;
}

static void sel_add_sub(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool add = i->op == OP_I64_ADD;
	ref a = i->arg[0], b = i->arg[1];

	if (add && sel_accumulate(s, r))
		return;
	if (add && ir_at(s->ir, a)->op == IR_CONST) {
		a = i->arg[1];
		b = i->arg[0];
	}
	const struct ir_ins *ka = ir_at(s->ir, a), *kb = ir_at(s->ir, b);
	if (!add && ka->op == IR_CONST && ka->imm == 0) {
		struct two x = use_two(s, b);
		put22(s, MOP_NEG64, def_two(s, r), x.lo, x.hi);
		return;
	}
	for (unsigned neg = 0; neg < 2 && kb->op == IR_CONST; neg++) {
		uint64_t k = neg ? 0 - kb->imm : kb->imm;
		int32_t lo = (int32_t)(uint32_t)k;
		int32_t hi = (int32_t)(uint32_t)(k >> 32);
		enum mop op = add == !neg ? MOP_ADD64_I : MOP_SUB64_I;
		if (!mir_imm_ok(op, lo) || !mir_imm_ok(op, hi))
			continue;
		struct two x = use_two(s, a);
		struct mir_ins *m = put22(s, op, def_two(s, r), x.lo, x.hi);
		m->imm = lo;
		m->imm2 = hi;
		return;
	}
	struct two x = use_two(s, a);
	put24(s, add ? MOP_ADD64 : MOP_SUB64, def_two(s, r), x, use_two(s, b));
}

static void sel_mul(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	enum mop op = wide_product(s, r, false);
	vreg a = isel_use_half(s, i->arg[0], 0), b = isel_use_half(s, i->arg[1], 0);
	struct two d = def_two(s, r);

	if (op != MOP_END) {
		put22(s, op, d, a, b);
		return;
	}
	/* high = high of low product + a.hi * b.lo + a.lo * b.hi */
	bool a_zero = s->hikind[i->arg[0]] == HI_ZERO;
	bool b_zero = s->hikind[i->arg[1]] == HI_ZERO;
	vreg h = isel_gpr(s);
	put22(s, MOP_UMULL, (struct two){ d.lo, h }, a, b);
	if (!a_zero) {
		vreg t = b_zero ? d.hi : isel_gpr(s);
		isel_put3(s, MOP_MLA, t, isel_use_half(s, i->arg[0], 1), b, h);
		h = t;
	}
	if (!b_zero)
		isel_put3(s, MOP_MLA, d.hi, a, isel_use_half(s, i->arg[1], 1), h);
}

/* --- division ------------------------------------------------------------------ */

static void check_overflow(struct isel *s, ref a, ref b)
{
	const struct ir_ins *k = ir_at(s->ir, b);

	if (k->op == IR_CONST && k->imm != UINT64_MAX)
		return;
	/* Zero exactly when a is the least number and b is -1. */
	struct two x = use_two(s, a), y = use_two(s, b);
	vreg t = isel_gpr(s), u = isel_gpr(s), v = isel_gpr(s), w = isel_gpr(s);
	isel_put_ri(s, MOP_EOR_RI, t, x.hi, 0x80000000);
	isel_put2(s, MOP_ORR_RR, u, t, x.lo);
	isel_put2(s, MOP_ORN_RR, v, u, y.lo);
	isel_put2(s, MOP_ORN_RR, w, v, y.hi);
	struct cond_part c = { CMP_RI, EQ, 1, { w }, 0 };
	isel_put_trap(s, &c, HD_TRAP_INT_OVERFLOW);
}

static bool sel_narrow_divide(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (s->hikind[i->arg[0]] != HI_ZERO || s->hikind[i->arg[1]] != HI_ZERO)
		return false;
	vreg a = isel_use_half(s, i->arg[0], 0), b = isel_use_half(s, i->arg[1], 0);
	bool rem = i->op == OP_I64_REM_U || i->op == OP_I64_REM_S;
	vreg q = rem ? isel_gpr(s) : isel_def(s, r, 0);
	isel_put2(s, MOP_UDIV, q, a, b);
	if (rem)
		isel_put3(s, MOP_MLS, isel_def(s, r, 0), q, b, a);
	if (s->hi[r])
		put_const(s, s->hi[r], 0);
	return true;
}

static void sel_divide_long(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool is_signed = i->op == OP_I64_DIV_S || i->op == OP_I64_REM_S;
	bool rem = i->op == OP_I64_REM_S || i->op == OP_I64_REM_U;
	const struct ir_ins *k = ir_at(s->ir, i->arg[1]);
	bool safe = i->flags & IR_NO_TRAP;

	if (!safe && !(k->op == IR_CONST && k->imm)) {
		struct two b = use_two(s, i->arg[1]);
		struct cond_part z = { CMP64_Z, EQ, 2, { b.lo, b.hi }, 0 };
		isel_put_trap(s, &z, HD_TRAP_DIV_ZERO);
	}
	if (!safe && i->op == OP_I64_DIV_S)
		check_overflow(s, i->arg[0], i->arg[1]);
	if ((!s->lo[r] && !s->hi[r]) || sel_narrow_divide(s, r))
		return;
	struct two a = use_two(s, i->arg[0]), b = use_two(s, i->arg[1]);
	struct mir_ins *c = isel_put(s, MOP_CALL, 2, 4,
				(vreg[]){ isel_def(s, r, 0), isel_def(s, r, 1), a.lo,
					  a.hi, b.lo, b.hi });
	c->sym = mir_sym(s->f, SYM_RUNTIME, 0, 0, is_signed ?
			 "__aeabi_ldivmod" : "__aeabi_uldivmod");
	for (unsigned n = 0; n < 4; n++)
		mir_use(s->f, c, n)->fix = (uint8_t)n;
	mir_def(s->f, c, 0)->fix = rem ? 2 : 0;
	mir_def(s->f, c, 1)->fix = rem ? 3 : 1;
	s->f->calls = true;
}

/* --- shifts --------------------------------------------------------------------- */

/* The word of a shift by a constant 1 .. 31 that takes bits from both. */
static void sel_shift_const(struct isel *s, ref r, unsigned c)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool left = i->op == OP_I64_SHL;
	unsigned mixed = left ? 1 : 0;
	vreg d = mixed ? s->hi[r] : s->lo[r];

	if (!d)
		return;
	vreg keep = isel_use_half(s, i->arg[0], mixed);
	vreg from = isel_use_half(s, i->arg[0], 1 - mixed);
	vreg t = isel_gpr(s);
	isel_put_shift(s, t, keep, left ? SH_LSL : SH_LSR, c);
	put_sh(s, MOP_ORR_RR, d, t, from, left ? SH_LSR : SH_LSL, 32 - c);
}

/* With n below 64 in a register, shifts by n - 32 or 32 - n use the low byte
 * of the amount: where it is negative, it is at least 224 and gives 0. */
static void sel_shift_var(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool left = i->op == OP_I64_SHL, arith = i->op == OP_I64_SHR_S;
	unsigned to = left ? SH_LSL : SH_LSR, back = left ? SH_LSR : SH_LSL;
	struct two a = use_two(s, i->arg[0]);
	vreg near = left ? a.lo : a.hi, far = left ? a.hi : a.lo;
	vreg n = isel_gpr(s), t = isel_gpr(s), u = isel_gpr(s), x = isel_gpr(s), y = isel_gpr(s);
	vreg z = isel_gpr(s), w = isel_gpr(s);
	struct two d = def_two(s, r);
	vreg d_near = left ? d.lo : d.hi, d_far = left ? d.hi : d.lo;

	isel_put_ri(s, MOP_AND_RI, n, isel_use_half(s, i->arg[1], 0), 63);
	isel_put_ri(s, MOP_SUB_RI, t, n, 32);
	isel_put_ri(s, MOP_RSB_RI, u, n, 32);
	put_by(s, x, far, to, n);
	put_by(s, y, near, back, u);
	isel_put2(s, MOP_ORR_RR, z, x, y);
	if (!arith) {
		put_by(s, w, near, to, t);
		isel_put2(s, MOP_ORR_RR, d_far, z, w);
		put_by(s, d_near, near, to, n);
		return;
	}
	put_by(s, w, near, SH_ASR, t);
	struct cond_part c = { CMP_RI, GE, 1, { n }, 32 };
	isel_put_cond(s, MOP_CMP_SEL, &c, d_far, (vreg[]){ w, z }, 2);
	put_by(s, d_near, near, SH_ASR, n);
}

static void sel_rotate_const(struct isel *s, ref r, unsigned right)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	unsigned swap = right >= 32;
	vreg lo = isel_use_half(s, i->arg[0], swap);
	vreg hi = isel_use_half(s, i->arg[0], 1 - swap);
	struct two d = def_two(s, r), t = pair(s);

	right &= 31;
	if (!right) {
		put_move(s, d.lo, lo);
		put_move(s, d.hi, hi);
		return;
	}
	isel_put_shift(s, t.lo, lo, SH_LSR, right);
	put_sh(s, MOP_ORR_RR, d.lo, t.lo, hi, SH_LSL, 32 - right);
	isel_put_shift(s, t.hi, hi, SH_LSR, right);
	put_sh(s, MOP_ORR_RR, d.hi, t.hi, lo, SH_LSL, 32 - right);
}

static void sel_rotate_var(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool left = i->op == OP_I64_ROTL;
	unsigned to = left ? SH_LSL : SH_LSR, back = left ? SH_LSR : SH_LSL;
	struct two a = use_two(s, i->arg[0]), x = pair(s), t = pair(s);
	struct two u = pair(s), d = def_two(s, r);
	vreg by = isel_use_half(s, i->arg[1], 0), n = isel_gpr(s), m = isel_gpr(s);
	struct cond_part c = { TST_RI, NE, 1, { by }, 32 };

	isel_put_cond(s, MOP_CMP_SEL, &c, x.lo, (vreg[]){ a.hi, a.lo }, 2);
	isel_put_cond(s, MOP_CMP_SEL, &c, x.hi, (vreg[]){ a.lo, a.hi }, 2);
	isel_put_ri(s, MOP_AND_RI, n, by, 31);
	isel_put_ri(s, MOP_RSB_RI, m, n, 32);
	put_by(s, t.lo, x.lo, to, n);
	put_by(s, u.lo, x.hi, back, m);
	isel_put2(s, MOP_ORR_RR, d.lo, t.lo, u.lo);
	put_by(s, t.hi, x.hi, to, n);
	put_by(s, u.hi, x.lo, back, m);
	isel_put2(s, MOP_ORR_RR, d.hi, t.hi, u.hi);
}

static void sel_shift(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const struct ir_ins *k = ir_at(s->ir, i->arg[1]);
	unsigned c = (unsigned)k->imm & 63;
	struct node n;

	if (k->op != IR_CONST) {
		if (i->op == OP_I64_ROTL || i->op == OP_I64_ROTR)
			sel_rotate_var(s, r);
		else
			sel_shift_var(s, r);
		return;
	}
	if (i->op == OP_I64_ROTL || i->op == OP_I64_ROTR) {
		sel_rotate_const(s, r, i->op == OP_I64_ROTR ? c : -c & 63);
		return;
	}
	if (c && c < 32)
		sel_shift_const(s, r, c);
	for (unsigned half = 0; half < 2; half++) {
		vreg d = half ? s->hi[r] : s->lo[r];
		struct word w = { r, (uint8_t)half, true, 0 };
		if (d && isel_node_of(s, w, &n))
			sel_node(s, &n, d);
	}
}

/* --- counting -------------------------------------------------------------------- */

/* Leading zeros of first:second.  clz of a zero word is 32, whose bit 5 says
 * that the other word counts too. */
static void put_clz(struct isel *s, vreg d, vreg first, vreg second)
{
	vreg x = isel_gpr(s), y = isel_gpr(s), z = isel_gpr(s);

	isel_put1(s, MOP_CLZ, x, first);
	isel_put1(s, MOP_CLZ, y, second);
	isel_put_shift(s, z, x, SH_LSR, 5);
	isel_put3(s, MOP_MLA, d, y, z, x);
}

static void sel_count(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct two a = use_two(s, i->arg[0]), t = pair(s);
	vreg d = isel_def(s, r, 0);

	if (i->op == OP_I64_CLZ) {
		put_clz(s, d, a.hi, a.lo);
	} else if (i->op == OP_I64_CTZ) {
		isel_put1(s, MOP_RBIT, t.lo, a.lo);
		isel_put1(s, MOP_RBIT, t.hi, a.hi);
		put_clz(s, d, t.lo, t.hi);
	} else {
		struct node n = { .op = OP_I32_POPCNT };
		n.a = isel_word_of(s, i->arg[0], 0);
		sel_node(s, &n, t.lo);
		n.a = isel_word_of(s, i->arg[0], 1);
		sel_node(s, &n, t.hi);
		isel_put2(s, MOP_ADD_RR, d, t.lo, t.hi);
	}
}

/* --- words that are independent of each other -------------------------------- */

static void sel_words(struct isel *s, ref r)
{
	struct node n;

	if (s->hi[r] && (ir_at(s->ir, r)->op == OP_I64_EXTEND8_S ||
			 ir_at(s->ir, r)->op == OP_I64_EXTEND16_S))
		s->lo[r] = isel_def(s, r, 0);
	for (unsigned half = 0; half < 2; half++) {
		vreg d = half ? s->hi[r] : s->lo[r];
		struct word w = { r, (uint8_t)half, true, 0 };
		if (!d)
			continue;
		CHECK(isel_node_of(s, w, &n));
		sel_node(s, &n, d);
	}
}

void sel_long(struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;
	bool low = !s->hi[r] && s->need[r] == 1;

	switch (op) {
	case OP_I64_ADD: case OP_I64_SUB:
		if (low)
			sel_words(s, r);
		else
			sel_add_sub(s, r);
		break;
	case OP_I64_MUL:
		if (low)
			sel_words(s, r);
		else
			sel_mul(s, r);
		break;
	case OP_I64_DIV_S: case OP_I64_DIV_U: case OP_I64_REM_S:
	case OP_I64_REM_U:
		sel_divide_long(s, r);
		break;
	case OP_I64_SHL: case OP_I64_SHR_S: case OP_I64_SHR_U:
	case OP_I64_ROTL: case OP_I64_ROTR:
		sel_shift(s, r);
		break;
	case OP_I64_CLZ: case OP_I64_CTZ: case OP_I64_POPCNT:
		sel_count(s, r);
		break;
	default:
		sel_words(s, r);
		break;
	}
}
