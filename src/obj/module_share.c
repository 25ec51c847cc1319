/* module_share.c - code that several instances share: storage, veneers, choices
 * by instance.
 */
#include "obj/module_share.h"

#include "obj/module_stub.h"
#include "t32/shared.h"

struct mod_share {
	const struct share *s;
	uint32_t *section, *base;	/* per context */
	struct map row;			/* of a piece of storage: 1 + offset */
	struct map seen;		/* of a choice, a table: 1 + symbol */
	uint32_t *body;			/* have, per function */
};

/* Before what a context has: its beginning is nobody else's. */
enum { BASE_BYTES = 8 };

static const struct share *plan(const struct mod *b)
{
	return b->share ? b->share->s : NULL;
}

static uint64_t key(uint32_t group, unsigned what, uint32_t index, uint32_t more)
{
	return hash_mix((uint64_t)group << 40 ^ (uint64_t)what << 32 ^ index) ^
	       more;
}

void mod_share_begin(struct mod *b)
{
	const struct share *s = b->c->gen.share;
	struct mod_share *x = arena_new(b->a, struct mod_share);

	if (!s)
		return;
	*x = (struct mod_share){ .s = s,
		.section = arena_array(b->a, uint32_t, s->contexts),
		.base = arena_array(b->a, uint32_t, s->contexts),
		.body = arena_array(b->a, uint32_t, b->m->funcs.n + 1) };
	map_init(&x->row, b->a);
	map_init(&x->seen, b->a);
	for (uint32_t c = 0; c < s->contexts; c++) {
		x->section[c] = obj_section(
			b->o, arena_printf(b->a, ".bss.heddle.memory.%s.i%u",
					   b->n->prefix, c),
			OBJ_ZERO, OBJ_ALLOC | OBJ_WRITE, 8);
		x->base[c] = mod_object(b, arena_printf(b->a, "%s.base%u",
							b->n->prefix, c),
					x->section[c], 0, BASE_BYTES);
		b->o->sections.at[x->section[c]].size = BASE_BYTES;
	}
	b->share = x;
}

/* --- storage ------------------------------------------------------------------------ */

/* The offset of a row; new ones are taken in all instances. */
static uint32_t row_offset(struct mod *b, const struct share_place *p,
			   unsigned what, uint32_t size, uint32_t align)
{
	const struct share_group *g = &plan(b)->groups.at[p->group];
	uint32_t *slot = map_put(&b->share->row,
				 key(p->group, what, p->row, 0));

	if (*slot)
		return *slot - 1;
	struct obj_section *first =
		&b->o->sections.at[b->share->section[g->context]];
	const uint32_t at = (first->size + align - 1) & ~(align - 1);
	*slot = at + 1;
	for (uint32_t i = 0; i < g->n; i++)	/* nothing begins where another does */
		b->o->sections.at[b->share->section[g->context + i]].size =
			at + (size ? size : 4);
	return at;
}

uint32_t mod_storage(struct mod *b, enum info_kind kind, uint32_t index,
		     unsigned part, const char *name, uint32_t size,
		     uint32_t align)
{
	const struct share *s = plan(b);
	const struct share_place *p = s ? &s->place[kind][index] : NULL;

	if (!p || p->group == SHARE_NONE)
		return mod_zeros(b, name, size, align);
	const uint32_t at = row_offset(b, p, (unsigned)kind << 2 | part, size,
				       align);
	const uint32_t c = s->groups.at[p->group].context + p->inst;
	return mod_object(b, name, b->share->section[c], at, size);
}

uint32_t mod_same_data(const struct mod *b, uint32_t index)
{
	const struct share *s = plan(b);
	const struct share_place *p = s ? &s->place[INFO_DATA][index] : NULL;

	if (!p || p->group == SHARE_NONE)
		return index;
	for (uint32_t i = 0; i < s->groups.at[p->group].n; i++) {
		const uint32_t k = share_in_row(s, p, INFO_DATA, i);
		if (k != SHARE_NONE)
			return t32_same_bytes(b->m, k, index) ? k : index;
	}
	return index;
}

/* --- code --------------------------------------------------------------------------- */

