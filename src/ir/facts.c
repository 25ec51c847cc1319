/* facts.c - what holds for a module as a whole.
 *
 * One walk over all bodies finds what they write, grow, call and take the
 * address of.  A fact is only stated when nothing inside or outside the module
 * can break it: an imported item is never known, nor is an exported one in an
 * open module.
 */
#include "base/compiler.h"
#include "ir/events.h"

enum { PAGE = 65536 };
static const uint64_t MAX_PAGES = 65536;

struct call {
	uint32_t from, to;
};

struct scan {
	struct ir_module *im;
	const struct wasm_module *m;
	struct arena *a;
	bool *grown;		/* [memories] */
	bool *table_written;	/* [tables] */
	bool *global_set;	/* [globals] */
	uint32_t func;		/* whose body is gone through */
	bool *writes;		/* [funcs] */
	VEC(struct call) calls;
	struct arena *tmp;
};

/* Memories, tables, globals, segments: and calls of what is not known. */
static bool writes(const struct wasm_ins *i)
{
	if (i->op >= OP_NUM_END && i->op < OP_MEM_END)
		return op_info[i->op].store;
	switch (i->op) {
	case OP_MEMORY_GROW: case OP_MEMORY_COPY: case OP_MEMORY_FILL:
	case OP_MEMORY_INIT: case OP_DATA_DROP: case OP_ELEM_DROP:
	case OP_TABLE_SET: case OP_TABLE_GROW: case OP_TABLE_FILL:
	case OP_TABLE_COPY: case OP_TABLE_INIT: case OP_GLOBAL_SET:
	case OP_CALL_INDIRECT: case OP_RETURN_CALL_INDIRECT:
		return true;
	default:
		return i->op >= OP_CTL_END;
	}
}

static void note_ins(struct scan *s, const struct wasm_ins *i)
{
	struct ir_func_facts *f = s->im->func;

	s->writes[s->func] |= writes(i);
	switch (i->op) {
	case OP_MEMORY_GROW: s->grown[i->index] = true; break;
	case OP_TABLE_SET: case OP_TABLE_GROW: case OP_TABLE_FILL:
	case OP_TABLE_COPY:
		s->table_written[i->index] = true;
		break;
	case OP_TABLE_INIT: s->table_written[i->index2] = true; break;
	case OP_GLOBAL_SET: s->global_set[i->index] = true; break;
	case OP_CALL: case OP_RETURN_CALL:
		f[i->index].called = true;
		vec_push(s->tmp, &s->calls, (struct call){ s->func, i->index });
		break;
	case OP_REF_FUNC: f[i->index].address_taken = true; break;
	default: break;
	}
}

static void scan_range(struct scan *s, uint32_t at, uint32_t end,
		       struct arena *tmp)
{
	while (at < end) {
		struct arena_mark mark = arena_mark(tmp);
		struct wasm_ins i;
		if (!wasm_next(s->m, at, &i, tmp, NULL)) {
			s->writes[s->func] = true;
			break;
		}
		at = i.next;
		if (i.op == OP_BR_TABLE)
			arena_reset(tmp, mark);
		note_ins(s, &i);
	}
}

/* What calls one that writes, writes.  What charges fuel lets others run. */
static void find_silent(struct scan *s)
{
	bool more = true;

	while (more) {
		more = false;
		for (uint32_t k = 0; k < s->calls.n; k++) {
			struct call c = s->calls.at[k];
			bool w = c.to < s->m->nimported[WASM_FUNC] ||
				 s->writes[c.to];
			more |= w && !s->writes[c.from];
			s->writes[c.from] |= w;
		}
	}
	for (uint32_t k = s->m->nimported[WASM_FUNC]; k < s->m->funcs.n; k++)
		s->im->func[k].silent = !s->writes[k] && !s->im->fuel;
}

static void scan_elems(struct scan *s, struct arena *tmp)
{
	for (uint32_t k = 0; k < s->m->elems.n; k++) {
		const struct wasm_elem *e = &s->m->elems.at[k];
		for (uint32_t j = 0; j < e->n; j++)
			if (e->expr)
				scan_range(s, e->expr[j].begin, e->expr[j].end,
					   tmp);
			else if (e->func[j] != UINT32_MAX)
				s->im->func[e->func[j]].address_taken = true;
	}
}

