/* isel_cmp.c - comparisons, fused with what consumes them.
 *
 * The processor's flags never live between operations: a comparison is part
 * of the branch, set, select or trap that uses it, and is repeated in each.
 */
#include "t32/isel.h"

/* Conditions of the integer comparison rows, in table order EQ .. GE_U. */
static const uint8_t int_cond[] = { EQ, NE, LT, CC, GT, HI, LE, LS, GE, CS };

static enum cond swapped(enum cond c)
{
	static const uint8_t to[] = {
		[EQ] = EQ, [NE] = NE, [CS] = LS, [CC] = HI, [HI] = CC,
		[LS] = CS, [GE] = LE, [LT] = GT, [GT] = LT, [LE] = GE
	};
	return (enum cond)to[c];
}

bool isel_is_compare(const struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;

	return op <= OP_F64_GE || op == IR_IS_NULL;
}

static struct cond_part test_word(struct isel *s, struct word w, enum cond c)
{
	return (struct cond_part){ CMP_RI, (uint8_t)c, 1, { isel_use_word(s, w) }, 0 };
}

/* Moves an immediate by one where that makes it encodable: x < k+1 is x <= k. */
static bool nudge(uint32_t *k, enum cond *c)
{
	uint32_t down = *k - 1, up = *k + 1;

	switch (*c) {
	case CC: case LT: case CS: case GE:
		if (*k == (*c == CC || *c == CS ? 0 : 0x80000000u) ||
		    !mir_imm_ok(MOP_CMP_BR, (int32_t)down))
			return false;
		*k = down;
		*c = *c == CC ? LS : *c == LT ? LE : *c == CS ? HI : GT;
		return true;
	case LS: case LE: case HI: case GT:
		if (*k == (*c == LS || *c == HI ? UINT32_MAX : 0x7fffffffu) ||
		    !mir_imm_ok(MOP_CMP_BR, (int32_t)up))
			return false;
		*k = up;
		*c = *c == LS ? CC : *c == LE ? LT : *c == HI ? CS : GE;
		return true;
	default:
		return false;
	}
}

/* The same where the immediate is of a 16-bit encoding only then. */
static bool nudge_short(uint32_t *k, enum cond *c)
{
	uint32_t to = *k;
	enum cond now = *c;

	if (*k < 256 || !nudge(&to, &now) || to >= 256)
		return false;
	*k = to;
	*c = now;
	return true;
}

static int32_t shift_of(const struct isel *s, struct word b, struct word *v)
{
	static const struct { unsigned op, type; } row[] = {
		{ OP_I32_SHL, SH_LSL }, { OP_I32_SHR_U, SH_LSR },
		{ OP_I32_SHR_S, SH_ASR }
	};
	struct node n;

	*v = b;
	for (unsigned k = 0; k < ARRAY_LEN(row); k++)
		if (isel_sub_node(s, b, row[k].op, &n) && !n.b.r && n.a.r &&
		    (n.b.k & 31)) {
			*v = n.a;
			return (int32_t)MIR_SHIFT(row[k].type, n.b.k & 31);
		}
	return 0;
}

struct cond_part isel_cmp_words(struct isel *s, struct word a, struct word b,
			   enum cond c)
{
	struct cond_part p = { .cmp = CMP_RI, .n = 1 };

	if (!a.r && b.r) {
		struct word t = a;
		a = b;
		b = t;
		c = swapped(c);
	}
	if (!b.r) {
		uint32_t k = b.k;
		p.v[0] = isel_use_word(s, a);
		if (nudge_short(&k, &c) || mir_imm_ok(MOP_CMP_BR, (int32_t)k) ||
		    nudge(&k, &c)) {
			p.imm = (int32_t)k;
		} else if (mir_imm_ok(MOP_CMP_BR, (int32_t)(0 - k))) {
			p.cmp = CMN_RI;
			p.imm = (int32_t)(0 - k);
		} else {
			p.cmp = CMP_RR;
			p.n = 2;
			p.v[1] = isel_konst(s, k);
		}
		p.cond = (uint8_t)c;
		return p;
	}
	p.cmp = CMP_RR;
	p.n = 2;
	struct word v, unused;
	p.imm = shift_of(s, b, &v);
	if (!p.imm && shift_of(s, a, &unused)) {
		v = a;
		a = b;
		b = v;
		c = swapped(c);
		p.imm = shift_of(s, b, &v);
	}
	p.cond = (uint8_t)c;
	p.v[0] = isel_use_word(s, a);
	p.v[1] = isel_use_word(s, v);
	return p;
}

