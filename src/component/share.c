/* share.c - which functions of a module's instances differ in numbers only. */
#include "component/share.h"

#include <string.h>

/* --- rows ------------------------------------------------------------------------ */

static uint32_t total(const struct wasm_module *m, enum info_kind k)
{
	const uint32_t n[] = {
		[INFO_FUNC] = m->funcs.n, [INFO_TABLE] = m->tables.n,
		[INFO_MEMORY] = m->memories.n, [INFO_GLOBAL] = m->globals.n,
		[INFO_ELEM] = m->elems.n, [INFO_DATA] = m->datas.n,
	};

	return n[k];
}

/* The groups as the section numbers them, by order here. */
static uint32_t group_of(struct share *s, struct map *seen, uint32_t number)
{
	uint32_t *slot = map_put(seen, number);

	if (!*slot) {
		struct share_group g = { 0 };
		map_init(&g.bound, s->arena);
		vec_push(s->arena, &s->groups, g);
		*slot = s->groups.n;
	}
	return *slot - 1;
}

/* Whether a section that says so can be believed: instances are numbered from 0
 * without gaps, and not too many. */
static bool count_instances(struct share *s, const struct info *f,
			    struct map *seen)
{
	for (uint32_t k = 0; k < f->cores.n; k++) {
		const uint32_t at = group_of(s, seen, f->cores.at[k].group);
		struct share_group *g = &s->groups.at[at];
		if (f->cores.at[k].inst >= f->cores.n)
			return false;
		if (f->cores.at[k].inst >= g->n)
			g->n = f->cores.at[k].inst + 1;
	}
	for (uint32_t k = 0; k < s->groups.n; k++) {
		s->groups.at[k].context = s->contexts;
		s->contexts += s->groups.at[k].n;
	}
	return s->contexts <= f->cores.n;
}

/* Rows of a kind: places first, then the table of them. */
static bool place_kind(struct share *s, const struct info *f, struct map *seen,
		       enum info_kind kind)
{
	struct map *row = arena_array(s->arena, struct map, s->groups.n);

	for (uint32_t k = 0; k < s->groups.n; k++)
		map_init(&row[k], s->arena);
	for (uint32_t k = 0; k < f->cores.n; k++) {
		const struct info_core *c = &f->cores.at[k];
		const uint32_t gi = group_of(s, seen, c->group);
		struct share_group *g = &s->groups.at[gi];
		for (uint32_t j = 0; j < c->thing[kind].n; j++) {
			struct share_place *p =
				&s->place[kind][c->thing[kind].first + j];
			uint32_t *slot = map_put(&row[gi],
				(uint64_t)c->module << 32 |
				c->thing[kind].index[j]);
			if (p->group != SHARE_NONE)
				return false;
			if (!*slot)
				*slot = ++g->nrows[kind];
			*p = (struct share_place){ gi, c->inst, *slot - 1 };
		}
	}
	return true;
}

static void fill_rows(struct share *s, enum info_kind kind)
{
	for (uint32_t k = 0; k < s->groups.n; k++) {
		struct share_group *g = &s->groups.at[k];
		const uint32_t n = g->nrows[kind] * g->n;
		g->row[kind] = arena_array(s->arena, uint32_t, n);
		for (uint32_t j = 0; j < n; j++)
			g->row[kind][j] = SHARE_NONE;
	}
	for (uint32_t k = 0; k < total(s->m, kind); k++) {
		const struct share_place *p = &s->place[kind][k];
		if (p->group != SHARE_NONE) {
			const struct share_group *g = &s->groups.at[p->group];
			g->row[kind][p->row * g->n + p->inst] = k;
		}
	}
}

static bool rows(struct share *s, const struct info *f)
{
	struct map seen;

	map_init(&seen, s->arena);
	if (!count_instances(s, f, &seen))
		return false;
	for (int kind = 0; kind < INFO_KINDS; kind++) {
		const uint32_t n = total(s->m, (enum info_kind)kind);
		s->place[kind] = arena_array(s->arena, struct share_place, n);
		for (uint32_t k = 0; k < n; k++)
			s->place[kind][k].group = SHARE_NONE;
		if (!place_kind(s, f, &seen, (enum info_kind)kind))
			return false;
		fill_rows(s, (enum info_kind)kind);
	}
	return true;
}

