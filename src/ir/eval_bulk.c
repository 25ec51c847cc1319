/* eval_bulk.c - memories and tables as a whole. */
#include <string.h>

#include "base/compiler.h"
#include "ir/eval_int.h"

enum { PAGE = 65536 };
#define MAX_TABLE 10000000u	/* entries an evaluated table may grow to */

static bool outside(uint64_t at, uint64_t n, uint64_t size)
{
	return at > size || n > size - at;
}

/* Zeroed memory, or NULL when there is none left. */
static void *try_alloc(struct arena *a, uint64_t size)
{
	jmp_buf oom, *outer = a->oom;
	void *p = NULL;

	if (size > SIZE_MAX / 2)
		return NULL;
	if (setjmp(oom)) {
		a->oom = outer;
		return NULL;
	}
	a->oom = &oom;
	p = arena_alloc(a, (size_t)size);
	a->oom = outer;
	return p;
}

/* Room for `size` of at most `most`, with some to spare when it must move. */
static uint64_t generous(uint64_t size, uint64_t most)
{
	uint64_t want = size + size / 2;

	return want > most ? most : want;
}

static uint32_t memory_grow(struct eval_store *st, struct eval_memory *m,
			    uint32_t pages)
{
	uint32_t old = (uint32_t)(m->size / PAGE);
	uint64_t size = m->size + (uint64_t)pages * PAGE;

	if (size > m->capacity)
		return UINT32_MAX;
	if (size > m->held) {
		uint64_t held = generous(size, m->capacity);
		uint8_t *p = try_alloc(st->a, held);
		if (!p)
			return UINT32_MAX;
		if (m->size)
			memcpy(p, m->bytes, (size_t)m->size);
		m->bytes = p;
		m->held = held;
	}
	m->size = size;
	return old;
}

static uint32_t table_grow(struct eval_store *st, struct eval_table *t,
			   eval_value v, uint32_t more)
{
	uint32_t old = t->n;
	uint32_t max = t->limits.has_max && t->limits.max < MAX_TABLE
			       ? t->limits.max : MAX_TABLE;

	if (old > max || more > max - old)
		return UINT32_MAX;
	if (old + more > t->held) {
		uint64_t held = generous((uint64_t)old + more, max);
		eval_value *p = try_alloc(st->a, held * sizeof *p);
		if (!p)
			return UINT32_MAX;
		if (old)
			memcpy(p, t->at, old * sizeof *p);
		t->at = p;
		t->held = (uint32_t)held;
	}
	for (uint32_t k = 0; k < more; k++)
		t->at[old + k] = v;
	t->n = old + more;
	return old;
}

static enum hd_trap_kind memory_copy(struct eval_memory *to,
				     const struct eval_memory *from,
				     const eval_value *a)
{
	uint32_t d = (uint32_t)a[0], s = (uint32_t)a[1], n = (uint32_t)a[2];

	if (outside(s, n, from->size) || outside(d, n, to->size))
		return HD_TRAP_MEMORY_BOUNDS;
	if (n)
		memmove(to->bytes + d, from->bytes + s, n);
	return HD_TRAP_NONE;
}

static enum hd_trap_kind memory_fill(struct eval_memory *m, const eval_value *a)
{
	uint32_t d = (uint32_t)a[0], n = (uint32_t)a[2];

	if (outside(d, n, m->size))
		return HD_TRAP_MEMORY_BOUNDS;
	if (n)
		memset(m->bytes + d, (int)(a[1] & 0xff), n);
	return HD_TRAP_NONE;
}

enum hd_trap_kind eval_memory_init(struct eval_instance *in, uint32_t memory,
				   uint32_t segment, const eval_value *a)
{
	struct eval_memory *m = in->memory[memory];
	uint32_t d = (uint32_t)a[0], s = (uint32_t)a[1], n = (uint32_t)a[2];

	if (outside(s, n, in->data[segment]) || outside(d, n, m->size))
		return HD_TRAP_MEMORY_BOUNDS;
	if (n)
		memcpy(m->bytes + d,
		       in->m->bytes + in->m->datas.at[segment].begin + s, n);
	return HD_TRAP_NONE;
}