/* w is not zero. */
static struct cond_part nonzero(struct isel *s, struct word w)
{
	struct node n;
	struct word v;

	if (isel_sub_node(s, w, OP_I32_AND, &n)) {
		if (!n.a.r) {
			struct word t = n.a;
			n.a = n.b;
			n.b = t;
		}
		if (!n.b.r && mir_imm_ok(MOP_CMP_BR, (int32_t)n.b.k))
			return (struct cond_part){ TST_RI, NE, 1,
				{ isel_use_word(s, n.a) }, (int32_t)n.b.k };
		int32_t shift = shift_of(s, n.b, &v);
		vreg a = isel_use_word(s, n.a);
		return (struct cond_part){ TST_RR, NE, 2,
			{ a, isel_use_word(s, v) }, shift };
	}
	if (isel_sub_node(s, w, OP_I32_XOR, &n) || isel_sub_node(s, w, OP_I32_SUB, &n))
		return isel_cmp_words(s, n.a, n.b, NE);
	if (isel_sub_node(s, w, OP_I32_SHR_U, &n) && !n.b.r && (n.b.k & 31))
		return isel_cmp_words(s, n.a, kword(1u << (n.b.k & 31)), CS);
	return test_word(s, w, NE);
}

/* --- 64 bits --------------------------------------------------------------------- */

static struct cond_part zero_long(struct isel *s, ref a)
{
	struct word hi = isel_word_of(s, a, 1), lo = isel_word_of(s, a, 0);

	if (is_k(hi, 0)) {
		struct cond_part p = nonzero(s, lo);
		p.cond = (uint8_t)cond_not((enum cond)p.cond);
		return p;
	}
	if (is_k(lo, 0)) {
		struct cond_part p = nonzero(s, hi);
		p.cond = (uint8_t)cond_not((enum cond)p.cond);
		return p;
	}
	vreg l = isel_use_word(s, lo);
	return (struct cond_part){ CMP64_Z, EQ, 2, { l, isel_use_word(s, hi) }, 0 };
}

/* Comparisons with 0 and -1 that look at the sign alone. */
static bool sign_test(struct isel *s, ref a, ref b, enum cond c,
		      struct cond_part *p)
{
	const struct ir_ins *k = ir_at(s->ir, b);

	if (k->op != IR_CONST)
		return false;
	if (!(k->imm == 0 && (c == LT || c == GE)) &&
	    !(k->imm == UINT64_MAX && (c == GT || c == LE)))
		return false;
	*p = test_word(s, isel_word_of(s, a, 1), c == LT || c == LE ? LT : GE);
	return true;
}

static struct cond_part cmp_long(struct isel *s, ref a, ref b, enum cond c)
{
	struct cond_part p;
	const struct ir_ins *k = ir_at(s->ir, b);

	if ((c == EQ || c == NE) && k->op == IR_CONST && k->imm == 0) {
		p = zero_long(s, a);
		if (c == NE)
			p.cond = (uint8_t)cond_not((enum cond)p.cond);
		return p;
	}
	if (sign_test(s, a, b, c, &p) || sign_test(s, b, a, swapped(c), &p))
		return p;
	if (s->hikind[a] == HI_ZERO && s->hikind[b] == HI_ZERO) {
		static const uint8_t u[] = { [LT] = CC, [GE] = CS, [GT] = HI,
					     [LE] = LS };
		if (c == LT || c == GE || c == GT || c == LE)
			c = (enum cond)u[c];
		return isel_cmp_words(s, isel_word_of(s, a, 0), isel_word_of(s, b, 0), c);
	}
	if (s->hikind[a] == HI_SIGN && s->hikind[b] == HI_SIGN &&
	    (c == EQ || c == NE || c == LT || c == GE || c == GT || c == LE))
		return isel_cmp_words(s, isel_word_of(s, a, 0), isel_word_of(s, b, 0), c);
	if (c == HI || c == LS || c == GT || c == LE) {
		ref t = a;
		a = b;
		b = t;
		c = swapped(c);
	}
	p = (struct cond_part){ .cmp = CMP64, .cond = (uint8_t)c, .n = 4 };
	for (unsigned h = 0; h < 2; h++) {
		p.v[h] = isel_use_half(s, a, h);
		p.v[2 + h] = isel_use_half(s, b, h);
	}
	return p;
}

