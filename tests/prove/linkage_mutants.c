/* linkage_mutants.c - linked modules made wrong, each of which must be REJECTED.
 *
 *     linkage-mutants [-n MOST] [-s SEED] COMPONENT...
 *
 * Links each component, every other one for walls, has the linked module judged (it
 * must be accepted), then changes one thing at a time: an operand, two functions, a
 * segment, a limit, an export, the start function, a byte of the section.  What is
 * still valid must be REJECTED.  MOST mutants of a kind are tried for each component,
 * chosen by SEED and the file's name.  Ends badly when one is accepted, or when a kind
 * of mutant never came up.
 *
 * Not changed: segments that only declare.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "component/link.h"
#include "linkage_mutants.h"

static const char *const names[KINDS] = {
	"call of another function", "another memory", "another global",
	"another table", "another segment", "another local",
	"another constant", "another offset", "another instruction",
	"functions of one type exchanged", "a segment dropped",
	"another byte of data", "a segment elsewhere", "another element",
	"another initial value", "other limits", "export of something else",
	"another import", "start functions in another order",
	"another byte of the section",
};

static struct {
	uint64_t valid, invalid, accepted;
} tally[KINDS];
static uint32_t most = 200;
static uint64_t seed = 1;

/* --- judging ---------------------------------------------------------------------- */

static void judge(const struct subject *s, enum kind kind, const struct buf *b,
		  const char *what)
{
	struct wasm_module *m = arena_new(s->a, struct wasm_module);
	struct diag_sink sink;
	struct linkage k;

	diag_init(&sink, s->a);
	if (!wasm_decode(m, b->at, b->n, &wasm_default_limits, s->a, &sink) ||
	    !wasm_validate(m, &wasm_default_limits, s->a, &sink)) {
		tally[kind].invalid++;
		return;
	}
	tally[kind].valid++;
	if (!linkage_check(&k, s->component, s->n, &wasm_default_limits, m,
			   s->a))
		return;
	tally[kind].accepted++;
	printf("not ok - %s: %s is accepted: %s\n", s->path, names[kind], what);
}

bool mutant_chosen(const struct subject *s, enum kind kind, uint64_t n,
		   uint64_t of)
{
	const char *slash = strrchr(s->path, '/'), *name = slash ? slash : s->path;
	const uint64_t h = hash_mix(hash_mix(seed ^ hash_bytes(
		name, strlen(name))) ^ hash_mix((uint64_t)kind << 48 ^ n));

	return of <= most || h % of < most;
}

void mutant_judge(const struct subject *s, enum kind kind,
		  const struct wasm_module *m, const struct wasm_edit *e,
		  const char *what)
{
	struct buf b;

	buf_init(&b, s->a);
	wasm_encode(m, e, &b);
	judge(s, kind, &b, what);
}

/* --- storage ---------------------------------------------------------------------------- */

static void *copy_of(const struct subject *s, const void *from, size_t bytes)
{
	return bytes ? memcpy(arena_alloc(s->a, bytes), from, bytes) : NULL;
}

/* A copy whose lists may be changed. */
#define COPY(s, m, list) \
	((m).list.at = copy_of(s, (m).list.at, (m).list.n * \
			       sizeof *(m).list.at))

/* Another constant expression: its first constant one more. */
static struct wasm_expr other_expr(const struct subject *s,
				   struct wasm_module *m, struct wasm_expr e)
{
	struct wasm_ins i;
	struct buf b;

	if (!wasm_next(m, e.begin, &i, s->a, NULL))
		abort();
	i.imm ^= 1;
	if (i.op == OP_REF_NULL)
		i = (struct wasm_ins){ .op = OP_REF_FUNC, .next = i.next };
	buf_init(&b, s->a);
	buf_put(&b, m->bytes, m->size);
	wasm_encode_ins(&i, &b);
	buf_put(&b, m->bytes + i.next, e.end - i.next);
	const struct wasm_expr r = { (uint32_t)m->size, (uint32_t)b.n };
	m->bytes = b.at;
	m->size = b.n;
	return r;
}

