/* mach.c - the state of machine code: entry, copies, storage.
 *
 * An address is the stack pointer of the entry, or the address of a symbol,
 * plus something.  Anything else is not followed.
 */
#include "prove/mach.h"
#include "prove/shared.h"

#include <string.h>

/* Offsets in struct hd_now (include/heddle/abi.h), whose first word is fuel. */
enum { STACK_LIMIT = 4, CONTEXT = 16, CONTEXT_END = 24 };

void mach_fail(struct mach *m, const char *why)
{
	if (!m->why)
		m->why = why;
}

/* --- entry --------------------------------------------------------------------- */

bool mach_init(struct mach_func *f, struct world *w, struct terms *z,
	       struct facts *facts, const struct code_ref *c,
	       const struct wasm_functype *type, struct arena *a,
	       const char **why)
{
	*f = (struct mach_func){ .w = w, .z = z, .facts = facts, .arena = a,
		.section = c->section, .begin = c->at, .end = c->at + c->size,
		.text = &w->o->sections.at[c->section], .index = c->func,
		.type = type };
	if (f->end < f->begin || f->end > f->text->bytes.n ||
	    !(f->text->flags & OBJ_EXEC) || (f->begin & 3)) {
		*why = "code outside its section";
		return false;
	}
	f->is_cut = arena_array(a, uint8_t, c->size / 2 + 1);
	f->ways = arena_array(a, uint8_t, c->size / 2 + 1);
	f->sp0 = term_var(z, SORT_WORD, 0, UINT32_MAX);
	f->limit = term_var(z, SORT_WORD, 0, UINT32_MAX);
	for (unsigned k = 0; k < 16; k++)
		f->r0[k] = term_var(z, SORT_WORD, 0, UINT32_MAX);
	f->r0[R_SP] = f->sp0;
	if (w->context)
		f->r0[R_INSTANCE] = term_sym(z, w->base.at[w->context - 1]);
	for (unsigned k = 0; k < 32; k++)
		f->s0[k] = term_var(z, SORT_WORD, 0, UINT32_MAX);
	return true;
}

static void put_params(struct mach_func *f, struct mach *m,
		       const struct val *params)
{
	uint32_t n = f->type->nparams, stack, word = 0;
	struct place *p = arena_array(f->arena, struct place, 2 * n);

	world_convention(f->type->param, n, f->w->o->hard_float, p, &stack);
	for (uint32_t k = 0; k < n; k++)
		for (unsigned half = 0; half < 2; half++) {
			term t = half ? params[k].hi : params[k].lo;
			if (!t)
				continue;
			const struct place *x = &p[word++];
			if (x->reg == 0xff)
				m->in[x->offset / 4] = t;
			else if (x->reg >= 32)
				m->s[x->reg - 32] = t;
			else
				m->r[x->reg] = t;
		}
}

/* What is a function reference by its type. */
static void note_references(struct mach_func *f, const term *state,
			    const struct val *params)
{
	const struct wasm_module *x = f->w->m;

	for (uint32_t k = 0; k < f->type->nparams; k++)
		if (f->type->param[k] == T_FUNCREF)
			vec_push(f->z->arena, &f->refs, params[k].lo);
	for (uint32_t k = 0; k < x->globals.n; k++)
		if (x->globals.at[k].type == T_FUNCREF)
			vec_push(f->z->arena, &f->refs,
				 state[f->w->at_global[k]]);
}

void mach_enter(struct mach_func *f, struct mach *m, const term *state,
		const struct val *params)
{
	note_references(f, state, params);
	*m = (struct mach){ .pc = f->begin };
	memcpy(m->r, f->r0, sizeof m->r);
	memcpy(m->s, f->s0, sizeof m->s);
	m->state = arena_array(f->arena, term, f->w->n);
	if (f->w->n)
		memcpy(m->state, state, f->w->n * sizeof *state);
	m->in = arena_array(f->arena, term, f->in_words);
	for (uint32_t k = 0; k < f->in_words; k++)
		m->in[k] = term_var(f->z, SORT_WORD, 0, UINT32_MAX);
	put_params(f, m, params);
}

