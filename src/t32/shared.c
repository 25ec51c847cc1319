/* shared.c - code that several instances share. */
#include "t32/shared.h"

#include <string.h>

static bool is_shared(const struct share *s, uint32_t func)
{
	return s && func < s->m->funcs.n && s->same[func];
}

enum info_kind t32_kind_of(const struct mir_sym *s)
{
	switch ((enum sym_kind)s->kind) {
	case SYM_FUNC: case SYM_FUNCREF:
		return INFO_FUNC;
	case SYM_MEMORY: case SYM_MEMORY_SIZE: case SYM_MEMORY_DESC:
		return INFO_MEMORY;
	case SYM_TABLE: case SYM_TABLE_SIZE: case SYM_TABLE_DESC:
	case SYM_TABLE_DIRECT:
		return INFO_TABLE;
	case SYM_GLOBAL:
		return INFO_GLOBAL;
	case SYM_DATA: case SYM_DATA_DROPPED:
		return INFO_DATA;
	case SYM_ELEM: case SYM_ELEM_DROPPED:
		return INFO_ELEM;
	default:
		return INFO_KINDS;
	}
}

/* --- storage ------------------------------------------------------------------------ */

/* What a module can write, and what describes it, is part of the instance;
 * what it imports is not. */
static bool is_written(const struct ir_module *im, const struct mir_sym *s)
{
	const struct wasm_module *m = im->wasm;

	switch (s->kind) {
	case SYM_MEMORY: case SYM_MEMORY_SIZE:
		return m->memories.at[s->index].import == UINT32_MAX;
	case SYM_TABLE: case SYM_TABLE_SIZE:
		return m->tables.at[s->index].import == UINT32_MAX &&
		       !im->table[s->index].immutable;
	case SYM_GLOBAL:
		return m->globals.at[s->index].import == UINT32_MAX &&
		       !im->global[s->index].constant;
	case SYM_MEMORY_DESC: case SYM_TABLE_DESC:
	case SYM_DATA_DROPPED: case SYM_ELEM_DROPPED:
		return true;
	default:
		return false;
	}
}

bool t32_in_instance(const struct ir_module *im, const struct t32_options *o,
		     uint32_t func, const struct mir_sym *s)
{
	if (!is_written(im, s) ||
	    (s->kind == SYM_MEMORY_SIZE && o->share &&
	     im->memory[s->index].fixed))
		return false;
	return o->pointer_instance ||
	       (is_shared(o->share, func) &&
		share_is_own(o->share, o->share->place[INFO_FUNC][func].group,
			     t32_kind_of(s), s->index));
}

struct t32_options t32_options_of(const struct t32_options *o, uint32_t func)
{
	struct t32_options r = *o;

	r.keeps_instance = o->pointer_instance || is_shared(o->share, func);
	return r;
}

void t32_join_checks(const struct share *s, bool *check)
{
	for (uint32_t f = 0; s && f < s->m->funcs.n; f++) {
		const uint32_t code = share_code(s, f);
		if (code != SHARE_NONE)
			check[code] |= check[f];
	}
	for (uint32_t f = 0; s && f < s->m->funcs.n; f++) {
		const uint32_t code = share_code(s, f);
		if (code != SHARE_NONE)
			check[f] = check[code];
	}
}

/* --- what cannot be shared ------------------------------------------------------------- */

/* Has each instance another such function there? */
static bool differs(const struct share *s, uint32_t group, uint32_t func)
{
	for (uint32_t i = 0; i < s->groups.at[group].n; i++)
		if (share_seen(s, group, i, INFO_FUNC, func) != func)
			return true;
	return false;
}

bool t32_same_bytes(const struct wasm_module *m, uint32_t a, uint32_t b)
{
	const struct wasm_data *x = &m->datas.at[a], *y = &m->datas.at[b];

	return x->n == y->n &&
	       !memcmp(m->bytes + x->begin, m->bytes + y->begin, x->n);
}

