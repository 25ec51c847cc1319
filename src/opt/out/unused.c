/* unused.c - a module without what nothing needs.
 *
 * What is needed, needed.c says.  The rest goes, and what is behind it moves
 * up, so every number is written anew: in code, exports, segments, the start
 * function, and names.  Equal types become one.
 */
#include <string.h>

#include "opt/out/custom.h"
#include "opt/out/needed.h"

struct prune {
	const struct wasm_module *m;
	struct arena *a;
	struct out_needed needed;
	uint32_t *index[OUT_SPACES];	/* old -> new */
	uint32_t *type;
	struct buf code;	/* the new module's bytes: expressions, bodies */
	struct wasm_module to;
};

/* --- numbers ------------------------------------------------------------------- */

static uint32_t *number(struct prune *p, const bool *needed, uint32_t n,
			bool *all)
{
	uint32_t *index = arena_array(p->a, uint32_t, n + 1), next = 0;

	for (uint32_t k = 0; k < n; k++) {
		index[k] = next;
		next += needed[k];
	}
	*all &= next == n;
	return index;
}

/* New numbers for all; false when none differs. */
static bool number_all(struct prune *p)
{
	const struct wasm_module *m = p->m;
	bool all = true;

	for (int s = 0; s < OUT_SPACES; s++)
		p->index[s] = number(p, p->needed.at[s],
				     out_count(m, (enum out_space)s), &all);
	p->type = number(p, p->needed.type, m->types.n, &all);
	for (uint32_t k = 0; k < m->types.n; k++)
		p->type[k] = p->type[m->types.at[k].canon];
	return !all;
}

static void renumber(const struct prune *p, enum out_space s, uint32_t *k)
{
	*k = p->index[s][*k];
}

static void renumber_ins(const struct prune *p, struct wasm_ins *i)
{
	uint32_t *memory[2];

	for (unsigned k = wasm_ins_memories(i, memory); k-- > 0;)
		renumber(p, OUT_MEMORIES, memory[k]);
	switch (i->op) {
	case OP_CALL: case OP_RETURN_CALL: case OP_REF_FUNC:
		renumber(p, OUT_FUNCS, &i->index);
		break;
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		i->index = p->type[i->index];
		renumber(p, OUT_TABLES, &i->index2);
		break;
	case OP_BLOCK: case OP_LOOP: case OP_IF:
		if (i->block_type >= 0)
			i->block_type = p->type[i->block_type];
		break;
	case OP_GLOBAL_SET:
		/* one that is only set */
		if (!p->needed.at[OUT_GLOBALS][i->index])
			i->op = OP_DROP;
		renumber(p, OUT_GLOBALS, &i->index);
		break;
	case OP_GLOBAL_GET:
		renumber(p, OUT_GLOBALS, &i->index);
		break;
	case OP_TABLE_COPY:
		renumber(p, OUT_TABLES, &i->index);
		renumber(p, OUT_TABLES, &i->index2);
		break;
	case OP_TABLE_GET: case OP_TABLE_SET: case OP_TABLE_SIZE:
	case OP_TABLE_GROW: case OP_TABLE_FILL:
		renumber(p, OUT_TABLES, &i->index);
		break;
	case OP_TABLE_INIT:
		renumber(p, OUT_ELEMS, &i->index);
		renumber(p, OUT_TABLES, &i->index2);
		break;
	case OP_ELEM_DROP:
		renumber(p, OUT_ELEMS, &i->index);
		break;
	case OP_MEMORY_INIT: case OP_DATA_DROP:
		renumber(p, OUT_DATAS, &i->index);
		break;
	default:
		break;
	}
}

/* --- code ----------------------------------------------------------------------- */

