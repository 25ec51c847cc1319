/* same.c - the same code in two objects of one module.
 *
 * A verdict holds for bytes and for what relocations make of them, wherever
 * these are in the file: symbols may have other numbers.
 */
#include <string.h>

#include "prove/module.h"
#include "prove/shared.h"

static const struct region *region_of(const struct world *w, uint32_t symbol)
{
	const struct obj_symbol *s = &w->o->symbols.at[symbol];
	uint32_t k = world_region((struct world *)w, s->section, s->value,
				  symbol);

	return k == UINT32_MAX ? NULL : &w->regions.at[k];
}

static bool same_region(const struct region *p, const struct obj_symbol *x,
			const struct region *q, const struct obj_symbol *y)
{
	return p->kind == q->kind && p->index == q->index &&
	       p->index2 == q->index2 && p->size == q->size &&
	       p->constant == q->constant && p->kind != REGION_OTHER &&
	       x->value - p->at == y->value - q->at;
}

static bool same_symbol(const struct world *a, uint32_t i,
			const struct world *b, uint32_t j)
{
	const struct obj_symbol *x = &a->o->symbols.at[i];
	const struct obj_symbol *y = &b->o->symbols.at[j];
	const struct code_ref *c = world_code_at(a, x->section, x->value);
	const struct code_ref *d = world_code_at(b, y->section, y->value);
	const struct region *p = region_of(a, i), *q = region_of(b, j);

	if (x->type != y->type || x->binding != y->binding ||
	    strcmp(x->name, y->name))
		return false;
	if (c || d)
		return c && d && c->func == d->func && c->stub == d->stub &&
		       c->is == d->is && c->of == d->of;
	if (p || q)
		return p && q && same_region(p, x, q, y);
	return (x->section == OBJ_UNDEFINED && y->section == OBJ_UNDEFINED) ||
	       (x->section == OBJ_ABSOLUTE && y->section == OBJ_ABSOLUTE &&
		x->value == y->value);
}

static bool same_place(const struct world *a, const struct code_ref *c,
		       const struct world *b, const struct code_ref *d,
		       uint32_t at)
{
	const struct obj_reloc *x = world_reloc(a, c->section, c->at + at);
	const struct obj_reloc *y = world_reloc(b, d->section, d->at + at);
	const uint32_t *t = map_get(&a->trap_at,
				    (uint64_t)c->section << 32 | (c->at + at));
	const uint32_t *u = map_get(&b->trap_at,
				    (uint64_t)d->section << 32 | (d->at + at));

	if (!t != !u || (t && *t != *u) || !x != !y)
		return false;
	return !x || (x->type == y->type && x->addend == y->addend &&
		      same_symbol(a, x->symbol, b, y->symbol));
}

static bool same_numbers(const struct numbers *a, const struct numbers *b,
			 uint32_t n)
{
	return !memcmp(a->in, b->in, n * sizeof *a->in);
}

/* All but functions, which calls and references name. */
static bool same_things(const struct world *a, const struct world *b)
{
	const struct wasm_module *m = a->of->m;

	return same_numbers(&a->table, &b->table, m->tables.n) &&
	       same_numbers(&a->memory, &b->memory, m->memories.n) &&
	       same_numbers(&a->global, &b->global, m->globals.n) &&
	       same_numbers(&a->elem, &b->elem, m->elems.n) &&
	       same_numbers(&a->data, &b->data, m->datas.n);
}

/* Of outputs that are WebAssembly: the same bytes, and the same numbers for the
 * same things. */
static bool same_wasm(const struct world *a, const struct world *b,
		      uint32_t func)
{
	const struct wasm_module *x = a->out->m, *y = b->out->m;

	if (a->m != b->m || a->why || b->why || x->funcs.n != y->funcs.n ||
	    x->types.n != y->types.n || a->events != b->events ||
	    a->out->idle_backpressure != b->out->idle_backpressure ||
	    memcmp(a->out->func_of, b->out->func_of,
		   x->funcs.n * sizeof *a->out->func_of))
		return false;
	if (!same_things(a->out, b->out))
		return false;
	for (uint32_t k = 0; k < x->types.n; k++)
		if (!wasm_same_type(&x->types.at[k], &y->types.at[k]))
			return false;
	uint32_t k = a->out->func_in[func];
	if (k == UINT32_MAX)
		return false;
	const struct wasm_func *f = &x->funcs.at[k], *g = &y->funcs.at[k];
	return f->end - f->begin == g->end - g->begin &&
	       !memcmp(x->bytes + f->begin, y->bytes + g->begin,
		       f->end - f->begin);
}

/* The checker finds out for itself what is code and what is data, so bytes and
 * relocations are all there is. */
bool prove_same(const struct world *a, const struct world *b, uint32_t func)
{
	if (!a->o)
		return same_wasm(a, b, func);
	const struct code_ref *c = world_code_of(a, func), *d = world_code_of(b, func);

	/* code that is shared has more to it: it is judged again */
	if (world_shared_of(a, func) || world_shared_of(b, func))
		return false;
	if (!c || !d || a->m != b->m || a->why || b->why || c->size != d->size ||
	    a->n != b->n || a->o->hard_float != b->o->hard_float ||
	    memcmp(a->range, b->range, a->n * sizeof *a->range) ||
	    memcmp(a->mutable, b->mutable, a->n) ||
	    memcmp(a->unread, b->unread, a->m->datas.n * sizeof *a->unread))
		return false;
	const struct obj_section *s = &a->o->sections.at[c->section];
	const struct obj_section *t = &b->o->sections.at[d->section];
	if (c->at + c->size > s->bytes.n || d->at + d->size > t->bytes.n ||
	    memcmp(s->bytes.at + c->at, t->bytes.at + d->at, c->size))
		return false;
	for (uint32_t at = 0; at <= c->size; at += 2)
		if (!same_place(a, c, b, d, at))
			return false;
	return true;
}