void mach_copy(const struct mach_func *f, struct mach *to,
	       const struct mach *from)
{
	if (f->wasm) {
		mach_wasm_copy(f, to, from);
		return;
	}
	*to = *from;
	to->state = arena_array(f->arena, term, f->w->n);
	memcpy(to->state, from->state, f->w->n * sizeof *to->state);
	to->slot = arena_array(f->arena, term, from->nslots);
	if (from->nslots)
		memcpy(to->slot, from->slot, from->nslots * sizeof *to->slot);
	to->in = arena_array(f->arena, term, f->in_words);
	if (f->in_words)
		memcpy(to->in, from->in, f->in_words * sizeof *to->in);
}

bool mach_sp(const struct mach_func *f, const struct mach *m, int32_t *at)
{
	uint32_t k;
	term base = term_split(f->z, m->r[R_SP], &k);

	*at = (int32_t)k;
	return base == f->sp0;
}

/* --- the stack --------------------------------------------------------------------- */

enum { DEEPEST = 1 << 18 };	/* words of a frame that are followed */

/* The variable at an offset from sp0; NULL after mach_fail. */
static term *slot_at(struct mach_func *f, struct mach *m, int32_t at)
{
	int32_t sp;

	if (at & 3) {
		mach_fail(m, "stack access not aligned");
		return NULL;
	}
	if (at >= 0) {
		if ((uint32_t)at / 4 < f->in_words)
			return &m->in[at / 4];
		mach_fail(m, "stack access above its arguments");
		return NULL;
	}
	if (!mach_sp(f, m, &sp) || at < sp) {
		mach_fail(m, "stack access below the stack pointer");
		return NULL;
	}
	uint32_t k = (uint32_t)(-at) / 4 - 1;
	if (k >= DEEPEST) {
		mach_fail(m, "unsupported: frame this large");
		return NULL;
	}
	if (k >= m->nslots) {
		m->slot = arena_grow(f->arena, m->slot,
				     m->nslots * sizeof *m->slot,
				     (k + 16) * sizeof *m->slot);
		memset(m->slot + m->nslots, 0,
		       (k + 16 - m->nslots) * sizeof *m->slot);
		m->nslots = k + 16;
	}
	return &m->slot[k];
}

/* --- addresses --------------------------------------------------------------------- */

enum where { AT_NOWHERE, AT_STACK, AT_REGION, AT_REFERENCE };

struct where_at {
	enum where where;
	struct region *region;
	uint32_t number;	/* of the region */
	bool is_exact;		/* offset is all there is */
	uint32_t offset;
	term base;		/* AT_REFERENCE: the function reference */
};

static struct region code_region = { .kind = REGION_CODE };

static bool symbol_of(struct mach_func *f, term t, struct where_at *w)
{
	const struct term_node *i = term_at(f->z, t);

	if (i->op != TM_SYM)
		return false;
	w->number = i->imm;
	if (i->imm == CODE_TERMS)
		w->region = &code_region;
	else if (i->imm < f->w->regions.n)
		w->region = &f->w->regions.at[i->imm];
	else
		return false;
	w->where = AT_REGION;
	return true;
}

/* What a call leaves in a global. */
static bool is_left_in_global(const struct mach_func *f, uint32_t uf)
{
	const struct wasm_module *x = f->w->m;

	for (uint32_t k = 0; k < x->globals.n; k++)
		if (x->globals.at[k].type == T_FUNCREF &&
		    uf == UF(UF_AFTER, f->w->at_global[k]))
			return true;
	return false;
}

/* A word loaded from a table, or a reference by its type. */
static bool is_reference(struct mach_func *f, term t)
{
	struct where_at w = { .region = 0 };
	const struct term_node i = *term_at(f->z, t);

	for (uint32_t k = 0; k < f->refs.n; k++)
		if (f->refs.at[k] == t)
			return true;
	if (i.op == TM_UF && is_left_in_global(f, i.imm))
		return true;
	if (i.op != TM_LOAD || i.imm != 32)
		return false;
	term at = term_arg(f->z, t, 1);
	const struct term_node a = *term_at(f->z, at);
	if (symbol_of(f, at, &w))
		return w.region->kind == REGION_TABLE;
	for (unsigned k = 0; a.op == TM_SUM && k < a.n; k += 2)
		if (f->z->pool.at[a.args + k] == 1 &&
		    symbol_of(f, f->z->pool.at[a.args + k + 1], &w))
			return w.region->kind == REGION_TABLE;
	return false;
}

static struct where_at locate(struct mach_func *f, term at)
{
	struct where_at w = { .where = AT_NOWHERE };
	uint32_t k;
	term base = term_split(f->z, at, &k);

