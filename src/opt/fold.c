/* fold.c - constant folding and algebra, instruction by instruction.
 *
 * Walks the blocks in reverse postorder; each instruction is brought to a
 * canonical form (constants on the right), evaluated when its operands are
 * constants, and otherwise matched against rules.def.  What a rule makes is
 * folded again before it is listed.
 */
#include "opt/match.h"
#include "wasm/sem.h"

struct fold {
	struct opt *o;
	struct ir_func *f;
	ref *map;
	uint32_t nmap;		/* instructions that map covers */
	VEC(ref) out;		/* the block being rebuilt */
	blk b;
	uint32_t at;
	unsigned depth;
	bool changed;
};

/* The row with the operands exchanged: a < b is b > a. */
static unsigned mirrored(unsigned op)
{
	static const uint16_t pairs[][2] = {
		{ OP_I32_LT_S, OP_I32_GT_S }, { OP_I32_LT_U, OP_I32_GT_U },
		{ OP_I32_LE_S, OP_I32_GE_S }, { OP_I32_LE_U, OP_I32_GE_U },
		{ OP_I64_LT_S, OP_I64_GT_S }, { OP_I64_LT_U, OP_I64_GT_U },
		{ OP_I64_LE_S, OP_I64_GE_S }, { OP_I64_LE_U, OP_I64_GE_U },
	};

	for (unsigned k = 0; k < ARRAY_LEN(pairs); k++)
		for (unsigned s = 0; s < 2; s++)
			if (pairs[k][s] == op)
				return pairs[k][1 - s];
	return opt_commutative(op) ? op : OP_ILLEGAL;
}

static void canonical(struct fold *d, struct ir_ins *i)
{
	uint64_t bits;

	if (i->nargs != 2 || !opt_is_const(d->f, i->arg[0], &bits) ||
	    opt_is_const(d->f, i->arg[1], &bits))
		return;
	unsigned op = mirrored(i->op);
	if (op == OP_ILLEGAL)
		return;
	ref a = i->arg[0];
	i->arg[0] = i->arg[1];
	i->arg[1] = a;
	i->op = (uint16_t)op;
	d->changed = true;
}

/* --- numeric rows -------------------------------------------------------- */

static ref emit(void *ctx, enum op op, ref a, ref b);

static ref evaluate(struct fold *d, const struct ir_ins *i)
{
	uint64_t arg[2] = { 0, 0 }, v;
	enum hd_trap_kind trap;

	for (unsigned k = 0; k < i->nargs; k++)
		if (!opt_is_const(d->f, i->arg[k], &arg[k]))
			return 0;
	if (!num_eval((enum op)i->op, arg, &v, &trap))
		return 0;
	return opt_const(d->o, (enum type)i->type, v);
}

/* A division by a constant that cannot trap is marked so. */
static void mark_division(struct fold *d, struct ir_ins *i)
{
	uint64_t c;

	switch (i->op) {
	case OP_I32_DIV_U: case OP_I32_REM_U: case OP_I32_REM_S:
	case OP_I64_DIV_U: case OP_I64_REM_U: case OP_I64_REM_S:
		if (opt_is_const(d->f, i->arg[1], &c) && c != 0)
			i->flags |= IR_NO_TRAP;
		break;
	case OP_I32_DIV_S: case OP_I64_DIV_S:
		if (opt_is_const(d->f, i->arg[1], &c) && c != 0 &&
		    c != (i->type == T_I32 ? UINT32_MAX : UINT64_MAX))
			i->flags |= IR_NO_TRAP;
		break;
	default:
		break;
	}
}

static ref fold_num(struct fold *d, ref r)
{
	canonical(d, ir_at(d->f, r));
	ref v = evaluate(d, ir_at(d->f, r));
	if (v)
		return v;
	mark_division(d, ir_at(d->f, r));
	if (d->depth > 16)
		return 0;
	d->depth++;
	v = opt_match(d->o, r, emit, d);
	d->depth--;
	return v;
}

/* Makes an instruction for a rule's right side. */
static ref emit(void *ctx, enum op op, ref a, ref b)
{
	struct fold *d = ctx;
	const char *sig = op_info[op].sig;
	enum type t = type_of_letter(sig[b ? 3 : 2]);
	ref r = opt_ins(d->f, op, t, d->at, a, b);
	ref v = fold_num(d, r);

	if (v) {
		opt_kill(d->f, r);
		return v;
	}
	ir_at(d->f, r)->block = d->b;
	vec_push(d->o->tmp, &d->out, r);
	return r;
}

/* --- others -------------------------------------------------------------- */

static ref fold_select(struct fold *d, struct ir_ins *i)
{
	uint64_t a, b, c;

	if (i->arg[0] == i->arg[1])
		return i->arg[0];
	if (opt_is_const(d->f, i->arg[2], &c))
		return i->arg[(uint32_t)c ? 0 : 1];
	const struct ir_ins *cond = ir_at(d->f, i->arg[2]);
	uint64_t zero;
	if (cond->op == OP_I32_EQZ) {
		ref t = i->arg[0];
		i->arg[0] = i->arg[1];
		i->arg[1] = t;
		i->arg[2] = cond->arg[0];
		d->changed = true;
	} else if (cond->op == OP_I32_NE &&
		   opt_is_const(d->f, cond->arg[1], &zero) && !zero) {
		i->arg[2] = cond->arg[0];
		d->changed = true;
	}
	if (i->type != T_I32 || !opt_is_const(d->f, i->arg[0], &a) ||
	    !opt_is_const(d->f, i->arg[1], &b) || !opt_is_truth(d->f, i->arg[2]))
		return 0;
	if (a == 1 && b == 0)
		return i->arg[2];
	if (a == 0 && b == 1) {
		d->at = i->at;
		return emit(d, OP_I32_EQZ, i->arg[2], 0);
	}
	return 0;
}

