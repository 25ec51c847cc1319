/* isel_call.c - entry, calls, returns, tail calls.
 *
 * Operands of calls name their registers; the allocator moves what is
 * elsewhere.  Stack arguments are stored before.  On cores whose
 * floating-point unit has no doubles, f64 values live in core registers but
 * are passed in d registers, as the AAPCS demands.
 */
#include "t32/isel.h"
#include "wasm/intrinsic.h"

/* Operands being gathered, each with its register. */
struct fixed {
	VEC(vreg) v;
	VEC(uint8_t) reg;
};

static void fix(struct isel *s, struct fixed *x, vreg v, uint8_t reg)
{
	vec_push(s->a, &x->v, v);
	vec_push(s->a, &x->reg, reg);
}

static void raise_to(uint32_t *at, uint32_t n)
{
	if (*at < n)
		*at = n;
}

static const struct wasm_functype *type_of_func(const struct isel *s,
						uint32_t f)
{
	const struct wasm_module *m = s->mod->wasm;

	return &m->types.at[m->funcs.at[f].type];
}

/* Is an f64 of core registers passed in a d register? */
static bool crosses(const struct isel *s, enum type t)
{
	return t == T_F64 && s->tg->hard_float && !s->dp;
}

/* --- one value to its place -------------------------------------------------- */

static void store_arg(struct isel *s, enum mop op, vreg v, uint32_t offset)
{
	isel_put(s, op, 0, 1, &v)->imm = (int32_t)offset;
}

/* store is STORE_OUT for a call, STORE_IN for a return or tail call. */
static void put_arg(struct isel *s, struct fixed *x, const struct abi_place *p,
		    ref r, enum mop store)
{
	enum type t = (enum type)ir_at(s->ir, r)->type;

	if (!isel_is_pair(s, t)) {
		if (p->reg == REG_NONE)
			store_arg(s, store, isel_use(s, r), p->offset);
		else
			fix(s, x, isel_use_value_moved(s, r), p->reg);
		return;
	}
	if (p->reg == REG_NONE) {
		store_arg(s, store, isel_use_half(s, r, 0), p->offset);
		store_arg(s, store, isel_use_half(s, r, 1), p->offset + 4);
	} else if (crosses(s, t)) {
		vreg d = isel_fresh(s, MIR_D), lo = isel_use_half(s, r, 0);
		isel_put2(s, MOP_FMOV_DGG, d, lo, isel_use_half(s, r, 1));
		fix(s, x, d, p->reg);
	} else {
		fix(s, x, isel_use_moved(s, isel_word_of(s, r, 0)), p->reg);
		fix(s, x, isel_use_moved(s, isel_word_of(s, r, 1)), p->reg_hi);
	}
}

/* Stack arguments first: what they need in registers is then free again. */
static void put_args(struct isel *s, struct fixed *x, const struct abi_place *p,
		     const ref *arg, uint32_t n, enum mop store)
{
	for (unsigned in_reg = 0; in_reg < 2; in_reg++)
		for (uint32_t k = 0; k < n; k++)
			if ((p[k].reg != REG_NONE) == in_reg)
				put_arg(s, x, &p[k], arg[k], store);
}

static struct mir_ins *put_fixed(struct isel *s, enum mop op,
				 const struct fixed *d, const struct fixed *u)
{
	VEC(vreg) v = { 0 };

	for (uint32_t k = 0; k < d->v.n; k++)
		vec_push(s->a, &v, d->v.at[k]);
	for (uint32_t k = 0; k < u->v.n; k++)
		vec_push(s->a, &v, u->v.at[k]);
	struct mir_ins *i = isel_put(s, op, d->v.n, u->v.n, v.at);
	for (unsigned k = 0; k < i->ndef; k++)
		mir_def(s->f, i, k)->fix = d->reg.at[k];
	for (unsigned k = 0; k < i->nuse; k++)
		mir_use(s->f, i, k)->fix = u->reg.at[k];
	return i;
}

void isel_helper(struct isel *s, const char *name, const char *args,
	    const vreg *v, const vreg d[2])
{
	struct fixed def = { 0 }, use = { 0 };
	uint8_t reg = 0;

	for (; *args; args++) {
		if (*args == 'p') {
			reg = (uint8_t)(reg + (reg & 1));
			fix(s, &use, *v++, reg++);
		}
		fix(s, &use, *v++, reg++);
	}
	for (uint8_t k = 0; k < 2; k++)
		if (d[k])
			fix(s, &def, d[k], k);
	put_fixed(s, MOP_CALL, &def, &use)->sym =
		mir_sym(s->f, SYM_RUNTIME, 0, 0, name);
	s->f->calls = true;
}

/* --- entry ------------------------------------------------------------------------ */

static void load_param(struct isel *s, vreg v, uint32_t offset)
{
	enum mop op = s->store_in ? MOP_LOAD_IN_ONCE : MOP_LOAD_IN;

	if (v)
		isel_put(s, op, 1, 0, &v)->imm = (int32_t)offset;
}