	w.offset = k;
	w.is_exact = true;
	if (!base)
		return w;
	if (base == f->sp0) {
		w.where = AT_STACK;
		return w;
	}
	if (symbol_of(f, base, &w))
		return w;
	w.is_exact = false;
	const struct term_node i = *term_at(f->z, base);
	unsigned symbols = 0;
	for (unsigned j = 0; i.op == TM_SUM && j < i.n; j += 2) {
		term x = f->z->pool.at[i.args + j + 1];
		if (term_at(f->z, x)->op == TM_SYM || x == f->sp0) {
			symbols++;
			if (f->z->pool.at[i.args + j] != 1 ||
			    !symbol_of(f, x, &w))
				symbols = 2;
		}
	}
	if (symbols > 1)
		w.where = AT_NOWHERE;
	if (w.where == AT_NOWHERE && is_reference(f, base)) {
		w.where = AT_REFERENCE;
		w.is_exact = true;
		w.base = base;
	}
	return w;
}

/* --- constant storage ----------------------------------------------------------------- */

/* Storage of nothing, where something else may begin: the name of its distance
 * tells it; UINT32_MAX. */
static uint32_t empty_at(const struct world *w, uint32_t at, const char *name)
{
	for (uint32_t k = 0; k < w->regions.n; k++) {
		const struct region *r = &w->regions.at[k];
		const char *is = w->o->symbols.at[r->symbol].name;
		size_t n = strlen(is);
		/* distances are named as in the first context */
		if (!r->size && r->at == at &&
		    r->section == w->instance_section &&
		    (w->context || (!strncmp(is, name, n) &&
				    !strcmp(name + n, ".offset"))))
			return k;
	}
	return UINT32_MAX;
}

/* A distance from the beginning of an instance, as the address of what is there
 * less that of the instance in force. */
static term instance_offset(struct mach_func *f, struct mach *m,
			    const struct obj_symbol *y)
{
	uint32_t at = f->w->instance_at + y->value;
	uint32_t g = empty_at(f->w, at, y->name);

	if (g == UINT32_MAX)
		g = world_region(f->w, f->w->instance_section, at, UINT32_MAX);
	if (g == UINT32_MAX) {
		mach_fail(m, "distance to nothing in the instance");
		return term_const(f->z, 0);
	}
	return term_sub(f->z, term_addk(f->z, term_sym(f->z, g),
					at - f->w->regions.at[g].at),
			f->r0[R_INSTANCE]);
}

