/* isel_word.c - words of values, and trees of words.
 *
 * word_of looks through everything that only renames words: wrap, extension,
 * shifts by 32, masks of whole words, reinterpretation where floats are
 * words.  What it ends at is a word that some instruction computes.
 */
#include "t32/isel.h"
#include "t32/encode.h"

enum mir_class isel_class_of(const struct isel *s, enum type t)
{
	if (t == T_F32 && s->tg->hard_float)
		return MIR_S;
	return t == T_F64 && s->dp ? MIR_D : MIR_G;
}

bool isel_is_pair(const struct isel *s, enum type t)
{
	return t == T_I64 || (t == T_F64 && !s->dp);
}

/* Is this word of an i64 a known number, at a glance?  No recursion: chains of
 * shared operands would make it exponential. */
static bool known_word(const struct isel *s, ref r, unsigned half, uint32_t *k)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const struct ir_ins *c = i->nargs > 1 ? ir_at(s->ir, i->arg[1]) : NULL;

	*k = (uint32_t)(half ? i->imm >> 32 : i->imm);
	if (i->op == IR_CONST)
		return true;
	*k = 0;
	if (half)
		return s->hikind[r] == HI_ZERO;
	return i->op == OP_I64_SHL && c->op == IR_CONST && (c->imm & 63) >= 32;
}

/* One step through a renaming: true with w replaced. */
static bool step(const struct isel *s, struct word *w)
{
	const struct ir_ins *i = ir_at(s->ir, w->r);
	uint64_t k = 0;
	bool constant = i->nargs > 1 && ir_at(s->ir, i->arg[1])->op == IR_CONST;

	if (constant)
		k = ir_at(s->ir, i->arg[1])->imm;
	switch (i->op) {
	case IR_CONST:
		*w = kword((uint32_t)(w->half ? i->imm >> 32 : i->imm));
		return true;
	case OP_I32_WRAP_I64:
		w->r = i->arg[0];
		return true;
	case OP_I64_EXTEND_I32_U:
		if (w->half)
			*w = kword(0);
		else
			w->r = i->arg[0];
		return true;
	case OP_I64_EXTEND_I32_S: case OP_I64_EXTEND32_S:
		if (!w->half)
			w->r = i->arg[0];
		return !w->half;
	case OP_I64_SHR_U: case OP_I64_SHR_S: case OP_I64_SHL: {
		unsigned from = i->op == OP_I64_SHL ? 0 : 1;
		if (constant && (k & 63) == 0) {
			w->r = i->arg[0];
			return true;
		}
		if (!constant || (k & 63) < 32)
			break;
		if (w->half == from && i->op != OP_I64_SHR_S) {
			*w = kword(0);
			return true;
		}
		if ((k & 63) != 32 || w->half == from)
			return false;
		*w = (struct word){ i->arg[0], (uint8_t)from, w->sole, 0 };
		return true;
	}
	case OP_I64_AND: case OP_I64_OR: case OP_I64_XOR: {
		uint32_t one = i->op == OP_I64_AND ? UINT32_MAX : 0;
		for (unsigned n = 0; n < 2; n++) {
			uint32_t x;
			if (!known_word(s, i->arg[n], w->half, &x))
				continue;
			if (x == one) {
				w->r = i->arg[1 - n];
				return true;
			}
			if (i->op == OP_I64_AND && x == 0) {
				*w = kword(0);
				return true;
			}
		}
		break;
	}
	case OP_I32_REINTERPRET_F32: case OP_F32_REINTERPRET_I32:
		if (s->tg->hard_float)
			return false;
		w->r = i->arg[0];
		return true;
	case OP_I64_REINTERPRET_F64: case OP_F64_REINTERPRET_I64:
		if (s->dp)
			return false;
		w->r = i->arg[0];
		return true;
	case OP_F64_ABS: case OP_F64_NEG: case OP_F64_COPYSIGN:
		if (s->dp || w->half)
			return false;
		w->r = i->arg[0];
		return true;
	default:
		break;
	}
	if (w->half && i->type == T_I64 && s->hikind[w->r] == HI_ZERO) {
		*w = kword(0);
		return true;
	}
	return false;
}

struct word isel_word_of(const struct isel *s, ref r, unsigned half)
{
	struct word w = { r, (uint8_t)half, true, 0 };

	for (;;) {
		ref before = w.r;
		if (!step(s, &w))
			break;
		if (!w.r)
			break;
		if (s->uses[before] != 1)
			w.sole = false;
	}
	return w;
}

