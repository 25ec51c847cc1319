/* info.c - reading the custom section back.
 *
 * The section may come from anywhere, so every index is checked against the
 * module, and core types against what the glue between them assumes
 * (info_check.c).
 */
#include "component/info.h"

#include <string.h>

#include "component/link.h"
#include "wasm/reader.h"

enum { VERSION = 2, VERSION_WALLS = 3 };

/* info_core.c */
bool info_cores(struct info *f, const struct wasm_module *m, struct arena *a,
		struct diag_sink *s);
/* info_check.c */
bool info_check(const struct info *f, const struct wasm_module *m,
		uint32_t at, struct diag_sink *s);

struct input {
	struct reader r;
	struct info *f;
	const struct wasm_module *m;
	struct arena *a;
	struct map builtin, func;	/* number: 1 + index */
};

static void fail(struct input *in, const char *what)
{
	reader_fail(&in->r, DIAG_INDEX, reader_offset(&in->r), "%s of section "
		    LINK_SECTION, what);
}

static uint32_t optional(struct input *in)
{
	uint32_t v = reader_u32(&in->r);

	return v == 0 ? INFO_NONE : v - 1;
}

/* An index below n. */
static uint32_t below(struct input *in, uint32_t v, uint32_t n,
		      const char *what)
{
	if (v < n || in->r.bad)
		return v;
	fail(in, what);
	return 0;
}

static uint32_t maybe_below(struct input *in, uint32_t n, const char *what)
{
	uint32_t v = optional(in);

	return v == INFO_NONE ? v : below(in, v, n, what);
}

static struct ct_name name(struct input *in)
{
	struct ct_name n;

	n.at = reader_name(&in->r, in->a, &n.n);
	return n;
}

/* Lists are no longer than the bytes that are left. */
static uint32_t count(struct input *in)
{
	uint32_t n = reader_u32(&in->r);

	if (!in->r.bad && n > (size_t)(in->r.end - in->r.at)) {
		fail(in, "length");
		n = 0;
	}
	return in->r.bad ? 0 : n;
}

/* --- types ------------------------------------------------------------------- */

static uint32_t type_number(struct input *in, uint32_t v)
{
	if (v < CT_PRIMITIVES || v == CT_NO_TYPE || in->r.bad)
		return v;
	const uint32_t *t = map_get(&in->f->type_of, v);
	if (t)
		return *t - 1;
	fail(in, "type");
	return CT_NO_TYPE;
}

static uint32_t maybe_type(struct input *in)
{
	return type_number(in, optional(in));
}

static void items(struct input *in, struct ct_type *x)
{
	if (x->n > (size_t)(in->r.end - in->r.at)) {
		fail(in, "length");
		return;
	}
	x->item = arena_array(in->a, struct ct_item, x->n ? x->n : 1);
	for (uint32_t k = 0; k < x->n && !in->r.bad; k++) {
		x->item[k].name = name(in);
		x->item[k].type = maybe_type(in);
	}
}

/* Which parts a type of each kind has; others would break its layout. */
static bool sound(const struct input *in, const struct ct_type *x)
{
	const struct ct_table *t = &in->f->types;
	const bool items = x->item != NULL, elem = x->elem != CT_NO_TYPE;

	if (x->kind >= CT_INSTANCE)
		return false;
	for (uint32_t k = 0; items && k < x->n; k++) {
		const bool payload = x->item[k].type != CT_NO_TYPE;
		if (payload && ct_get(t, x->item[k].type)->kind >= CT_RESOURCE)
			return false;
		if (!payload && (x->kind == CT_RECORD || x->kind == CT_TUPLE ||
				 x->kind == CT_FUNC))
			return false;
	}
	switch (x->kind) {
	case CT_RECORD: case CT_VARIANT: case CT_TUPLE: case CT_FLAGS:
	case CT_ENUM:
		return items && x->n > 0;
	case CT_FUNC:
		return items && (!elem ||
				 ct_get(t, x->elem)->kind < CT_RESOURCE);
	case CT_OWN: case CT_BORROW:
		return elem && ct_get(t, x->elem)->kind == CT_RESOURCE;
	case CT_LIST: case CT_OPTION: case CT_FIXED_LIST:
		return elem && ct_get(t, x->elem)->kind < CT_RESOURCE;
	case CT_MAP:
		return elem && x->elem2 != CT_NO_TYPE &&
		       ct_get(t, x->elem)->kind < CT_RESOURCE &&
		       ct_get(t, x->elem2)->kind < CT_RESOURCE;
	default:
		return (!elem || ct_get(t, x->elem)->kind < CT_RESOURCE) &&
		       (x->elem2 == CT_NO_TYPE ||
			ct_get(t, x->elem2)->kind < CT_RESOURCE);
	}
}