enum hd_trap_kind eval_table_init(struct eval_instance *in, uint32_t table,
				  uint32_t segment, const eval_value *a)
{
	struct eval_table *t = in->table[table];
	const struct eval_segment *e = &in->elem[segment];
	uint32_t d = (uint32_t)a[0], s = (uint32_t)a[1], n = (uint32_t)a[2];

	if (outside(s, n, e->n) || outside(d, n, t->n))
		return HD_TRAP_TABLE_BOUNDS;
	if (n)
		memcpy(t->at + d, e->at + s, n * sizeof *t->at);
	return HD_TRAP_NONE;
}

static enum hd_trap_kind table_copy(struct eval_table *to,
				    const struct eval_table *from,
				    const eval_value *a)
{
	uint32_t d = (uint32_t)a[0], s = (uint32_t)a[1], n = (uint32_t)a[2];

	if (outside(s, n, from->n) || outside(d, n, to->n))
		return HD_TRAP_TABLE_BOUNDS;
	if (n)
		memmove(to->at + d, from->at + s, n * sizeof *to->at);
	return HD_TRAP_NONE;
}

static enum hd_trap_kind table_fill(struct eval_table *t, const eval_value *a)
{
	uint32_t d = (uint32_t)a[0], n = (uint32_t)a[2];

	if (outside(d, n, t->n))
		return HD_TRAP_TABLE_BOUNDS;
	for (uint32_t k = 0; k < n; k++)
		t->at[d + k] = a[1];
	return HD_TRAP_NONE;
}

static enum hd_trap_kind table_access(struct eval_table *t,
				      const struct step *s,
				      const eval_value *a, eval_value *result)
{
	uint32_t at = (uint32_t)a[0];

	if (at >= t->n)
		return HD_TRAP_TABLE_BOUNDS;
	if (s->op == IR_TABLE_GET)
		*result = t->at[at];
	else
		t->at[at] = a[1];
	return HD_TRAP_NONE;
}

static enum hd_trap_kind tables(struct eval_instance *in, const struct step *s,
				const eval_value *a, eval_value *result)
{
	struct eval_table **t = in->table;
	uint32_t x = s->aux;

	switch (s->op) {
	case IR_TABLE_GET: case IR_TABLE_SET:
		return table_access(t[x], s, a, result);
	case IR_TABLE_SIZE: *result = t[x]->n; break;
	case IR_TABLE_GROW:
		*result = table_grow(in->st, t[x], a[0], (uint32_t)a[1]);
		break;
	case IR_TABLE_FILL: return table_fill(t[x], a);
	case IR_TABLE_COPY: return table_copy(t[x], t[s->imm], a);
	case IR_TABLE_INIT:
		return eval_table_init(in, x, (uint32_t)s->imm, a);
	case IR_ELEM_DROP: in->elem[s->imm].n = 0; break;
	default: CHECK(s->op == IR_END); /* a row that is missing here */
	}
	return HD_TRAP_NONE;
}

enum hd_trap_kind eval_bulk(struct eval_instance *in, const struct step *s,
			    const eval_value *a, eval_value *result)
{
	struct eval_memory **m = in->memory;
	uint32_t x = s->aux;

	switch (s->op) {
	case IR_MEMORY_SIZE: *result = m[x]->size / PAGE; break;
	case IR_MEMORY_GROW:
		*result = memory_grow(in->st, m[x], (uint32_t)a[0]);
		break;
	case IR_MEMORY_COPY: return memory_copy(m[x], m[s->imm], a);
	case IR_MEMORY_FILL: return memory_fill(m[x], a);
	case IR_MEMORY_INIT:
		return eval_memory_init(in, x, (uint32_t)s->imm, a);
	case IR_DATA_DROP: in->data[s->imm] = 0; break;
	default: return tables(in, s, a, result);
	}
	return HD_TRAP_NONE;
}
