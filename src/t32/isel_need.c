/* isel_need.c - what is needed and known before selection.
 *
 * Which words of each value are needed (a backward fixed point from the
 * effects, so dead code and dead halves vanish), how often each value is used
 * by what remains, what high words are known to be, and which memory accesses
 * share an address.
 */
#include "t32/isel.h"

struct need {
	struct isel *s;
	VEC(ref) work;
};

static void want(struct need *n, ref r, unsigned bits)
{
	struct isel *s = n->s;

	if (!isel_is_pair(s, (enum type)ir_at(s->ir, r)->type))
		bits = bits ? 1 : 0;
	if ((s->need[r] | bits) == s->need[r])
		return;
	s->need[r] |= (uint8_t)bits;
	vec_push(s->a, &n->work, r);
}


/* The edges into a block parameter's block ask the same of their arguments. */
static void want_param(struct need *n, ref r, unsigned bits)
{
	struct isel *s = n->s;
	const struct ir_ins *i = ir_at(s->ir, r);

	for (uint32_t k = s->cfg->pred_begin[i->block];
	     k < s->cfg->pred_begin[i->block + 1]; k++) {
		blk p = s->cfg->pred[k];
		for (uint32_t e = 0; e < s->ir->blocks.at[p].nedges; e++) {
			const struct ir_edge *g = ir_edge(s->ir, p, e);
			if (g->to == i->block)
				want(n, s->ir->list.at[g->args + i->imm], bits);
		}
	}
}

/* Words of the operand of a shift by a constant. */
static unsigned want_shift(unsigned op, unsigned c, unsigned bits)
{
	bool left = op == OP_I64_SHL;

	c &= 63;
	if (c >= 32)
		return left ? (bits & 2) >> 1 : 2;
	if (c == 0)
		return bits;
	return bits & (left ? 2 : 1) ? 3 : bits;
}

static void want_operands(struct need *n, ref r, unsigned bits)
{
	struct isel *s = n->s;
	const struct ir_ins *i = ir_at(s->ir, r);

	switch (i->op) {
	case IR_PARAM:
		want_param(n, r, bits);
		return;
	case OP_I32_WRAP_I64: case OP_I64_EXTEND8_S: case OP_I64_EXTEND16_S:
	case OP_I64_EXTEND32_S:
		want(n, i->arg[0], 1);
		return;
	case OP_I64_ADD: case OP_I64_SUB: case OP_I64_MUL:
		want(n, i->arg[0], bits == 1 ? 1 : 3);
		want(n, i->arg[1], bits == 1 ? 1 : 3);
		return;
	case OP_I64_AND: case OP_I64_OR: case OP_I64_XOR:
		want(n, i->arg[0], bits);
		want(n, i->arg[1], bits);
		return;
	case OP_I64_SHL: case OP_I64_SHR_U: case OP_I64_SHR_S: {
		const struct ir_ins *c = ir_at(s->ir, i->arg[1]);
		bool k = c->op == IR_CONST;
		want(n, i->arg[0],
		     k ? want_shift(i->op, (unsigned)c->imm, bits) : 3);
		want(n, i->arg[1], 1);
		return;
	}
	case OP_I64_STORE8: case OP_I64_STORE16: case OP_I64_STORE32:
		want(n, i->arg[0], 1);
		want(n, i->arg[1], 1);
		return;
	case IR_SELECT:
		want(n, i->arg[0], bits);
		want(n, i->arg[1], bits);
		want(n, i->arg[2], 1);
		return;
	default:
		break;
	}
	for (unsigned k = 0; k < i->nargs; k++)
		want(n, i->arg[k], 3);
	for (uint32_t k = 0; k < i->nlist; k++)
		want(n, s->ir->list.at[i->list + k], 3);
}

static bool is_root(const struct ir_ins *i)
{
	return ir_flags(i) & (IR_E | IR_T | IR_X | IR_W);
}

static void find_needs(struct isel *s)
{
	struct need n = { .s = s };

	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		const struct ir_block *b = &s->ir->blocks.at[s->cfg->rpo[k]];
		for (uint32_t i = 0; i < b->ins.n; i++)
			if (is_root(ir_at(s->ir, b->ins.at[i])))
				want_operands(&n, b->ins.at[i], 3);
	}
	while (n.work.n) {
		ref r = n.work.at[--n.work.n];
		want_operands(&n, r, s->need[r]);
	}
}

