/* sem_t32.c - t32.def bound to terms: one instruction.
 *
 * Operands are read, then the row's value, then its flags: the flags column
 * speaks of the operands before, which are locals here.  What the vocabulary
 * has and this file does not follow makes the path fail, never pass.
 */
#include "prove/lanes_t32.h"

#include <string.h>

/* --- 64 bits, floats ---------------------------------------------------------------------- */

static struct mv product(struct ctx *x, enum term_op high, struct mv p,
			 struct mv q)
{
	return w2(term_mul(x->z, p.lo, q.lo),
		  term_arith(x->z, high, p.lo, q.lo));
}

static struct mv add64(struct ctx *x, struct mv p, struct mv q)
{
	term c = term_carry(x->z, p.lo, q.lo, x->z->no);

	return w2(term_add(x->z, p.lo, q.lo),
		  term_add(x->z, term_add(x->z, p.hi, q.hi),
			   term_bool(x->z, c)));
}

/* By zero it faults where firmware has said so (CCR.DIV_0_TRP), and is 0 where it
 * has not: neither is what any source means. */
static struct mv quotient(struct ctx *x, enum term_op op, struct mv p,
			  struct mv q)
{
	term zero = term_eq(x->z, q.lo, term_const(x->z, 0));

	if (facts_decide(x->f->facts, zero) != 0)
		mach_fail(x->m, "division by what may be 0");
	return w1(term_arith(x->z, op, p.lo, q.lo));
}

static struct mv choose(struct ctx *x, struct mv c, struct mv p, struct mv q)
{
	return w2(term_ite(x->z, c.lo, p.lo, q.lo),
		  p.hi ? term_ite(x->z, c.lo, p.hi, q.hi) : 0);
}

static struct mv float_op(struct ctx *x, enum op op, struct mv p, struct mv q)
{
	struct val r = sem_float(x->z, op, (struct val){ p.lo, p.hi },
				 (struct val){ q.lo, q.hi });

	return w2(r.lo, r.hi);
}

static struct mv number_op(struct ctx *x, enum op op, struct mv p, struct mv q)
{
	struct val r = sem_float_number(x->z, op, (struct val){ p.lo, p.hi },
					(struct val){ q.lo, q.hi });

	return w2(r.lo, r.hi);
}

static struct mv compare(struct ctx *x, unsigned w, struct mv p, struct mv q)
{
	if (w == 64 && !q.hi)
		q.hi = term_const(x->z, 0);
	x->m->fpscr = (struct mach_flags){ .fp = (uint8_t)w, .p = p, .q = q };
	return p;
}

static struct mv flip(struct ctx *x, unsigned w, struct mv p)
{
	if (w == 32)
		return w1(term_addk(x->z, p.lo, 0x80000000u));
	return w2(p.lo, term_addk(x->z, p.hi, 0x80000000u));
}

static struct mv clear_sign(struct ctx *x, unsigned w, struct mv p)
{
	if (w == 32)
		return w1(term_andk(x->z, p.lo, 0x7fffffff));
	return w2(p.lo, term_andk(x->z, p.hi, 0x7fffffff));
}

static struct mv lane(struct ctx *x, struct mv v, struct mv i)
{
	return w1(known(x, i) ? v.hi : v.lo);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void set_sp(struct ctx *x, struct mv v)
{
	struct mach *m = x->m;
	int32_t at;

	m->r[R_SP] = v.lo;
	if (x->f->hooks && x->f->hooks->moved) {
		x->f->hooks->moved(x->f, m);
		return;
	}
	if (!mach_sp(x->f, m, &at) || at & 3) {
		mach_fail(m, "stack pointer not a constant below its entry");
		return;
	}
	/* what is now below it may be overwritten at any time */
	uint32_t live = at < 0 ? (uint32_t)(-at) / 4 : 0;
	if (live)
		mach_needs_check(x->f);
	if (4 * live > x->f->deepest)
		x->f->deepest = 4 * live;
	for (uint32_t k = live; k < m->nslots; k++)
		m->slot[k] = 0;
}

static void set_reg(struct ctx *x, int32_t r, term v)
{
	if (r == R_SP)
		set_sp(x, w1(v));
	else if (r == R_PC)
		beyond(x);
	else
		x->m->r[r] = v;
}

static void set(struct ctx *x, char letter, struct mv v)
{
	set_reg(x, number(x, letter), v.lo);
}

static void set64(struct ctx *x, char low, char high, struct mv v)
{
	set_reg(x, number(x, low), v.lo);
	set_reg(x, number(x, high), v.hi);
}

static void set_v_at(struct ctx *x, bool single, int32_t i, struct mv v)
{
	if (single) {
		x->m->s[i] = v.lo;
	} else {
		x->m->s[2 * i] = v.lo;
		x->m->s[2 * i + 1] = v.hi;
	}
}

static void set_v(struct ctx *x, char letter, struct mv v)
{
	int k = t32_operand_at(x->row, letter);
	bool single = x->row->operand[k].kind == T32_SREG;

	set_v_at(x, single, x->in->operand[k], v);
}

static void set_lane(struct ctx *x, char letter, struct mv i, struct mv v)
{
	x->m->s[2 * number(x, letter) + (known(x, i) ? 1 : 0)] = v.lo;
}

static void store(struct ctx *x, unsigned w, struct mv at, struct mv v,
		  bool aligned)
{
	mach_store(x->f, x->m, w == 64 ? 32 : w, at.lo, v.lo, aligned);
	if (w == 64)
		mach_store(x->f, x->m, 32, term_addk(x->z, at.lo, 4), v.hi,
			   aligned);
}

static struct mv vload(struct ctx *x, unsigned w, struct mv at)
{
	struct mv v = w1(mach_load(x->f, x->m, 32, at.lo, true));

