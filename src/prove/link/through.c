/* through.c - functions that stand for others through a table.
 *
 * Component tools break cycles between a module and its built-ins with a module whose
 * functions call through a table, and another whose element segment fills it.  Such a
 * function is the one in its slot when
 *
 *   no code of any instance that can reach the table writes it: only segments do;
 *   these stand at constant places inside it, and start functions of instances made
 *   before call nothing but functions, directly, so nobody calls before it is filled;
 *   what is in the slot has the type that is called.
 */
#include "prove/link/joint.h"

enum { MOST_SLOTS = 100000, MOST_STEPS = 1000 };

bool joint_hands_on(const struct wasm_module *m, uint32_t func,
		    uint32_t *table, uint32_t *slot, struct arena *a)
{
	const struct wasm_func *f = &m->funcs.at[func];
	const struct wasm_functype *t = &m->types.at[f->type];
	struct wasm_ins i;
	uint32_t at = f->code;

	if (f->import != UINT32_MAX || f->nlocals != t->nparams)
		return false;
	for (uint32_t k = 0; k < t->nparams; k++, at = i.next)
		if (!wasm_next(m, at, &i, a, NULL) ||
		    i.op != OP_LOCAL_GET || i.index != k)
			return false;
	if (!wasm_next(m, at, &i, a, NULL) || i.op != OP_I32_CONST)
		return false;
	*slot = (uint32_t)i.imm;
	if (!wasm_next(m, i.next, &i, a, NULL) || i.op != OP_CALL_INDIRECT ||
	    !wasm_same_type(&m->types.at[i.index], t))
		return false;
	*table = i.index2;
	return wasm_next(m, i.next, &i, a, NULL) && i.op == OP_END &&
	       i.next == f->end;
}

static bool writes(const struct wasm_ins *i, uint32_t table)
{
	switch (i->op) {
	case OP_TABLE_INIT:
		return i->index2 == table;
	case OP_TABLE_SET:
	case OP_TABLE_GROW:
	case OP_TABLE_FILL:
	case OP_TABLE_COPY:
		return i->index == table;
	default:
		return false;
	}
}

static bool code_writes(struct joint *j, const struct wasm_module *m,
			uint32_t table)
{
	const struct arena_mark mark = arena_mark(j->arena);
	bool found = false;
	struct wasm_ins i;

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++)
		for (uint32_t at = m->funcs.at[k].code;
		     at < m->funcs.at[k].end && !found; at = i.next)
			found = !wasm_next(m, at, &i, j->arena, NULL) ||
				writes(&i, table);
	arena_reset(j->arena, mark);
	return found;
}

/* Puts a segment of a core instance in place. */
static bool place(struct joint_table *t, const struct wasm_module *m,
		  uint32_t core, const struct wasm_elem *e)
{
	uint64_t offset;
	uint32_t global;

	if (!wasm_const_value(m, &e->offset, &offset, &global) ||
	    (e->n && !e->func) || offset > t->n || e->n > t->n - offset)
		return false;
	for (uint32_t k = 0; k < e->n; k++)
		t->at[offset + k] = e->func[k] == UINT32_MAX ?
			(struct thing){ 0 } :
			(struct thing){ THING_CORE, core, e->func[k] };
	return true;
}

/* --- start functions ------------------------------------------------------------- */

static void reach(struct joint *j, struct thing f)
{
	f = joint_resolve(j, WASM_FUNC, f);
	if (f.kind != THING_CORE) {
		j->calls_out = true;
		return;
	}
	struct joint_core *c = &j->cores.at[f.core];
	if (!c->started)
		c->started = arena_array(j->arena, bool, c->m->funcs.n);
	if (c->started[f.index])
		return;
	c->started[f.index] = true;
	vec_push(j->arena, &j->reached, f);
}