vreg isel_use_word(struct isel *s, struct word w)
{
	if (!w.r)
		return isel_konst(s, w.k);
	if (w.r == REF_REG)
		return w.k;
	vreg *at = w.half ? &s->hi[w.r] : &s->lo[w.r];
	if (!*at) {
		const struct ir_ins *i = ir_at(s->ir, w.r);
		CHECK(i->op != IR_PARAM || s->need[w.r] >> w.half & 1);
		*at = isel_fresh(s, isel_class_of(s, (enum type)i->type));
		s->f->vregs.at[*at].ir = w.r;
		s->f->vregs.at[*at].part = w.half;
	}
	return *at;
}

vreg isel_use_half(struct isel *s, ref r, unsigned half)
{
	return isel_use_word(s, isel_word_of(s, r, half));
}

vreg isel_use(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	enum mir_class c = isel_class_of(s, (enum type)i->type);

	if (c != MIR_G && i->op == IR_CONST)
		return isel_fconst(s, c, i->imm);
	return isel_use_word(s, c == MIR_G ? isel_word_of(s, r, 0) :
					(struct word){ .r = r });
}

/* Made by one instruction, so that sharing saves nothing over a copy. */
static bool is_cheap(uint32_t k)
{
	return k < 65536 || t32_is_modimm(k) || t32_is_modimm(~k);
}

vreg isel_use_moved(struct isel *s, struct word w)
{
	if (w.r || !is_cheap(w.k))
		return isel_use_word(s, w);
	vreg v = isel_gpr(s);
	isel_put(s, MOP_CONST, 1, 0, &v)->imm = (int32_t)w.k;
	return v;
}

vreg isel_use_value_moved(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (isel_class_of(s, (enum type)i->type) != MIR_G)
		return isel_use(s, r);
	return isel_use_moved(s, isel_word_of(s, r, 0));
}

vreg isel_def(struct isel *s, ref r, unsigned half)
{
	vreg v = half ? s->hi[r] : s->lo[r];

	return v ? v : isel_fresh(s, isel_class_of(s, (enum type)ir_at(s->ir, r)->type));
}

bool isel_absorbs(const struct isel *s, struct word w)
{
	return w.r && w.r != REF_REG && w.sole && s->uses[w.r] == 1 &&
	       s->cfg->depth[s->cb] <=
		       s->cfg->depth[ir_at(s->ir, w.r)->block];
}

/* --- trees ----------------------------------------------------------------- */

static bool shift_node(const struct isel *s, struct word w,
		       const struct ir_ins *i, struct node *n)
{
	const struct ir_ins *c = ir_at(s->ir, i->arg[1]);
	unsigned k = (unsigned)c->imm & 63;
	unsigned from = i->op == OP_I64_SHL ? 0 : 1;

	n->op = i->op == OP_I64_SHL ? OP_I32_SHL :
		i->op == OP_I64_SHR_U ? OP_I32_SHR_U : OP_I32_SHR_S;
	if (c->op != IR_CONST)
		return false;
	n->a = isel_word_of(s, i->arg[0], from);
	if (k < 32) {
		n->b = kword(k);
		return w.half == from;
	}
	n->b = kword(k - 32);
	if (w.half == from && i->op == OP_I64_SHR_S)
		n->b = kword(31);
	return true;
}

static bool long_node(const struct isel *s, struct word w,
		      const struct ir_ins *i, struct node *n)
{
	unsigned h = w.half;

	switch (i->op) {
	case OP_I64_AND: n->op = OP_I32_AND; break;
	case OP_I64_OR: n->op = OP_I32_OR; break;
	case OP_I64_XOR: n->op = OP_I32_XOR; break;
	case OP_I64_ADD: n->op = OP_I32_ADD; goto low_only;
	case OP_I64_SUB: n->op = OP_I32_SUB; goto low_only;
	case OP_I64_MUL: n->op = OP_I32_MUL; goto low_only;
	case OP_I64_SHL: case OP_I64_SHR_U: case OP_I64_SHR_S:
		return shift_node(s, w, i, n);
	case OP_I64_EXTEND_I32_S: case OP_I64_EXTEND32_S:
		n->op = OP_I32_SHR_S;
		n->a = isel_word_of(s, i->arg[0], 0);
		n->b = kword(31);
		return h == 1;
	case OP_I64_EXTEND8_S: case OP_I64_EXTEND16_S:
		n->op = h ? OP_I32_SHR_S : i->op == OP_I64_EXTEND8_S ?
			OP_I32_EXTEND8_S : OP_I32_EXTEND16_S;
		n->a = h ? (struct word){ .r = w.r } : isel_word_of(s, i->arg[0], 0);
		n->b = kword(31);
		return true;
	case OP_F64_ABS:
		n->op = OP_I32_AND;
		n->a = isel_word_of(s, i->arg[0], 1);
		n->b = kword(0x7fffffff);
		return h == 1 && !s->dp;
	case OP_F64_NEG:
		n->op = OP_I32_XOR;
		n->a = isel_word_of(s, i->arg[0], 1);
		n->b = kword(0x80000000);
		return h == 1 && !s->dp;
	default:
		return false;
	}
	n->a = isel_word_of(s, i->arg[0], h);
	n->b = isel_word_of(s, i->arg[1], h);
	return true;
low_only:
	n->a = isel_word_of(s, i->arg[0], 0);
	n->b = isel_word_of(s, i->arg[1], 0);
	return s->need[w.r] == 1;
}

