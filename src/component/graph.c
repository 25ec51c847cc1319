/* graph.c - evaluating the instantiation of a component.
 *
 * Definitions are run in file order with an environment of values per
 * instance; instances being evaluated are a stack of their own.
 */
#include "component/graph.h"

#include "component/decode.h"

/* What an entry of an index space stands for.
 *
 *   core func .. global   ref
 *   core module           ref.a: number in file.modules
 *   core instance         ref.a: number in eval.cores
 *   func                  ref.a: number in graph.funcs
 *   type                  ref.a: concrete resource type, or CT_NO_TYPE
 *   component             ref.a: number in file.components, ref.b: environment
 *   instance              ref.a: number in eval.bags
 */
struct value {
	struct graph_ref ref;
};

struct named {
	struct ct_name name;
	uint8_t sort;
	struct value value;
};

typedef VEC(struct named) bag;

/* A core instance: of a module (core), or a bag. */
struct core_value {
	uint32_t core;		/* COMP_NONE: a bag */
	bag items;
};

struct env {
	VEC(struct value) space[SORT_COUNT];
	struct subst concrete;	/* resource types of the file to concrete ones */
	struct map bound;	/* instance type and bag: in `concrete` */
	const struct comp_arg *arg;
	uint32_t nargs, caller;	/* where the arguments are to be looked up */
	uint32_t exports;	/* its bag */
	uint32_t next;		/* definition to run */
};

struct eval {
	struct graph *g;
	const struct comp_file *f;
	struct arena *arena;
	struct diag_sink *sink;
	VEC(struct env *) envs;		/* as graph.insts */
	VEC(bag) bags;
	VEC(struct core_value) cores;
	VEC(uint32_t) stack;		/* instances being evaluated */
	uint32_t exported;		/* exports of the outermost seen */
	bool bad;
};

static void reject(struct eval *e, uint32_t at, const char *what)
{
	if (!e->bad)
		diag_report(e->sink, DIAG_UNSUPPORTED, at, "%s", what);
	e->bad = true;
}

static struct value number(uint32_t a, uint32_t b)
{
	return (struct value){ { REF_NONE, a, b } };
}

static uint32_t new_bag(struct eval *e)
{
	vec_push(e->arena, &e->bags, (bag){ 0 });
	return e->bags.n - 1;
}

static const struct named *find(const bag *b, struct ct_name name)
{
	for (uint32_t k = 0; k < b->n; k++)
		if (ct_same_name(b->at[k].name, name))
			return &b->at[k];
	return NULL;
}

static struct value get(const struct eval *e, uint32_t inst, uint8_t sort,
			uint32_t index)
{
	return e->envs.at[inst]->space[sort].at[index];
}

static struct graph_ref core_ref(const struct eval *e, uint32_t inst,
				 enum ct_sort sort, uint32_t index)
{
	if (index == COMP_NONE)
		return (struct graph_ref){ 0 };
	return get(e, inst, (uint8_t)sort, index).ref;
}

static uint32_t concrete(struct eval *e, uint32_t inst, uint32_t type)
{
	struct subst *s = &e->envs.at[inst]->concrete;

	type = subst_type(s, type);
	if (s->failed)
		reject(e, 0, "more types than the limit");
	return s->failed ? 0 : type;
}

/* --- resources ---------------------------------------------------------------- */

static uint32_t new_resource(struct eval *e, uint32_t inst, struct ct_name name,
			     struct graph_ref dtor)
{
	struct graph *g = e->g;
	uint32_t type = ct_fresh(g->types, (struct ct_type){
		.kind = CT_RESOURCE, .elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE });

	if (type == CT_NO_TYPE) {
		reject(e, 0, "more types than the limit");
		return 0;
	}
	vec_push(g->arena, &g->resources,
		 (struct graph_resource){ inst, type, dtor, name });
	return type;
}

/* Gives the resource types that stand in a static type their concrete ones,
 * once for each type and instance.  Recursion is as deep as types are:
 * CT_MAX_DEPTH. */