/* --- comparing --------------------------------------------------------------------- */

/* Instance `inst` of a group against instance 0. */
struct pairing {
	struct share *s;
	uint32_t group, inst;
};

bool share_is_own(const struct share *s, uint32_t group, enum info_kind kind,
		  uint32_t index)
{
	const struct share_place *p = &s->place[kind][index];

	return p->group == group && p->inst == 0;
}

/* What each instance calls where instance 0 calls x, found so far. */
static uint32_t *calls(const struct pairing *p, uint32_t x)
{
	struct share_group *g = &p->s->groups.at[p->group];
	uint32_t *slot = map_put(&g->bound, x);

	if (!*slot) {
		*slot = g->calls.n + 1;
		for (uint32_t k = 0; k < g->n; k++)
			vec_push(p->s->arena, &g->calls, k ? SHARE_NONE : x);
	}
	return &g->calls.at[*slot - 1];
}

/* Is y to that instance what x is to instance 0? */
static bool pair(const struct pairing *p, enum info_kind kind, uint32_t x,
		 uint32_t y)
{
	if (share_is_own(p->s, p->group, kind, x))
		return share_in_row(p->s, &p->s->place[kind][x], kind,
				    p->inst) == y;
	if (kind != INFO_FUNC)
		return x == y;
	uint32_t *known = &calls(p, x)[p->inst];
	if (*known == SHARE_NONE)
		*known = y;
	return *known == y;
}

bool share_same_call(struct share *s, uint32_t group, uint32_t inst, uint32_t x,
		     uint32_t y)
{
	const struct pairing p = { s, group, inst };

	return pair(&p, INFO_FUNC, x, y);
}

/* The kinds of the two numbers of an instruction; INFO_KINDS: plain numbers. */
static void kinds(enum op op, enum info_kind *first, enum info_kind *second)
{
	*first = *second = INFO_KINDS;
	switch (op_info[op].imm) {
	case IMM_GLOBAL:
		*first = INFO_GLOBAL;
		break;
	case IMM_FUNC:
		*first = INFO_FUNC;
		break;
	case IMM_TABLE_TABLE:
		*second = INFO_TABLE;
		/* fall through */
	case IMM_TABLE:
		*first = INFO_TABLE;
		break;
	case IMM_TYPE_TABLE:
		*second = INFO_TABLE;
		break;
	case IMM_MEM_MEM:
		*second = INFO_MEMORY;
		/* fall through */
	case IMM_MEM:
		*first = INFO_MEMORY;
		break;
	case IMM_DATA_MEM:
		*second = INFO_MEMORY;
		/* fall through */
	case IMM_DATA:
		*first = INFO_DATA;
		break;
	case IMM_ELEM_TABLE:
		*second = INFO_TABLE;
		/* fall through */
	case IMM_ELEM:
		*first = INFO_ELEM;
		break;
	case IMM_MEMARG: case IMM_MEMARG_LANE:
		*second = INFO_MEMORY;
		break;
	default:
		break;
	}
}

static bool same_number(const struct pairing *p, enum info_kind kind,
			uint32_t x, uint32_t y)
{
	return kind == INFO_KINDS ? x == y : pair(p, kind, x, y);
}

static bool same_ins(const struct pairing *p, const struct wasm_ins *x,
		     const struct wasm_ins *y)
{
	enum info_kind first, second;

	if (x->op != y->op || x->imm != y->imm || x->imm_hi != y->imm_hi ||
	    x->align != y->align || x->block_type != y->block_type ||
	    x->nlabels != y->nlabels || !x->types != !y->types ||
	    (x->types && *x->types != *y->types) || !x->labels != !y->labels)
		return false;
	if (x->labels && memcmp(x->labels, y->labels,
				(x->nlabels + 1) * sizeof *x->labels))
		return false;
	kinds(x->op, &first, &second);
	return same_number(p, first, x->index, y->index) &&
	       same_number(p, second, x->index2, y->index2);
}

