/* instance.c - what a component is made of once instantiated.
 *
 * Every instance runs the definitions of its component in order, in an environment of
 * its own.  What is made is numbered in the order it is made: built-ins, functions,
 * resources and instances have these numbers in the linked module's names and section.
 *
 * Source: component-model 6d28164, Explainer.md "Component Definitions".
 */
#include "prove/link/joint.h"

enum { MOST_INSTANCES = 10000, MOST_EXPORTS = 100000, DEEPEST = 2000 };

static struct value nothing(void)
{
	return (struct value){ .a = JOINT_NONE, .b = JOINT_NONE };
}

static struct value number(uint32_t a, uint32_t b)
{
	return (struct value){ .a = a, .b = b };
}

static struct value get(const struct joint *j, uint32_t inst, uint8_t sort,
			uint32_t index)
{
	const struct joint_inst *i = j->insts.at[inst];

	return index < i->space[sort].n ? i->space[sort].at[index] : nothing();
}

static struct thing thing(const struct joint *j, uint32_t inst, uint8_t sort,
			  uint32_t index)
{
	return index == COMP_NONE ? (struct thing){ 0 } :
				    get(j, inst, sort, index).thing;
}

static const struct item *find(const struct joint *j, uint32_t bag,
			       struct ct_name name, uint8_t sort)
{
	const joint_bag *b = bag < j->bags.n ? &j->bags.at[bag] : NULL;

	for (uint32_t k = 0; b && k < b->n; k++)
		if (b->at[k].sort == sort && ct_same_name(b->at[k].name, name))
			return &b->at[k];
	return NULL;
}

static uint32_t new_bag(struct joint *j)
{
	vec_push(j->arena, &j->bags, (joint_bag){ 0 });
	return j->bags.n - 1;
}

static void put(struct joint *j, uint32_t bag, struct ct_name name,
		uint8_t sort, struct value v)
{
	vec_push(j->arena, &j->bags.at[bag], (struct item){ name, sort, v });
}

/* --- resources ---------------------------------------------------------------- */

static uint32_t new_resource(struct joint *j, uint32_t inst,
			     struct ct_name name, struct thing dtor)
{
	vec_push(j->arena, &j->resources,
		 (struct joint_resource){ inst, name, dtor });
	return j->resources.n - 1;
}

static void bind_resource(struct joint *j, uint32_t inst, uint32_t type,
			  uint32_t resource)
{
	if (resource != JOINT_NONE)
		*map_put(&j->insts.at[inst]->resource, type) = resource + 1;
}

uint32_t joint_resource(const struct joint *j, struct typed t)
{
	const uint32_t *r = t.inst < j->insts.n ?
		map_get(&j->insts.at[t.inst]->resource, t.type) : NULL;

	return r ? *r - 1 : JOINT_NONE;
}

/* The resource types in a declared type are what the value has in their places;
 * once for each instance type and bag.  As deep as types are: CT_MAX_DEPTH. */
static void bind(struct joint *j, uint32_t inst, uint8_t sort, uint32_t type,
		 struct value v)
{
	if (sort != SORT_TYPE && sort != SORT_INSTANCE)
		return;
	const struct ct_type *t = ct_get(&j->file->types, type);
	if (sort == SORT_TYPE && t->kind == CT_RESOURCE)
		bind_resource(j, inst, type, v.a);
	if (sort != SORT_INSTANCE)
		return;
	uint32_t *done = map_put(&j->insts.at[inst]->bound,
				 (uint64_t)type << 32 | v.a);
	if (*done)
		return;
	*done = true;
	for (uint32_t k = 0; k < t->nexports; k++) {
		const struct ct_extern *x = &t->export[k];
		const struct item *i = find(j, v.a, x->name, x->sort);
		if (i)
			bind(j, inst, x->sort, x->type, i->value);
	}
}

/* --- the host's side -------------------------------------------------------------- */

static struct value host_value(struct joint *j, struct ct_extern x,
			       struct ct_name interface);

