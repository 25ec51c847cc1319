/* pair.c - which number of the linked module is which thing of a core instance.
 *
 * Memories, globals and data segments stand in the linked module in the order of
 * the instances they belong to, all of them.  Functions, tables and element segments
 * may be missing: they are paired when something that is compared leads to
 * both, starting at what the runtime can enter.  Each has one place, and each
 * place one thing: what two instances do not share stays apart.
 */
#include "prove/link/joint.h"

#include <string.h>

/* A shim that stands for a shim ...: longer chains are refused. */
enum { MOST_STEPS = 1000 };

static const char *const kinds[] = { "function", "table", "memory", "global" };

uint32_t joint_memory(const struct joint *j, struct thing t)
{
	const struct joint_core *c = &j->cores.at[t.core];

	return c->memory + t.index - c->m->nimported[WASM_MEMORY];
}

uint32_t joint_global(const struct joint *j, struct thing t)
{
	const struct joint_core *c = &j->cores.at[t.core];

	return c->global + t.index - c->m->nimported[WASM_GLOBAL];
}

static bool differs(struct joint *j, enum wasm_kind kind, struct thing t,
		    uint32_t index, const char *what)
{
	return joint_fail(j, "%s: %s %u of the linked module is not %s %u of "
			  "core instance %u", what, kinds[kind], index,
			  kinds[kind], t.index, t.core);
}

static bool same_limits(const struct wasm_limits *a, const struct wasm_limits *b)
{
	return a->min == b->min && a->has_max == b->has_max &&
	       (!a->has_max || a->max == b->max);
}

/* --- functions ------------------------------------------------------------------ */

bool joint_is_import(const struct joint *j, uint32_t func, const char *name,
		     const char *sig)
{
	const struct wasm_module *m = j->linked;

	if (func >= m->nimported[WASM_FUNC])
		return false;
	const struct wasm_func *f = &m->funcs.at[func];
	const struct wasm_import *i = &m->imports.at[f->import];
	return i->nmodule == sizeof CANON_MODULE - 1 &&
	       !memcmp(i->module, CANON_MODULE, i->nmodule) &&
	       i->nname == strlen(name) && !memcmp(i->name, name, i->nname) &&
	       (!sig || !strcmp(wasm_type_text(&m->types.at[f->type], j->arena),
				sig));
}

/* "[async-lower][stream-read]#K", "[context-get-0]#K" */
static const char *import_name(const struct joint *j, uint32_t k)
{
	const struct comp_canon *c = j->builtins.at[k].canon;
	const char *name = c->op == CANON_LOWER ? "lower" :
						  canon_info[c->op].name;

	if (strchr(canon_info[c->op].operands, 's'))
		name = arena_printf(j->arena, "%s-%u", name, c->slot);
	return arena_printf(j->arena, "%s[%s]#%u",
			    c->async ? "[async-lower]" : "", name, k);
}

static bool pair_builtin(struct joint *j, uint32_t k, uint32_t index,
			 const char *what)
{
	struct joint_builtin *b = &j->builtins.at[k];
	const char *name = import_name(j, k);

	if (b->import == index)
		return true;
	if (b->import != JOINT_NONE || !joint_is_import(j, index, name, NULL) ||
	    !wasm_same_type(b->sig, &j->linked->types.at[
				    j->linked->funcs.at[index].type]))
		return joint_fail(j, "%s: function %u of the linked module is not "
				  "the import \"%s\" of module " CANON_MODULE
				  ", %s", what, index, name,
				  wasm_type_text(b->sig, j->arena));
	b->import = index;
	return true;
}

/* Past imports, and past functions that stand for others unless the linked
 * module has one of that form there too. */
static struct thing find_code(struct joint *j, struct thing t, uint32_t index)
{
	uint32_t table, slot;
	struct thing next;

	for (int steps = 0; steps < MOST_STEPS; steps++) {
		t = joint_resolve(j, WASM_FUNC, t);
		if (t.kind != THING_CORE || !joint_through(j, t, &next) ||
		    joint_hands_on(j->linked, index, &table, &slot, j->arena))
			return t;
		t = next;
	}
	return (struct thing){ 0 };
}

