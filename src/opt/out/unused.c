/* unused.c - a module without the functions that nothing can call.
 *
 * Needed are functions that are exported, started, or named by tables, globals
 * or `ref.func`, and what needed ones call.  The others go, imports included;
 * those behind them move up, so every function index is written anew: calls,
 * references, exports, segments, the start function, and names.
 */
#include <string.h>

#include "opt/out/out.h"
#include "wasm/encode.h"
#include "wasm/reader.h"

enum { NAMES_FUNCTION = 1, NAMES_LOCAL = 2, NAMES_LABEL = 3 };

struct prune {
	const struct wasm_module *m;
	struct arena *a;
	bool *needed;
	VEC(uint32_t) todo;
	uint32_t *index;	/* old -> new */
	struct buf code;	/* the new module's bytes: expressions, bodies */
	struct wasm_module to;
};

/* --- what is needed ------------------------------------------------------------ */

static void need(struct prune *p, uint32_t func)
{
	if (func >= p->m->funcs.n || p->needed[func])
		return;
	p->needed[func] = true;
	vec_push(p->a, &p->todo, func);
}

static bool names_func(enum op op)
{
	return op == OP_CALL || op == OP_RETURN_CALL || op == OP_REF_FUNC;
}

static void need_code(struct prune *p, uint32_t at, uint32_t end)
{
	struct wasm_ins i;

	for (; at < end; at = i.next) {
		if (!wasm_next(p->m, at, &i, p->a, NULL))
			NOT_REACHED("validated instruction");
		if (names_func(i.op))
			need(p, i.index);
	}
}

static void need_roots(struct prune *p)
{
	const struct wasm_module *m = p->m;

	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			need(p, m->exports.at[k].index);
	if (m->start != UINT32_MAX)
		need(p, m->start);
	for (uint32_t k = 0; k < m->globals.n; k++)
		if (m->globals.at[k].import == UINT32_MAX)
			need_code(p, m->globals.at[k].init.begin,
				  m->globals.at[k].init.end);
	for (uint32_t k = 0; k < m->elems.n; k++) {
		const struct wasm_elem *e = &m->elems.at[k];
		for (uint32_t j = 0; j < e->n; j++)
			if (e->expr)
				need_code(p, e->expr[j].begin, e->expr[j].end);
			else
				need(p, e->func[j]);
	}
}

static uint32_t find_needed(struct prune *p)
{
	uint32_t n = 0;

	need_roots(p);
	while (p->todo.n) {
		const struct wasm_func *f =
			&p->m->funcs.at[p->todo.at[--p->todo.n]];
		if (f->import == UINT32_MAX)
			need_code(p, f->code, f->end);
	}
	for (uint32_t k = 0; k < p->m->funcs.n; k++) {
		p->index[k] = n;
		n += p->needed[k];
	}
	return n;
}

/* --- code ----------------------------------------------------------------------- */

static struct wasm_expr copy_code(struct prune *p, uint32_t at, uint32_t end)
{
	struct wasm_expr r = { .begin = (uint32_t)p->code.n };
	struct wasm_ins i;