/* "outer#inner": the way to an instance within instances. */
static struct ct_name way(struct joint *j, struct ct_name outer,
			  struct ct_name inner)
{
	if (!outer.n)
		return inner;
	return (struct ct_name){
		arena_printf(j->arena, "%.*s#%.*s", (int)outer.n, outer.at,
			     (int)inner.n, inner.at), outer.n + 1 + inner.n };
}

/* An instance of the host's: its types first, which its functions are about. */
static struct value host_instance(struct joint *j, struct ct_extern x,
				  struct ct_name to)
{
	const struct ct_type *t = ct_get(&j->file->types, x.type);
	const uint32_t bag = new_bag(j);

	for (int types = 1; types >= 0; types--)
		for (uint32_t k = 0; k < t->nexports && !j->out->why; k++) {
			const struct ct_extern e = t->export[k];
			if ((e.sort == SORT_TYPE) == types)
				put(j, bag, e.name, e.sort,
				    host_value(j, e, to));
		}
	return number(bag, 0);
}

static struct value host_value(struct joint *j, struct ct_extern x,
			       struct ct_name interface)
{
	const struct typed t = { 0, x.type };

	if (++j->imported > MOST_EXPORTS) {
		joint_fail(j, "more than %d imports", MOST_EXPORTS);
		return nothing();
	}
	switch (x.sort) {
	case SORT_FUNC:
		vec_push(j->arena, &j->funcs, (struct joint_func){
			.inst = JOINT_NONE, .type = t, .interface = interface,
			.name = x.name });
		return number(j->funcs.n - 1, 0);
	case SORT_TYPE:
		if (ct_get(&j->file->types, x.type)->kind != CT_RESOURCE)
			return nothing();
		if (joint_resource(j, t) == JOINT_NONE)
			bind_resource(j, 0, x.type,
				      new_resource(j, JOINT_NONE, x.name,
						   (struct thing){ 0 }));
		return number(joint_resource(j, t), 0);
	case SORT_INSTANCE:
		return host_instance(j, x, way(j, interface, x.name));
	default:
		joint_fail(j, "the component imports a module or component");
		return nothing();
	}
}

/* --- core definitions --------------------------------------------------------------- */

static enum wasm_kind kind_of(uint8_t sort)
{
	return sort == SORT_CORE_FUNC ? WASM_FUNC :
	       sort == SORT_CORE_TABLE ? WASM_TABLE :
	       sort == SORT_CORE_MEMORY ? WASM_MEMORY : WASM_GLOBAL;
}

static struct thing core_export(struct joint *j, uint32_t core_value,
				struct ct_name name, enum wasm_kind kind)
{
	static const uint8_t sort[] = { SORT_CORE_FUNC, SORT_CORE_TABLE,
					SORT_CORE_MEMORY, SORT_CORE_GLOBAL };
	const struct core_value *c = core_value < j->core_values.n ?
		&j->core_values.at[core_value] : NULL;

	if (c && c->core == JOINT_NONE) {
		const struct item *i = find(j, c->bag, name, sort[kind]);
		if (i)
			return i->value.thing;
	}
	const struct wasm_module *m = c && c->core != JOINT_NONE ?
		j->cores.at[c->core].m : NULL;
	for (uint32_t k = 0; m && k < m->exports.n; k++) {
		const struct wasm_export *x = &m->exports.at[k];
		if (x->kind == kind && ct_same_name((struct ct_name){
						x->name, x->nname }, name))
			return (struct thing){ THING_CORE, c->core, x->index };
	}
	joint_fail(j, "no core instance exports \"%s\"", name.at);
	return (struct thing){ 0 };
}

