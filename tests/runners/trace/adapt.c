/* adapt.c - adapters between the traces' functions, driven by their types.
 *
 * They stand for the ones the compiler emits: flat values in 64-bit slots,
 * params (u32 u64 own borrow stream<T> future<T>), at most one result.
 */
#include "exec/enter.h"
#include "replay.h"

#define SYNC_SLOTS 17

/* Destinations of rec elements whose padding the reference leaves alone. */
static uint8_t padding[4][MAX_MEMORY / 8];
static struct hd_resource resources[8];
static const struct jval *resource_specs;

static void copy_rec(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		     uint32_t n)
{
	const struct hd_instance *to = hd_instance_at[p->end[0].w.inst];
	const uint32_t at = (uint32_t)(dst - replay_memory[to->number]);

	hd_copy(dst, src, (size_t)n * p->elem->size);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t b = 1; b < 4; b++)
			padding[to->number][(at + i * 8 + b) / 8] |=
				(uint8_t)(1u << ((at + i * 8 + b) % 8));
}

bool adapt_padding(unsigned inst, uint32_t addr)
{
	return padding[inst][addr / 8] >> (addr % 8) & 1;
}

static void copy_own(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
		     uint32_t n)
{
	struct hd_instance *const to = hd_instance_at[p->end[0].w.inst];
	struct hd_instance *const from = hd_instance_at[p->end[1].w.inst];
	const struct hd_resource *r = p->elem->type;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t h;

		hd_copy(&h, src + i * 4, 4);
		h = hd_lower_own(to, r, hd_lift_own(from, r, h));
		hd_copy(dst + i * 4, &h, 4);
	}
}

static const struct hd_elem elems[] = {
	{ 0, 1, true, NULL, NULL }, { 1, 1, true, NULL, NULL },
	{ 2, 2, true, NULL, NULL }, { 4, 4, true, NULL, NULL },
	{ 8, 8, true, NULL, NULL }, { 8, 4, false, copy_rec, NULL },
	{ 4, 4, false, copy_own, &resources[0] },
};

const struct hd_elem *adapt_elem(const struct jval *name)
{
	static const char *const names[] = { "unit", "u8", "u16", "u32", "u64",
					     "rec", "own" };

	for (unsigned i = 0; i < 7; i++)
		if (json_is(name, names[i]))
			return &elems[i];
	replay_fail("unknown element type");
}

const struct hd_resource *adapt_resource(const struct jval *name)
{
	uint32_t i = 0;

	for (const struct jval *r = resource_specs ? resource_specs->first : NULL;
	     r; r = r->next, i++) {
		const struct jval *n = json_get(r, "name");

		if (!name || (n->length == name->length &&
			      n->text[0] == name->text[0] &&
			      n->text[n->length - 1] == name->text[n->length - 1]))
			return &resources[i];
	}
	replay_fail("unknown resource");
}

void adapt_reset(const struct jval *scenario)
{
	for (unsigned i = 0; i < 4; i++)
		for (unsigned k = 0; k < sizeof padding[0]; k++)
			padding[i][k] = 0;
	resource_specs = json_get(scenario, "resources");
	uint8_t i = 0;
	for (const struct jval *r = resource_specs ? resource_specs->first : NULL;
	     r && i < 8; r = r->next, i++) {
		resources[i].impl = &hd_instances[json_number(r, "inst", 0)];
		resources[i].number = i;
	}
}

/* "stream<T>" and "future<T>": the element, NULL for other types. */
static const struct hd_elem *pipe_type(const struct jval *t, bool *future)
{
	if (t->length < 8 || t->text[6] != '<')
		return NULL;
	struct jval inner = *t;

	*future = t->text[0] == 'f';
	inner.text += 7;
	inner.length = (uint16_t)(t->length - 8);
	return adapt_elem(&inner);
}

static uint32_t size_of(const struct jval *t)
{
	return json_is(t, "u64") ? 8 : 4;
}

/* A value on its way: a number, a rep or a pipe. */
union value {
	uint64_t n;
	struct hd_pipe *p;
};

static union value lift(struct hd_task *t, struct hd_instance *from,
			const struct jval *type, uint64_t flat)
{
	bool future = false;
	const struct hd_elem *e = pipe_type(type, &future);
	union value v = { .n = flat };

	if (e)
		v.p = hd_lift_pipe(from, e, (uint32_t)flat, future);
	else if (json_is(type, "own"))
		v.n = hd_lift_own(from, adapt_resource(NULL), (uint32_t)flat);
	else if (json_is(type, "borrow"))
		v.n = hd_lift_borrow(t, from, adapt_resource(NULL), (uint32_t)flat);
	else if (json_is(type, "u32"))
		v.n = (uint32_t)flat;
	return v;
}