static void scan_module(struct scan *s, struct arena *tmp)
{
	const struct wasm_module *m = s->m;

	for (uint32_t k = m->nimported[WASM_FUNC]; k < m->funcs.n; k++) {
		s->func = k;
		scan_range(s, m->funcs.at[k].code, m->funcs.at[k].end, tmp);
	}
	s->func = m->funcs.n;
	find_silent(s);
	for (uint32_t k = m->nimported[WASM_GLOBAL]; k < m->globals.n; k++)
		scan_range(s, m->globals.at[k].init.begin,
			   m->globals.at[k].init.end, tmp);
	scan_elems(s, tmp);
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			s->im->func[m->exports.at[k].index].exported = true;
	if (m->start != UINT32_MAX)
		s->im->func[m->start].called = true;
}

/* May other modules or the host reach this item and change it? */
static bool shared(const struct scan *s, enum wasm_kind kind, uint32_t index)
{
	if (index < s->m->nimported[kind])
		return true;
	/* C code writes exported globals through their symbols */
	for (uint32_t k = 0; (s->im->open || kind == WASM_GLOBAL) &&
			     k < s->m->exports.n; k++)
		if (s->m->exports.at[k].kind == kind &&
		    s->m->exports.at[k].index == index)
			return true;
	return false;
}

static void memory_facts(struct scan *s, uint64_t max_memory)
{
	for (uint32_t k = 0; k < s->m->memories.n; k++) {
		const struct wasm_limits *l = &s->m->memories.at[k].limits;
		struct ir_memory_facts *f = &s->im->memory[k];
		bool imported = s->m->memories.at[k].import != UINT32_MAX;
		uint64_t max = (l->has_max ? l->max : MAX_PAGES) * PAGE;

		f->bytes = (uint64_t)l->min * PAGE;
		f->fixed = max == f->bytes ||
			   (!s->grown[k] && !shared(s, WASM_MEMORY, k));
		if (f->fixed) {
			f->capacity = f->bytes;
			continue;
		}
		f->capacity = max;
		/* an imported memory is reserved by whoever defines it */
		if (!imported && max_memory < max)
			f->capacity = max_memory > f->bytes
					      ? max_memory / PAGE * PAGE
					      : f->bytes;
	}
}

/* Value of a constant expression when it is known now. */
static bool known(const struct scan *s, const struct wasm_expr *e,
		  uint64_t *bits)
{
	uint32_t global;

	if (wasm_const_value(s->m, e, bits, &global))
		return true;
	if (global == UINT32_MAX || !s->im->global[global].constant)
		return false;
	/* only a plain global.get: one instruction and `end` */
	struct wasm_ins i;
	if (!wasm_next(s->m, e->begin, &i, s->a, NULL) ||
	    i.op != OP_GLOBAL_GET || i.next + 1 != e->end)
		return false;
	*bits = s->im->global[global].bits;
	return true;
}

static void global_facts(struct scan *s)
{
	for (uint32_t k = s->m->nimported[WASM_GLOBAL]; k < s->m->globals.n;
	     k++) {
		const struct wasm_global *g = &s->m->globals.at[k];
		struct ir_global_facts *f = &s->im->global[k];
		if (g->type >= T_V128)
			continue;
		if (g->mut && (s->global_set[k] || shared(s, WASM_GLOBAL, k)))
			continue;
		f->constant = known(s, &g->init, &f->bits);
	}
}

/* The function that a segment's entry j is; false when it is not known. */
static bool entry(const struct scan *s, const struct wasm_elem *e, uint32_t j,
		  uint32_t *func)
{
	struct wasm_ins i;

	if (!e->expr) {
		*func = e->func[j];
		return true;
	}
	if (!wasm_next(s->m, e->expr[j].begin, &i, s->a, NULL))
		return false;
	*func = i.op == OP_REF_FUNC ? i.index : UINT32_MAX;
	return i.op == OP_REF_FUNC || i.op == OP_REF_NULL;
}