static void change_data(const struct subject *s, uint32_t k)
{
	struct wasm_module m = *s->m;
	struct wasm_data *d = &COPY(s, m, datas)[k];

	if (d->mode == WASM_ACTIVE) {
		d->offset = other_expr(s, &m, d->offset);
		mutant_judge(s, PLACE, &m, NULL, "data");
		m.datas.at[k] = s->m->datas.at[k];
		d->memory ^= 1;
		mutant_judge(s, MEMORY, &m, NULL, "of data");
		d->memory ^= 1;
	}
	if (d->n) {
		uint8_t *bytes = (uint8_t *)arena_copy(s->a, m.bytes, m.size);
		bytes[d->begin + d->n / 2] ^= 1;
		m.bytes = bytes;
		mutant_judge(s, CONTENTS, &m, NULL, "a bit");
		d->n--;
		mutant_judge(s, CONTENTS, &m, NULL, "one less");
	}
	m = *s->m;
	COPY(s, m, datas);
	memmove(m.datas.at + k, m.datas.at + k + 1,
		(m.datas.n - k - 1) * sizeof *m.datas.at);
	m.datas.n--;
	m.data_count = m.datas.n;
	mutant_judge(s, DROPPED, &m, NULL, "data");
}

static void change_elem(const struct subject *s, uint32_t k)
{
	struct wasm_module m = *s->m;
	struct wasm_elem *e = &COPY(s, m, elems)[k];

	if (e->mode == WASM_DECLARED)
		return;
	if (e->mode == WASM_ACTIVE) {
		e->offset = other_expr(s, &m, e->offset);
		mutant_judge(s, PLACE, &m, NULL, "elements");
		m.elems.at[k] = s->m->elems.at[k];
	}
	for (uint32_t n = 0; e->func && n < e->n && n < 4; n++) {
		uint32_t *func = (uint32_t *)arena_copy(
			s->a, e->func, e->n * sizeof *e->func);
		func[n] = func[n] == UINT32_MAX ? 0 : (func[n] + 1) % m.funcs.n;
		e->func = func;
		mutant_judge(s, ELEMENT, &m, NULL, "elements");
		m.elems.at[k] = s->m->elems.at[k];
	}
	memmove(m.elems.at + k, m.elems.at + k + 1,
		(m.elems.n - k - 1) * sizeof *m.elems.at);
	m.elems.n--;
	mutant_judge(s, DROPPED, &m, NULL, "elements");
}

static void change_limits(const struct subject *s, struct wasm_module *m,
			  struct wasm_limits *l)
{
	const struct wasm_limits was = *l;

	l->min++;
	mutant_judge(s, LIMITS, m, NULL, "min");
	*l = was;
	l->max++;
	l->has_max = true;
	if (!was.has_max)
		l->max = l->min + 1;
	mutant_judge(s, LIMITS, m, NULL, "max");
	*l = was;
}

static void change_storage(const struct subject *s)
{
	const struct arena_mark mark = arena_mark(s->a);
	struct wasm_module m = *s->m;

	for (uint32_t k = 0; k < s->m->datas.n; k++, arena_reset(s->a, mark))
		change_data(s, k);
	for (uint32_t k = 0; k < s->m->elems.n; k++, arena_reset(s->a, mark))
		change_elem(s, k);
	for (uint32_t k = 0; k < s->m->globals.n; k++, arena_reset(s->a, mark)) {
		struct wasm_module c = *s->m;
		struct wasm_global *g = &COPY(s, c, globals)[k];
		g->init = other_expr(s, &c, g->init);
		mutant_judge(s, INITIAL, &c, NULL, "of a global");
		c = *s->m;
		COPY(s, c, globals)[k].mut ^= true;
		mutant_judge(s, INITIAL, &c, NULL, "mutability");
	}
	COPY(s, m, memories);
	COPY(s, m, tables);
	for (uint32_t k = 0; k < m.memories.n; k++)
		change_limits(s, &m, &m.memories.at[k].limits);
	for (uint32_t k = 0; k < m.tables.n; k++)
		change_limits(s, &m, &m.tables.at[k].limits);
	arena_reset(s->a, mark);
}