/* --- conditions -------------------------------------------------------------------- */

/* Comparing again where the value is used costs more than one instruction for
 * these: only where it is not in a deeper loop, or nobody has the value. */
static bool may_repeat(const struct isel *s, ref c)
{
	const struct ir_ins *i = ir_at(s->ir, c);
	bool dear = i->op >= OP_I64_EQZ && i->op <= OP_F64_GE;

	return !dear || s->cfg->depth[s->cb] <= s->cfg->depth[i->block];
}

struct cond_part isel_match_cond(struct isel *s, ref c)
{
	const struct ir_ins *i = ir_at(s->ir, c);
	struct word w = isel_word_of(s, c, 0);

	if (w.r && w.r != c)
		i = ir_at(s->ir, w.r);
	if (!w.r || w.half || !isel_is_compare(s, w.r) || !may_repeat(s, w.r) ||
	    isel_is_soft_float(s, w.r))
		return nonzero(s, w);
	switch (i->op) {
	case OP_I32_EQZ: case IR_IS_NULL:
		return isel_match_not(s, i->arg[0]);
	case OP_I64_EQZ:
		return zero_long(s, i->arg[0]);
	default:
		break;
	}
	if (i->op < OP_I64_EQZ) {
		enum cond k = (enum cond)int_cond[i->op - OP_I32_EQ];
		struct word a = isel_word_of(s, i->arg[0], 0);
		struct word b = isel_word_of(s, i->arg[1], 0);
		if (k == NE && is_k(b, 0))
			return isel_match_cond(s, i->arg[0]);
		if (k == EQ && is_k(b, 0))
			return isel_match_not(s, i->arg[0]);
		return isel_cmp_words(s, a, b, k);
	}
	if (i->op <= OP_I64_GE_U)
		return cmp_long(s, i->arg[0], i->arg[1],
				(enum cond)int_cond[i->op - OP_I64_EQ]);
	return isel_match_float(s, w.r);
}

struct cond_part isel_match_not(struct isel *s, ref c)
{
	struct cond_part p = isel_match_cond(s, c);

	p.cond = (uint8_t)cond_not((enum cond)p.cond);
	return p;
}

void isel_put_cond(struct isel *s, enum mop op, const struct cond_part *p, vreg d,
	      const vreg *more, unsigned nmore)
{
	vreg v[8];
	unsigned n = 0;

	if (d)
		v[n++] = d;
	for (unsigned k = 0; k < p->n; k++)
		v[n++] = p->v[k];
	for (unsigned k = 0; k < nmore; k++)
		v[n++] = more[k];
	struct mir_ins *i = isel_put(s, op, d ? 1 : 0, p->n + nmore, v);
	i->cmp = p->cmp;
	i->cond = p->cond;
	i->imm = p->imm;
}

void isel_put_trap(struct isel *s, const struct cond_part *p,
	      enum hd_trap_kind kind)
{
	isel_put_cond(s, MOP_CMP_TRAP, p, 0, NULL, 0);
	vec_last(&s->pool).aux = (uint32_t)kind;
}

void isel_trap_if(struct isel *s, struct word a, struct word b, enum cond c,
	     enum hd_trap_kind kind)
{
	struct cond_part p = isel_cmp_words(s, a, b, c);

	isel_put_trap(s, &p, kind);
}

void sel_compare(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct cond_part p = i->op == OP_I32_EQZ || i->op == IR_IS_NULL ?
			     isel_match_not(s, i->arg[0]) : isel_match_cond(s, r);

	isel_put_cond(s, MOP_CMP_SET, &p, isel_def(s, r, 0), NULL, 0);
}