	for (; at < end; at = i.next) {
		if (!wasm_next(p->m, at, &i, p->a, NULL))
			NOT_REACHED("validated instruction");
		if (names_func(i.op))
			i.index = p->index[i.index];
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

static void copy_funcs(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->funcs.at = arena_array(p->a, struct wasm_func, p->m->funcs.n + 1);
	for (uint32_t k = 0; k < p->m->funcs.n; k++) {
		if (!p->needed[k])
			continue;
		to->funcs.at[n] = p->m->funcs.at[k];
		if (to->funcs.at[n].import == UINT32_MAX)
			copy_func(p, &to->funcs.at[n]);
		n++;
	}
	to->funcs.n = n;
}

static void copy_imports(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->imports.at = arena_array(p->a, struct wasm_import,
				     p->m->imports.n + 1);
	for (uint32_t k = 0; k < p->m->imports.n; k++) {
		struct wasm_import i = p->m->imports.at[k];
		if (i.kind == WASM_FUNC) {
			if (!p->needed[i.index]) {
				to->nimported[WASM_FUNC]--;
				continue;
			}
			i.index = p->index[i.index];
		}
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
		if (x->kind == WASM_FUNC)
			x->index = p->index[x->index];
	}
	if (to->start != UINT32_MAX)
		to->start = p->index[to->start];
}

static void copy_elem(struct prune *p, struct wasm_elem *e)
{
	const struct wasm_elem from = *e;

	if (e->mode == WASM_ACTIVE)
		e->offset = copy_code(p, from.offset.begin, from.offset.end);
	if (from.expr) {
		e->expr = arena_array(p->a, struct wasm_expr, from.n + 1);
		for (uint32_t k = 0; k < from.n; k++)
			e->expr[k] = copy_code(p, from.expr[k].begin,
					       from.expr[k].end);
		return;
	}
	e->func = arena_array(p->a, uint32_t, from.n + 1);
	for (uint32_t k = 0; k < from.n; k++)
		e->func[k] = from.func[k] == UINT32_MAX
				     ? UINT32_MAX : p->index[from.func[k]];
}

static void copy_others(struct prune *p)
{
	struct wasm_module *to = &p->to;
	const struct wasm_module *m = p->m;

	to->globals.at = arena_array(p->a, struct wasm_global, m->globals.n + 1);
	for (uint32_t k = 0; k < m->globals.n; k++) {
		struct wasm_global *g = &to->globals.at[k];
		*g = m->globals.at[k];
		if (g->import == UINT32_MAX)
			g->init = copy_code(p, g->init.begin, g->init.end);
	}
	to->elems.at = arena_array(p->a, struct wasm_elem, m->elems.n + 1);
	for (uint32_t k = 0; k < m->elems.n; k++) {
		to->elems.at[k] = m->elems.at[k];
		copy_elem(p, &to->elems.at[k]);
	}
	to->datas.at = arena_array(p->a, struct wasm_data, m->datas.n + 1);
	for (uint32_t k = 0; k < m->datas.n; k++) {
		struct wasm_data *d = &to->datas.at[k];
		*d = m->datas.at[k];
		if (d->mode == WASM_ACTIVE)
			d->offset = copy_code(p, d->offset.begin,
					      d->offset.end);
		d->begin = (uint32_t)p->code.n;
		buf_put(&p->code, m->bytes + m->datas.at[k].begin, d->n);
	}
}

/* --- names ---------------------------------------------------------------------- */

/* One entry of a map from functions: its bytes behind the index. */
static void skip_entry(struct reader *r, uint8_t id)
{
	if (id == NAMES_FUNCTION) {
		reader_bytes(r, reader_u32(r));
		return;
	}
	for (uint32_t n = reader_u32(r); n > 0 && !r->bad; n--) {
		reader_u32(r);
		reader_bytes(r, reader_u32(r));
	}
}

static void copy_map(struct prune *p, struct reader *r, uint8_t id,
		     struct buf *out)
{
	struct buf b;
	uint32_t n = reader_u32(r), kept = 0;

	buf_init(&b, p->a);
	for (uint32_t k = 0; k < n && !r->bad; k++) {
		uint32_t func = reader_u32(r);
		const uint8_t *from = r->at;
		skip_entry(r, id);
		if (r->bad || func >= p->m->funcs.n || !p->needed[func])
			continue;
		buf_uleb(&b, p->index[func]);
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
		if (id >= NAMES_FUNCTION && id <= NAMES_LABEL)
			copy_map(p, &sub, id, &b);
		else if (!sub.bad)
			buf_put(&b, sub.at, (size_t)(sub.end - sub.at));
		r.bad |= sub.bad;
		buf_u8(&p->code, id);
		buf_uleb(&p->code, b.n);
		buf_put(&p->code, b.at, b.n);
	}
	c->begin = begin;
	c->n = (uint32_t)p->code.n - begin;
	return !r.bad;
}

static bool is_custom(const struct wasm_custom *c, const char *name)
{
	return c->nname == strlen(name) && !memcmp(c->name, name, c->nname);
}

/* Custom sections move; those that name functions by number and are not known
 * here would lie, so they go. */
static void copy_customs(struct prune *p)
{
	struct wasm_module *to = &p->to;
	uint32_t n = 0;

	to->customs.at = arena_array(p->a, struct wasm_custom,
				     p->m->customs.n + 1);
	for (uint32_t k = 0; k < p->m->customs.n; k++) {
		struct wasm_custom c = p->m->customs.at[k];
		uint32_t begin = c.begin;
		if (is_custom(&c, "metadata.code.branch_hint") ||
		    out_is_debug(&c))
			continue;
		if (is_custom(&c, "name")) {
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

bool out_unused(const struct wasm_module *m, struct arena *a, struct buf *out,
		uint32_t *origin)
{
	struct prune *p = arena_new(a, struct prune);

	*p = (struct prune){
		.m = m, .a = a, .to = *m,
		.needed = arena_array(a, bool, m->funcs.n + 1),
		.index = arena_array(a, uint32_t, m->funcs.n + 1),
	};
	if (find_needed(p) == m->funcs.n)
		return false;
	buf_init(&p->code, a);
	copy_funcs(p);
	copy_imports(p);
	copy_exports(p);
	copy_others(p);
	copy_customs(p);
	p->to.bytes = p->code.at;
	p->to.size = p->code.n;
	wasm_encode(&p->to, NULL, out);
	/* numbers only get smaller, so what is read is not written yet */
	for (uint32_t k = 0; k < m->funcs.n; k++)
		if (p->needed[k])
			origin[p->index[k]] = origin[k];
	return true;
}