static bool same_body(const struct pairing *p, const struct wasm_func *f,
		      const struct wasm_func *g)
{
	const struct wasm_module *m = p->s->m;
	uint32_t a = f->code, b = g->code;
	struct wasm_ins x, y;
	bool same = f->nlocals == g->nlocals && f->type == g->type &&
		    !memcmp(f->local, g->local, f->nlocals);

	while (same && a < f->end && b < g->end) {
		struct arena_mark mark = arena_mark(p->s->arena);
		same = wasm_next(m, a, &x, p->s->arena, NULL) &&
		       wasm_next(m, b, &y, p->s->arena, NULL) &&
		       same_ins(p, &x, &y);
		if (same && x.op == OP_BR_TABLE)	/* no calls were noted */
			arena_reset(p->s->arena, mark);
		a = x.next;
		b = y.next;
	}
	return same && a == f->end && b == g->end;
}

/* Is there another instance's function like that of instance 0, and is every
 * other one like it? */
static bool same_row(struct share *s, uint32_t group, const uint32_t *row)
{
	const struct share_group *g = &s->groups.at[group];
	uint32_t others = 0;

	if (row[0] == SHARE_NONE)
		return false;
	for (uint32_t i = 1; i < g->n; i++) {
		const struct pairing p = { s, group, i };
		if (row[i] == SHARE_NONE)
			continue;
		if (!same_body(&p, &s->m->funcs.at[row[0]],
			       &s->m->funcs.at[row[i]]))
			return false;
		others++;
	}
	return others > 0;
}

static void set(struct share *s, uint32_t group, const uint32_t *row, bool same)
{
	for (uint32_t i = 0; i < s->groups.at[group].n; i++)
		if (row[i] != SHARE_NONE)
			s->same[row[i]] = same;
}

struct share *share_make(const struct info *f, const struct wasm_module *m,
			 struct arena *a)
{
	struct share *s = arena_new(a, struct share);

	*s = (struct share){ .m = m, .arena = a };
	s->same = arena_array(a, bool, m->funcs.n + 1);
	if (!f->cores.n || !rows(s, f))
		return NULL;
	for (uint32_t k = 0; k < s->groups.n; k++) {
		const struct share_group *g = &s->groups.at[k];
		for (uint32_t r = 0; r < g->nrows[INFO_FUNC]; r++) {
			const uint32_t *row = &g->row[INFO_FUNC][r * g->n];
			set(s, k, row, same_row(s, k, row));
		}
	}
	return s;
}

/* --- asking -------------------------------------------------------------------------- */

uint32_t share_code(const struct share *s, uint32_t func)
{
	return s && s->same[func] ?
		       share_in_row(s, &s->place[INFO_FUNC][func], INFO_FUNC, 0) :
		       SHARE_NONE;
}

struct share_count share_count(const struct share *s)
{
	struct share_count r = { 0 };

	for (uint32_t f = 0; f < s->m->funcs.n; f++) {
		const struct share_place *p = &s->place[INFO_FUNC][f];
		if (p->group == SHARE_NONE)
			continue;
		r.by += s->same[f];
		r.code += s->same[f] && p->inst == 0;
		r.apart += !s->same[f];
	}
	return r;
}

void share_not(struct share *s, uint32_t func)
{
	const struct share_place *p = &s->place[INFO_FUNC][func];
	const struct share_group *g = &s->groups.at[p->group];

	set(s, p->group, &g->row[INFO_FUNC][p->row * g->n], false);
}

uint32_t share_seen(const struct share *s, uint32_t group, uint32_t inst,
		    enum info_kind kind, uint32_t index)
{
	const struct share_group *g = &s->groups.at[group];

	if (share_is_own(s, group, kind, index))
		return share_in_row(s, &s->place[kind][index], kind, inst);
	if (kind != INFO_FUNC)
		return index;
	const uint32_t *slot = map_get(&g->bound, index);
	return slot ? g->calls.at[*slot - 1 + inst] : index;
}