/* The word at a place of the object, by itself or relocated. */
static term constant_word(struct mach_func *f, struct mach *m,
			  uint32_t section, uint32_t at)
{
	const struct obj_section *s = &f->w->o->sections.at[section];
	const struct obj_reloc *r = world_reloc(f->w, section, at);

	if (at + 4 > s->bytes.n || at & 3) {
		mach_fail(m, "constant outside its section");
		return term_const(f->z, 0);
	}
	if (!r && !world_untouched(f->w, section, at, 4))
		mach_fail(m, "constant that is relocated in part");
	if (!r) {
		const uint8_t *p = s->bytes.at + at;
		return term_const(f->z, p[0] | (uint32_t)p[1] << 8 |
				  (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
	}
	const struct obj_symbol *y = &f->w->o->symbols.at[r->symbol];
	if (r->type != OBJ_R_ABS32) {
		mach_fail(m, "unsupported: relocation of a constant");
		return term_const(f->z, 0);
	}
	if (y->type == OBJ_FUNC && r->addend == 0)
		for (uint32_t k = 0; k < f->w->codes.n; k++)
			if ((!f->w->codes.at[k].stub || f->w->context) &&
			    f->w->codes.at[k].section == y->section &&
			    f->w->codes.at[k].at == y->value)
				return term_sym(f->z, CODE_TERMS + 1 + k);
	if (y->section == OBJ_ABSOLUTE && (f->w->pointer || f->w->context))
		return term_addk(f->z, instance_offset(f, m, y),
				 (uint32_t)r->addend);
	uint32_t func = world_function_at(f->w, r);
	if (func < f->w->m->nimported[WASM_FUNC])
		return term_sym(f->z, CODE_TERMS + 1 + f->w->codes.n + func);
	uint32_t g = world_region(f->w, y->section, y->value, r->symbol);
	if (g == UINT32_MAX && f->hooks && r->addend == 0)
		return term_sym(f->z, SYMBOL_TERMS + r->symbol);
	if (g == UINT32_MAX) {
		mach_fail(m, arena_printf(f->z->arena,
			"unsupported: address of %s", y->name));
		return term_const(f->z, 0);
	}
	if (f->w->pointer && y->section == f->w->instance_section)
		mach_fail(m, "storage of the first instance");
	uint32_t off = y->section == OBJ_UNDEFINED ? 0 :
		       y->value - f->w->regions.at[g].at;
	return term_addk(f->z, term_sym(f->z, g), off + (uint32_t)r->addend);
}

static term load_constant(struct mach_func *f, struct mach *m,
			  const struct where_at *w, unsigned bits, term at)
{
	bool code = w->region->kind == REGION_CODE;
	uint32_t section = code ? f->section : w->region->section;
	uint32_t begin = code ? f->begin : w->region->at;

	if (w->is_exact && bits == 32)
		return constant_word(f, m, section, begin + w->offset);
	return term_uf_in(f->z, UF(UF_READ_ONLY, bits), &at, 1, 0,
			  bits == 32 ? UINT32_MAX : (1u << bits) - 1);
}

/* --- loads and stores ------------------------------------------------------------------- */

/* The place of a region's word in the state; NULL when it has none. */
static term *state_at(struct mach_func *f, struct mach *m,
		      const struct where_at *w, unsigned bits)
{
	const struct region *r = w->region;
	const struct wasm_module *x = f->w->m;

	if (!w->is_exact || bits != 32 || w->offset & 3)
		return NULL;
	if (r->kind == REGION_GLOBAL && r->index < x->globals.n) {
		uint8_t t = x->globals.at[r->index].type;
		if (w->offset <= (t == T_I64 || t == T_F64 ? 4u : 0u))
			return &m->state[f->w->at_global[r->index] +
					 w->offset / 4];
	}
	if (r->kind == REGION_NOW && f->w->at_context &&
	    w->offset >= CONTEXT && w->offset < CONTEXT_END)
		return &m->state[f->w->at_context + (w->offset - CONTEXT) / 4];
	if (w->offset)
		return NULL;
	switch (r->kind) {
	case REGION_NOW:
		return f->w->at_fuel ? &m->state[f->w->at_fuel] : NULL;
	case REGION_MEMORY_SIZE:
		return r->index < x->memories.n ?
			&m->state[f->w->at_size + r->index] : NULL;
	case REGION_TABLE_SIZE:
		return r->index < x->tables.n ?
			&m->state[f->w->at_table_size + r->index] : NULL;
	case REGION_DATA_LEN:
		return r->index < x->datas.n && f->w->at_data_len[r->index] ?
			&m->state[f->w->at_data_len[r->index]] : NULL;
	case REGION_ELEM_LEN:
		return r->index < x->elems.n && f->w->at_elem_len[r->index] ?
			&m->state[f->w->at_elem_len[r->index]] : NULL;
	default:
		return NULL;
	}
}

static term *token_at(struct mach_func *f, struct mach *m,
		      const struct where_at *w)
{
	const struct region *r = w->region;

	if (r->kind == REGION_MEMORY && r->index < f->w->m->memories.n)
		return &m->state[f->w->at_memory + r->index];
	if (r->kind == REGION_TABLE && r->index < f->w->m->tables.n &&
	    !r->constant)
		return &m->state[f->w->at_table + r->index];
	return NULL;
}

/* Is the storage itself at a multiple of 4? */
static bool is_placed(const struct mach_func *f, const struct region *r)
{
	return r->section < f->w->o->sections.n && !(r->at & 3) &&
	       f->w->o->sections.at[r->section].align >= 4;
}

/* A symbol, and multiples of 4? */
static bool adds_multiples(const struct terms *z, term at)
{
	const struct term_node i = *term_at(z, at);

	for (unsigned k = 0; i.op == TM_SUM && k < i.n; k += 2) {
		term x = z->pool.at[i.args + k + 1];
		if (z->pool.at[i.args + k] & 3 && term_at(z, x)->op != TM_SYM)
			return false;
	}
	return !(i.op == TM_SUM && i.imm & 3);
}

static bool is_aligned(const struct mach_func *f, const struct where_at *w,
		       term at)
{
	if (w->is_exact)
		return (w->offset & 3) == 0;
	return w->where == AT_REGION && is_placed(f, w->region) &&
	       adds_multiples(f->z, at);
}

static term unknown(struct mach_func *f)
{
	return term_var(f->z, SORT_WORD, 0, UINT32_MAX);
}

static void note_load(struct mach_func *f, struct mach *m,
		      const struct where_at *w, uint32_t bytes, term at)
{
	if (f->z->bytes && bytes > 1) {
		for (uint32_t k = 0; k < bytes; k++)
			note_load(f, m, w, 1, term_addk(f->z, at, k));
		return;
	}
	struct access *a = arena_new(f->arena, struct access);

	*a = (struct access){ at, bytes, f->z->yes, m->access };
	if (w->region->kind == REGION_MEMORY)
		a->outside = walk_outside(f->z,
			term_sub(f->z, at, term_sym(f->z, w->number)),
			term_const(f->z, bytes),
			m->state[f->w->at_size + w->region->index]);
	m->access = a;
}

static term load_region(struct mach_func *f, struct mach *m,
			const struct where_at *w, unsigned bits, term at)
{
	term *p;

	if (w->region->kind == REGION_NOW && w->is_exact &&
	    w->offset == STACK_LIMIT && bits == 32) {
		m->limit_read = true;
		return f->limit;
	}
	if (w->region->kind == REGION_CODE ||
	    (w->region->constant && w->region->kind != REGION_DATA))
		return load_constant(f, m, w, bits, at);
	p = token_at(f, m, w);
	if (p) {
		note_load(f, m, w, bits / 8, at);
		return term_load(f->z, bits, *p, at);
	}
	p = state_at(f, m, w, bits);
	if (p)
		return *p;
	mach_fail(m, "load from other storage");
	return unknown(f);
}

term mach_load(struct mach_func *f, struct mach *m, unsigned bits, term at,
	       bool aligned)
{
	struct where_at w = locate(f, at);
	term *p, value;

	if (f->hooks && f->hooks->load(f, m, bits, at, &value))
		return value;
	if (aligned && !is_aligned(f, &w, at))
		mach_fail(m, "load may not be aligned");
	switch (w.where) {
	case AT_STACK:
		p = bits == 32 ? slot_at(f, m, (int32_t)w.offset) : NULL;
		if (p && *p)
			return *p;
		if (bits != 32)
			mach_fail(m, "unsupported: part of a stack word");
		return unknown(f);
	case AT_REGION:
		return load_region(f, m, &w, bits, at);
	case AT_REFERENCE:
		if (bits == 32 && w.offset <= 4)
			return term_uf(f->z, SORT_WORD, UF(w.offset ?
				UF_REF_TYPE : UF_REF_CODE, 0), &w.base, 1);
		break;
	default:
		break;
	}
	mach_fail(m, "load from an unknown address");
	return unknown(f);
}

void mach_store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		term value, bool aligned)
{
	struct where_at w = locate(f, at);
	term *p;

	if (f->hooks && f->hooks->store(f, m, bits, at, value))
		return;
	if (aligned && !is_aligned(f, &w, at))
		mach_fail(m, "store may not be aligned");
	if (w.where == AT_STACK) {
		p = bits == 32 ? slot_at(f, m, (int32_t)w.offset) : NULL;
		if (p)
			*p = value;
		else
			mach_fail(m, "unsupported: part of a stack word");
		return;
	}
	m->entered = true;
	if (w.where != AT_REGION || w.region->constant ||
	    w.region->kind == REGION_CODE) {
		mach_fail(m, "store to other storage");
		return;
	}
	p = token_at(f, m, &w);
	if (p) {
		*p = term_store(f->z, bits, *p, at, value);
		return;
	}
	p = state_at(f, m, &w, bits);
	if (p)
		*p = value;
	else
		mach_fail(m, "store to other storage");
}

/* --- leaving ------------------------------------------------------------------------------- */

bool mach_restored(const struct mach_func *f, const struct mach *m,
		   const char **why)
{
	*why = "callee-saved register not restored";
	for (unsigned k = 4; k < 12; k++)
		if (m->r[k] != f->r0[k])
			return false;
	for (unsigned k = 16; k < 32; k++)
		if (m->s[k] != f->s0[k])
			return false;
	*why = "stack pointer not restored";
	return m->r[R_SP] == f->sp0;
}
