/* section.c - the section that code generation starts from.
 *
 * What it says of instances, resources, built-ins, functions and exports is compared
 * with the component: each descriptor with its canonical definition.
 */
#include "prove/link/joint.h"

static bool wrong(struct joint *j, const char *what, uint32_t number,
		  const char *field)
{
	return joint_fail(j, "section " CANON_SECTION ": %s %u has another %s "
			  "than the component gives it", what, number, field);
}

static bool same_memory(struct joint *j, struct thing t, uint32_t index)
{
	if (t.kind == THING_NONE)
		return index == INFO_NONE;
	t = joint_resolve(j, WASM_MEMORY, t);
	return t.kind == THING_CORE && joint_memory(j, t) == index;
}

/* --- instances, resources -------------------------------------------------------- */

static bool instances(struct joint *j)
{
	if (j->info->parents.n != j->insts.n)
		return wrong(j, "the list", j->info->parents.n,
			     "number of instances");
	for (uint32_t k = 0; k < j->insts.n; k++)
		if (j->info->parents.at[k] != j->insts.at[k]->parent)
			return wrong(j, "instance", k, "parent");
	return true;
}

static bool resources(struct joint *j)
{
	if (j->info->resources.n != j->resources.n)
		return wrong(j, "the list", j->info->resources.n,
			     "number of resources");
	for (uint32_t k = 0; k < j->resources.n; k++) {
		const struct info_resource *i = &j->info->resources.at[k];
		const struct joint_resource *r = &j->resources.at[k];
		if (i->inst != r->inst)
			return wrong(j, "resource", k, "instance");
		if (!ct_same_name(i->name, r->name))
			return wrong(j, "resource", k, "name");
		if (!joint_pair(j, WASM_FUNC, r->dtor, i->dtor, "a destructor"))
			return wrong(j, "resource", k, "destructor");
		if (i->type == CT_NO_TYPE)
			continue;
		uint32_t *known = map_put(&j->resource_type, i->type);
		if (*known)
			return wrong(j, "resource", k, "type");
		*known = k + 1;
	}
	return true;
}

/* --- built-ins -------------------------------------------------------------------- */

/* The resource whose type a built-in has. */
static bool same_resource(const struct joint *j, const struct joint_builtin *b,
			  const struct info_builtin *i)
{
	const bool is = b->type.type != CT_NO_TYPE &&
		ct_get(&j->file->types, b->type.type)->kind == CT_RESOURCE;

	return i->resource == (is ? joint_resource(j, b->type) : JOINT_NONE);
}

static const char *differs_in(struct joint *j, const struct joint_builtin *b,
			      const struct info_builtin *i)
{
	const struct comp_canon *c = b->canon;

	if (i->op != c->op)
		return "operation";
	if (i->inst != b->inst)
		return "instance";
	if (i->async != c->async)
		return "async option";
	if (i->cancellable != c->cancellable)
		return "cancellable option";
	if (i->encoding != c->encoding)
		return "string encoding";
	if (i->slot != c->slot)
		return "slot";
	if (!joint_same_type(j, b->type, i->type))
		return "type";
	if (!same_resource(j, b, i))
		return "resource";
	if (!same_memory(j, b->memory, i->memory))
		return "memory";
	if (!joint_pair(j, WASM_FUNC, b->realloc, i->realloc, "realloc"))
		return "realloc function";
	if (!joint_pair(j, WASM_TABLE, b->table, i->table, "a table"))
		return "table";
	if ((i->callee == INFO_NONE ? JOINT_NONE :
	     j->info->funcs.at[i->callee].number) != b->callee)
		return "function to call";
	return NULL;
}

/* Calls that end in the component itself have adapters. */
static bool adapters(struct joint *j, const struct joint_builtin *b,
		     const struct info_builtin *i)
{
	const bool has = b->canon->op == CANON_LOWER &&
			 j->funcs.at[b->callee].inst != JOINT_NONE;

	if (!has)
		return i->start == INFO_NONE && i->results == INFO_NONE;
	return i->start != i->results &&
	       joint_made(j, i->start, "a start adapter") &&
	       joint_made(j, i->results, "a results adapter");
}

static bool builtins(struct joint *j)
{
	for (uint32_t k = 0; k < j->info->builtins.n; k++) {
		const struct info_builtin *i = &j->info->builtins.at[k];
		if (i->number >= j->builtins.n ||
		    j->builtins.at[i->number].told)
			return wrong(j, "built-in", i->number, "number");
		struct joint_builtin *b = &j->builtins.at[i->number];
		b->told = i;
		const char *field = differs_in(j, b, i);
		if (field)
			return wrong(j, "built-in", i->number, field);
		if (!joint_pair(j, WASM_FUNC, (struct thing){
				THING_BUILTIN, 0, i->number }, i->func,
				"a built-in"))
			return false;
		if (!adapters(j, b, i))
			return wrong(j, "built-in", i->number, "adapter");
	}
	j->out->builtins = j->info->builtins.n;
	return true;
}

/* --- functions ------------------------------------------------------------------------ */

static uint8_t encoding(const struct joint_func *f)
{
	return f->canon ? f->canon->encoding : ENC_UTF8;
}

static const char *func_differs_in(struct joint *j, const struct joint_func *f,
				   const struct info_func *i)
{
	if (i->inst != f->inst)
		return "instance";
	if (i->async != (f->canon && f->canon->async))
		return "async option";
	if (i->encoding != encoding(f))
		return "string encoding";
	if (!joint_same_type(j, f->type, i->type))
		return "type";
	if (!ct_same_name(i->interface, f->interface) ||
	    !ct_same_name(i->name, f->name))
		return "name";
	if (!same_memory(j, f->memory, i->memory))
		return "memory";
	if (!joint_pair(j, WASM_FUNC, f->core, i->core, "a lifted function"))
		return "core function";
	if (!joint_pair(j, WASM_FUNC, f->callback, i->callback, "a callback"))
		return "callback";
	if (!joint_pair(j, WASM_FUNC, f->post_return, i->post_return,
			"a post-return"))
		return "post-return";
	if (!joint_pair(j, WASM_FUNC, f->realloc, i->realloc, "a realloc"))
		return "realloc function";
	return NULL;
}

static bool functions(struct joint *j)
{
	for (uint32_t k = 0; k < j->info->funcs.n; k++) {
		const struct info_func *i = &j->info->funcs.at[k];
		if (i->number >= j->funcs.n || j->funcs.at[i->number].told)
			return wrong(j, "function", i->number, "number");
		struct joint_func *f = &j->funcs.at[i->number];
		const char *field = func_differs_in(j, f, i);
		if (field)
			return wrong(j, "function", i->number, field);
		f->told = true;
	}
	return true;
}

/* Every export, and no other. */
static bool exports(struct joint *j)
{
	if (j->info->exports.n != j->exports.n)
		return wrong(j, "the list", j->info->exports.n,
			     "number of exports");
	for (uint32_t k = 0; k < j->exports.n; k++) {
		const struct info_export *i = &j->info->exports.at[k];
		const struct joint_export *x = &j->exports.at[k];
		if (!ct_same_name(i->interface, x->interface) ||
		    !ct_same_name(i->name, x->name))
			return wrong(j, "export", k, "name");
		if (j->info->funcs.at[i->func].number != x->func)
			return wrong(j, "export", k, "function");
	}
	return true;
}

bool joint_section(struct joint *j)
{
	return instances(j) && resources(j) && functions(j) && builtins(j) &&
	       exports(j);
}