/* --- exports, imports, start, section ------------------------------------------------------- */

static void change_exports(const struct subject *s)
{
	for (uint32_t k = 0; k < s->m->exports.n; k++) {
		const struct arena_mark mark = arena_mark(s->a);
		struct wasm_module m = *s->m;
		struct wasm_export *e = &COPY(s, m, exports)[k];
		const uint32_t n = e->kind == WASM_FUNC ? m.funcs.n :
				   e->kind == WASM_MEMORY ? m.memories.n :
							    m.tables.n;
		const uint32_t was = e->index;
		for (uint32_t v = 0; v < n; v++) {
			e->index = v;
			if (v != was && mutant_chosen(s, EXPORT, k * 100003ull + v,
					       (uint64_t)n * m.exports.n))
				mutant_judge(s, EXPORT, &m, NULL, e->name);
		}
		arena_reset(s->a, mark);
	}
}

/* Two imports of one type exchange their names. */
static void change_imports(const struct subject *s)
{
	for (uint32_t a = 0; a < s->m->imports.n; a++)
		for (uint32_t b = a + 1; b < s->m->imports.n; b++) {
			const struct arena_mark mark = arena_mark(s->a);
			struct wasm_module m = *s->m;
			struct wasm_import *i = COPY(s, m, imports);
			const struct wasm_import x = i[a];
			i[a].name = i[b].name;
			i[a].nname = i[b].nname;
			i[b].name = x.name;
			i[b].nname = x.nname;
			if (m.funcs.at[a].type == m.funcs.at[b].type &&
			    mutant_chosen(s, IMPORT, (uint64_t)a << 24 | b,
				   (uint64_t)m.imports.n * m.imports.n / 2))
				mutant_judge(s, IMPORT, &m, NULL, x.name);
			arena_reset(s->a, mark);
		}
}

/* Two parts of the start function, or its calls, exchanged; one left out. */
static void change_start(const struct subject *s)
{
	const struct wasm_module *m = s->m;
	VEC(struct wasm_ins) call = { 0 };
	struct wasm_ins i;

	if (m->start == UINT32_MAX)
		return;
	const struct wasm_func *f = &m->funcs.at[m->start];
	for (uint32_t at = f->code; at < f->end; at = i.next) {
		if (!wasm_next(m, at, &i, s->a, NULL))
			abort();
		if (i.op == OP_CALL)
			vec_push(s->a, &call, i);
	}
	for (uint32_t k = 0; k < call.n; k++) {
		struct wasm_body *body = arena_array(s->a, struct wasm_body,
						     m->funcs.n);
		const struct wasm_edit edit = { .body = body };
		const struct wasm_ins *a = &call.at[k];
		struct buf b;
		for (uint32_t l = k + 1; l < call.n; l++) {
			const struct wasm_ins *c = &call.at[l];
			if (a->index == c->index)
				continue;
			buf_init(&b, s->a);
			buf_put(&b, m->bytes + f->begin, a->at - f->begin);
			wasm_encode_ins(c, &b);
			buf_put(&b, m->bytes + a->next, c->at - a->next);
			wasm_encode_ins(a, &b);
			buf_put(&b, m->bytes + c->next, f->end - c->next);
			body[m->start] = (struct wasm_body){ b.at, b.n };
			mutant_judge(s, START, m, &edit, "exchanged");
		}
		buf_init(&b, s->a);
		buf_put(&b, m->bytes + f->begin, a->at - f->begin);
		buf_put(&b, m->bytes + a->next, f->end - a->next);
		body[m->start] = (struct wasm_body){ b.at, b.n };
		mutant_judge(s, START, m, &edit, "left out");
	}
	struct wasm_module c = *m;
	c.start = UINT32_MAX;
	mutant_judge(s, START, &c, NULL, "none");
}