static void param_reg(struct isel *s, vreg v, uint8_t reg)
{
	if (v)
		vec_push(s->f->arena, &s->f->params,
			 (struct mir_opnd){ v, reg });
}

void sel_entry(struct isel *s)
{
	const struct ir_block *b = &s->ir->blocks.at[0];

	for (uint32_t k = 0; k < b->params.n; k++) {
		ref r = b->params.at[k];
		const struct ir_ins *i = ir_at(s->ir, r);
		const struct abi_place *p = &s->abi.param[i->imm];
		if (p->reg == REG_NONE) {
			load_param(s, s->lo[r], p->offset);
			load_param(s, s->hi[r], p->offset + 4);
		} else if (crosses(s, (enum type)i->type)) {
			if (!s->lo[r] && !s->hi[r])
				continue;
			vreg d = isel_fresh(s, MIR_D), lo = isel_def(s, r, 0);
			param_reg(s, d, p->reg);
			isel_put(s, MOP_FMOV_GGD, 2, 1,
			    (vreg[]){ lo, isel_def(s, r, 1), d });
		} else {
			param_reg(s, s->lo[r], p->reg);
			param_reg(s, s->hi[r], p->reg_hi);
		}
	}
	raise_to(&s->f->in_bytes, s->abi.out_bytes);
	if (s->store_in)
		raise_to(&s->f->in_bytes, s->o->tail_bytes);
}

/* --- the code pointer of an indirect call ------------------------------------------- */

static vreg load_indexed(struct isel *s, vreg base, struct word index)
{
	vreg d = isel_gpr(s);
	struct mir_ins *i = isel_put2(s, MOP_LDR_RR, d, base, isel_use_word(s, index));

	i->imm = 2;
	i->aux = (uint32_t)MIR_MEM(4, false);
	return d;
}

/* An immutable table's entries are code pointers for one type, 0 for null and
 * 1 for a function of another type. */
static vreg direct_code(struct isel *s, uint32_t table, uint32_t type,
			struct word index)
{
	const struct ir_table_facts *t = &s->mod->table[table];
	const struct wasm_module *m = s->mod->wasm;
	bool null = false, other = false;

	for (uint32_t k = 0; k < t->n; k++)
		if (t->func[k] == UINT32_MAX)
			null = true;
		else if (m->types.at[m->funcs.at[t->func[k]].type].canon !=
			 type)
			other = true;
	uint32_t sym = mir_sym(s->f, SYM_TABLE_DIRECT, table, type, NULL);
	vreg code = load_indexed(s, isel_addr_sym(s, sym, 0), index);
	if (null)
		isel_trap_if(s, rword(code), kword(0), EQ, HD_TRAP_NULL_ELEM);
	if (other)
		isel_trap_if(s, rword(code), kword(1), EQ, HD_TRAP_CALL_TYPE);
	return code;
}

static vreg indirect_code(struct isel *s, ref r, ref index_ref)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	uint32_t type = s->mod->wasm->types.at[i->imm].canon;
	struct word index = isel_word_of(s, index_ref, 0);

	isel_trap_if(s, index, isel_table_size(s, i->aux), CS, HD_TRAP_UNDEFINED_ELEM);
	if (s->mod->table[i->aux].immutable)
		return direct_code(s, i->aux, type, index);
	vreg f = load_indexed(s, isel_addr_of(s, SYM_TABLE, i->aux, 0), index);
	isel_trap_if(s, rword(f), kword(0), EQ, HD_TRAP_NULL_ELEM);
	vreg have = isel_load_word(s, f, 4);
	isel_trap_if(s, rword(have), rword(isel_addr_of(s, SYM_TYPE, type, 0)), NE,
		HD_TRAP_CALL_TYPE);
	return isel_load_word(s, f, 0);
}

/* --- calls ---------------------------------------------------------------------------- */

/* The IR value of result k of call r, or 0 when nobody uses it. */
static ref result_of(const struct isel *s, ref r, uint32_t k)
{
	if (k == 0)
		return s->lo[r] || s->hi[r] ? r : 0;
	for (ref x = s->result[r]; x; x = s->result_next[x])
		if (ir_at(s->ir, x)->imm == k)
			return s->lo[x] || s->hi[x] ? x : 0;
	return 0;
}

static void load_result(struct isel *s, vreg v, uint32_t offset)
{
	if (v)
		isel_put(s, MOP_LOAD_OUT, 1, 0, &v)->imm = (int32_t)offset;
}

static void def_reg(struct isel *s, struct fixed *d, vreg v, uint8_t reg)
{
	if (v)
		fix(s, d, v, reg);
}

/* Definitions of the call itself; the d registers to be taken apart behind it
 * are left in `late`. */
static void def_results(struct isel *s, ref r, const struct wasm_functype *t,
			const struct abi *abi, struct fixed *d, vreg *late)
{
	for (uint32_t k = 0; k < t->nresults; k++) {
		ref x = result_of(s, r, k);
		const struct abi_place *p = &abi->result[k];
		if (!x || p->reg == REG_NONE)
			continue;
		if (crosses(s, (enum type)t->result[k])) {
			late[k] = isel_fresh(s, MIR_D);
			fix(s, d, late[k], p->reg);
		} else {
			def_reg(s, d, s->lo[x], p->reg);
			def_reg(s, d, s->hi[x], p->reg_hi);
		}
	}
}