static uint64_t lower(struct hd_task *t, struct hd_instance *to,
		      const struct jval *type, union value v)
{
	bool future = false;

	if (pipe_type(type, &future))
		return hd_lower_pipe(to, v.p);
	if (json_is(type, "own"))
		return hd_lower_own(to, adapt_resource(NULL), (uint32_t)v.n);
	if (json_is(type, "borrow"))
		return hd_lower_borrow(t, adapt_resource(NULL), (uint32_t)v.n);
	return v.n;
}

static uint8_t *tuple(struct hd_instance *in, uint32_t ptr, uint32_t size,
		      uint32_t align)
{
	hd_trap_if(ptr & (align - 1), HD_TRAP_BUFFER_ALIGN);
	uint8_t *p = hd_guest_range(in, 0, ptr, size);
	hd_trap_if(!p, HD_TRAP_BUFFER_BOUNDS);
	return p;
}

static uint32_t layout(const struct jval *types, uint32_t *offsets,
		       uint32_t *align)
{
	uint32_t at = 0, i = 0;

	*align = 1;
	for (const struct jval *t = types->first; t; t = t->next) {
		const uint32_t s = size_of(t);

		at = (at + s - 1) & ~(s - 1);
		offsets[i++] = at;
		at += s;
		if (s > *align)
			*align = s;
	}
	return (at + *align - 1) & ~(*align - 1);
}

/* The caller's flat arguments, out of memory when there are too many. */
static void flat_args(struct hd_task *t, const struct binding *b, uint64_t *to)
{
	const uint64_t *slots = t->args;
	const uint32_t n = b->func->params->length;
	uint32_t offsets[16], align;

	if (b->sync || n <= 4 || !hd_task_caller(t)) {
		for (uint32_t i = 0; i < n; i++)
			hd_copy(&to[i], &slots[i], 8);
		return;
	}
	uint32_t ptr;
	hd_copy(&ptr, slots, 4);
	const uint32_t size = layout(b->func->params, offsets, &align);
	const uint8_t *p = tuple(hd_task_caller(t), ptr, size, align);
	uint32_t i = 0;
	for (const struct jval *ty = b->func->params->first; ty; ty = ty->next) {
		to[i] = 0;
		hd_copy(&to[i], p + offsets[i], size_of(ty));
		i++;
	}
}

static uint32_t start(struct hd_task *t, const void *args HD_UNUSED)
{
	const struct binding *b = (const struct binding *)t->lower;
	const struct func *f = b->func;
	uint64_t flat[16];
	union value v[16];
	uint32_t i = 0;

	flat_args(t, b, flat);
	if (hd_task_caller(t)) {
		for (const struct jval *ty = f->params->first; ty; ty = ty->next, i++)
			v[i] = lift(t, hd_task_caller(t), ty, flat[i]);
		i = 0;
		for (const struct jval *ty = f->params->first; ty; ty = ty->next, i++)
			flat[i] = lower(t, t->inst, ty, v[i]);
	}
	return guest_enter(t, f, flat, f->params->length);
}

static void results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	const struct binding *b = (const struct binding *)t->lower;
	const struct jval *type = b->func->result->first;
	uint64_t v = 0;

	if (type) {
		hd_copy(&v, flat, 8);
		if (!hd_task_caller(t))
			goto host;
		const union value lifted = lift(t, t->inst, type, v);
		const uint32_t n = adapt_flat_words(b->func);
		const uint32_t size = size_of(type);
		if (b->sync) {
			v = lower(t, hd_task_caller(t), type, lifted);
			hd_copy((uint64_t *)(uintptr_t)t->args + 16, &v, 8);
			return;
		}
		uint32_t ptr;
		hd_copy(&ptr, (const uint32_t *)t->args + n, 4);
		/* lowering precedes the look at the pointer only in memory */
		uint8_t *p = tuple(hd_task_caller(t), ptr, size, size);
		v = lower(t, hd_task_caller(t), type, lifted);
		hd_copy(p, &v, size);
		return;
	}
	if (hd_task_caller(t))
		return;
host:
	replay_resolved(t, NULL, v, type != NULL);
}

uint32_t adapt_flat_words(const struct func *f)
{
	return f->params->length <= 4 ? f->params->length * 2u : 1;
}

void adapt_bind(struct func *f)
{
	f->async = (struct binding){ { &f->lift, start, results }, f, false };
	f->sync = (struct binding){ { &f->lift, start, results }, f, true };
}