/* The number of a memory, for the intrinsic that is called next? */
static bool is_memory_argument(const struct prune *p, const struct wasm_ins *i,
			       uint32_t end)
{
	struct wasm_ins call;

	if (i->op != OP_I32_CONST || i->imm >= p->m->memories.n ||
	    i->next >= end)
		return false;
	if (!wasm_next(p->m, i->next, &call, p->a, NULL))
		NOT_REACHED("validated instruction");
	return (call.op == OP_CALL || call.op == OP_RETURN_CALL) &&
	       out_takes_memory(p->m, call.index);
}

static struct wasm_expr copy_code(struct prune *p, uint32_t at, uint32_t end)
{
	struct wasm_expr r = { .begin = (uint32_t)p->code.n };
	struct wasm_ins i;

	for (; at < end; at = i.next) {
		if (!wasm_next(p->m, at, &i, p->a, NULL))
			NOT_REACHED("validated instruction");
		if (is_memory_argument(p, &i, end))
			i.imm = p->index[OUT_MEMORIES][i.imm];
		renumber_ins(p, &i);
		wasm_encode_ins(&i, &p->code);
	}
	r.end = (uint32_t)p->code.n;
	return r;
}

static void copy_func(struct prune *p, struct wasm_func *f)
{
	uint32_t begin = f->begin, code = f->code, end = f->end;

	f->begin = (uint32_t)p->code.n;
	buf_put(&p->code, p->m->bytes + begin, code - begin);
	f->code = (uint32_t)p->code.n;
	f->end = copy_code(p, code, end).end;
}

/* --- lists ---------------------------------------------------------------------- */

static void copy_types(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->types.at = arena_array(p->a, struct wasm_functype,
				   p->m->types.n + 1);
	for (uint32_t k = 0; k < p->m->types.n; k++)
		if (p->needed.type[k])
			to->types.at[n++] = p->m->types.at[k];
	to->types.n = n;
}

static void copy_funcs(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->funcs.at = arena_array(p->a, struct wasm_func, p->m->funcs.n + 1);
	for (uint32_t k = 0; k < p->m->funcs.n; k++) {
		if (!p->needed.at[OUT_FUNCS][k])
			continue;
		struct wasm_func *f = &to->funcs.at[n++];
		*f = p->m->funcs.at[k];
		f->type = p->type[f->type];
		if (f->import == UINT32_MAX)
			copy_func(p, f);
	}
	to->funcs.n = n;
}

static void copy_tables(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->tables.at = arena_array(p->a, struct wasm_table,
				    p->m->tables.n + 1);
	for (uint32_t k = 0; k < p->m->tables.n; k++)
		if (p->needed.at[OUT_TABLES][k])
			to->tables.at[n++] = p->m->tables.at[k];
	to->tables.n = n;
}

static void copy_memories(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->memories.at = arena_array(p->a, struct wasm_memory,
				      p->m->memories.n + 1);
	for (uint32_t k = 0; k < p->m->memories.n; k++)
		if (p->needed.at[OUT_MEMORIES][k])
			to->memories.at[n++] = p->m->memories.at[k];
	to->memories.n = n;
}

static void copy_globals(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->globals.at = arena_array(p->a, struct wasm_global,
				     p->m->globals.n + 1);
	for (uint32_t k = 0; k < p->m->globals.n; k++) {
		if (!p->needed.at[OUT_GLOBALS][k])
			continue;
		struct wasm_global *g = &to->globals.at[n++];
		*g = p->m->globals.at[k];
		if (g->import == UINT32_MAX)
			g->init = copy_code(p, g->init.begin, g->init.end);
	}
	to->globals.n = n;
}

/* The kind of a thing by its kind as an import. */
static enum out_space space_of(uint8_t kind)
{
	return kind == WASM_FUNC ? OUT_FUNCS :
	       kind == WASM_TABLE ? OUT_TABLES :
	       kind == WASM_MEMORY ? OUT_MEMORIES : OUT_GLOBALS;
}