static void bind(struct eval *e, uint32_t inst, struct ct_extern x,
		 struct value v)
{
	if (x.sort != SORT_TYPE && x.sort != SORT_INSTANCE)
		return;
	const struct ct_type *t = ct_get(e->g->types, x.type);
	if (x.sort == SORT_TYPE) {
		if (t->kind == CT_RESOURCE && v.ref.a != CT_NO_TYPE)
			*map_put(&e->envs.at[inst]->concrete.map, x.type) =
				v.ref.a;
		return;
	}
	uint32_t *done = map_put(&e->envs.at[inst]->bound,
				 (uint64_t)x.type << 32 | v.ref.a);
	if (*done)
		return;
	*done = true;
	const struct ct_extern *export = t->export;
	for (uint32_t k = 0, n = t->nexports; k < n; k++) {
		const struct named *i = find(&e->bags.at[v.ref.a],
					     export[k].name);
		if (i)
			bind(e, inst, export[k], i->value);
	}
}

/* --- the host's side --------------------------------------------------------------- */

struct ct_name graph_way(struct arena *a, struct ct_name outer,
			 struct ct_name inner)
{
	if (!outer.n)
		return inner;
	const char *s = arena_printf(a, "%.*s#%.*s", (int)outer.n, outer.at,
				     (int)inner.n, inner.at);
	return (struct ct_name){ s, outer.n + 1 + inner.n };
}

/* What stands for an import of the outermost component. */
static struct value host_value(struct eval *e, struct ct_extern x,
			       struct ct_name interface, uint32_t at)
{
	struct graph *g = e->g;

	switch (x.sort) {
	case SORT_FUNC:
		vec_push(g->arena, &g->funcs, (struct graph_func){
			.inst = COMP_NONE, .type = concrete(e, 0, x.type),
			.at = at, .interface = interface, .name = x.name });
		return number(g->funcs.n - 1, 0);
	case SORT_TYPE:
		if (ct_get(g->types, x.type)->kind != CT_RESOURCE)
			return number(CT_NO_TYPE, 0);
		const uint32_t *known =
			map_get(&e->envs.at[0]->concrete.map, x.type);
		uint32_t r = known ? *known :
			new_resource(e, COMP_NONE, x.name,
				     (struct graph_ref){ 0 });
		*map_put(&e->envs.at[0]->concrete.map, x.type) = r;
		return number(r, 0);
	case SORT_INSTANCE:
		break;
	default:
		reject(e, at, "a core module or component as an import of the "
		       "outermost component");
		return number(0, 0);
	}
	uint32_t b = new_bag(e);
	const struct ct_type t = *ct_get(g->types, x.type);
	const struct ct_name way = graph_way(e->arena, interface, x.name);
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t k = 0; k < t.nexports; k++) {
			struct ct_extern i = t.export[k];
			if ((i.sort == SORT_TYPE) != (pass == 0))
				continue;
			struct value v = host_value(e, i, way, at);
			vec_push(e->arena, &e->bags.at[b],
				 (struct named){ i.name, i.sort, v });
		}
	}
	return number(b, 0);
}

/* --- definitions -------------------------------------------------------------------- */

static struct value import(struct eval *e, uint32_t inst,
			   const struct comp_def *def)
{
	const struct env *env = e->envs.at[inst];
	const struct ct_extern x = { def->name, def->sort, def->type };
	struct value v = number(0, 0);

	if (inst == 0)
		return host_value(e, x, (struct ct_name){ "", 0 }, def->at);
	for (uint32_t k = 0; k < env->nargs; k++)
		if (ct_same_name(env->arg[k].name, def->name))
			v = get(e, env->caller, env->arg[k].sort,
				env->arg[k].index);
	bind(e, inst, x, v);
	return v;
}

/* An export of a core instance, by name. */
static struct graph_ref core_export(const struct eval *e, uint32_t number,
				    struct ct_name name)
{
	const struct core_value *c = &e->cores.at[number];

