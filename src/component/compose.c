/* compose.c - several components into one that instantiates them.
 *
 * The parts are embedded as they are; everything new is imports, instances
 * and exports.  Binding is by name, and each part is instantiated once, behind
 * those it needs.
 */
#include <string.h>

#include "component/encode.h"
#include "component/wrap.h"

struct part {
	struct comp_file *file;
	const struct ct_type *type;	/* of the component */
	struct comp_enc types;
	bool *used;			/* per export: binds an import */
	uint32_t instance;
	bool done, waiting;
};

/* An item of the whole: an import. */
struct item {
	struct ct_name name;
	uint8_t sort;
	uint32_t index;
};

struct compose {
	struct arena *arena;
	struct diag_sink *sink;
	struct buf *out;
	const struct wrap_part *in;
	struct part *part;
	uint32_t n;
	VEC(struct item) imports;
	uint32_t next[SORT_COUNT];	/* sizes of index spaces */
	bool bad;
};

static void fail(struct compose *c, const char *fmt, struct ct_name n,
		 const char *a, const char *b)
{
	if (!c->bad)
		diag_report(c->sink, DIAG_INSTANTIATE, DIAG_NOWHERE, fmt, a,
			    (int)n.n, n.at, b);
	c->bad = true;
}

static uint8_t sort_byte(uint8_t sort)
{
	return sort == SORT_FUNC ? 1 : sort == SORT_TYPE ? 3 :
	       sort == SORT_COMPONENT ? 4 : 5;
}

static bool composable(uint8_t sort)
{
	return sort == SORT_FUNC || sort == SORT_TYPE ||
	       sort == SORT_INSTANCE;
}

static struct buf begin(const struct compose *c)
{
	struct buf b;

	buf_init(&b, c->arena);
	return b;
}

static uint32_t alias(struct compose *c, uint8_t sort, uint32_t instance,
		      struct ct_name name)
{
	struct buf b = begin(c);

	buf_u8(&b, sort_byte(sort));
	buf_u8(&b, 0);
	buf_uleb(&b, instance);
	comp_enc_name(&b, name);
	comp_enc_entry(c->out, COMP_SECTION_ALIAS, &b);
	return c->next[sort]++;
}

/* The part that exports what part `of` imports, or n. */
static uint32_t provider(const struct compose *c, uint32_t of,
			 struct ct_extern x)
{
	for (uint32_t k = 0; k < c->n; k++) {
		const struct ct_extern *e = k == of ? NULL :
			ct_find(c->part[k].type->export,
				c->part[k].type->nexports, x.name);
		if (e && e->sort == x.sort && composable(x.sort))
			return k;
	}
	return c->n;
}

/* --- imports of the whole ------------------------------------------------------- */

/* The encoder of a part writes into the same index space of types. */
static struct comp_enc *types_of(struct compose *c, struct part *p)
{
	p->types.ntypes = c->next[SORT_TYPE];
	return &p->types;
}

static void types_done(struct compose *c, const struct part *p)
{
	c->next[SORT_TYPE] = p->types.ntypes;
}

/* Resources of an instance, for other imports of this part that use them. */
static void know_resources(struct compose *c, struct part *p, uint32_t index,
			   const struct ct_type *t)
{
	for (uint32_t k = 0; k < t->nexports; k++) {
		struct ct_extern x = t->export[k];
		if (x.sort == SORT_TYPE &&
		    ct_get(p->types.types, x.type)->kind == CT_RESOURCE &&
		    !map_get(&p->types.known, x.type))
			comp_enc_know(&p->types, x.type,
				      alias(c, SORT_TYPE, index, x.name));
	}
}

static bool is_resource(const struct part *p, struct ct_extern x)
{
	return x.sort == SORT_TYPE &&
	       ct_get(p->types.types, x.type)->kind == CT_RESOURCE;
}

static uint32_t new_import(struct compose *c, struct part *p,
			   struct ct_extern x)
{
	struct buf b = begin(c);
	bool resource = is_resource(p, x);
	uint32_t type = 0;

	if (!resource) {
		type = comp_enc_type(types_of(c, p), x.type);
		types_done(c, p);
	}
	comp_enc_extern_name(&b, x.name);
	buf_u8(&b, sort_byte(x.sort));
	if (x.sort == SORT_TYPE)
		buf_u8(&b, resource);
	if (!resource)
		buf_uleb(&b, type);
	comp_enc_entry(c->out, COMP_SECTION_IMPORT, &b);
	vec_push(c->arena, &c->imports, (struct item){
		x.name, x.sort, c->next[x.sort] });
	return c->next[x.sort]++;
}

static uint32_t import(struct compose *c, struct part *p, struct ct_extern x)
{
	for (uint32_t k = 0; k < c->imports.n; k++)
		if (c->imports.at[k].sort == x.sort &&
		    ct_same_name(c->imports.at[k].name, x.name))
			return c->imports.at[k].index;
	return new_import(c, p, x);
}

/* --- instances ------------------------------------------------------------------------ */