	if (w == 64)
		v.hi = mach_load(x->f, x->m, 32, term_addk(x->z, at.lo, 4),
				 true);
	return v;
}

static struct mv times(struct ctx *x, struct mv n, uint32_t by)
{
	return konst(x, known(x, n) * by);
}

static struct mv span(struct ctx *x, struct mv list)
{
	uint32_t n = 0;

	for (uint32_t l = known(x, list); l; l &= l - 1)
		n += 4;
	return konst(x, n);
}

static void jump_bx(struct ctx *x, struct mv v);

static void load_list(struct ctx *x, struct mv at, struct mv list)
{
	uint32_t l = known(x, list);
	term p = at.lo;

	for (int32_t r = 0; r < 16; r++) {
		if (!(l >> r & 1))
			continue;
		term v = mach_load(x->f, x->m, 32, p, true);
		if (r == R_PC)
			jump_bx(x, w1(v));
		else
			set_reg(x, r, v);
		p = term_addk(x->z, p, 4);
	}
}

/* A push makes room before it fills it, here too. */
static void store_list(struct ctx *x, struct mv at, struct mv list)
{
	uint32_t l = known(x, list), k;
	term p = at.lo, sp = x->m->r[R_SP];

	if (term_is_const(x->z, term_sub(x->z, sp, p), &k) &&
	    k == known(x, span(x, list)))
		set_sp(x, at);
	for (int32_t r = 0; r < 16; r++)
		if (l >> r & 1) {
			mach_store(x->f, x->m, 32, p,
				   r == R_SP ? sp : x->m->r[r], true);
			p = term_addk(x->z, p, 4);
		}
	x->m->r[R_SP] = sp;
}

static void move_vlist(struct ctx *x, unsigned w, struct mv at, char letter,
		       struct mv n, bool loads)
{
	term sp = x->m->r[R_SP], p = at.lo;
	uint32_t k, count = known(x, n);
	int32_t r = number(x, letter);

	if (!loads && term_is_const(x->z, term_sub(x->z, sp, p), &k) &&
	    k == count * w / 8)
		set_sp(x, at);
	for (uint32_t i = 0; i < count; i++, r++) {
		if (loads)
			set_v_at(x, w == 32, r, vload(x, w, w1(p)));
		else
			store(x, w, w1(p), read_v(x, w == 32 ? T32_SREG :
						  T32_DREG, r), true);
		p = term_addk(x->z, p, w / 8);
	}
	if (!loads)
		x->m->r[R_SP] = sp;
}

/* --- system registers -------------------------------------------------------------------------- */

static struct mv special(struct ctx *x, struct mv i)
{
	const struct mach_hooks *h = x->f->hooks;
	term v = 0;