/* A truth value compared with 0 is itself. */
static ref fold_truth(struct fold *d, const struct ir_ins *i)
{
	uint64_t c;

	if (i->op == OP_I32_NE && opt_is_truth(d->f, i->arg[0]) &&
	    opt_is_const(d->f, i->arg[1], &c) && c == 0)
		return i->arg[0];
	if (i->op == OP_I32_AND && opt_is_truth(d->f, i->arg[0]) &&
	    opt_is_const(d->f, i->arg[1], &c) && (c & 1))
		return i->arg[0];
	return 0;
}

static ref fold_global(struct fold *d, const struct ir_ins *i)
{
	const struct ir_global_facts *g = &d->f->mod->global[i->aux];

	return g->constant ? opt_const(d->o, (enum type)i->type, g->bits) : 0;
}

/* Checks of constants: true when it can go. */
static bool needless_check(const struct fold *d, const struct ir_ins *i)
{
	uint64_t a, b = 0;

	if (i->op != IR_BOUNDS && i->op != IR_BOUNDS_N && i->op != IR_TRAP_IF)
		return false;
	if (!opt_is_const(d->f, i->arg[0], &a))
		return false;
	if (i->op == IR_TRAP_IF)
		return (uint32_t)a == 0;
	if (i->op == IR_BOUNDS_N && !opt_is_const(d->f, i->arg[1], &b))
		return false;
	return (uint32_t)a + (uint64_t)(uint32_t)b + i->imm <=
	       d->f->mod->memory[i->aux].bytes;
}

static ref fold_one(struct fold *d, ref r)
{
	struct ir_ins *i = ir_at(d->f, r);

	d->at = i->at;
	if (i->op == IR_SELECT)
		return fold_select(d, i);
	if (i->op == IR_GLOBAL_GET)
		return fold_global(d, i);
	if (i->op >= OP_NUM_END)
		return 0;
	ref v = fold_truth(d, i);
	return v ? v : fold_num(d, r);
}

/* A br_if on `x != 0` tests x. */
static void fold_branch(struct fold *d, struct ir_ins *i)
{
	uint64_t c;

	if (i->op != IR_BR_IF && i->op != IR_TRAP_IF)
		return;
	const struct ir_ins *cond = ir_at(d->f, i->arg[0]);
	if (cond->op == OP_I32_NE && opt_is_const(d->f, cond->arg[1], &c) &&
	    c == 0) {
		i->arg[0] = cond->arg[0];
		d->changed = true;
	}
}

static void resolve(struct fold *d, ref r)
{
	struct opt_uses u = opt_uses(d->f, r);

	while (opt_next(&u))
		while (*u.use < d->nmap && d->map[*u.use])
			*u.use = d->map[*u.use];
}

static void fold_block(struct fold *d, blk b)
{
	struct ir_func *f = d->f;
	uint32_t n = f->blocks.at[b].ins.n;

	d->b = b;
	d->out.n = 0;
	for (uint32_t k = 0; k < n; k++) {
		ref r = f->blocks.at[b].ins.at[k];
		resolve(d, r);
		fold_branch(d, ir_at(f, r));
		bool gone = needless_check(d, ir_at(f, r));
		ref v = gone ? 0 : fold_one(d, r);
		if (v)
			d->map[r] = v;
		if (v || gone) {
			opt_kill(f, r);
			d->changed = true;
			continue;
		}
		vec_push(d->o->tmp, &d->out, r);
	}
	struct ir_block *p = &f->blocks.at[b];
	p->ins.n = 0;
	vec_reserve(f->arena, &p->ins, d->out.n);
	for (uint32_t k = 0; k < d->out.n; k++)
		p->ins.at[k] = d->out.at[k];
	p->ins.n = d->out.n;
}

/* ir_replace wants a map of all instructions. */
static void replace(struct fold *d)
{
	ref *map = arena_array(d->o->tmp, ref, d->f->ins.n);

	for (uint32_t k = 0; k < d->nmap; k++)
		map[k] = d->map[k];
	ir_replace(d->f, map);
	opt_sweep(d->f);
}

static bool fold(struct opt *o)
{
	struct fold d = { .o = o, .f = o->f, .nmap = o->f->ins.n };

	d.map = arena_array(o->tmp, ref, d.nmap);
	for (uint32_t k = 0; k < o->cfg->nrpo; k++)
		fold_block(&d, o->cfg->rpo[k]);
	if (d.changed)
		replace(&d);
	return d.changed;
}

const struct pass pass_fold = {
	.name = "fold",
	.help = "evaluate constants, apply the rules of rules.def",
	.run = fold,
	.needs = OPT_CFG,
	.keeps = OPT_CFG,
};