static void instantiate(struct compose *c, uint32_t k);

static uint32_t argument(struct compose *c, uint32_t k, struct ct_extern x)
{
	struct part *p = &c->part[k];
	uint32_t from = provider(c, k, x), index;

	if (from < c->n) {
		struct part *q = &c->part[from];
		const struct ct_extern *e = ct_find(q->type->export,
						    q->type->nexports, x.name);
		instantiate(c, from);
		if (c->bad)
			return 0;
		q->used[e - q->type->export] = true;
		index = alias(c, x.sort, q->instance, x.name);
	} else {
		index = import(c, p, x);
	}
	if (x.sort == SORT_INSTANCE)
		know_resources(c, p, index, ct_get(p->types.types, x.type));
	else if (is_resource(p, x))
		comp_enc_know(&p->types, x.type, index);
	return index;
}

/* Behind those it needs; as deep as there are parts. */
static void instantiate(struct compose *c, uint32_t k)
{
	struct part *p = &c->part[k];
	struct buf b = begin(c), args = begin(c);

	if (p->done || c->bad)
		return;
	if (p->waiting) {
		fail(c, "%s: it needs itself through what it imports%.*s%s",
		     (struct ct_name){ "", 0 }, c->in[k].file, "");
		return;
	}
	p->waiting = true;
	for (uint32_t i = 0; i < p->type->nimports && !c->bad; i++) {
		struct ct_extern x = p->type->import[i];
		if (!composable(x.sort)) {
			fail(c, "%s: import %.*s is neither a function, a type "
			     "nor an instance%s", x.name, c->in[k].file, "");
			return;
		}
		uint32_t index = argument(c, k, x);
		comp_enc_name(&args, x.name);
		buf_u8(&args, sort_byte(x.sort));
		buf_uleb(&args, index);
	}
	buf_u8(&b, 0);
	buf_uleb(&b, k);
	buf_uleb(&b, p->type->nimports);
	buf_put(&b, args.at, args.n);
	comp_enc_entry(c->out, COMP_SECTION_INSTANCE, &b);
	p->instance = c->next[SORT_INSTANCE]++;
	p->done = true;
}

static void export_part(struct compose *c, uint32_t k)
{
	const struct part *p = &c->part[k];

	for (uint32_t i = 0; i < p->type->nexports; i++) {
		struct ct_extern x = p->type->export[i];
		struct buf b = begin(c);
		if (p->used[i] || !composable(x.sort))
			continue;
		uint32_t index = alias(c, x.sort, p->instance, x.name);
		comp_enc_extern_name(&b, x.name);
		buf_u8(&b, sort_byte(x.sort));
		buf_uleb(&b, index);
		buf_u8(&b, 0);
		comp_enc_entry(c->out, COMP_SECTION_EXPORT, &b);
		c->next[x.sort]++;
	}
}

/* Two parts with one export name: which is meant? */
static void check_exports(struct compose *c)
{
	for (uint32_t a = 0; a < c->n; a++)
		for (uint32_t b = a + 1; b < c->n; b++)
			for (uint32_t k = 0; k < c->part[a].type->nexports;
			     k++) {
				struct ct_name n =
					c->part[a].type->export[k].name;
				if (ct_find(c->part[b].type->export,
					    c->part[b].type->nexports, n))
					fail(c, "%s: %.*s is also exported by "
					     "%s", n, c->in[a].file,
					     c->in[b].file);
			}
}

static bool load(struct compose *c, uint32_t k,
		 const struct wasm_limits_opt *limits)
{
	struct part *p = &c->part[k];

	p->file = arena_new(c->arena, struct comp_file);
	if (!comp_decode(p->file, c->in[k].bytes, c->in[k].n, limits, c->arena,
			 c->sink)) {
		for (uint32_t i = 0; i < c->sink->n; i++)
			c->sink->at[i].file = c->in[k].file;
		return false;
	}
	p->type = ct_get(&p->file->types, p->file->components.at[0].type);
	p->used = arena_array(c->arena, bool, p->type->nexports);
	comp_enc_init(&p->types, c->out, &p->file->types);
	return true;
}

bool wrap_compose(struct wrap_part *part, uint32_t n,
		  const struct wasm_limits_opt *limits, struct buf *out,
		  struct arena *a, struct diag_sink *s)
{
	struct compose c = { .arena = a, .sink = s, .out = out, .in = part,
			     .n = n };

	c.part = arena_array(a, struct part, n);
	comp_enc_header(out);
	for (uint32_t k = 0; k < n; k++) {
		struct buf b = begin(&c);
		if (!load(&c, k, limits))
			return false;
		buf_put(&b, part[k].bytes, part[k].n);
		comp_enc_section(out, COMP_SECTION_COMPONENT, &b);
		part[k].at = out->n - part[k].n;
	}
	check_exports(&c);
	for (uint32_t k = 0; k < n && !c.bad; k++)
		instantiate(&c, k);
	for (uint32_t k = 0; k < n && !c.bad; k++)
		export_part(&c, k);
	return !c.bad;
}