static void count_ins(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool access = i->op >= OP_NUM_END && i->op < OP_MEM_END;

	for (unsigned k = 0; k < i->nargs; k++)
		s->uses[i->arg[k]]++;
	for (uint32_t k = 0; k < i->nlist; k++)
		s->uses[s->ir->list.at[i->list + k]]++;
	if (access)
		s->mem_uses[i->arg[0]]++;
	if (i->op == IR_BR_IF && s->tests[i->arg[0]] < UINT8_MAX)
		s->tests[i->arg[0]]++;
	if (i->op == IR_RESULT) {
		s->result_next[r] = s->result[i->arg[0]];
		s->result[i->arg[0]] = r;
	}
	if (i->op == IR_RETURN_CALL || i->op == IR_RETURN_CALL_INDIRECT)
		s->store_in = true;
}

static void count_uses(struct isel *s)
{
	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		blk b = s->cfg->rpo[k];
		const struct ir_block *bl = &s->ir->blocks.at[b];
		for (uint32_t i = 0; i < bl->ins.n; i++) {
			ref r = bl->ins.at[i];
			s->pos[r] = i + 1;
			if (s->need[r] || is_root(ir_at(s->ir, r)))
				count_ins(s, r);
		}
		for (uint32_t e = 0; e < bl->nedges; e++) {
			const struct ir_edge *g = ir_edge(s->ir, b, e);
			const ref *param = s->ir->blocks.at[g->to].params.at;
			for (uint32_t p = 0; p < g->nargs; p++)
				if (s->need[param[p]])
					s->uses[s->ir->list.at[g->args + p]]++;
		}
	}
}

/* A use in a sum with a constant that is an address only is one as well. */
static void count_addresses(struct isel *s)
{
	for (uint32_t k = s->cfg->nrpo; k-- > 0;) {
		const struct ir_block *b = &s->ir->blocks.at[s->cfg->rpo[k]];
		for (uint32_t n = b->ins.n; n-- > 0;) {
			ref r = b->ins.at[n];
			const struct ir_ins *i = ir_at(s->ir, r);
			if (i->op == OP_I32_ADD && s->uses[r] &&
			    s->uses[r] == s->mem_uses[r] &&
			    ir_at(s->ir, i->arg[1])->op == IR_CONST)
				s->mem_uses[i->arg[0]]++;
		}
	}
}

static uint8_t const_kind(uint64_t k)
{
	if (k >> 32 == 0)
		return HI_ZERO;
	return (uint64_t)(int64_t)(int32_t)(uint32_t)k == k ? HI_SIGN : HI_FULL;
}

static uint8_t high_of(const struct isel *s, const struct ir_ins *i)
{
	uint8_t a = i->nargs > 0 ? s->hikind[i->arg[0]] : HI_FULL;
	uint8_t b = i->nargs > 1 ? s->hikind[i->arg[1]] : HI_FULL;
	const struct ir_ins *k = i->nargs > 1 ? ir_at(s->ir, i->arg[1]) : NULL;
	bool far = k && k->op == IR_CONST && (k->imm & 63) >= 32;

	switch (i->op) {
	case IR_CONST: return const_kind(i->imm);
	case OP_I64_EXTEND_I32_U: case OP_I64_LOAD8_U: case OP_I64_LOAD16_U:
	case OP_I64_LOAD32_U: case OP_I64_CLZ: case OP_I64_CTZ:
	case OP_I64_POPCNT:
		return HI_ZERO;
	case OP_I64_EXTEND_I32_S: case OP_I64_LOAD8_S: case OP_I64_LOAD16_S:
	case OP_I64_LOAD32_S: case OP_I64_EXTEND8_S: case OP_I64_EXTEND16_S:
	case OP_I64_EXTEND32_S:
		return HI_SIGN;
	case OP_I64_AND: return a == HI_ZERO || b == HI_ZERO ? HI_ZERO : HI_FULL;
	case OP_I64_OR: case OP_I64_XOR: case OP_I64_DIV_U:
		return a == HI_ZERO && b == HI_ZERO ? HI_ZERO : HI_FULL;
	case OP_I64_REM_U: return b == HI_ZERO && a == HI_ZERO ? HI_ZERO : HI_FULL;
	case IR_SELECT: return a == b ? a : HI_FULL;
	case OP_I64_SHR_U: return far || a == HI_ZERO ? HI_ZERO : HI_FULL;
	case OP_I64_SHR_S: return far ? HI_SIGN : HI_FULL;
	default: return HI_FULL;
	}
}