bool isel_node_of(const struct isel *s, struct word w, struct node *n)
{
	if (!w.r || w.r == REF_REG)
		return false;
	const struct ir_ins *i = ir_at(s->ir, w.r);
	*n = (struct node){ .op = i->op };

	switch (i->op) {
	case OP_I32_ADD: case OP_I32_SUB: case OP_I32_MUL: case OP_I32_AND:
	case OP_I32_OR: case OP_I32_XOR: case OP_I32_SHL: case OP_I32_SHR_S:
	case OP_I32_SHR_U: case OP_I32_ROTL: case OP_I32_ROTR:
		n->a = isel_word_of(s, i->arg[0], 0);
		n->b = isel_word_of(s, i->arg[1], 0);
		return true;
	case OP_I32_CLZ: case OP_I32_CTZ: case OP_I32_POPCNT:
	case OP_I32_EXTEND8_S: case OP_I32_EXTEND16_S:
		n->a = isel_word_of(s, i->arg[0], 0);
		return true;
	case OP_F32_ABS: case OP_F32_NEG:
		n->op = i->op == OP_F32_ABS ? OP_I32_AND : OP_I32_XOR;
		n->a = isel_word_of(s, i->arg[0], 0);
		n->b = kword(i->op == OP_F32_ABS ? 0x7fffffff : 0x80000000);
		return !s->tg->hard_float;
	default:
		return long_node(s, w, i, n);
	}
}

bool isel_sub_node(const struct isel *s, struct word w, unsigned op, struct node *n)
{
	return isel_absorbs(s, w) && isel_node_of(s, w, n) && n->op == op;
}

static unsigned bits_of(uint32_t k)
{
	unsigned n = 0;

	for (; k; k >>= 1)
		n++;
	return n;
}

static unsigned min_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Width after a logical shift to the right. */
static unsigned less(unsigned width, struct word by)
{
	unsigned c = by.r ? 0 : by.k & 31;

	return width > c ? width - c : 0;
}

static unsigned width_in(const struct isel *s, struct word w, unsigned depth)
{
	struct node n;

	if (!w.r)
		return bits_of(w.k);
	if (depth == 0 || w.r == REF_REG)
		return 32;
	const struct ir_ins *i = ir_at(s->ir, w.r);
	switch (i->op) {
	case OP_I32_LOAD8_U: case OP_I64_LOAD8_U: return 8;
	case OP_I32_LOAD16_U: case OP_I64_LOAD16_U: return 16;
	case IR_IS_NULL: return 1;
	case IR_PARAM: return i->aux ? bits_of(i->aux - 1) : 32;
	case IR_SELECT: {
		unsigned a = width_in(s, isel_word_of(s, i->arg[0], w.half), depth - 1);
		unsigned b = width_in(s, isel_word_of(s, i->arg[1], w.half), depth - 1);
		return a > b ? a : b;
	}
	default: break;
	}
	if (isel_is_compare(s, w.r))
		return 1;
	if (!isel_node_of(s, w, &n))
		return 32;
	switch (n.op) {
	case OP_I32_AND:
		return min_of(width_in(s, n.a, depth - 1),
			      width_in(s, n.b, depth - 1));
	case OP_I32_OR: case OP_I32_XOR: {
		unsigned a = width_in(s, n.a, depth - 1);
		unsigned b = width_in(s, n.b, depth - 1);
		return a > b ? a : b;
	}
	case OP_I32_ADD: {
		unsigned a = width_in(s, n.a, depth - 1);
		unsigned b = width_in(s, n.b, depth - 1);
		return min_of(32, (a > b ? a : b) + 1);
	}
	case OP_I32_SHR_U:
		return less(width_in(s, n.a, depth - 1), n.b);
	case OP_I32_CLZ: case OP_I32_CTZ: case OP_I32_POPCNT:
		return 6;
	default:
		return 32;
	}
}

unsigned isel_width_of(const struct isel *s, struct word w)
{
	return width_in(s, w, 4);
}