static void copy_imports(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->imports.at = arena_array(p->a, struct wasm_import,
				     p->m->imports.n + 1);
	for (uint32_t k = 0; k < p->m->imports.n; k++) {
		struct wasm_import i = p->m->imports.at[k];
		enum out_space s = space_of(i.kind);
		if (!p->needed.at[s][i.index]) {
			to->nimported[i.kind]--;
			continue;
		}
		renumber(p, s, &i.index);
		to->imports.at[n++] = i;
	}
	to->imports.n = n;
}

static void copy_exports(struct prune *p)
{
	struct wasm_module *to = &p->to;

	to->exports.at = arena_array(p->a, struct wasm_export,
				     to->exports.n + 1);
	for (uint32_t k = 0; k < to->exports.n; k++) {
		struct wasm_export *x = &to->exports.at[k];
		*x = p->m->exports.at[k];
		renumber(p, space_of(x->kind), &x->index);
	}
	if (to->start != UINT32_MAX)
		renumber(p, OUT_FUNCS, &to->start);
}

static void copy_elem(struct prune *p, struct wasm_elem *e)
{
	const struct wasm_elem from = *e;

	if (e->mode == WASM_ACTIVE) {
		renumber(p, OUT_TABLES, &e->table);
		e->offset = copy_code(p, from.offset.begin, from.offset.end);
	}
	if (from.expr) {
		e->expr = arena_array(p->a, struct wasm_expr, from.n + 1);
		for (uint32_t k = 0; k < from.n; k++)
			e->expr[k] = copy_code(p, from.expr[k].begin,
					       from.expr[k].end);
		return;
	}
	e->func = arena_array(p->a, uint32_t, from.n + 1);
	for (uint32_t k = 0; k < from.n; k++)
		e->func[k] = from.func[k] == UINT32_MAX ? UINT32_MAX :
			     p->index[OUT_FUNCS][from.func[k]];
}

static void copy_elems(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->elems.at = arena_array(p->a, struct wasm_elem, p->m->elems.n + 1);
	for (uint32_t k = 0; k < p->m->elems.n; k++) {
		if (!p->needed.at[OUT_ELEMS][k])
			continue;
		to->elems.at[n] = p->m->elems.at[k];
		copy_elem(p, &to->elems.at[n++]);
	}
	to->elems.n = n;
}

/* Without segments there is nothing to count. */
static void copy_datas(struct prune *p)
{
	struct wasm_module *to = &p->to;
	const struct wasm_module *m = p->m;
	uint32_t n = 0;

	to->datas.at = arena_array(p->a, struct wasm_data, m->datas.n + 1);
	for (uint32_t k = 0; k < m->datas.n; k++) {
		if (!p->needed.at[OUT_DATAS][k])
			continue;
		struct wasm_data *d = &to->datas.at[n++];
		*d = m->datas.at[k];
		if (d->mode == WASM_ACTIVE) {
			renumber(p, OUT_MEMORIES, &d->memory);
			d->offset = copy_code(p, d->offset.begin,
					      d->offset.end);
		}
		d->begin = (uint32_t)p->code.n;
		buf_put(&p->code, m->bytes + m->datas.at[k].begin, d->n);
	}
	to->datas.n = n;
	to->has_data_count = m->has_data_count && n > 0;
}

/* --- names ---------------------------------------------------------------------- */

/* Which numbers a map is by; false when they do not change. */
static bool numbers_of(const struct prune *p, uint8_t id, const bool **needed,
		       const uint32_t **index, uint32_t *n)
{
	static const uint8_t space[] = {
		[NAMES_FUNCTION] = OUT_FUNCS, [NAMES_LOCAL] = OUT_FUNCS,
		[NAMES_LABEL] = OUT_FUNCS, [NAMES_TABLE] = OUT_TABLES,
		[NAMES_MEMORY] = OUT_MEMORIES,
		[NAMES_GLOBAL] = OUT_GLOBALS, [NAMES_ELEM] = OUT_ELEMS,
		[NAMES_DATA] = OUT_DATAS,
	};

	if (id < NAMES_FUNCTION || id > NAMES_DATA)
		return false;
	*needed = id == NAMES_TYPE ? p->needed.type : p->needed.at[space[id]];
	*index = id == NAMES_TYPE ? p->type : p->index[space[id]];
	*n = id == NAMES_TYPE ? p->m->types.n
			      : out_count(p->m, (enum out_space)space[id]);
	return true;
}

