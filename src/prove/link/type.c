/* type.c - types of the section against those of the component.
 *
 * Types are compared by what they are made of; resource types by which resource they
 * are: the section numbers them as instantiation makes them.
 */
#include "prove/link/joint.h"

#include <string.h>

static struct typed part(struct typed t, uint32_t type)
{
	return (struct typed){ t.inst, type };
}

/* Layout is what code generation and adapters take from a type. */
static bool same_shape(const struct ct_type *a, const struct ct_type *b)
{
	return a->kind == b->kind && a->async == b->async &&
	       (a->kind == CT_RESOURCE || a->n == b->n) &&
	       !a->item == !b->item && a->size == b->size &&
	       a->align == b->align && a->nflat == b->nflat &&
	       !memcmp(a->flat, b->flat, a->nflat);
}

/* --- the section's ------------------------------------------------------------- */

/* A number for each type in its instance that is asked for. */
static uint64_t number(struct joint *j, struct typed t)
{
	uint32_t *id = map_put(&j->typed, (uint64_t)t.inst << 32 | t.type);

	if (!*id)
		*id = ++j->ntyped;
	return *id;
}

static bool same(struct joint *j, struct typed t, uint32_t type)
{
	const uint32_t *r;

	if (t.type == CT_NO_TYPE || type == CT_NO_TYPE)
		return t.type == type;
	const struct ct_type *a = ct_get(&j->file->types, t.type),
		*b = ct_get(&j->info->types, type);
	const uint64_t key = number(j, t) << 32 | type;
	if (!same_shape(a, b))
		return false;
	if (a->kind == CT_RESOURCE) {
		if (b->n || b->elem != CT_NO_TYPE || b->elem2 != CT_NO_TYPE)
			return false;
		r = map_get(&j->resource_type, type);
		return r && *r - 1 == joint_resource(j, t);
	}
	if (map_get(&j->same_types, key))
		return true;
	for (uint32_t k = 0; a->item && k < a->n; k++)
		if (!ct_same_name(a->item[k].name, b->item[k].name) ||
		    !same(j, part(t, a->item[k].type), b->item[k].type))
			return false;
	if (!same(j, part(t, a->elem), b->elem) ||
	    !same(j, part(t, a->elem2), b->elem2))
		return false;
	map_put(&j->same_types, key);
	return true;
}

bool joint_same_type(struct joint *j, struct typed t, uint32_t type)
{
	return same(j, t, type);
}

/* --- the component's own ------------------------------------------------------------ */

static bool equal(struct joint *j, struct typed a, struct typed b)
{
	if (a.type == CT_NO_TYPE || b.type == CT_NO_TYPE)
		return a.type == b.type;
	const struct ct_type *x = ct_get(&j->file->types, a.type),
		*y = ct_get(&j->file->types, b.type);
	const uint64_t key = number(j, a) << 32 | number(j, b);
	if (a.type == b.type && (a.inst == b.inst || !x->resources))
		return true;
	if (!same_shape(x, y))
		return false;
	if (x->kind == CT_RESOURCE)
		return joint_resource(j, a) == joint_resource(j, b) &&
		       joint_resource(j, a) != JOINT_NONE;
	if (map_get(&j->equal_types, key))
		return true;
	for (uint32_t k = 0; x->item && k < x->n; k++)
		if (!ct_same_name(x->item[k].name, y->item[k].name) ||
		    !equal(j, part(a, x->item[k].type),
			   part(b, y->item[k].type)))
			return false;
	if (!equal(j, part(a, x->elem), part(b, y->elem)) ||
	    !equal(j, part(a, x->elem2), part(b, y->elem2)))
		return false;
	map_put(&j->equal_types, key);
	return true;
}

bool joint_equal_types(struct joint *j, struct typed a, struct typed b)
{
	return equal(j, a, b);
}