/* Each offset from a base inside a loop would take a register there. */
static void note_spread(struct isel *s, ref base)
{
	blk h = s->cfg->loop[ir_at(s->ir, base)->block];

	if (h == UINT32_MAX || s->spread[h] >= MANY)
		return;
	uint32_t n = s->ir->blocks.at[h].params.n;
	if (!s->spread[h])
		s->spread[h] = (uint8_t)(n < MANY ? n : MANY);
	s->spread[h] = (uint8_t)(s->spread[h] +
				 (s->accesses[base] == 2 ? 2 : 1));
}

/* The least offset in a page. */
static void note_least(struct isel *s, struct place p)
{
	uint32_t low = p.off & 4092, *least = map_get(&s->least, isel_page(p));

	if (!least)
		*map_put(&s->least, isel_page(p)) = low;
	else if (low < *least)
		*least = low;
}

/* Accesses near it: as far as the immediates of 16 bits go.  Not of constants in
 * the first page: its start is the address that all others are counted from. */
static void note_near(struct isel *s, ref r)
{
	struct place p = isel_place_of(s, r);
	const uint32_t *least = map_get(&s->least, isel_page(p));
	uint32_t reach = 32 * op_info[ir_at(s->ir, r)->op].bytes;

	if (least && (p.base ? *least >= reach : p.off >> 12) &&
	    (p.off & 4095) - *least < reach)
		++*map_put(&s->near, isel_page(p));
}

static void note_access(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct place p = isel_place_of(s, r);
	bool pair = i->type == T_I64 || i->op == OP_I64_STORE ||
		    i->op == OP_F64_STORE || i->type == T_F64;

	note_least(s, p);
	if (!p.base || s->accesses[p.base] >= MANY)
		return;
	uint32_t *seen = map_put(&s->offsets, (uint64_t)p.base << 32 | p.off);
	if (!*seen)
		++*map_put(&s->pages, isel_page(p));
	if (pair)
		s->accesses[p.base] = MANY;
	else if (!*seen && ++s->accesses[p.base] >= 2)
		note_spread(s, p.base);
	*seen = 1;
}

static void note_step(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);

	if (i->op == OP_I32_ADD && s->need[r] && s->uses[r] > s->mem_uses[r] &&
	    ir_at(s->ir, i->arg[0])->op == IR_PARAM &&
	    ir_at(s->ir, i->arg[1])->op == IR_CONST && !s->step[i->arg[0]])
		s->step[i->arg[0]] = r;
}

/* What follows from all accesses. */
static void note_second(struct isel *s, ref r)
{
	unsigned op = ir_at(s->ir, r)->op;

	if (op >= OP_NUM_END && op < OP_MEM_END)
		note_near(s, r);
	note_step(s, r);
}

static void forward_facts(struct isel *s)
{
	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		const struct ir_block *b = &s->ir->blocks.at[s->cfg->rpo[k]];
		for (uint32_t i = 0; i < b->ins.n; i++) {
			const struct ir_ins *in = ir_at(s->ir, b->ins.at[i]);
			if (in->type == T_I64)
				s->hikind[b->ins.at[i]] = high_of(s, in);
			if (in->op >= OP_NUM_END && in->op < OP_MEM_END)
				note_access(s, b->ins.at[i]);
		}
	}
	for (uint32_t k = 0; k < s->cfg->nrpo; k++) {
		const struct ir_block *b = &s->ir->blocks.at[s->cfg->rpo[k]];
		for (uint32_t i = 0; i < b->ins.n; i++)
			note_second(s, b->ins.at[i]);
	}
}

void isel_analyse(struct isel *s)
{
	uint32_t n = s->ir->ins.n;

	s->lo = arena_array(s->a, vreg, n);
	s->hi = arena_array(s->a, vreg, n);
	s->need = arena_array(s->a, uint8_t, n);
	s->hikind = arena_array(s->a, uint8_t, n);
	s->uses = arena_array(s->a, uint32_t, n);
	s->mem_uses = arena_array(s->a, uint32_t, n);
	s->tests = arena_array(s->a, uint8_t, n);
	s->pos = arena_array(s->a, uint32_t, n);
	map_init(&s->offsets, s->a);
	map_init(&s->pages, s->a);
	map_init(&s->least, s->a);
	map_init(&s->near, s->a);
	s->accesses = arena_array(s->a, uint8_t, n);
	s->spread = arena_array(s->a, uint8_t, s->ir->blocks.n);
	s->step = arena_array(s->a, ref, n);
	s->result = arena_array(s->a, ref, n);
	s->result_next = arena_array(s->a, ref, n);
	find_needs(s);
	count_uses(s);
	count_addresses(s);
	forward_facts(s);
}
