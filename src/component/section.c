/* section.c - the custom section that says what the linked module's imports
 * and exports mean.  docs/components.md, "The custom section". */
#include "component/convert.h"

enum { VERSION = 1 };

static void optional(struct buf *out, uint32_t v)
{
	buf_uleb(out, v == UINT32_MAX ? 0 : (uint64_t)v + 1);
}

static void name(struct buf *out, struct ct_name n)
{
	buf_uleb(out, n.n);
	buf_put(out, n.at, n.n);
}

static void type(const struct linker *l, struct buf *out, uint32_t t)
{
	struct buf b;

	buf_init(&b, l->arena);
	if (t != CT_NO_TYPE)
		ct_print(l->g->types, t, &b);
	name(out, (struct ct_name){ (const char *)b.at, (uint32_t)b.n });
}

/* Bits of an element's byte. */
enum {
	ELEM_NUMBER = 1,	/* or nothing: may be copied within an instance */
	ELEM_BYTES = 2		/* copying the bytes is enough: no [copy] */
};

static uint8_t element_flags(const struct linker *l, uint32_t elem)
{
	if (elem == CT_NO_TYPE)
		return ELEM_NUMBER | ELEM_BYTES;
	const struct ct_type *e = ct_get(l->g->types, elem);
	return (uint8_t)((e->kind >= CT_S8 && e->kind <= CT_F64 ?
			  ELEM_NUMBER : 0) |
			 (ct_any_bytes(l->g->types, elem) ? ELEM_BYTES : 0));
}

/* Size, alignment and flags of what a stream or future carries. */
static void element(const struct linker *l, struct buf *out, uint32_t t)
{
	const struct ct_type *x = t == CT_NO_TYPE ? NULL :
						    ct_get(l->g->types, t);
	bool pipe = x && (x->kind == CT_STREAM || x->kind == CT_FUTURE);
	const struct ct_type *e = pipe && x->elem != CT_NO_TYPE ?
					  ct_get(l->g->types, x->elem) : NULL;

	buf_uleb(out, pipe ? t + 1u : 0);
	if (!pipe)
		return;
	buf_uleb(out, e ? e->size : 0);
	buf_uleb(out, e ? e->align : 1);
	buf_u8(out, element_flags(l, x->elem));
}

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
	element(l, out, b->type);
	optional(out, resource(l, b->type));
	type(l, out, b->type);
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
	buf_u8(out, (uint8_t)(f->async |
			      ct_get(l->g->types, f->type)->async << 1 |
			      f->encoding << 2));
	type(l, out, f->type);
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

	buf_u8(out, VERSION);
	buf_uleb(out, g->insts.n);
	for (uint32_t k = 0; k < g->insts.n; k++)
		optional(out, g->insts.at[k].parent);
	buf_uleb(out, g->resources.n);
	for (uint32_t k = 0; k < g->resources.n; k++) {
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
}