static bool pair_func(struct joint *j, struct thing t, uint32_t index,
		      const char *what)
{
	const struct wasm_module *m = j->linked;

	if (index >= m->funcs.n)
		return differs(j, WASM_FUNC, t, index, what);
	t = find_code(j, t, index);
	if (t.kind == THING_BUILTIN)
		return pair_builtin(j, t.index, index, what);
	if (t.kind == THING_NONE)
		return differs(j, WASM_FUNC, t, index, what);
	const struct joint_core *c = &j->cores.at[t.core];
	const struct joint_role *r = &j->role[index];
	if (c->func[t.index] == index)
		return true;
	if (c->func[t.index] != JOINT_NONE || r->role != ROLE_NONE ||
	    m->funcs.at[index].import != UINT32_MAX ||
	    !wasm_same_type(&c->m->types.at[c->m->funcs.at[t.index].type],
			    &m->types.at[m->funcs.at[index].type]))
		return differs(j, WASM_FUNC, t, index, what);
	c->func[t.index] = index;
	j->role[index] = (struct joint_role){ ROLE_CORE, t.core, t.index };
	vec_push(j->arena, &j->todo, index);
	j->out->functions++;
	return true;
}

bool joint_made(struct joint *j, uint32_t func, const char *what)
{
	if (func >= j->linked->funcs.n || j->role[func].role == ROLE_CORE ||
	    j->linked->funcs.at[func].import != UINT32_MAX)
		return joint_fail(j, "%s: function %u of the linked module is none "
				  "that the linker made", what, func);
	j->role[func].role = ROLE_MADE;
	return true;
}

/* --- segments of elements ------------------------------------------------------------ */

/* A function of element k, UINT32_MAX for null, when it is given as that. */
static bool pair_element(struct joint *j, uint32_t core,
			 const struct wasm_elem *e, const struct wasm_elem *f,
			 uint32_t k)
{
	if (!e->func || !f->func)
		return !e->func && !f->func &&
		       joint_same_expr(j, core, e->expr[k], f->expr[k]);
	if (e->func[k] == UINT32_MAX || f->func[k] == UINT32_MAX)
		return e->func[k] == f->func[k];
	return joint_pair(j, WASM_FUNC,
			  (struct thing){ THING_CORE, core, e->func[k] },
			  f->func[k], "an element");
}

bool joint_pair_elem(struct joint *j, uint32_t core, uint32_t elem,
		     uint32_t index)
{
	const struct joint_core *c = &j->cores.at[core];
	const struct wasm_elem *e = &c->m->elems.at[elem];

	if (c->elem[elem] == index && index != JOINT_NONE)
		return true;
	const struct wasm_elem *f = index < j->linked->elems.n ?
		&j->linked->elems.at[index] : NULL;
	bool same = f && c->elem[elem] == JOINT_NONE &&
		    j->elem[index].role == ROLE_NONE &&
		    e->type == f->type && e->n == f->n;
	const bool late = e->mode == WASM_ACTIVE &&
			  joint_is_late(j, core, WASM_TABLE, e->table);
	same = same && f->mode == (late ? WASM_PASSIVE : e->mode);
	if (same) {
		c->elem[elem] = index;
		j->elem[index] = (struct joint_role){ ROLE_CORE, core, elem };
		j->out->segments++;
	}
	if (same && e->mode == WASM_ACTIVE && !late)
		same = joint_pair(j, WASM_TABLE, (struct thing){
				THING_CORE, core, e->table }, f->table,
				"a segment") &&
		       joint_same_expr(j, core, e->offset, f->offset);
	for (uint32_t k = 0; same && k < e->n; k++)
		same = pair_element(j, core, e, f, k);
	return same || joint_fail(j, "element segment %u of the linked module is "
				  "not segment %u of core instance %u", index,
				  elem, core);
}

/* --- tables ------------------------------------------------------------------------------ */

/* The next segment of the linked module from `at` on that fills a table. */
static uint32_t next_elem(const struct joint *j, uint32_t at, uint32_t table)
{
	while (at < j->linked->elems.n &&
	       (j->linked->elems.at[at].mode != WASM_ACTIVE ||
		j->linked->elems.at[at].table != table))
		at++;
	return at;
}

/* All segments that fill the table, in order, on both sides; those that the start
 * function places are met there. */