static void type(struct input *in)
{
	uint32_t number = reader_u32(&in->r);
	struct ct_type x = { .kind = reader_u8(&in->r) };
	uint8_t flags = reader_u8(&in->r);
	uint32_t t;

	below(in, flags, 4, "flags");
	x.async = flags & 1;
	x.n = reader_u32(&in->r);
	if (flags & 2 && !in->r.bad)
		items(in, &x);
	x.elem = maybe_type(in);
	x.elem2 = maybe_type(in);
	if (in->r.bad)
		return;
	if (number < CT_PRIMITIVES || !sound(in, &x)) {
		fail(in, "kind of type");
		return;
	}
	t = x.kind == CT_RESOURCE ? ct_fresh(&in->f->types, x) :
				    ct_intern(&in->f->types, x);
	if (t == CT_NO_TYPE)
		fail(in, "size of type");
	*map_put(&in->f->type_of, number) = t + 1;
}

/* --- what the module has --------------------------------------------------------- */

static uint32_t core_func(struct input *in)
{
	return maybe_below(in, in->m->funcs.n, "function");
}

static void resource(struct input *in)
{
	const uint32_t number = reader_u32(&in->r);
	const uint32_t *t = map_get(&in->f->type_of, number);
	struct info_resource r;

	if (!t && number)
		fail(in, "type of a resource");
	r.type = t ? *t - 1 : CT_NO_TYPE;
	r.inst = maybe_below(in, in->f->parents.n, "instance");
	r.name = name(in);
	r.dtor = core_func(in);
	vec_push(in->a, &in->f->resources, r);
}

static uint8_t opcode(struct input *in)
{
	uint8_t code = reader_u8(&in->r);

	for (uint8_t k = 0; k < CANON_COUNT; k++)
		if (canon_info[k].code == code && k != CANON_LIFT)
			return k;
	if (!in->r.bad)
		fail(in, "opcode");
	return 0;
}

static void builtin(struct input *in)
{
	struct info_builtin b = { .number = reader_u32(&in->r) };
	uint8_t flags;

	b.op = opcode(in);
	b.inst = below(in, reader_u32(&in->r), in->f->parents.n, "instance");
	flags = reader_u8(&in->r);
	b.async = flags & 1;
	b.cancellable = flags >> 1 & 1;
	b.encoding = flags >> 2;
	below(in, b.encoding, 3, "encoding");
	b.func = below(in, reader_u32(&in->r), in->m->nimported[WASM_FUNC],
		       "import");
	b.slot = optional(in);
	b.type = maybe_type(in);
	b.resource = maybe_below(in, in->f->resources.n, "resource");
	b.memory = maybe_below(in, in->m->memories.n, "memory");
	b.realloc = core_func(in);
	b.table = maybe_below(in, in->m->tables.n, "table");
	b.callee = optional(in);
	b.start = core_func(in);
	b.results = core_func(in);
	*map_put(&in->builtin, b.number) = in->f->builtins.n + 1;
	vec_push(in->a, &in->f->builtins, b);
}

static void func(struct input *in)
{
	struct info_func f = { .number = reader_u32(&in->r) };
	uint8_t flags;

	f.inst = maybe_below(in, in->f->parents.n, "instance");
	flags = reader_u8(&in->r);
	below(in, flags >> 1 & 1, 1, "flags");
	f.async = flags & 1;
	f.encoding = flags >> 2;
	below(in, f.encoding, 3, "encoding");
	f.type = type_number(in, reader_u32(&in->r));
	if (!in->r.bad && (f.type == CT_NO_TYPE ||
			   ct_get(&in->f->types, f.type)->kind != CT_FUNC))
		fail(in, "function type");
	f.interface = name(in);
	f.name = name(in);
	f.core = core_func(in);
	f.callback = core_func(in);
	f.post_return = core_func(in);
	f.realloc = core_func(in);
	f.memory = maybe_below(in, in->m->memories.n, "memory");
	*map_put(&in->func, f.number) = in->f->funcs.n + 1;
	vec_push(in->a, &in->f->funcs, f);
}