	if (c->core == COMP_NONE)
		return find(&c->items, name)->value.ref;
	const struct wasm_module *m = graph_module(e->g, c->core);
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *x = &m->exports.at[k];
		if (ct_same_name((struct ct_name){ x->name, x->nname }, name))
			return (struct graph_ref){ REF_CORE, c->core, x->index };
	}
	NOT_REACHED("validated core export");
}

static struct graph_ref core_import(const struct eval *e, uint32_t inst,
				    const struct comp_def *def,
				    const struct wasm_import *i)
{
	for (uint32_t k = 0; k < def->nargs; k++)
		if (ct_same_name(def->arg[k].name,
				 (struct ct_name){ i->module, i->nmodule }))
			return core_export(
				e, get(e, inst, SORT_CORE_INSTANCE,
				       def->arg[k].index).ref.a,
				(struct ct_name){ i->name, i->nname });
	NOT_REACHED("validated core import");
}

static struct value core_instantiate(struct eval *e, uint32_t inst,
				     const struct comp_def *def)
{
	struct graph *g = e->g;
	struct graph_core c = {
		.module = get(e, inst, SORT_CORE_MODULE, def->a).ref.a,
		.inst = inst, .at = def->at,
	};
	const struct wasm_module *m = g->file->modules.at[c.module].wasm;

	c.import = arena_array(g->arena, struct graph_ref, m->imports.n);
	for (uint32_t k = 0; k < m->imports.n; k++)
		c.import[k] = core_import(e, inst, def, &m->imports.at[k]);
	vec_push(g->arena, &g->cores, c);
	if (g->cores.n > GRAPH_MAX_INSTANCES)
		reject(e, def->at, "more than 10000 core instances");
	vec_push(e->arena, &e->cores, (struct core_value){ g->cores.n - 1,
							   { 0 } });
	return number(e->cores.n - 1, 0);
}

static bag pack(struct eval *e, uint32_t inst, const struct comp_def *def)
{
	bag b = { 0 };

	for (uint32_t k = 0; k < def->nargs; k++) {
		const struct comp_arg *a = &def->arg[k];
		vec_push(e->arena, &b, (struct named){
			a->name, a->sort, get(e, inst, a->sort, a->index) });
	}
	return b;
}

static struct value core_bag(struct eval *e, uint32_t inst,
			     const struct comp_def *def)
{
	vec_push(e->arena, &e->cores,
		 (struct core_value){ COMP_NONE, pack(e, inst, def) });
	return number(e->cores.n - 1, 0);
}

static struct value plain_bag(struct eval *e, uint32_t inst,
			      const struct comp_def *def)
{
	uint32_t b = new_bag(e);

	e->bags.at[b] = pack(e, inst, def);
	return number(b, 0);
}

static struct value outer(const struct eval *e, uint32_t inst,
			  const struct comp_def *def)
{
	for (uint32_t k = 0; k < def->a; k++)
		inst = e->g->insts.at[inst].parent;
	return get(e, inst, def->sort, def->b);
}

static struct value lift(struct eval *e, uint32_t inst,
			 const struct comp_def *def)
{
	const struct comp_canon *c = def->canon;
	struct graph *g = e->g;

	vec_push(g->arena, &g->funcs, (struct graph_func){
		.inst = inst, .type = concrete(e, inst, c->type), .at = def->at,
		.encoding = c->encoding, .async = c->async,
		.core = core_ref(e, inst, SORT_CORE_FUNC, c->func),
		.memory = core_ref(e, inst, SORT_CORE_MEMORY, c->memory),
		.realloc = core_ref(e, inst, SORT_CORE_FUNC, c->realloc),
		.post_return = core_ref(e, inst, SORT_CORE_FUNC, c->post_return),
		.callback = core_ref(e, inst, SORT_CORE_FUNC, c->callback) });
	return number(g->funcs.n - 1, 0);
}