static void copy_map(struct prune *p, struct reader *r, uint8_t id,
		     struct buf *out)
{
	const bool *needed;
	const uint32_t *index;
	uint32_t most;
	struct buf b;

	if (!numbers_of(p, id, &needed, &index, &most)) {
		buf_put(out, r->at, (size_t)(r->end - r->at));
		return;
	}
	uint32_t n = reader_u32(r), kept = 0;
	buf_init(&b, p->a);
	for (uint32_t k = 0; k < n && !r->bad; k++) {
		uint32_t at = reader_u32(r);
		const uint8_t *from = r->at;
		out_skip_names(r, id);
		if (r->bad || at >= most || !needed[at])
			continue;
		buf_uleb(&b, index[at]);
		buf_put(&b, from, (size_t)(r->at - from));
		kept++;
	}
	buf_uleb(out, kept);
	buf_put(out, b.at, b.n);
}

/* The section "name" with new indices; false when it is malformed. */
static bool copy_names(struct prune *p, struct wasm_custom *c)
{
	struct reader r = { .at = p->m->bytes + c->begin,
			    .end = p->m->bytes + c->begin + c->n,
			    .base = p->m->bytes };
	uint32_t begin = (uint32_t)p->code.n;

	while (!r.bad && r.at < r.end) {
		uint8_t id = reader_u8(&r);
		struct reader sub = reader_sub(&r, reader_u32(&r));
		struct buf b;
		buf_init(&b, p->a);
		if (!sub.bad)
			copy_map(p, &sub, id, &b);
		r.bad |= sub.bad;
		buf_u8(&p->code, id);
		buf_uleb(&p->code, b.n);
		buf_put(&p->code, b.at, b.n);
	}
	c->begin = begin;
	c->n = (uint32_t)p->code.n - begin;
	return !r.bad;
}

/* Custom sections move; those that name places of code would lie, so they go. */
static void copy_customs(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->customs.at = arena_array(p->a, struct wasm_custom,
				     p->m->customs.n + 1);
	for (uint32_t k = 0; k < p->m->customs.n; k++) {
		struct wasm_custom c = p->m->customs.at[k];
		uint32_t begin = c.begin;
		if (out_names_places(&c))
			continue;
		if (out_is_custom(&c, "name")) {
			if (!copy_names(p, &c))
				continue;
		} else {
			c.begin = (uint32_t)p->code.n;
			buf_put(&p->code, p->m->bytes + begin, c.n);
		}
		to->customs.at[n++] = c;
	}
	to->customs.n = n;
}

bool out_unused(const struct wasm_module *m, const uint8_t *rung,
		struct arena *a, struct buf *out, struct out_origin *origin)
{
	struct prune *p = arena_new(a, struct prune);

	*p = (struct prune){ .m = m, .a = a, .to = *m };
	out_find_needed(&p->needed, m, origin, rung, a);
	if (!number_all(p))
		return false;
	buf_init(&p->code, a);
	copy_types(p);
	copy_funcs(p);
	copy_tables(p);
	copy_memories(p);
	copy_globals(p);
	copy_imports(p);
	copy_exports(p);
	copy_elems(p);
	copy_datas(p);
	copy_customs(p);
	p->to.bytes = p->code.at;
	p->to.size = p->code.n;
	wasm_encode(&p->to, NULL, out);
	/* numbers only get smaller, so what is read is not written yet */
	for (int s = 0; s < OUT_SPACES; s++)
		for (uint32_t k = 0; k < out_count(m, (enum out_space)s); k++)
			if (p->needed.at[s][k])
				origin->of[s][p->index[s][k]] =
					origin->of[s][k];
	return true;
}