static void reach_calls(struct joint *j, struct thing f)
{
	const struct wasm_module *m = j->cores.at[f.core].m;
	struct wasm_ins i;

	for (uint32_t at = m->funcs.at[f.index].code;
	     at < m->funcs.at[f.index].end && !j->calls_out; at = i.next) {
		if (!wasm_next(m, at, &i, j->arena, NULL) ||
		    op_info[i.op].imm == IMM_TYPE_TABLE)
			j->calls_out = true;
		else if (i.op == OP_CALL || i.op == OP_RETURN_CALL)
			reach(j, (struct thing){ THING_CORE, f.core, i.index });
	}
}

/* Whether a start function of an instance made before `core` may call through a table,
 * or a built-in. */
static bool starts_before(struct joint *j, uint32_t core)
{
	while (j->looked_at < core && !j->calls_out) {
		const uint32_t k = j->looked_at++;
		const uint32_t start = j->cores.at[k].m->start;
		if (start != UINT32_MAX)
			reach(j, (struct thing){ THING_CORE, k, start });
		while (j->reached.n && !j->calls_out)
			reach_calls(j, j->reached.at[--j->reached.n]);
	}
	return j->calls_out && core >= j->looked_at;
}

/* --- tables ------------------------------------------------------------------------ */

/* What instance `core`, which knows the table as `index`, does to it. */
static bool fill(struct joint *j, struct joint_table *t, uint32_t core,
		 uint32_t index)
{
	const struct wasm_module *m = j->cores.at[core].m;

	if (code_writes(j, m, index))
		return false;
	for (uint32_t k = 0; k < m->elems.n; k++)
		if (m->elems.at[k].mode == WASM_ACTIVE &&
		    m->elems.at[k].table == index &&
		    (starts_before(j, core) ||
		     !place(t, m, core, &m->elems.at[k])))
			return false;
	return true;
}

static struct joint_table look(struct joint *j, struct thing table)
{
	struct joint_table t = {
		.core = table.core, .table = table.index,
		.n = j->cores.at[table.core].m->tables.at[table.index].limits.min,
	};

	if (t.n > MOST_SLOTS)
		return t;
	t.at = arena_array(j->arena, struct thing, t.n);
	t.sealed = true;
	for (uint32_t c = table.core; c < j->cores.n; c++)
		for (uint32_t k = 0; k < j->cores.at[c].m->tables.n; k++) {
			const struct thing r = joint_resolve(
				j, WASM_TABLE, (struct thing){ THING_CORE, c, k });
			if (r.core == table.core && r.index == table.index)
				t.sealed &= fill(j, &t, c, k);
		}
	return t;
}

static const struct joint_table *table_of(struct joint *j, struct thing table)
{
	for (uint32_t k = 0; k < j->sealed.n; k++)
		if (j->sealed.at[k].core == table.core &&
		    j->sealed.at[k].table == table.index)
			return &j->sealed.at[k];
	vec_push(j->arena, &j->sealed, look(j, table));
	return &vec_last(&j->sealed);
}

static const struct wasm_functype *type_of(const struct joint *j, struct thing f)
{
	const struct wasm_module *m = j->cores.at[f.core].m;

	return &m->types.at[m->funcs.at[f.index].type];
}

bool joint_through(struct joint *j, struct thing f, struct thing *to)
{
	struct joint_core *c = &j->cores.at[f.core];
	uint32_t table, slot;

	if (!c->through[f.index]) {
		c->through[f.index] = 1;
		if (!joint_hands_on(c->m, f.index, &table, &slot, j->arena))
			return false;
		const struct thing r = joint_resolve(
			j, WASM_TABLE, (struct thing){ THING_CORE, f.core, table });
		const struct joint_table *t = table_of(j, r);
		if (t->sealed && slot < t->n &&
		    t->at[slot].kind == THING_CORE &&
		    wasm_same_type(type_of(j, t->at[slot]), type_of(j, f))) {
			c->through[f.index] = 2;
			c->stands_for[f.index] = t->at[slot];
		}
	}
	*to = c->stands_for[f.index];
	return c->through[f.index] == 2;
}