static bool any_live(const struct share *s, uint32_t func, const bool *live)
{
	const struct share_place *p = &s->place[INFO_FUNC][func];

	for (uint32_t i = 0; i < s->groups.at[p->group].n; i++) {
		const uint32_t f = share_in_row(s, p, INFO_FUNC, i);
		if (f != SHARE_NONE && live[f])
			return true;
	}
	return false;
}

static void name_contexts(struct mod *b, uint32_t func, const bool *live)
{
	const struct share *s = plan(b);
	const struct share_place *p = &s->place[INFO_FUNC][func];
	const struct share_group *g = &s->groups.at[p->group];
	const struct obj_symbol body = b->o->symbols.at[b->share->body[func] - 1];

	for (uint32_t i = 0; i < g->n; i++) {
		const uint32_t f = share_in_row(s, p, INFO_FUNC, i);
		if (f != SHARE_NONE && live[f])
			obj_symbol(b->o, &(struct obj_symbol){
				.name = arena_printf(b->a, "%s.shared%u.%u",
						     b->n->prefix, f,
						     g->context + i),
				.section = body.section, .value = body.value,
				.size = body.size, .binding = OBJ_LOCAL,
				.type = OBJ_NOTYPE });
	}
}

void mod_put_shared(struct mod *b, const bool *live)
{
	const struct share *s = plan(b);

	for (uint32_t f = 0; s && f < b->m->funcs.n; f++) {
		if (share_code(s, f) != f || !any_live(s, f, live))
			continue;
		b->share->body[f] = mod_put_code(b, b->c->code[f],
			arena_printf(b->a, "%s.shared", b->n->local[f])) + 1;
		name_contexts(b, f, live);
	}
}

void mod_put_shared_rest(struct mod *b)
{
	const struct share *s = plan(b);

	for (uint32_t f = 0; s && f < b->m->funcs.n; f++)
		if (b->share->body[f])
			mod_put_rest(b, b->c->code[f], b->share->body[f] - 1,
				     s->place[INFO_FUNC][f].group);
}

const struct t32_code *mod_veneer(struct mod *b, uint32_t func)
{
	const struct share *s = plan(b);
	const struct share_place *p = &s->place[INFO_FUNC][func];
	const uint32_t c = s->groups.at[p->group].context + p->inst;
	const struct mir_sym sym[] = {
		{ .kind = SYM_OBJECT,
		  .index = b->share->body[share_code(s, func)] - 1 },
		{ .kind = SYM_OBJECT, .index = b->share->base[c] },
	};

	return stub_veneer(&b->m->types.at[b->m->funcs.at[func].type], sym,
			   func, &b->c->gen, b->a);
}

/* --- what code sees ------------------------------------------------------------------- */

/* A jump to what each instance calls there.  What is not live is not called. */
static uint32_t choice(struct mod *b, uint32_t group, uint32_t func)
{
	const struct share *s = plan(b);
	const struct share_group *g = &s->groups.at[group];
	struct mir_sym *base = arena_array(b->a, struct mir_sym, g->n);
	struct mir_sym *to = arena_array(b->a, struct mir_sym, g->n);
	uint32_t n = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		const uint32_t f = share_seen(s, group, i, INFO_FUNC, func);
		if (f == SHARE_NONE ||
		    (f >= b->m->nimported[WASM_FUNC] && !b->func[f]))
			continue;
		base[n] = (struct mir_sym){ .kind = SYM_OBJECT,
			.index = b->share->base[g->context + i] };
		to[n++] = (struct mir_sym){ .kind = SYM_OBJECT,
					    .index = mod_func(b, f) };
	}
	CHECK(n > 0);
	return mod_put_stub(b, stub_choice(base, to, n, func, b->a),
			    arena_printf(b->a, "%s.%u.seen%u", b->n->prefix,
					 func, group));
}

static bool differs(const struct share *s, uint32_t group, uint32_t func)
{
	for (uint32_t i = 0; i < s->groups.at[group].n; i++)
		if (share_seen(s, group, i, INFO_FUNC, func) != func)
			return true;
	return false;
}