static struct thing core_import(struct joint *j, uint32_t inst,
				const struct comp_def *def,
				const struct wasm_import *i)
{
	const struct ct_name module = { i->module, i->nmodule };

	for (uint32_t k = 0; k < def->nargs; k++)
		if (ct_same_name(def->arg[k].name, module))
			return core_export(j, get(j, inst, SORT_CORE_INSTANCE,
						  def->arg[k].index).a,
					   (struct ct_name){ i->name, i->nname },
					   (enum wasm_kind)i->kind);
	joint_fail(j, "nothing is given for \"%s\" \"%s\"", i->module, i->name);
	return (struct thing){ 0 };
}

static uint32_t *none(struct joint *j, uint32_t n)
{
	uint32_t *r = arena_array(j->arena, uint32_t, n);

	for (uint32_t k = 0; k < n; k++)
		r[k] = JOINT_NONE;
	return r;
}

static struct value core_instantiate(struct joint *j, uint32_t inst,
				     const struct comp_def *def)
{
	const uint32_t module = get(j, inst, SORT_CORE_MODULE, def->a).a;

	if (module >= j->file->modules.n || j->cores.n >= MOST_INSTANCES) {
		joint_fail(j, "more core instances than %d", MOST_INSTANCES);
		return nothing();
	}
	const struct wasm_module *m = j->file->modules.at[module].wasm;
	struct joint_core c = {
		.module = module, .inst = inst, .m = m,
		.import = arena_array(j->arena, struct thing, m->imports.n),
		.stands_for = arena_array(j->arena, struct thing, m->funcs.n),
		.through = arena_array(j->arena, uint8_t, m->funcs.n),
		.func = none(j, m->funcs.n), .table = none(j, m->tables.n),
		.elem = none(j, m->elems.n),
	};
	for (uint32_t k = 0; k < m->imports.n; k++)
		c.import[k] = core_import(j, inst, def, &m->imports.at[k]);
	vec_push(j->arena, &j->cores, c);
	vec_push(j->arena, &j->core_values,
		 (struct core_value){ j->cores.n - 1, JOINT_NONE });
	return number(j->core_values.n - 1, 0);
}

static uint32_t pack(struct joint *j, uint32_t inst, const struct comp_def *def)
{
	const uint32_t bag = new_bag(j);

	for (uint32_t k = 0; k < def->nargs; k++) {
		const struct comp_arg *a = &def->arg[k];
		put(j, bag, a->name, a->sort, get(j, inst, a->sort, a->index));
	}
	return bag;
}

static struct value core_bag(struct joint *j, uint32_t inst,
			     const struct comp_def *def)
{
	vec_push(j->arena, &j->core_values,
		 (struct core_value){ JOINT_NONE, pack(j, inst, def) });
	return number(j->core_values.n - 1, 0);
}

struct thing joint_resolve(const struct joint *j, enum wasm_kind kind,
			   struct thing t)
{
	while (t.kind == THING_CORE) {
		const struct joint_core *c = &j->cores.at[t.core];
		if (t.index >= c->m->nimported[kind])
			break;
		/* imports are of instances made before */
		t = c->import[kind == WASM_FUNC ? c->m->funcs.at[t.index].import :
			      kind == WASM_TABLE ? c->m->tables.at[t.index].import :
			      kind == WASM_MEMORY ?
				      c->m->memories.at[t.index].import :
				      c->m->globals.at[t.index].import];
	}
	return t;
}

/* --- canonical definitions ------------------------------------------------------------ */

static struct value lift(struct joint *j, uint32_t inst,
			 const struct comp_canon *c)
{
	vec_push(j->arena, &j->funcs, (struct joint_func){
		.canon = c, .inst = inst, .type = { inst, c->type },
		.core = thing(j, inst, SORT_CORE_FUNC, c->func),
		.memory = thing(j, inst, SORT_CORE_MEMORY, c->memory),
		.realloc = thing(j, inst, SORT_CORE_FUNC, c->realloc),
		.post_return = thing(j, inst, SORT_CORE_FUNC, c->post_return),
		.callback = thing(j, inst, SORT_CORE_FUNC, c->callback) });
	return number(j->funcs.n - 1, 0);
}