static bool pair_contents(struct joint *j, struct thing t, uint32_t index)
{
	uint32_t at = 0;

	for (uint32_t c = t.core; c < j->cores.n; c++) {
		const struct wasm_module *m = j->cores.at[c].m;
		for (uint32_t k = 0; k < m->elems.n; k++) {
			if (m->elems.at[k].mode != WASM_ACTIVE ||
			    joint_is_late(j, c, WASM_TABLE, m->elems.at[k].table))
				continue;
			const struct thing r = joint_resolve(j, WASM_TABLE,
				(struct thing){ THING_CORE, c,
						m->elems.at[k].table });
			if (r.core != t.core || r.index != t.index)
				continue;
			at = next_elem(j, at, index);
			if (!joint_pair_elem(j, c, k, at))
				return false;
			at++;
		}
	}
	at = next_elem(j, at, index);
	return at == j->linked->elems.n ||
	       joint_fail(j, "element segment %u of the linked module fills "
			  "table %u, which no segment of the component does there",
			  at, index);
}

static bool pair_table(struct joint *j, struct thing t, uint32_t index,
		       const char *what)
{
	const struct wasm_module *m = j->linked;

	t = joint_resolve(j, WASM_TABLE, t);
	if (t.kind != THING_CORE || index >= m->tables.n)
		return differs(j, WASM_TABLE, t, index, what);
	const struct joint_core *c = &j->cores.at[t.core];
	const struct wasm_table *a = &c->m->tables.at[t.index];
	const struct wasm_table *b = &m->tables.at[index];
	if (c->table[t.index] == index)
		return true;
	if (c->table[t.index] != JOINT_NONE || j->filled[index] ||
	    b->import != UINT32_MAX || a->type != b->type ||
	    !same_limits(&a->limits, &b->limits))
		return differs(j, WASM_TABLE, t, index, what);
	c->table[t.index] = index;
	j->filled[index] = true;
	j->out->tables++;
	return pair_contents(j, t, index);
}

/* --- the rest ------------------------------------------------------------------------------ */

bool joint_pair(struct joint *j, enum wasm_kind kind, struct thing t,
		uint32_t index, const char *what)
{
	if (j->out->why)
		return false;
	if (t.kind == THING_NONE)
		return index == JOINT_NONE || differs(j, kind, t, index, what);
	if (kind == WASM_FUNC)
		return pair_func(j, t, index, what);
	if (kind == WASM_TABLE)
		return pair_table(j, t, index, what);
	t = joint_resolve(j, kind, t);
	if (t.kind == THING_CORE &&
	    (kind == WASM_MEMORY ? joint_memory(j, t) :
				   joint_global(j, t)) == index)
		return true;
	return differs(j, kind, t, index, what);
}

/* --- constant expressions --------------------------------------------------------------------- */

static bool same_const(struct joint *j, uint32_t core,
		       const struct wasm_ins *a, const struct wasm_ins *b)
{
	if (a->op != b->op)
		return false;
	if (a->op == OP_REF_FUNC)
		return joint_pair(j, WASM_FUNC, (struct thing){
				THING_CORE, core, a->index }, b->index,
				"ref.func of an initial value");
	return a->imm == b->imm && a->imm_hi == b->imm_hi &&
	       a->index == b->index;
}

/* Reads what `e` computes off the linked module from *at on; the value of another
 * instance's global stands there in its place.  A global is of an instance made
 * before, or stands before, so this ends. */
bool joint_follow(struct joint *j, uint32_t core, struct wasm_expr e,
		  uint32_t *at, uint32_t end)
{
	const struct wasm_module *m = j->cores.at[core].m;
	struct wasm_ins a, b;

	for (uint32_t k = e.begin; k < e.end; k = a.next) {
		if (!wasm_next(m, k, &a, j->arena, NULL))
			return false;
		if (a.op == OP_END)
			return a.next == e.end;
		if (a.op == OP_GLOBAL_GET) {
			const struct thing g = joint_resolve(j, WASM_GLOBAL,
				(struct thing){ THING_CORE, core, a.index });
			if (g.kind != THING_CORE ||
			    !joint_follow(j, g.core, j->cores.at[g.core].m->globals
					    .at[g.index].init, at, end))
				return false;
			continue;
		}
		if (*at >= end || !wasm_next(j->linked, *at, &b, j->arena, NULL) ||
		    !same_const(j, core, &a, &b))
			return false;
		*at = b.next;
	}
	return false;
}

bool joint_same_expr(struct joint *j, uint32_t core, struct wasm_expr a,
		     struct wasm_expr b)
{
	uint32_t at = b.begin;
	struct wasm_ins end;

	return joint_follow(j, core, a, &at, b.end) && at < b.end &&
	       wasm_next(j->linked, at, &end, j->arena, NULL) &&
	       end.op == OP_END && end.next == b.end;
}
