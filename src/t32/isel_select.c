/* isel_select.c - selects: conditional moves and operations, clamps. */
#include "t32/encode.h"
#include "t32/isel.h"

static bool is_const(const struct isel *s, ref r, uint64_t k)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	return i->op == IR_CONST && i->imm == k && i->type == T_I32;
}

/* --- clamps -------------------------------------------------------------------- */

/* The least or greatest of x and a constant. */
struct clamp {
	bool least, is_signed;
	ref x;
	uint32_t k;
};

/* select (x < k) x k and its variants. */
static bool is_clamp(const struct isel *s, ref r, struct clamp *c)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (i->op != IR_SELECT || i->type != T_I32)
		return false;
	const struct ir_ins *cond = ir_at(s->ir, i->arg[2]);
	if (cond->op < OP_I32_LT_S || cond->op > OP_I32_GE_U)
		return false;
	bool first = cond->arg[0] == i->arg[0];
	ref x = cond->arg[0], other = i->arg[first ? 1 : 0];
	const struct ir_ins *k = ir_at(s->ir, other);
	const struct ir_ins *limit = ir_at(s->ir, cond->arg[1]);
	if (x != i->arg[first ? 0 : 1] || k->op != IR_CONST ||
	    limit->op != IR_CONST || limit->imm != k->imm)
		return false;
	unsigned op = cond->op - OP_I32_LT_S;	/* lt gt le ge, each s u */
	bool less = op / 2 == 0 || op / 2 == 2;
	*c = (struct clamp){ less == first, op % 2 == 0, x, (uint32_t)k->imm };
	return true;
}

static unsigned ones(uint32_t k)
{
	unsigned n = 0;

	if (k & (k + 1))
		return 32;
	for (; k; k >>= 1)
		n++;
	return n;
}

/* A clamp to [0, 2^n - 1] or [-2^n, 2^n - 1] is one instruction. */
static bool sel_clamp(struct isel *s, ref r)
{
	struct clamp a, b, t;

	if (!is_clamp(s, r, &a))
		return false;
	unsigned n = ones(a.k);
	bool low_known = isel_width_of(s, isel_word_of(s, a.x, 0)) < 32;
	if (a.least && n < 31 && low_known) {
		struct mir_ins *i = isel_put1(s, MOP_SAT, s->lo[r], isel_use(s, a.x));
		i->imm = (int32_t)n;
		i->imm2 = 1;
		return true;
	}
	/* The inner clamp is used by the outer one and its comparison only. */
	if (!a.is_signed || s->uses[a.x] != 2 ||
	    s->uses[ir_at(s->ir, r)->arg[2]] != 1 ||
	    s->cfg->depth[ir_at(s->ir, a.x)->block] < s->cfg->depth[s->cb] ||
	    !is_clamp(s, a.x, &b) || !b.is_signed || a.least == b.least)
		return false;
	ref x = b.x;
	if (!a.least) {
		t = a;
		a = b;
		b = t;
	}
	n = ones(a.k);
	if (n > 30 || (b.k != 0 && b.k != ~a.k))
		return false;
	struct mir_ins *i = isel_put1(s, MOP_SAT, s->lo[r], isel_use(s, x));
	i->imm = (int32_t)(b.k ? n + 1 : n);
	i->imm2 = b.k == 0;
	return true;
}

/* --- conditional operations ------------------------------------------------------ */

/* An operation to be done under a condition: one instruction. */
struct small {
	enum mop op;
	int32_t imm;
	unsigned n;
	vreg v[2];
};

static bool is_cheap(uint32_t k)
{
	return k < 65536 || t32_is_modimm(k) || t32_is_modimm(~k);
}

/* The immediate form of op, when k encodes. */
static bool small_imm(struct isel *s, unsigned op, struct word a, uint32_t k,
		      struct small *o)
{
	static const struct { unsigned op; enum mop ri; } row[] = {
		{ OP_I32_ADD, MOP_ADD_RI }, { OP_I32_AND, MOP_AND_RI },
		{ OP_I32_OR, MOP_ORR_RI }, { OP_I32_XOR, MOP_EOR_RI },
	};

