/* start.c - start functions, and segments between them.
 *
 * In the component the segments of an instance are placed after the start functions
 * of those made before it.  In the linked module all active segments are placed
 * first.  Nobody sees the difference when an instance's are for storage of instances
 * made after the last start function, and cannot trap.  The others are passive, and
 * the start function places them in their turn.
 */
#include <string.h>

#include "prove/link/joint.h"

bool joint_is_late(const struct joint *j, uint32_t core, enum wasm_kind kind,
		   uint32_t index)
{
	return core > j->first_start &&
	       index < j->cores.at[core].m->nimported[kind];
}

/* --- segments that are placed first --------------------------------------------- */

/* A segment of the linked module, of an instance behind a start function. */
static bool unseen(struct joint *j, uint32_t core, uint32_t start,
		   enum wasm_kind kind, uint32_t index, struct wasm_expr offset,
		   uint32_t n)
{
	const struct thing t = joint_resolve(j, kind, (struct thing){
		THING_CORE, core, index });
	const struct wasm_module *m = j->cores.at[t.core].m;
	const uint64_t size = kind == WASM_TABLE ?
		m->tables.at[t.index].limits.min :
		(uint64_t)m->memories.at[t.index].limits.min << 16;

	return (t.core > start && wasm_is_inside(j->linked, &offset, n, size)) ||
	       joint_fail(j, "a segment of core instance %u is placed before the "
			  "start function of core instance %u, which could tell",
			  core, start);
}

static bool segments_unseen(struct joint *j, uint32_t core, uint32_t start)
{
	const struct joint_core *c = &j->cores.at[core];

	for (uint32_t k = 0; k < c->m->datas.n; k++) {
		const struct wasm_data *d = &c->m->datas.at[k],
			*e = &j->linked->datas.at[c->data + k];
		if (e->mode == WASM_ACTIVE &&
		    !unseen(j, core, start, WASM_MEMORY, d->memory, e->offset,
			    e->n))
			return false;
	}
	for (uint32_t k = 0; k < c->m->elems.n; k++) {
		const struct wasm_elem *d = &c->m->elems.at[k], *e;
		if (c->elem[k] == JOINT_NONE)
			continue;
		e = &j->linked->elems.at[c->elem[k]];
		if (e->mode == WASM_ACTIVE &&
		    !unseen(j, core, start, WASM_TABLE, d->table, e->offset,
			    e->n))
			return false;
	}
	return true;
}

/* --- the start function ------------------------------------------------------------ */

static bool next(struct joint *j, uint32_t *at, enum op op, struct wasm_ins *i)
{
	if (!wasm_next(j->linked, *at, i, j->arena, NULL) || i->op != op)
		return joint_fail(j, "the start function of the linked module, at "
				  "0x%x, does not do what comes next: %s", *at,
				  op_info[op].text);
	*at = i->next;
	return true;
}

static bool number(struct joint *j, uint32_t *at, uint32_t v)
{
	struct wasm_ins i;

	return next(j, at, OP_I32_CONST, &i) &&
	       ((uint32_t)i.imm == v ||
		joint_fail(j, "the start function of the linked module, at 0x%x, "
			   "places another part of a segment", i.at));
}

/* The operands of an init instruction: where, from the first, all of them. */
static bool place(struct joint *j, uint32_t core, struct wasm_expr offset,
		  uint32_t n, uint32_t *at)
{
	const uint32_t end =
		j->linked->funcs.at[j->linked->start].end;

	return (joint_follow(j, core, offset, at, end) ||
		joint_fail(j, "the start function of the linked module, at 0x%x, "
			   "places a segment elsewhere", *at)) &&
	       number(j, at, 0) && number(j, at, n);
}

static bool late_elem(struct joint *j, uint32_t core, uint32_t k, uint32_t *at)
{
	const struct wasm_elem *e = &j->cores.at[core].m->elems.at[k];
	struct wasm_ins i, drop;

	return place(j, core, e->offset, e->n, at) &&
	       next(j, at, OP_TABLE_INIT, &i) &&
	       joint_pair(j, WASM_TABLE, (struct thing){
			THING_CORE, core, e->table }, i.index2, "table.init") &&
	       joint_pair_elem(j, core, k, i.index) &&
	       next(j, at, OP_ELEM_DROP, &drop) &&
	       (drop.index == i.index ||
		joint_fail(j, "elem.drop of another segment at 0x%x", drop.at));
}

static bool late_data(struct joint *j, uint32_t core, uint32_t k, uint32_t *at)
{
	const struct joint_core *c = &j->cores.at[core];
	const struct wasm_data *d = &c->m->datas.at[k];
	struct wasm_ins i, drop;

	return place(j, core, d->offset, d->n, at) &&
	       next(j, at, OP_MEMORY_INIT, &i) &&
	       joint_pair(j, WASM_MEMORY, (struct thing){
			THING_CORE, core, d->memory }, i.index2,
			"memory.init") &&
	       next(j, at, OP_DATA_DROP, &drop) &&
	       ((i.index == c->data + k && drop.index == i.index) ||
		joint_fail(j, "memory.init or data.drop of another segment at "
			   "0x%x", i.at));
}