static bool other_bytes(const struct share *s, uint32_t group, uint32_t data)
{
	for (uint32_t i = 0; i < s->groups.at[group].n; i++) {
		const uint32_t k = share_seen(s, group, i, INFO_DATA, data);
		if (k != SHARE_NONE && !t32_same_bytes(s->m, data, k))
			return true;
	}
	return false;
}

static bool prevents(const struct ir_module *im, const struct share *s,
		     uint32_t group, const struct mir_sym *y)
{
	switch (y->kind) {
	case SYM_FUNCREF:
		return differs(s, group, y->index);
	case SYM_DATA:
		return other_bytes(s, group, y->index);
	case SYM_ELEM:
		return share_is_own(s, group, INFO_ELEM, y->index);
	case SYM_TABLE: case SYM_TABLE_DESC:
		return im->table[y->index].immutable &&
		       share_is_own(s, group, INFO_TABLE, y->index);
	default:
		return false;
	}
}

bool t32_unshare(const struct ir_module *im, struct share *s,
		 struct t32_code *const *code, bool *which)
{
	bool any = false;

	for (uint32_t f = 0; s && f < s->m->funcs.n; f++) {
		if (share_code(s, f) != f || !code[f])
			continue;
		const struct share_place *p = &s->place[INFO_FUNC][f];
		bool bad = false;
		for (uint32_t k = 0; k < code[f]->syms.n; k++)
			bad |= prevents(im, s, p->group, &code[f]->syms.at[k]);
		if (!bad)
			continue;
		any = true;
		for (uint32_t i = 0; i < s->groups.at[p->group].n; i++) {
			const uint32_t g = share_in_row(s, p, INFO_FUNC, i);
			if (g != SHARE_NONE)
				which[g] = true;
		}
		share_not(s, f);
	}
	return any;
}

/* --- the other instances -------------------------------------------------------------- */

uint32_t t32_veneer_frame(const struct wasm_functype *t,
			  const struct t32_options *o, struct arena *a)
{
	enum { PUSHED = 16, ARGUMENTS = 16, SHORT = 8 };
	struct abi abi;

	t32_abi(t, o->target, a, &abi);
	return abi.out_bytes || o->tail_bytes ?
		       PUSHED + ARGUMENTS + abi.out_bytes + o->tail_bytes + 8 :
		       SHORT;
}

/* Does the instance have memory 0, of which code says what it reads? */
static bool has_memory_0(const struct share *s, const struct share_place *p)
{
	const struct share_place *m = s->place[INFO_MEMORY];

	return s->m->memories.n && m[0].group == p->group &&
	       m[0].inst == p->inst;
}

static struct t32_code *as_seen(const struct share *s,
				const struct t32_code *code, uint32_t func,
				struct arena *a)
{
	const struct share_place *p = &s->place[INFO_FUNC][func];
	struct t32_code *c = arena_new(a, struct t32_code);

	*c = *code;
	c->index = func;
	c->bytes = NULL;
	c->n = 0;
	c->reads.all |= has_memory_0(s, p);
	c->syms.at = arena_array(a, struct mir_sym, code->syms.n);
	c->syms.n = 0;
	c->syms.cap = code->syms.n;
	for (uint32_t k = 0; k < code->syms.n; k++) {
		struct mir_sym y = code->syms.at[k];
		const enum info_kind kind = t32_kind_of(&y);
		if (kind != INFO_KINDS) {
			uint32_t x = share_seen(s, p->group, p->inst, kind,
						y.index);
			y.index = x == SHARE_NONE ? y.index : x;
		}
		vec_push(a, &c->syms, y);
	}
	return c;
}

void t32_put_shared(const struct ir_module *im, const struct t32_options *o,
		    struct t32_code **code, struct arena *a)
{
	const struct share *s = o->share;
	const struct wasm_module *m = im->wasm;

	for (uint32_t f = 0; s && f < m->funcs.n; f++) {
		const uint32_t from = share_code(s, f);
		if (from == SHARE_NONE || !code[from])
			continue;
		code[from]->veneer = t32_veneer_frame(
			&m->types.at[m->funcs.at[f].type], o, a);
		if (from != f)
			code[f] = as_seen(s, code[from], f, a);
	}
}