static void take_results(struct isel *s, ref r, const struct wasm_functype *t,
			 const struct abi *abi, const vreg *late)
{
	for (uint32_t k = 0; k < t->nresults; k++) {
		ref x = result_of(s, r, k);
		if (!x)
			continue;
		if (late[k]) {
			vreg lo = isel_def(s, x, 0);
			isel_put(s, MOP_FMOV_GGD, 2, 1,
			    (vreg[]){ lo, isel_def(s, x, 1), late[k] });
		} else if (abi->result[k].reg == REG_NONE) {
			load_result(s, s->lo[x], abi->result[k].offset);
			load_result(s, s->hi[x], abi->result[k].offset + 4);
		}
	}
}

/* hd_now.context, include/heddle/abi.h. */
enum { NOW_CONTEXT = 16 };

/* context.get and context.set of a known word are an access to hd_now: of
 * components, and of images, which are linked with this runtime. */
static bool sel_context(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	const ref *arg = &s->ir->list.at[i->list];
	uint32_t slot;
	enum context_use use = i->op == IR_CALL ?
		intrinsic_context(s->mod->wasm, i->aux, &slot) : CONTEXT_NONE;

	if (use == CONTEXT_NONE)
		return false;
	if (slot == UINT32_MAX) {
		const struct ir_ins *k = ir_at(s->ir, *arg++);
		if (!s->mod->closed || k->op != IR_CONST ||
		    k->imm >= CONTEXT_WORDS)
			return false;
		slot = (uint32_t)k->imm;
	}
	if (use == CONTEXT_GET && !s->lo[r])
		return true;
	uint32_t now = mir_sym(s->f, SYM_RUNTIME, 0, 0, "hd_now");
	int32_t at = NOW_CONTEXT + 4 * (int32_t)slot;
	if (use == CONTEXT_GET)
		isel_load_to(s, s->lo[r], isel_addr_sym(s, now, 0), at);
	else
		isel_store_word(s, isel_use(s, *arg),
				isel_addr_sym(s, now, 0), at);
	return true;
}

void sel_call(struct isel *s, ref r)
{
	if (sel_context(s, r))
		return;
	const struct ir_ins *i = ir_at(s->ir, r);
	bool direct = i->op == IR_CALL;
	const struct wasm_functype *t = direct ? type_of_func(s, i->aux) :
					&s->mod->wasm->types.at[i->imm];
	const ref *arg = &s->ir->list.at[i->list];
	struct fixed d = { 0 }, u = { 0 };
	struct mir_ins *c;
	struct abi abi;
	vreg code = 0, *late = arena_array(s->a, vreg, t->nresults);

	t32_abi(t, s->tg, s->a, &abi);
	raise_to(&s->f->out_bytes, abi.out_bytes);
	raise_to(&s->f->out_bytes, s->o->tail_bytes);
	s->f->calls = true;
	if (!direct)
		code = indirect_code(s, r, arg[i->nlist - 1]);
	put_args(s, &u, abi.param, arg, t->nparams, MOP_STORE_OUT);
	def_results(s, r, t, &abi, &d, late);
	if (!direct)
		fix(s, &u, code, REG_NONE);
	c = put_fixed(s, direct ? MOP_CALL : MOP_CALL_R, &d, &u);
	if (direct)
		c->sym = mir_sym(s->f, SYM_FUNC, i->aux, 0, NULL);
	take_results(s, r, t, &abi, late);
}

/* --- returns ----------------------------------------------------------------------------- */

static void sel_tail_call(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	bool direct = i->op == IR_RETURN_CALL;
	const struct wasm_functype *t = direct ? type_of_func(s, i->aux) :
					&s->mod->wasm->types.at[i->imm];
	const ref *arg = &s->ir->list.at[i->list];
	struct fixed d = { 0 }, u = { 0 };
	struct abi abi;
	vreg code = 0;

	t32_abi(t, s->tg, s->a, &abi);
	raise_to(&s->f->in_bytes, abi.out_bytes);
	if (!direct)
		code = indirect_code(s, r, arg[i->nlist - 1]);
	put_args(s, &u, abi.param, arg, t->nparams, MOP_STORE_IN);
	if (!direct)
		fix(s, &u, code, REG_IP);
	struct mir_ins *c = put_fixed(s, direct ? MOP_TAIL : MOP_TAIL_R, &d, &u);
	if (direct)
		c->sym = mir_sym(s->f, SYM_FUNC, i->aux, 0, NULL);
}

void sel_return(struct isel *s, ref r)
{
	const struct ir_ins *i = ir_at(s->ir, r);
	struct fixed d = { 0 }, u = { 0 };

	if (i->op != IR_RETURN) {
		sel_tail_call(s, r);
		return;
	}
	put_args(s, &u, s->abi.result, &s->ir->list.at[i->list], i->nlist,
		 MOP_STORE_IN);
	put_fixed(s, MOP_RET, &d, &u);
}