static struct value canon(struct joint *j, uint32_t inst,
			  const struct comp_def *def)
{
	const struct comp_canon *c = def->canon;

	if (c->op == CANON_LIFT)
		return lift(j, inst, c);
	struct joint_builtin b = {
		.canon = c, .inst = inst, .callee = JOINT_NONE,
		.import = JOINT_NONE, .type = { inst, CT_NO_TYPE },
		.sig = &j->file->types.core.at[def->type].func,
		.memory = thing(j, inst, SORT_CORE_MEMORY, c->memory),
		.realloc = thing(j, inst, SORT_CORE_FUNC, c->realloc),
	};
	if (c->op == CANON_LOWER)
		b.callee = get(j, inst, SORT_FUNC, c->func).a;
	else if (c->op == CANON_THREAD_NEW_INDIRECT)
		b.table = thing(j, inst, SORT_CORE_TABLE, c->slot);
	else
		b.type.type = c->type;
	vec_push(j->arena, &j->builtins, b);
	return (struct value){
		.thing = { THING_BUILTIN, 0, j->builtins.n - 1 } };
}

/* --- the other definitions --------------------------------------------------------------- */

static void run(struct joint *j, uint32_t inst, const struct comp_def *call,
		uint32_t caller);

/* A new instance, evaluated; its value is its exports. */
static struct value enter(struct joint *j, uint32_t component, uint32_t parent,
			  const struct comp_def *call, uint32_t caller)
{
	struct joint_inst *i = arena_new(j->arena, struct joint_inst);

	if (component >= j->file->components.n || j->depth == DEEPEST ||
	    j->insts.n >= MOST_INSTANCES) {
		joint_fail(j, "more instances than %d, or deeper than %d",
			   MOST_INSTANCES, DEEPEST);
		return nothing();
	}
	*i = (struct joint_inst){ .component = component, .parent = parent,
				  .exports = new_bag(j) };
	map_init(&i->resource, j->arena);
	map_init(&i->bound, j->arena);
	vec_push(j->arena, &j->insts, i);
	j->depth++;
	run(j, j->insts.n - 1, call, caller);
	j->depth--;
	return number(i->exports, 0);
}

static struct value instantiate(struct joint *j, uint32_t inst,
				const struct comp_def *def)
{
	const struct value c = get(j, inst, SORT_COMPONENT, def->a);
	const struct value v = enter(j, c.a, c.b, def, inst);

	bind(j, inst, SORT_INSTANCE, def->type, v);
	return v;
}

static struct value import(struct joint *j, uint32_t inst,
			   const struct comp_def *def,
			   const struct comp_def *call, uint32_t caller)
{
	const struct ct_extern x = { def->name, def->sort, def->type };

	if (!call)
		return host_value(j, x, (struct ct_name){ "", 0 });
	for (uint32_t k = 0; k < call->nargs; k++) {
		const struct comp_arg *a = &call->arg[k];
		if (!ct_same_name(a->name, def->name) || a->sort != def->sort)
			continue;
		const struct value v = get(j, caller, a->sort, a->index);
		bind(j, inst, def->sort, def->type, v);
		return v;
	}
	joint_fail(j, "nothing is given for \"%s\"", def->name.at);
	return nothing();
}

static struct value alias(struct joint *j, uint32_t inst,
			  const struct comp_def *def)
{
	const struct item *i = find(j, get(j, inst, SORT_INSTANCE, def->a).a,
				    def->name, def->sort);

	if (!i)
		joint_fail(j, "no instance exports \"%s\"", def->name.at);
	return i ? i->value : nothing();
}

static struct value outer(const struct joint *j, uint32_t inst,
			  const struct comp_def *def)
{
	for (uint32_t k = 0; k < def->a && inst != COMP_NONE; k++)
		inst = j->insts.at[inst]->parent;
	return inst == COMP_NONE ? nothing() : get(j, inst, def->sort, def->b);
}