static void change_section(const struct subject *s)
{
	const struct wasm_custom *c = wasm_find_custom(s->m, CANON_SECTION);
	const struct arena_mark mark = arena_mark(s->a);

	for (uint32_t k = 0; k < c->n; k++)
		for (unsigned d = 0; d < 4; d++) {
			uint8_t *bytes = (uint8_t *)arena_copy(
				s->a, s->m->bytes, s->m->size);
			const uint8_t was = bytes[c->begin + k];
			const uint8_t by[] = { (uint8_t)(was + 1),
					       (uint8_t)(was - 1), was ^ 2,
					       was ^ 4 };
			struct wasm_module m = *s->m;
			bytes[c->begin + k] = by[d];
			m.bytes = bytes;
			if (mutant_chosen(s, DESCRIPTOR, k * 4ull + d,
				   c->n * 4ull))
				mutant_judge(s, DESCRIPTOR, &m, NULL, arena_printf(
					s->a, "byte %u of %u, %u to %u", k, c->n,
					was, by[d]));
			arena_reset(s->a, mark);
		}
}

/* --- components -------------------------------------------------------------------------------- */

static bool load(struct subject *s, bool walls)
{
	struct comp_file *f = arena_new(s->a, struct comp_file);
	struct graph *g = arena_new(s->a, struct graph);
	struct linked *out = arena_new(s->a, struct linked);
	struct diag_sink sink;
	uint8_t *bytes;

	diag_init(&sink, s->a);
	s->m = arena_new(s->a, struct wasm_module);
	if (!file_read(s->path, 1 << 28, s->a, &bytes, &s->n, &sink) ||
	    !comp_is_component(bytes, s->n) ||
	    !comp_decode(f, bytes, s->n, &wasm_default_limits, s->a, &sink) ||
	    !graph_build(g, f, &sink) || !link_graph(out, g, walls, &sink) ||
	    !wasm_decode(s->m, out->bytes.at, out->bytes.n,
			 &wasm_default_limits, s->a, &sink) ||
	    !wasm_validate(s->m, &wasm_default_limits, s->a, &sink))
		return false;
	s->component = bytes;
	return true;
}

static bool run(const char *path, bool walls)
{
	struct subject s = { .path = path };
	struct linkage k;
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	s.a = &a;
	if (setjmp(oom) || !load(&s, walls)) {
		printf("not ok - %s does not link\n", path);
		return false;
	}
	if (!linkage_check(&k, s.component, s.n, &wasm_default_limits, s.m,
			   &a)) {
		printf("not ok - %s: %s\n", path, k.why);
		return false;
	}
	mutants_of_code(&s);
	change_storage(&s);
	change_exports(&s);
	change_imports(&s);
	change_start(&s);
	change_section(&s);
	arena_fini(&a);
	return true;
}

static int report(bool all)
{
	uint64_t valid = 0, accepted = 0;
	bool ok = true;

	for (int k = 0; k < KINDS; k++) {
		printf("%8llu of %8llu REJECTED: %s (%llu invalid)\n",
		       (unsigned long long)(tally[k].valid - tally[k].accepted),
		       (unsigned long long)tally[k].valid, names[k],
		       (unsigned long long)tally[k].invalid);
		valid += tally[k].valid;
		accepted += tally[k].accepted;
		if (!tally[k].valid && all) {
			printf("not ok - %s never came up\n", names[k]);
			ok = false;
		}
	}
	printf("%llu wrong modules, %llu accepted\n", (unsigned long long)valid,
	       (unsigned long long)accepted);
	return !ok || accepted;
}

int main(int argc, char **argv)
{
	bool ok = true;
	int k = 1;

	for (; k + 1 < argc && argv[k][0] == '-'; k += 2)
		if (argv[k][1] == 'n')
			most = (uint32_t)strtoul(argv[k + 1], NULL, 0);
		else
			seed = strtoull(argv[k + 1], NULL, 0);
	const bool all = argc - k > 1;
	for (; k < argc; k++)
		ok &= run(argv[k], k & 1);
	return report(all) || !ok;
}