	return h && h->special && h->special(x->f, x->m, known(x, i), false, &v)
		       ? w1(v) : beyond(x);
}

static void set_special(struct ctx *x, struct mv i, struct mv v)
{
	const struct mach_hooks *h = x->f->hooks;

	if (!h || !h->special ||
	    !h->special(x->f, x->m, known(x, i), true, &v.lo))
		beyond(x);
}

/* --- jumps ------------------------------------------------------------------------------------ */

/* An entry of a table in the code. */
static uint32_t entry_at(const struct ctx *x, uint32_t at, uint32_t bytes)
{
	const uint8_t *p = x->f->text->bytes.at + x->f->begin + at;

	if (!world_untouched(x->f->w, x->f->section, x->f->begin + at, bytes))
		mach_fail(x->m, "jump table that is relocated");
	return bytes == 2 ? p[0] | (uint32_t)p[1] << 8 : p[0];
}

/* Entries at k + coef * i for all i in r. */
struct entries {
	uint32_t k, coef, bytes;
	struct bound r;
};

static uint32_t entry_of(const struct ctx *x, const struct entries *e,
			 uint32_t i)
{
	return entry_at(x, e->k + e->coef * i, e->bytes);
}

/* Where the range is cut in two: near its middle, where entries change. */
static uint32_t table_middle(const struct ctx *x, const struct entries *e)
{
	uint32_t at = e->r.lo + (e->r.hi - e->r.lo) / 2 + 1, m = at;

	while (m > e->r.lo && entry_of(x, e, m - 1) == entry_of(x, e, m))
		m--;
	if (m > e->r.lo)
		return m;
	while (at < e->r.hi && entry_of(x, e, at - 1) == entry_of(x, e, at))
		at++;
	return at;
}

static bool all_alike(const struct ctx *x, const struct entries *e)
{
	for (uint32_t i = e->r.lo; i < e->r.hi; i++)
		if (entry_of(x, e, i) != entry_of(x, e, i + 1))
			return false;
	return true;
}

/* The entry when all that the index may name are the same; else the range of
 * the index is cut in two: 0. */
static term table_range(struct ctx *x, term at, uint32_t bytes)
{
	struct entries e = { .coef = 1, .bytes = bytes };
	uint32_t by = 0;
	term base = term_split(x->z, term_sub(x->z, at,
				term_sym(x->z, CODE_TERMS)), &e.k);

	if (!base)
		return 0;
	const struct term_node b = *term_at(x->z, base);
	if (b.op == TM_SUM && b.n == 2) {
		e.coef = term_arg(x->z, base, 0);
		base = term_arg(x->z, base, 1);
	}
	/* x, or x and a constant: what was compared, so that it is within */
	term index = facts_narrowest(x->f->facts, base, &e.r);
	term_is_const(x->z, term_sub(x->z, index, base), &by);
	e.k -= e.coef * by;
	uint32_t n = e.r.hi - e.r.lo, size = x->f->end - x->f->begin;
	bool down = e.coef == 0 - bytes;
	uint32_t first = e.k + e.coef * (down ? e.r.hi : e.r.lo);
	if (e.r.lo > e.r.hi || n > 0xffff || (e.coef != bytes && !down) || first > size ||
	    (uint64_t)first + bytes * n + bytes > size)
		return 0;
	while (!all_alike(x, &e)) {
		uint32_t m = table_middle(x, &e);
		term c = term_ult(x->z, index, term_const(x->z, m));
		int d = facts_decide(x->f->facts, c);
		if (d < 0) {
			x->m->cond = c;
			stop(x, STOP_FORK);
			return 0;
		}
		if (d)
			e.r.hi = m - 1;
		else
			e.r.lo = m;
	}
	return term_const(x->z, entry_of(x, &e, e.r.lo));
}

/* An entry of a table in the code, once its place is known. */
static term table_entry(struct ctx *x, term t)
{
	const struct term_node i = *term_at(x->z, t);
	uint32_t k;

	if (i.op != TM_UF || (i.imm != UF(UF_READ_ONLY, 8) &&
			      i.imm != UF(UF_READ_ONLY, 16)))
		return 0;
	term at = facts_simplify(x->f->facts, term_arg(x->z, t, 0));
	uint32_t bytes = (i.imm & 0xff) / 8;
	if (term_split(x->z, at, &k) == term_sym(x->z, CODE_TERMS)) {
		uint32_t size = x->f->end - x->f->begin;
		return k <= size && bytes <= size - k ?
			term_const(x->z, entry_at(x, k, bytes)) : 0;
	}
	return table_range(x, at, bytes);
}

/* CODE + k + 2 * entry */
static term through_table(struct ctx *x, term t)
{
	const struct term_node i = *term_at(x->z, t);
	term r = term_const(x->z, i.imm);

	if (i.op != TM_SUM || i.n != 4)
		return t;
	for (unsigned k = 0; k < 4; k += 2) {
		uint32_t coef = term_arg(x->z, t, k);
		term part = term_arg(x->z, t, k + 1);
		if (coef == 2)
			part = table_entry(x, part);
		if (!part)
			return t;
		r = term_mul_add(x->z, part, coef, r);
	}
	return r;
}

static void jump(struct ctx *x, struct mv at)
{
	const struct obj_reloc *r = world_reloc(x->f->w, x->f->section,
						x->m->pc);
	term t = facts_simplify(x->f->facts, at.lo);
	uint32_t k;

	if (r) {
		if (r->type != OBJ_R_THM_JUMP24)
			beyond(x);
		else if (!mach_tail(x->f, x->m, r, &x->stop))
			x->stopped = true;
		return;
	}
	t = through_table(x, t);
	if (x->stopped)
		return;
	if (term_split(x->z, t, &k) != term_sym(x->z, CODE_TERMS)) {
		mach_fail(x->m, "jump to an unknown place");
		return;
	}
	x->m->jumped = true;
	x->m->target = x->f->begin + k;
}

static void jump_if(struct ctx *x, struct mv c, struct mv at)
{
	int d = facts_decide(x->f->facts, c.lo);

	if (world_reloc(x->f->w, x->f->section, x->m->pc)) {
		beyond(x);
	} else if (d < 0) {
		x->m->cond = c.lo;
		stop(x, STOP_FORK);
	} else if (d > 0) {
		jump(x, at);
	}
}

static void jump_bx(struct ctx *x, struct mv v)
{
	if (v.lo == x->f->r0[R_LR])
		x->m->returned = true;
	else if (!mach_call_value(x->f, x->m, v.lo, true, &x->stop))
		x->stopped = true;
}

static void call(struct ctx *x, struct mv at)
{
	const struct obj_reloc *r = world_reloc(x->f->w, x->f->section,
						x->m->pc);

	(void)at;
	if (!r || r->type != OBJ_R_THM_CALL)
		beyond(x);
	else if (!mach_call(x->f, x->m, r, &x->stop))
		x->stopped = true;
}

static void call_bx(struct ctx *x, struct mv v)
{
	if (!mach_call_value(x->f, x->m, v.lo, false, &x->stop))
		x->stopped = true;
}

static void it_block(struct ctx *x, int32_t cond)
{
	uint32_t pattern = (uint32_t)x->in->operand[1];
	unsigned n = pattern & 16 ? 4 : pattern & 8 ? 3 : pattern & 4 ? 2 : 1;

	x->m->it_left = (uint8_t)n;
	memset(x->m->it_choice, 0, sizeof x->m->it_choice);
	for (unsigned k = 0; k < n; k++)
		x->m->it_cond[k] = (uint8_t)(cond ^ (int32_t)(pattern >> k & 1));
}

#include "prove/words_t32.h"

static void execute(struct ctx *x)
{
	const struct mv a = value_of(x, 'a'), d = value_of(x, 'd');
	const struct mv h = value_of(x, 'h'), l = value_of(x, 'l');
	const struct mv m = value_of(x, 'm'), n = value_of(x, 'n');
	const struct mv t = value_of(x, 't'), u = value_of(x, 'u');
	const struct mv r = value_of(x, 'r');
	const struct mv I = immediate(x, 0), J = immediate(x, 1);
	const int32_t c = number(x, 'c');

#define T(id, mnemonic, bits, operands, form, value, flags, needs) \
	case T32_##id:                                             \
		value;                                             \
		if (!x->stopped) {                                 \
			flags;                                     \
		}                                                  \
		break;
	switch (x->in->id) {
#include "t32/t32.def"
	case T32_COUNT:
		break;
	}
	(void)a, (void)h, (void)l, (void)u, (void)r, (void)J, (void)c;
}

#include "prove/it_t32.h"

bool mach_step(struct mach_func *f, struct mach *m, const struct t32_insn *i,
	       enum stop *out)
{
	struct ctx context = { .f = f, .m = m, .z = f->z, .in = i,
			       .row = t32_row(i->id) }, *x = &context;

	x->in_it = m->it_left > 0;
	m->jumped = m->returned = false;
	m->next = m->pc + i->size;
	if (!x->in_it) {
		execute(x);
	} else {
		term c = holds(x, m->it_cond[0]);
		int d = facts_decide(f->facts, c);
		if (d < 0)
			maybe(x, c);
		else if (d > 0)
			execute(x);
		if (!x->stopped || (x->stop != STOP_FORK &&
				    x->stop != STOP_CALL)) {
			m->it_left--;
			memmove(m->it_cond, m->it_cond + 1, 3);
		}
	}
	*out = x->stop;
	return !x->stopped;
}