static struct value type(struct joint *j, uint32_t inst,
			 const struct comp_def *def)
{
	if (def->sort != SORT_TYPE ||
	    ct_get(&j->file->types, def->type)->kind != CT_RESOURCE)
		return nothing();
	const uint32_t r = new_resource(j, inst, (struct ct_name){ "", 0 },
					thing(j, inst, SORT_CORE_FUNC, def->a));
	bind_resource(j, inst, def->type, r);
	return number(r, 0);
}

static struct value export(struct joint *j, uint32_t inst,
			   const struct comp_def *def)
{
	const struct value v = get(j, inst, def->sort, def->a);

	bind(j, inst, def->sort, def->type, v);
	put(j, j->insts.at[inst]->exports, def->name, def->sort, v);
	return v;
}

static struct value evaluate(struct joint *j, uint32_t inst,
			     const struct comp_def *def,
			     const struct comp_def *call, uint32_t caller)
{
	switch ((enum comp_op)def->op) {
	case COMP_CORE_MODULE:
		return number(def->a, 0);
	case COMP_CORE_INSTANTIATE:
		return core_instantiate(j, inst, def);
	case COMP_CORE_BAG:
		return core_bag(j, inst, def);
	case COMP_COMPONENT:
		return number(def->a, inst);
	case COMP_INSTANTIATE:
		return instantiate(j, inst, def);
	case COMP_BAG:
		return number(pack(j, inst, def), 0);
	case COMP_ALIAS:
		return alias(j, inst, def);
	case COMP_CORE_ALIAS:
		return (struct value){ .thing = core_export(
			j, get(j, inst, SORT_CORE_INSTANCE, def->a).a,
			def->name, kind_of(def->sort)) };
	case COMP_OUTER:
		return outer(j, inst, def);
	case COMP_TYPE:
	case COMP_CORE_TYPE:
		return type(j, inst, def);
	case COMP_CANON:
		return canon(j, inst, def);
	case COMP_IMPORT:
		return import(j, inst, def, call, caller);
	case COMP_EXPORT:
		return export(j, inst, def);
	default:
		joint_fail(j, "the component has a start function");
		return nothing();
	}
}

/* `call` is the definition of `caller` that instantiates it, NULL for the outermost. */
static void run(struct joint *j, uint32_t inst, const struct comp_def *call,
		uint32_t caller)
{
	const struct component *c =
		&j->file->components.at[j->insts.at[inst]->component];

	for (uint32_t k = 0; k < c->defs.n && !j->out->why; k++) {
		const struct comp_def *def = &c->defs.at[k];
		const struct value v = evaluate(j, inst, def, call, caller);
		vec_push(j->arena, &j->insts.at[inst]->space[def->sort], v);
	}
}

/* Functions of the outermost component, and of the instances it exports, each time
 * one is.  As deep as types are: CT_MAX_DEPTH. */
static void take_exports(struct joint *j, uint32_t bag, struct ct_name interface)
{
	for (uint32_t k = 0; k < j->bags.at[bag].n && !j->out->why; k++) {
		const struct item i = j->bags.at[bag].at[k];
		if (++j->exported > MOST_EXPORTS)
			joint_fail(j, "more than %d exports", MOST_EXPORTS);
		else if (i.sort == SORT_FUNC)
			vec_push(j->arena, &j->exports, (struct joint_export){
				interface, i.name, i.value.a });
		else if (i.sort == SORT_INSTANCE)
			take_exports(j, i.value.a, way(j, interface, i.name));
	}
}

bool joint_instantiate(struct joint *j)
{
	const struct value v = enter(j, 0, COMP_NONE, NULL, 0);

	if (!j->out->why)
		take_exports(j, v.a, (struct ct_name){ "", 0 });
	while (j->first_start < j->cores.n &&
	       j->cores.at[j->first_start].m->start == UINT32_MAX)
		j->first_start++;
	j->out->instances = j->insts.n;
	j->out->cores = j->cores.n;
	return !j->out->why;
}
