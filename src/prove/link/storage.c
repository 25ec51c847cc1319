/* storage.c - memories, globals and data; that no segment is missing. */
#include "prove/link/joint.h"

#include <string.h>

static bool count(struct joint *j, const char *what, uint32_t have, uint32_t want)
{
	return have == want ||
	       joint_fail(j, "the linked module has %u %s, the core instances %u",
			  have, what, want);
}

/* Where each instance's own begin. */
static bool number(struct joint *j)
{
	uint32_t memories = 0, globals = 0, datas = 0;

	for (uint32_t k = 0; k < j->cores.n; k++) {
		struct joint_core *c = &j->cores.at[k];
		c->memory = memories;
		c->global = globals;
		c->data = datas;
		memories += c->m->memories.n - c->m->nimported[WASM_MEMORY];
		globals += c->m->globals.n - c->m->nimported[WASM_GLOBAL];
		datas += c->m->datas.n;
	}
	j->out->memories = memories;
	j->out->globals = globals;
	j->out->segments += datas;
	const struct wasm_module *m = j->linked;
	return (m->nimported[WASM_TABLE] | m->nimported[WASM_MEMORY] |
		m->nimported[WASM_GLOBAL]) == 0 ?
		       count(j, "memories", m->memories.n, memories) &&
		       count(j, "globals", m->globals.n, globals) &&
		       count(j, "data segments", m->datas.n, datas) :
		       joint_fail(j, "the linked module imports storage");
}

static bool memories(struct joint *j, uint32_t core)
{
	const struct joint_core *c = &j->cores.at[core];
	const uint32_t first = c->m->nimported[WASM_MEMORY];

	for (uint32_t k = first; k < c->m->memories.n; k++) {
		const uint32_t index = c->memory + k - first;
		const struct wasm_limits *a = &c->m->memories.at[k].limits,
			*b = &j->linked->memories.at[index].limits;
		if (a->min != b->min || a->has_max != b->has_max ||
		    (a->has_max && a->max != b->max))
			return joint_fail(j, "memory %u of the linked module has "
					  "other limits than memory %u of core "
					  "instance %u", index, k, core);
		if (j->info->walls && j->info->owners.at[index] != c->inst)
			return joint_fail(j, "memory %u of the linked module is "
					  "of instance %u, not %u", index,
					  c->inst, j->info->owners.at[index]);
	}
	return true;
}

static bool globals(struct joint *j, uint32_t core)
{
	const struct joint_core *c = &j->cores.at[core];
	const uint32_t first = c->m->nimported[WASM_GLOBAL];

	for (uint32_t k = first; k < c->m->globals.n; k++) {
		const uint32_t index = c->global + k - first;
		const struct wasm_global *a = &c->m->globals.at[k],
			*b = &j->linked->globals.at[index];
		if (a->type != b->type || a->mut != b->mut ||
		    !joint_same_expr(j, core, a->init, b->init))
			return joint_fail(j, "global %u of the linked module is "
					  "not what global %u of core instance %u "
					  "is at first", index, k, core);
	}
	return true;
}

static bool same_data(struct joint *j, uint32_t core, const struct wasm_data *a,
		      const struct wasm_data *b)
{
	const struct wasm_module *m = j->cores.at[core].m;

	const bool late = a->mode == WASM_ACTIVE &&
			  joint_is_late(j, core, WASM_MEMORY, a->memory);

	return b->mode == (late ? WASM_PASSIVE : a->mode) && a->n == b->n &&
	       (!a->n || !memcmp(m->bytes + a->begin,
				 j->linked->bytes + b->begin, a->n)) &&
	       (b->mode != WASM_ACTIVE ||
		(joint_pair(j, WASM_MEMORY, (struct thing){
				THING_CORE, core, a->memory }, b->memory,
			    "a data segment") &&
		 joint_same_expr(j, core, a->offset, b->offset)));
}

static bool datas(struct joint *j, uint32_t core)
{
	const struct joint_core *c = &j->cores.at[core];

	for (uint32_t k = 0; k < c->m->datas.n; k++)
		if (!same_data(j, core, &c->m->datas.at[k],
			       &j->linked->datas.at[c->data + k]))
			return joint_fail(j, "data segment %u of the linked module "
					  "is not segment %u of core instance %u",
					  c->data + k, k, core);
	return true;
}

bool joint_storage(struct joint *j)
{
	if (!number(j))
		return false;
	for (uint32_t k = 0; k < j->cores.n; k++)
		if (!memories(j, k) || !globals(j, k) || !datas(j, k))
			return false;
	return true;
}

/* --- that no segment is missing ------------------------------------------------------- */

/* A segment for a table that nothing needs may go, unless it could trap. */
static bool elems_there(struct joint *j, uint32_t core)
{
	const struct joint_core *c = &j->cores.at[core];

	for (uint32_t k = 0; k < c->m->elems.n; k++) {
		const struct wasm_elem *e = &c->m->elems.at[k];
		if (e->mode != WASM_ACTIVE || c->elem[k] != JOINT_NONE)
			continue;
		const struct thing t = joint_resolve(j, WASM_TABLE,
			(struct thing){ THING_CORE, core, e->table });
		const struct joint_core *of = &j->cores.at[t.core];
		if (t.kind != THING_CORE || of->table[t.index] != JOINT_NONE ||
		    !wasm_is_inside(c->m, &e->offset, e->n,
				    of->m->tables.at[t.index].limits.min))
			return joint_fail(j, "element segment %u of core instance "
					  "%u is missing", k, core);
	}
	return true;
}

/* Those there are stand in order; the rest only declares. */
static bool elems_in_order(struct joint *j)
{
	struct joint_role last = { .core = 0 };

	for (uint32_t k = 0; k < j->linked->elems.n; k++) {
		const struct joint_role r = j->elem[k];
		if (r.role == ROLE_NONE &&
		    j->linked->elems.at[k].mode == WASM_DECLARED)
			continue;
		if (r.role == ROLE_NONE || (last.role != ROLE_NONE &&
		    (r.core < last.core ||
		     (r.core == last.core && r.func <= last.func))))
			return joint_fail(j, "element segment %u of the linked "
					  "module is none of the component's, or "
					  "not in its place", k);
		last = r;
	}
	return true;
}

bool joint_complete(struct joint *j)
{
	for (uint32_t k = 0; k < j->cores.n; k++)
		if (!elems_there(j, k))
			return false;
	return elems_in_order(j);
}