	for (unsigned n = 0; n < ARRAY_LEN(row); n++) {
		if (row[n].op != op)
			continue;
		enum mop ri = row[n].ri;
		if (!mir_imm_ok(ri, (int32_t)k) && ri == MOP_ADD_RI) {
			ri = MOP_SUB_RI;
			k = 0 - k;
		}
		if (!mir_imm_ok(ri, (int32_t)k))
			return false;
		*o = (struct small){ ri, (int32_t)k, 1, { isel_use_word(s, a) } };
		return true;
	}
	return false;
}

static bool small_op(struct isel *s, struct word w, struct small *o)
{
	static const struct { unsigned op; enum mop rr; } row[] = {
		{ OP_I32_ADD, MOP_ADD_RR }, { OP_I32_SUB, MOP_SUB_RR },
		{ OP_I32_AND, MOP_AND_RR }, { OP_I32_OR, MOP_ORR_RR },
		{ OP_I32_XOR, MOP_EOR_RR },
	};
	struct node n;

	if (!w.r && is_cheap(w.k)) {
		*o = (struct small){ MOP_CONST, (int32_t)w.k, 0, { 0 } };
		return true;
	}
	if (!isel_absorbs(s, w) || !isel_node_of(s, w, &n))
		return false;
	if (n.op == OP_I32_SUB && is_k(n.a, 0)) {
		*o = (struct small){ MOP_RSB_RI, 0, 1, { isel_use_word(s, n.b) } };
		return true;
	}
	if (!n.b.r && n.op == OP_I32_SUB)
		return small_imm(s, OP_I32_ADD, n.a, 0 - n.b.k, o);
	if (!n.b.r && small_imm(s, n.op, n.a, n.b.k, o))
		return true;
	for (unsigned k = 0; k < ARRAY_LEN(row); k++)
		if (row[k].op == n.op) {
			vreg a = isel_use_word(s, n.a);
			*o = (struct small){ row[k].rr, 0, 2,
					     { a, isel_use_word(s, n.b) } };
			return true;
		}
	return false;
}

/* d = cond ? a : b, one of them done under the condition. */
static void select_word(struct isel *s, const struct cond_part *p, vreg d,
			struct word a, struct word b)
{
	struct small o;
	bool flip = false;

	if (!small_op(s, a, &o)) {
		flip = small_op(s, b, &o);
		if (!flip) {
			vreg v[2] = { isel_use_word(s, a), isel_use_word(s, b) };
			isel_put_cond(s, MOP_CMP_SEL, p, d, v, 2);
			return;
		}
	}
	struct cond_part c = *p;
	vreg v[3] = { isel_use_moved(s, flip ? a : b), o.v[0], o.v[1] };
	if (flip)
		c.cond = (uint8_t)cond_not((enum cond)c.cond);
	isel_put_cond(s, MOP_CMP_OP, &c, d, v, 1 + o.n);
	struct mir_ins *i = &vec_last(&s->pool);
	i->aux = (uint32_t)o.op;
	i->imm2 = o.imm;
}

/* --- selects ------------------------------------------------------------------------ */

static void set(struct isel *s, ref r, struct cond_part p, bool invert)
{
	if (invert)
		p.cond = (uint8_t)cond_not((enum cond)p.cond);
	isel_put_cond(s, MOP_CMP_SET, &p, isel_def(s, r, 0), NULL, 0);
}

void sel_select(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	enum mir_class c = isel_class_of(s, (enum type)i->type);

	if (sel_clamp(s, r))
		return;
	struct cond_part p = isel_match_cond(s, i->arg[2]);
	if (is_const(s, i->arg[0], 1) && is_const(s, i->arg[1], 0)) {
		set(s, r, p, false);
	} else if (is_const(s, i->arg[0], 0) && is_const(s, i->arg[1], 1)) {
		set(s, r, p, true);
	} else if (c != MIR_G) {
		vreg v[2] = { isel_use(s, i->arg[0]), isel_use(s, i->arg[1]) };
		isel_put_cond(s, MOP_CMP_SEL, &p, s->lo[r], v, 2);
	} else {
		for (unsigned h = 0; h < 2; h++)
			if (h ? s->hi[r] : s->lo[r])
				select_word(s, &p, h ? s->hi[r] : s->lo[r],
					    isel_word_of(s, i->arg[0], h),
					    isel_word_of(s, i->arg[1], h));
	}
}