static bool is_late_elem(const struct joint *j, uint32_t core, uint32_t k)
{
	const struct wasm_elem *e = &j->cores.at[core].m->elems.at[k];

	return e->mode == WASM_ACTIVE &&
	       joint_is_late(j, core, WASM_TABLE, e->table);
}

static bool is_late_data(const struct joint *j, uint32_t core, uint32_t k)
{
	const struct wasm_data *d = &j->cores.at[core].m->datas.at[k];

	return d->mode == WASM_ACTIVE &&
	       joint_is_late(j, core, WASM_MEMORY, d->memory);
}

/* Whether the table of a late segment is in the linked module: that it is not
 * needed must have been found out before. */
static bool is_needed(const struct joint *j, uint32_t core, uint32_t k)
{
	const struct thing t = joint_resolve(j, WASM_TABLE, (struct thing){
		THING_CORE, core, j->cores.at[core].m->elems.at[k].table });

	return t.kind == THING_CORE &&
	       j->cores.at[t.core].table[t.index] != JOINT_NONE;
}

static bool has_part(const struct joint *j, uint32_t core)
{
	const struct wasm_module *m = j->cores.at[core].m;
	bool part = m->start != UINT32_MAX;

	for (uint32_t k = 0; k < m->elems.n; k++)
		part |= is_late_elem(j, core, k) && is_needed(j, core, k);
	for (uint32_t k = 0; k < m->datas.n; k++)
		part |= is_late_data(j, core, k);
	return part;
}

/* What the start function does for one core instance, after saying for which. */
static bool do_part(struct joint *j, uint32_t core, uint32_t *at)
{
	const struct joint_core *c = &j->cores.at[core];
	struct wasm_ins i;

	if (!next(j, at, OP_CALL, &i))
		return false;
	if (!joint_is_import(j, i.index, arena_printf(
			j->arena, "[instance]#%u", c->inst), ":"))
		return joint_fail(j, "what is done at the start of core instance %u "
				  "is not announced as of instance %u", core,
				  c->inst);
	for (uint32_t k = 0; k < c->m->elems.n; k++)
		if (is_late_elem(j, core, k) && is_needed(j, core, k) &&
		    !late_elem(j, core, k, at))
			return false;
	for (uint32_t k = 0; k < c->m->datas.n; k++)
		if (is_late_data(j, core, k) && !late_data(j, core, k, at))
			return false;
	return c->m->start == UINT32_MAX ||
	       (next(j, at, OP_CALL, &i) &&
		joint_pair(j, WASM_FUNC, (struct thing){
			THING_CORE, core, c->m->start }, i.index, "start"));
}

/* In order of instantiation, and nothing else. */
static bool do_parts(struct joint *j)
{
	const struct wasm_module *m = j->linked;
	uint32_t at = 0, start = JOINT_NONE;
	struct wasm_ins end;

	if (m->start != UINT32_MAX) {
		if (!joint_made(j, m->start, "the start function"))
			return false;
		at = m->funcs.at[m->start].code;
	}
	for (uint32_t k = 0; k < j->cores.n; k++) {
		if (start != JOINT_NONE && !segments_unseen(j, k, start))
			return false;
		if (j->cores.at[k].m->start != UINT32_MAX)
			start = k;
		if (!has_part(j, k))
			continue;
		if (m->start == UINT32_MAX)
			return joint_fail(j, "the linked module has no start "
					  "function");
		if (!do_part(j, k, &at))
			return false;
	}
	return m->start == UINT32_MAX ||
	       (next(j, &at, OP_END, &end) &&
		(at == m->funcs.at[m->start].end ||
		 joint_fail(j, "the start function of the linked module does more "
			    "than the component")));
}

/* What a part leads to may need another table, whose segments are then parts too. */
bool joint_start(struct joint *j)
{
	uint32_t tables;

	do {
		tables = j->out->tables;
		if (!do_parts(j) || !joint_bodies(j))
			return false;
	} while (tables != j->out->tables);
	return true;
}

/* --- what they call ------------------------------------------------------------------ */

static bool announces(const struct joint *j, uint32_t func)
{
	const struct wasm_module *m = j->linked;

	return func < m->nimported[WASM_FUNC] &&
	       !strncmp(m->imports.at[m->funcs.at[func].import].name,
			"[instance]#", 11);
}

/* The next function that the linked module's start function calls, JOINT_NONE when
 * there is none. */
static uint32_t next_call(const struct joint *j, uint32_t *at)
{
	struct wasm_ins i;

	while (*at < j->linked->funcs.at[j->linked->start].end &&
	       wasm_next(j->linked, *at, &i, j->arena, NULL)) {
		*at = i.next;
		if (i.op == OP_CALL && !announces(j, i.index))
			return i.index;
	}
	return JOINT_NONE;
}

bool joint_start_functions(struct joint *j)
{
	const struct wasm_module *m = j->linked;
	uint32_t at = m->start == UINT32_MAX ? 0 : m->funcs.at[m->start].code;

	for (uint32_t k = j->first_start; k < j->cores.n; k++) {
		const uint32_t start = j->cores.at[k].m->start;
		if (start != UINT32_MAX &&
		    (m->start == UINT32_MAX ||
		     !joint_pair(j, WASM_FUNC, (struct thing){
				THING_CORE, k, start }, next_call(j, &at),
				"start")))
			return joint_fail(j, "the linked module does not call the "
					  "start function of core instance %u", k);
	}
	return true;
}
