/* segments.c - element segments, code, data segments. */
#include "wasm/decode.h"

/* ---- elements ---- */

/* kind or type of the members */
static enum type elem_type(struct reader *r, uint32_t flags)
{
	uint64_t at = reader_offset(r);

	if (!(flags & (ELEM_PASSIVE | ELEM_EXPLICIT)))
		return T_FUNCREF;
	if (flags & ELEM_EXPRS)
		return reftype_read(r);
	uint8_t kind = reader_u8(r);
	if (kind != 0)
		reader_fail(r, DIAG_MALFORMED, at, "element kind 0x%02x",
			    kind);
	return T_FUNCREF;
}

static void read_funcs(struct decoder *d, struct wasm_elem *e)
{
	e->func = arena_array(d->arena, uint32_t, e->n);
	for (uint32_t i = 0; i < e->n; i++)
		e->func[i] = reader_u32(d->r);
}

/* The function a member names (UINT32_MAX for null); false for other
 * expressions and for nulls of another type. */
static bool plain_member(const struct decoder *d, const struct wasm_elem *e,
			 const struct wasm_expr *x, uint32_t *func)
{
	struct wasm_ins i, end;
	struct arena *a = d->arena;

	if (!wasm_next(d->m, x->begin, &i, a, NULL) || i.next >= x->end ||
	    !wasm_next(d->m, i.next, &end, a, NULL) || end.op != OP_END)
		return false;
	*func = i.op == OP_REF_FUNC ? i.index : UINT32_MAX;
	if (i.op == OP_REF_FUNC)
		return e->type == T_FUNCREF && i.index != UINT32_MAX;
	return i.op == OP_REF_NULL && i.index == e->type;
}

/* Both forms are read; the plain one stays when all members have it, since it
 * is what later stages want. */
static void read_exprs(struct decoder *d, struct wasm_elem *e)
{
	bool plain = true;

	e->func = arena_array(d->arena, uint32_t, e->n);
	e->expr = arena_array(d->arena, struct wasm_expr, e->n);
	for (uint32_t i = 0; i < e->n && !d->r->bad; i++) {
		e->expr[i] = expr_read(d->r);
		plain = plain && !d->r->bad &&
			plain_member(d, e, &e->expr[i], &e->func[i]);
	}
	if (plain)
		e->expr = NULL;
	else
		e->func = NULL;
}

static void read_elem(struct decoder *d, struct wasm_elem *e)
{
	uint64_t at = reader_offset(d->r);
	uint32_t flags = reader_u32(d->r);

	e->at = (uint32_t)at;
	if (flags > 7) {
		reader_fail(d->r, DIAG_MALFORMED, at, "element flags 0x%x",
			    flags);
		return;
	}
	e->mode = !(flags & ELEM_PASSIVE)  ? WASM_ACTIVE
		  : flags & ELEM_EXPLICIT ? WASM_DECLARED
					  : WASM_PASSIVE;
	if (e->mode == WASM_ACTIVE) {
		e->table = flags & ELEM_EXPLICIT ? reader_u32(d->r) : 0;
		e->offset = expr_read(d->r);
	}
	e->type = (uint8_t)elem_type(d->r, flags);
	e->n = list_length(d, d->limits->max_items);
	if (flags & ELEM_EXPRS)
		read_exprs(d, e);
	else
		read_funcs(d, e);
}

void decode_elems(struct decoder *d)
{
	uint32_t n = list_length(d, d->limits->max_items);

	d->m->elems.at = arena_array(d->arena, struct wasm_elem, n);
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		read_elem(d, &d->m->elems.at[i]);
		d->m->elems.n = i + 1;
	}
}

/* ---- code ---- */

/* Counts the declared locals; wasm_validate reads their types again. */
static void count_locals(struct decoder *d, struct reader *r,
			 struct wasm_func *f)
{
	uint64_t n = d->m->types.at[f->type].nparams;
	uint64_t at = reader_offset(r);
	uint32_t groups = reader_u32(r);

	for (uint32_t i = 0; i < groups && !r->bad; i++) {
		at = reader_offset(r);
		n += reader_u32(r);
		type_read(r);
		if (n > UINT32_MAX)
			reader_fail(r, DIAG_MALFORMED, at, "too many locals");
	}
	d->all_locals += n;
	if (n > d->limits->max_locals)
		reader_fail(r, DIAG_LIMIT, at,
			    "%llu locals, allowed are %zu",
			    (unsigned long long)n, d->limits->max_locals);
	else if (d->all_locals > d->limits->max_all_locals)
		reader_fail(r, DIAG_LIMIT, at,
			    "more than %zu locals in all functions",
			    d->limits->max_all_locals);
	f->nlocals = (uint32_t)n;
	/* behind an error stands nothing: the reader is at its end */
	f->code = (uint32_t)reader_offset(r);
}

/* Bodies are only measured here.  Each has its own reader, so that a wrong one
 * cannot run into the next. */
void decode_code(struct decoder *d)
{
	uint64_t at = reader_offset(d->r);
	uint32_t n = list_length(d, d->limits->max_functions);
	uint32_t first = d->m->nimported[WASM_FUNC];

	d->nbodies = n;
	if (n != d->funcs.n - first) {
		reader_fail(d->r, DIAG_COUNT, at, "%u functions but %u bodies",
			    d->funcs.n - first, n);
		return;
	}
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		struct wasm_func *f = &d->funcs.at[first + i];
		uint32_t size = reader_u32(d->r);
		f->begin = (uint32_t)reader_offset(d->r);
		struct reader body = reader_sub(d->r, size);
		f->end = (uint32_t)(body.end - body.base);
		count_locals(d, &body, f);
		struct diag *bad = reader_diag(&body);
		if (bad)
			bad->func = first + i;
		d->r->bad = body.bad;
	}
}

/* ---- data ---- */

void decode_data_count(struct decoder *d)
{
	d->m->has_data_count = true;
	d->m->data_count = reader_u32(d->r);
}

/* flags: 0 active in memory 0, 1 passive, 2 active in a memory that is named */
static void read_data(struct decoder *d, struct wasm_data *s)
{
	uint64_t at = reader_offset(d->r);
	uint32_t flags = reader_u32(d->r);

	s->at = (uint32_t)at;
	if (flags > 2) {
		reader_fail(d->r, DIAG_MALFORMED, at, "data flags 0x%x",
			    flags);
		return;
	}
	s->mode = flags == 1 ? WASM_PASSIVE : WASM_ACTIVE;
	s->memory = flags == 2 ? reader_u32(d->r) : 0;
	if (s->mode == WASM_ACTIVE)
		s->offset = expr_read(d->r);
	s->n = reader_u32(d->r);
	s->begin = (uint32_t)reader_offset(d->r);
	reader_bytes(d->r, s->n);
}

void decode_datas(struct decoder *d)
{
	uint32_t n = list_length(d, d->limits->max_items);

	d->m->datas.at = arena_array(d->arena, struct wasm_data, n);
	for (uint32_t i = 0; i < n && !d->r->bad; i++) {
		read_data(d, &d->m->datas.at[i]);
		d->m->datas.n = i + 1;
	}
}