static uint32_t seen_func(struct mod *b, uint32_t group, uint32_t func)
{
	const struct share *s = plan(b);

	if (share_is_own(s, group, INFO_FUNC, func) && s->same[func])
		return b->share->body[func] - 1;
	if (!differs(s, group, func))
		return mod_func(b, func);
	const uint64_t k = key(group, INFO_FUNC, func, 0);
	const uint32_t *have = map_get(&b->share->seen, k);
	if (!have) {
		const uint32_t symbol = choice(b, group, func);
		*map_put(&b->share->seen, k) = symbol + 1;
		return symbol;
	}
	return *have - 1;
}

/* As mod_table_direct, and the same for every instance. */
static uint32_t seen_direct(struct mod *b, uint32_t group, uint32_t k,
			    uint32_t type)
{
	const struct share *s = plan(b);
	const struct share_group *g = &s->groups.at[group];
	const struct share_place *p = &s->place[INFO_TABLE][k];
	const struct ir_table_facts *f = &b->im->table[k];
	const uint32_t canon = b->m->types.at[type].canon;
	const uint64_t id = key(group, INFO_TABLE, k, canon);
	const uint32_t *have = map_get(&b->share->seen, id);
	uint32_t first = 0;

	if (have)
		return *have - 1;
	for (uint32_t j = 0; j < f->n; j++)
		if (f->func[j] != UINT32_MAX)
			seen_func(b, group, f->func[j]);
	const uint32_t at = mod_here(b, b->rodata, 4);
	for (uint32_t j = 0; j < f->n; j++) {
		const uint32_t func = f->func[j];
		if (func == UINT32_MAX)
			mod_word(b, b->rodata, 0);
		else if (b->m->types.at[b->m->funcs.at[func].type].canon ==
			 canon)
			mod_pointer(b, b->rodata, seen_func(b, group, func), 0);
		else
			mod_word(b, b->rodata, 1);
	}
	for (uint32_t i = 0; i < g->n; i++) {
		const uint32_t t = share_in_row(s, p, INFO_TABLE, i);
		if (t == SHARE_NONE)
			continue;
		const uint32_t y = mod_object(
			b, arena_printf(b->a, "%s.direct%u.%u.in%u",
					b->n->prefix, t, canon, g->context + i),
			b->rodata, at, 4 * f->n);
		first = first ? first : y + 1;
	}
	*map_put(&b->share->seen, id) = first;
	return first - 1;
}

/* A piece of storage of one instance. */
static uint32_t own_storage(struct mod *b, const struct mir_sym *s)
{
	return s->kind == SYM_MEMORY_DESC ? mod_instance_memory(b, s->index) :
	       s->kind == SYM_TABLE_DESC ? mod_instance_table(b, s->index) :
					   mod_symbol(b, s);
}

/* What one instance has there, all have; so with the bytes of a segment, which
 * are at one place by all their names. */
static uint32_t seen_storage(struct mod *b, uint32_t group,
			     const struct mir_sym *s)
{
	const struct share_group *g = &plan(b)->groups.at[group];
	const enum info_kind kind = t32_kind_of(s);
	const struct share_place *p = &plan(b)->place[kind][s->index];
	uint32_t first = 0;

	for (uint32_t i = 0; i < g->n; i++) {
		struct mir_sym x = *s;
		x.index = share_in_row(plan(b), p, kind, i);
		if (x.index == SHARE_NONE)
			continue;
		const uint32_t symbol = own_storage(b, &x);
		first = i ? first : symbol;
	}
	return first;
}

uint32_t mod_seen(struct mod *b, uint32_t group, const struct mir_sym *s)
{
	const enum info_kind kind = t32_kind_of(s);
	const bool own = kind != INFO_KINDS &&
			 share_is_own(plan(b), group, kind, s->index);

	if (s->in_instance || (own && s->kind == SYM_DATA))
		return seen_storage(b, group, s);
	if (s->kind == SYM_FUNC)
		return seen_func(b, group, s->index);
	return own && s->kind == SYM_TABLE_DIRECT ?
		       seen_direct(b, group, s->index, s->index2) :
		       mod_symbol(b, s);
}