static struct value canon(struct eval *e, uint32_t inst,
			  const struct comp_def *def)
{
	const struct comp_canon *c = def->canon;
	struct graph *g = e->g;

	if (c->op == CANON_LIFT)
		return lift(e, inst, def);
	struct graph_builtin b = {
		.op = c->op, .encoding = c->encoding, .async = c->async,
		.cancellable = c->cancellable, .inst = inst, .slot = c->slot,
		.type = CT_NO_TYPE, .callee = COMP_NONE, .sig = def->type,
		.at = def->at,
		.memory = core_ref(e, inst, SORT_CORE_MEMORY, c->memory),
		.realloc = core_ref(e, inst, SORT_CORE_FUNC, c->realloc),
	};
	if (c->op == CANON_LOWER)
		b.callee = get(e, inst, SORT_FUNC, c->func).ref.a;
	else if (c->op == CANON_THREAD_NEW_INDIRECT)
		b.table = core_ref(e, inst, SORT_CORE_TABLE, c->slot);
	else if (c->type != COMP_NONE)
		b.type = concrete(e, inst, c->type);
	vec_push(g->arena, &g->builtins, b);
	return (struct value){ { REF_BUILTIN, g->builtins.n - 1, 0 } };
}

static struct value type_value(struct eval *e, uint32_t inst,
			       const struct comp_def *def)
{
	if (def->sort != SORT_TYPE ||
	    ct_get(e->g->types, def->type)->kind != CT_RESOURCE)
		return number(CT_NO_TYPE, 0);
	uint32_t r = new_resource(e, inst, (struct ct_name){ "", 0 },
				  core_ref(e, inst, SORT_CORE_FUNC, def->a));
	*map_put(&e->envs.at[inst]->concrete.map, def->type) = r;
	return number(r, 0);
}

static struct value export(struct eval *e, uint32_t inst,
			   const struct comp_def *def)
{
	struct value v = get(e, inst, def->sort, def->a);
	struct ct_extern x = { def->name, def->sort, def->type };

	bind(e, inst, x, v);
	vec_push(e->arena, &e->bags.at[e->envs.at[inst]->exports],
		 (struct named){ def->name, def->sort, v });
	return v;
}

/* Starts evaluating a component; its value comes when that is done. */
static void enter(struct eval *e, uint32_t component, uint32_t parent)
{
	struct graph *g = e->g;
	struct env *env = arena_new(e->arena, struct env);

	if (g->insts.n >= GRAPH_MAX_INSTANCES) {
		reject(e, g->file->components.at[component].at,
		       "more than 10000 instances of components");
		return;
	}
	vec_push(g->arena, &g->insts, (struct graph_inst){ component, parent });
	subst_init(&env->concrete, g->types, UINT32_MAX, 0);
	map_init(&env->bound, e->arena);
	env->exports = new_bag(e);
	vec_push(e->arena, &e->envs, env);
	vec_push(e->arena, &e->stack, g->insts.n - 1);
}

static void instantiate(struct eval *e, uint32_t inst,
			const struct comp_def *def)
{
	struct value c = get(e, inst, SORT_COMPONENT, def->a);

	enter(e, c.ref.a, c.ref.b);
	if (e->bad)
		return;
	struct env *env = vec_last(&e->envs);
	env->arg = def->arg;
	env->nargs = def->nargs;
	env->caller = inst;
}

static struct value evaluate(struct eval *e, uint32_t inst,
			     const struct comp_def *def)
{
	const struct env *env = e->envs.at[inst];

	switch ((enum comp_op)def->op) {
	case COMP_CORE_MODULE:
		return number(def->a, 0);
	case COMP_CORE_INSTANTIATE:
		return core_instantiate(e, inst, def);
	case COMP_CORE_BAG:
		return core_bag(e, inst, def);
	case COMP_COMPONENT:
		return number(def->a, inst);
	case COMP_BAG:
		return plain_bag(e, inst, def);
	case COMP_ALIAS:
		return find(&e->bags.at[env->space[SORT_INSTANCE]
						.at[def->a].ref.a],
			    def->name)->value;
	case COMP_CORE_ALIAS:
		return (struct value){ core_export(
			e, env->space[SORT_CORE_INSTANCE].at[def->a].ref.a,
			def->name) };
	case COMP_OUTER:
		return outer(e, inst, def);
	case COMP_TYPE:
	case COMP_CORE_TYPE:
		return type_value(e, inst, def);
	case COMP_CANON:
		return canon(e, inst, def);
	case COMP_IMPORT:
		return import(e, inst, def);
	case COMP_EXPORT:
		return export(e, inst, def);
	default:
		reject(e, def->at, "start functions of components");
		return number(0, 0);
	}
}

