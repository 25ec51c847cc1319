/* section.c - the custom section that says what the linked module's imports
 * and exports mean.  docs/components.md, "The custom section". */
#include "component/convert.h"

/* With walls, the owners of memories follow. */
enum { VERSION = 2, VERSION_WALLS = 3 };

static void optional(struct buf *out, uint32_t v)
{
	buf_uleb(out, v == UINT32_MAX ? 0 : (uint64_t)v + 1);
}

static void name(struct buf *out, struct ct_name n)
{
	buf_uleb(out, n.n);
	buf_put(out, n.at, n.n);
}

/* --- types ------------------------------------------------------------------------ */

struct marks {
	const struct ct_table *t;
	bool *used;
};

/* As deep as types are. */
static void mark(struct marks *m, uint32_t t)
{
	if (t == CT_NO_TYPE || m->used[t])
		return;
	const struct ct_type *x = ct_get(m->t, t);
	m->used[t] = true;
	mark(m, x->elem);
	mark(m, x->elem2);
	for (uint32_t k = 0; x->item && k < x->n; k++)
		mark(m, x->item[k].type);
}

static void type(const struct ct_table *t, uint32_t k, struct buf *out)
{
	const struct ct_type *x = ct_get(t, k);
	const bool resource = x->kind == CT_RESOURCE;

	buf_uleb(out, k);
	buf_u8(out, x->kind);
	buf_u8(out, (uint8_t)(x->async | (x->item != NULL) << 1));
	buf_uleb(out, resource ? 0 : x->n);
	for (uint32_t i = 0; x->item && i < x->n; i++) {
		name(out, x->item[i].name);
		optional(out, x->item[i].type);
	}
	optional(out, resource ? CT_NO_TYPE : x->elem);
	optional(out, resource ? CT_NO_TYPE : x->elem2);
}

/* Those used, parts before what they are parts of: they were made first. */
static struct marks types(const struct linker *l, struct buf *out)
{
	const struct ct_table *t = l->g->types;
	struct marks m = { t, arena_array(l->arena, bool, t->types.n) };
	uint32_t n = 0;

	for (uint32_t k = 0; k < l->g->builtins.n; k++)
		if (l->live_builtin[k])
			mark(&m, l->g->builtins.at[k].type);
	for (uint32_t k = 0; k < l->g->funcs.n; k++)
		if (l->live_func[k])
			mark(&m, l->g->funcs.at[k].type);
	for (uint32_t k = CT_PRIMITIVES; k < t->types.n; k++)
		n += m.used[k];
	buf_uleb(out, n);
	for (uint32_t k = CT_PRIMITIVES; k < t->types.n; k++)
		if (m.used[k])
			type(t, k, out);
	return m;
}

/* --- the rest ------------------------------------------------------------------------ */

static uint32_t resource(const struct linker *l, uint32_t t)
{
	for (uint32_t k = 0; k < l->g->resources.n; k++)
		if (l->g->resources.at[k].type == t)
			return k;
	return UINT32_MAX;
}

static void builtin(const struct linker *l, struct buf *out, uint32_t k)
{
	const struct graph_builtin *b = &l->g->builtins.at[k];
	const struct linked *o = l->out;

	buf_uleb(out, k);
	buf_u8(out, canon_info[b->op].code);
	buf_uleb(out, b->inst);
	buf_u8(out, (uint8_t)(b->async | b->cancellable << 1 |
			      b->encoding << 2));
	buf_uleb(out, o->builtin[k]);
	optional(out, b->slot);
	optional(out, b->type);
	optional(out, resource(l, b->type));
	optional(out, o->builtin_memory[k]);
	optional(out, o->builtin_realloc[k]);
	optional(out, o->builtin_table[k]);
	optional(out, b->callee);
	optional(out, o->adapter[k].start);
	optional(out, o->adapter[k].results);
}

static void func(const struct linker *l, struct buf *out, uint32_t k)
{
	const struct graph_func *f = &l->g->funcs.at[k];
	const struct link_lift *at = &l->out->lift[k];

	buf_uleb(out, k);
	optional(out, f->inst);
	buf_u8(out, (uint8_t)(f->async | f->encoding << 2));
	buf_uleb(out, f->type);
	name(out, f->interface);
	name(out, f->name);
	optional(out, at->core);
	optional(out, at->callback);
	optional(out, at->post_return);
	optional(out, at->realloc);
	optional(out, at->memory);
}

static uint32_t count(const bool *live, uint32_t n)
{
	uint32_t r = 0;

	for (uint32_t k = 0; k < n; k++)
		r += live[k];
	return r;
}

void link_section(struct linker *l, struct buf *out)
{
	const struct graph *g = l->g;

	buf_u8(out, l->walls ? VERSION_WALLS : VERSION);
	const struct marks m = types(l, out);
	buf_uleb(out, g->insts.n);
	for (uint32_t k = 0; k < g->insts.n; k++)
		optional(out, g->insts.at[k].parent);
	buf_uleb(out, g->resources.n);
	for (uint32_t k = 0; k < g->resources.n; k++) {
		const uint32_t t = g->resources.at[k].type;
		buf_uleb(out, m.used[t] ? t : 0);
		optional(out, g->resources.at[k].inst);
		name(out, g->resources.at[k].name);
		optional(out, l->out->dtor[k]);
	}
	buf_uleb(out, count(l->live_builtin, g->builtins.n));
	for (uint32_t k = 0; k < g->builtins.n; k++)
		if (l->live_builtin[k])
			builtin(l, out, k);
	buf_uleb(out, count(l->live_func, g->funcs.n));
	for (uint32_t k = 0; k < g->funcs.n; k++)
		if (l->live_func[k])
			func(l, out, k);
	buf_uleb(out, g->exports.n);
	for (uint32_t k = 0; k < g->exports.n; k++) {
		name(out, g->exports.at[k].interface);
		name(out, g->exports.at[k].name);
		buf_uleb(out, g->exports.at[k].func);
	}
	if (l->walls)
		buf_uleb(out, l->owners.n);
	for (uint32_t k = 0; l->walls && k < l->owners.n; k++)
		buf_uleb(out, l->owners.at[k]);
}