static uint32_t func_number(struct input *in, uint32_t v)
{
	const uint32_t *at = map_get(&in->func, v);

	if (at || in->r.bad)
		return at ? *at - 1 : 0;
	fail(in, "function");
	return 0;
}

static void exported(struct input *in)
{
	struct info_export e;

	e.interface = name(in);
	e.name = name(in);
	e.func = func_number(in, reader_u32(&in->r));
	vec_push(in->a, &in->f->exports, e);
}

static void instances(struct input *in)
{
	uint32_t n = count(in);

	for (uint32_t k = 0; k < n && !in->r.bad; k++) {
		uint32_t parent = optional(in);
		if (parent != INFO_NONE)
			below(in, parent, k, "instance");
		vec_push(in->a, &in->f->parents, parent);
	}
}

static void owners(struct input *in)
{
	if (count(in) != in->m->memories.n && !in->r.bad)
		fail(in, "memories");
	for (uint32_t k = 0; k < in->m->memories.n && !in->r.bad; k++)
		vec_push(in->a, &in->f->owners,
			 below(in, reader_u32(&in->r), in->f->parents.n,
			       "instance"));
}

static void read(struct input *in)
{
	uint32_t n;

	const uint8_t version = reader_u8(&in->r);
	if (version != VERSION && version != VERSION_WALLS && !in->r.bad)
		fail(in, "version");
	in->f->walls = version == VERSION_WALLS;
#define EACH(what) \
	n = count(in); \
	for (uint32_t k = 0; k < n && !in->r.bad; k++) \
		what(in);
	EACH(type)
	instances(in);
	EACH(resource)
	EACH(builtin)
	EACH(func)
	EACH(exported)
#undef EACH
	if (in->f->walls)
		owners(in);
	if (!in->r.bad && in->r.at != in->r.end)
		fail(in, "length");
	for (uint32_t k = 0; k < in->f->builtins.n && !in->r.bad; k++) {
		struct info_builtin *b = &in->f->builtins.at[k];
		if (b->callee != INFO_NONE)
			b->callee = func_number(in, b->callee);
	}
}

struct info *info_read(const struct wasm_module *m, struct arena *a,
		       struct diag_sink *s)
{
	struct input in = { .m = m, .a = a };

	for (uint32_t k = 0; k < m->customs.n; k++) {
		const struct wasm_custom *c = &m->customs.at[k];
		if (c->nname != sizeof LINK_SECTION - 1 ||
		    memcmp(c->name, LINK_SECTION, c->nname) != 0)
			continue;
		in.f = arena_new(a, struct info);
		in.r = (struct reader){ m->bytes + c->begin,
					m->bytes + c->begin + c->n, m->bytes,
					s, false };
		ct_init(&in.f->types, a);
		map_init(&in.f->type_of, a);
		map_init(&in.builtin, a);
		map_init(&in.func, a);
		read(&in);
		return !in.r.bad && info_check(in.f, m, c->begin, s) &&
				       info_cores(in.f, m, a, s) ? in.f : NULL;
	}
	return NULL;
}

const struct info_builtin *info_import(const struct info *f, uint32_t func)
{
	for (uint32_t k = 0; k < f->builtins.n; k++)
		if (f->builtins.at[k].func == func)
			return &f->builtins.at[k];
	return NULL;
}

const struct info_builtin *info_builtin(const struct info *f, uint32_t number)
{
	for (uint32_t k = 0; k < f->builtins.n; k++)
		if (f->builtins.at[k].number == number)
			return &f->builtins.at[k];
	return NULL;
}

bool info_blocks(const struct info *f, const struct info_builtin *b)
{
	switch (b->op) {
	case CANON_LOWER:
		return !b->async &&
		       ct_get(&f->types, f->funcs.at[b->callee].type)->async;
	case CANON_SUBTASK_CANCEL:
	case CANON_STREAM_READ: case CANON_STREAM_WRITE:
	case CANON_FUTURE_READ: case CANON_FUTURE_WRITE:
		return !b->async;
	case CANON_RESOURCE_DROP:	/* a destructor may not block */
	case CANON_STREAM_CANCEL_READ: case CANON_STREAM_CANCEL_WRITE:
	case CANON_FUTURE_CANCEL_READ: case CANON_FUTURE_CANCEL_WRITE:
		return false;		/* the runtime cancels at once */
	case CANON_THREAD_NEW_INDIRECT:
		return true;		/* threads have stacks */
	default:
		return strchr(canon_info[b->op].contract, 'B') != NULL;
	}
}