static void leave(struct eval *e)
{
	struct value v = number(e->envs.at[vec_last(&e->stack)]->exports, 0);

	e->stack.n--;
	if (!e->stack.n)
		return;
	uint32_t inst = vec_last(&e->stack);
	struct env *env = e->envs.at[inst];
	const struct comp_def *def =
		&e->f->components.at[e->g->insts.at[inst].component]
			 .defs.at[env->next - 1];
	bind(e, inst, (struct ct_extern){ def->name, SORT_INSTANCE, def->type },
	     v);
	vec_push(e->arena, &env->space[SORT_INSTANCE], v);
}

static void step(struct eval *e)
{
	uint32_t inst = vec_last(&e->stack);
	struct env *env = e->envs.at[inst];
	const struct component *c =
		&e->f->components.at[e->g->insts.at[inst].component];

	if (env->next == c->defs.n) {
		leave(e);
		return;
	}
	const struct comp_def *def = &c->defs.at[env->next++];
	if (def->op == COMP_INSTANTIATE) {
		instantiate(e, inst, def);
		return;
	}
	struct value v = evaluate(e, inst, def);
	if (!e->bad)
		vec_push(e->arena, &env->space[def->sort], v);
}

/* --- results --------------------------------------------------------------------------- */

/* An instance may be exported many times by one that is itself exported many
 * times: what that comes to is bounded.  Recursion is as deep as types are:
 * CT_MAX_DEPTH. */
static void take_exports(struct eval *e, const bag *b, struct ct_name interface)
{
	for (uint32_t k = 0; k < b->n && !e->bad; k++) {
		const struct named *i = &b->at[k];
		if (++e->exported > GRAPH_MAX_EXPORTS)
			reject(e, 0, "more than 100000 exports, those of "
			       "exported instances counted each time");
		else if (i->sort == SORT_INSTANCE)
			take_exports(e, &e->bags.at[i->value.ref.a],
				     graph_way(e->arena, interface, i->name));
		else if (i->sort == SORT_FUNC)
			vec_push(e->g->arena, &e->g->exports,
				 (struct graph_export){ interface, i->name,
							i->value.ref.a });
	}
}

struct graph_ref graph_resolve(const struct graph *g, enum wasm_kind kind,
			       struct graph_ref r)
{
	while (r.kind == REF_CORE) {
		const struct wasm_module *m = graph_module(g, r.a);
		const struct graph_core *c = &g->cores.at[r.a];
		if (r.b < m->nimported[kind]) {
			uint32_t i = kind == WASM_FUNC ?
					     m->funcs.at[r.b].import :
				     kind == WASM_TABLE ?
					     m->tables.at[r.b].import :
				     kind == WASM_MEMORY ?
					     m->memories.at[r.b].import :
					     m->globals.at[r.b].import;
			r = c->import[i];
		} else if (kind == WASM_FUNC && c->alias &&
			   c->alias[r.b].kind != REF_NONE) {
			r = c->alias[r.b];
		} else {
			break;
		}
	}
	return r;
}

bool graph_build(struct graph *g, struct comp_file *f, struct diag_sink *s)
{
	struct eval e = { .g = g, .f = f, .arena = f->arena, .sink = s };

	*g = (struct graph){ .file = f, .types = &f->types, .arena = f->arena };
	enter(&e, 0, COMP_NONE);
	while (e.stack.n && !e.bad)
		step(&e);
	if (e.bad)
		return false;
	take_exports(&e, &e.bags.at[e.envs.at[0]->exports],
		     (struct ct_name){ "", 0 });
	if (e.bad)
		return false;
	graph_shims(g);
	return true;
}