static bool fill_table(const struct scan *s, uint32_t table,
		       struct ir_table_facts *f)
{
	for (uint32_t k = 0; k < s->m->elems.n; k++) {
		const struct wasm_elem *e = &s->m->elems.at[k];
		uint64_t at;
		if (e->mode != WASM_ACTIVE || e->table != table)
			continue;
		if (!known(s, &e->offset, &at) || at > f->n ||
		    e->n > f->n - at)
			return false;
		for (uint32_t j = 0; j < e->n; j++)
			if (!entry(s, e, j, &f->func[at + j]))
				return false;
	}
	return true;
}

/* Tables longer than this are not worth knowing. */
enum { MAX_KNOWN_TABLE = 1 << 20 };

static void table_facts(struct scan *s)
{
	uint32_t first = s->m->nimported[WASM_TABLE];

	for (uint32_t k = first; k < s->m->tables.n; k++) {
		const struct wasm_table *t = &s->m->tables.at[k];
		struct ir_table_facts *f = &s->im->table[k];
		if (t->type != T_FUNCREF || s->table_written[k] ||
		    shared(s, WASM_TABLE, k) ||
		    t->limits.min > MAX_KNOWN_TABLE)
			continue;
		f->n = t->limits.min;
		f->func = arena_array(s->a, uint32_t, f->n);
		for (uint32_t j = 0; j < f->n; j++)
			f->func[j] = UINT32_MAX;
		f->immutable = fill_table(s, k, f);
	}
}

static void gather(struct scan *s, uint64_t max_memory, struct arena *tmp)
{
	const struct wasm_module *m = s->m;

	s->im->memory = arena_array(s->a, struct ir_memory_facts,
				    m->memories.n);
	s->im->table = arena_array(s->a, struct ir_table_facts, m->tables.n);
	s->im->global = arena_array(s->a, struct ir_global_facts,
				    m->globals.n);
	s->im->func = arena_array(s->a, struct ir_func_facts, m->funcs.n);
	s->grown = arena_array(tmp, bool, m->memories.n);
	s->table_written = arena_array(tmp, bool, m->tables.n);
	s->global_set = arena_array(tmp, bool, m->globals.n);
	s->writes = arena_array(tmp, bool, m->funcs.n + 1);
	s->tmp = tmp;
	scan_module(s, tmp);
	memory_facts(s, max_memory);
	global_facts(s);
	table_facts(s);
}

static bool vector_type(const struct wasm_functype *t)
{
	for (uint32_t k = 0; k < t->nparams; k++)
		if (t->param[k] == T_V128)
			return true;
	for (uint32_t k = 0; k < t->nresults; k++)
		if (t->result[k] == T_V128)
			return true;
	return false;
}

bool ir_has_vectors(const struct wasm_module *m, struct diag_sink *s)
{
	for (uint32_t k = 0; k < m->globals.n; k++) {
		const struct wasm_global *g = &m->globals.at[k];
		bool own = g->import == UINT32_MAX;
		if (g->type != T_V128)
			continue;
		diag_report(s, DIAG_UNSUPPORTED,
			    own ? g->init.begin : m->imports.at[g->import].at,
			    "simd: v128 global %u", k);
		return true;
	}
	for (uint32_t k = 0; k < m->nimported[WASM_FUNC]; k++) {
		const struct wasm_func *f = &m->funcs.at[k];
		if (!vector_type(&m->types.at[f->type]))
			continue;
		diag_report(s, DIAG_UNSUPPORTED, m->imports.at[f->import].at,
			    "simd: v128 in the signature of import %u",
			    f->import);
		return true;
	}
	return false;
}

void ir_module_init(struct ir_module *im, struct wasm_module *m,
		    const struct ir_options *o, struct arena *a)
{
	struct scan s = { .im = im, .m = m, .a = a };
	struct arena tmp;
	jmp_buf oom, *outer = a->oom;

	*im = (struct ir_module){ .wasm = m, .open = o->open,
				  .closed = o->closed,
				  .fuel = o->fuel };
	arena_init(&tmp, &oom);
	tmp.limit = a->limit;
	if (setjmp(oom)) {
		arena_fini(&tmp);
		a->oom = outer;
		CHECK(outer);
		longjmp(*outer, 1);
	}
	a->oom = &oom;
	gather(&s, o->max_memory, &tmp);
	ir_event_facts(im, o, &tmp);
	arena_fini(&tmp);
	a->oom = outer;
}
