/* descriptor_part.c - elements, resources, lifts and lowers as the runtime has them.
 *
 * Layouts: runtime/core/builtin.h, core/task.h, component/component.h.
 */
#include "prove/descriptor.h"
#include "prove/stub.h"

#include <stdio.h>
#include <string.h>

enum { LIFT_ASYNC = 1, LIFT_CALLBACK = 2, LIFT_TYPED = 4, LIFT_FIBER = 8,
       LIFT_HOST = 16 };

static const struct ct_type *type_of(const struct descriptor *d, uint32_t type)
{
	return ct_get(&d->info->types, type);
}

/* --- words --------------------------------------------------------------------- */

bool part_at(const struct descriptor *d, uint32_t section, uint32_t at,
	     struct part *p)
{
	const struct obj_reloc *r = section < d->w->o->sections.n ?
		world_reloc(d->w, section, at) : NULL;

	if (!r || r->type != OBJ_R_ABS32)
		return false;
	p->y = &d->w->o->symbols.at[r->symbol];
	p->section = p->y->section;
	p->at = p->y->value + (uint32_t)r->addend;
	return p->section < d->w->o->sections.n || !r->addend;
}

bool part_in(const struct descriptor *d, struct part p, uint32_t offset,
	     struct part *to)
{
	return part_at(d, p.section, p.at + offset, to);
}

bool part_number(const struct descriptor *d, struct part p, uint32_t offset,
		 uint32_t v)
{
	uint32_t have;

	return p.section < d->w->o->sections.n &&
	       world_number(d->w, p.section, p.at + offset, &have) && have == v;
}

bool part_is_name(struct part p, const char *name)
{
	return p.section == OBJ_UNDEFINED && !strcmp(p.y->name, name);
}

bool part_name(const struct descriptor *d, struct part p, uint32_t offset,
	       const char *name)
{
	struct part to;

	return name ? part_in(d, p, offset, &to) && part_is_name(to, name) :
		      part_number(d, p, offset, 0);
}

bool part_is_instance(const struct descriptor *d, struct part p, uint32_t k)
{
	if (k == INFO_NONE)
		return part_is_name(p, "hd_host_instance");
	return p.section == d->instances.section &&
	       p.at == d->instances.at + k * INSTANCE_BYTES;
}

bool part_instance(const struct descriptor *d, struct part p, uint32_t offset,
		   uint32_t k)
{
	struct part to;

	return part_in(d, p, offset, &to) && part_is_instance(d, to, k);
}

static bool enters(const struct descriptor *d, struct part p, uint32_t func)
{
	if (p.section != OBJ_UNDEFINED && p.at != p.y->value)
		return false;
	return func < d->w->m->nimported[WASM_FUNC] ?
		       world_is_import(d->w, p.y, func) :
		       world_is_entry(d->w, p.y, func);
}

bool part_entry(const struct descriptor *d, struct part p, uint32_t offset,
		uint32_t func)
{
	struct part to;

	return func == INFO_NONE ? part_number(d, p, offset, 0) :
	       part_in(d, p, offset, &to) && enters(d, to, func);
}

bool part_region(const struct descriptor *d, struct part p, uint32_t offset,
		 enum region_kind kind, uint32_t index)
{
	struct part to;

	if (!part_in(d, p, offset, &to))
		return false;
	const uint32_t k = world_find(d->w, kind, index, 0);
	return k != UINT32_MAX && d->w->regions.at[k].section == to.section &&
	       d->w->regions.at[k].at == to.at;
}

/* --- struct hd_component_func -------------------------------------------------------- */

bool part_text(const struct descriptor *d, struct part p, uint32_t offset,
	       struct ct_name name)
{
	struct part to;

	if (!part_in(d, p, offset, &to) || to.section >= d->w->o->sections.n)
		return false;
	const struct obj_section *s = &d->w->o->sections.at[to.section];
	return s->type == OBJ_BYTES && to.at < s->bytes.n &&
	       name.n < s->bytes.n - to.at &&
	       world_untouched(d->w, to.section, to.at, name.n + 1) &&
	       !memcmp(s->bytes.at + to.at, name.at, name.n) &&
	       !s->bytes.at[to.at + name.n];
}

bool part_options(const struct descriptor *d, struct part p, uint32_t inst,
		  uint32_t realloc, uint32_t encoding, uint32_t memory,
		  uint32_t type)
{
	const bool has = memory != INFO_NONE;
	const struct ct_type *f = type_of(d, type);

	return part_number(d, p, 12, f->n) && part_instance(d, p, 32, inst) &&
	       part_entry(d, p, 36, realloc) &&
	       part_number(d, p, 40, encoding | (uint32_t)has << 8 |
			   (has ? memory : 0) << 16 | (uint32_t)f->async << 24);
}

/* --- what a stub refers to ------------------------------------------------------------ */

static bool is_rest(struct part p, struct part *rest)
{
	if (p.section >= OBJ_ABSOLUTE)
		return false;
	if (rest->section == OBJ_ABSOLUTE)
		*rest = p;
	return rest->section == p.section && rest->at == p.at;
}

bool part_code(const struct descriptor *d, struct part code, const char *name,
	       struct part *rest)
{
	const struct code_ref *c = code.section < d->w->o->sections.n ?
		world_code_at(d->w, code.section, code.at) : NULL;
	bool named = false;

	*rest = (struct part){ .section = OBJ_ABSOLUTE };
	if (!c || !c->stub)
		return false;
	for (uint32_t k = 0; k < c->size; k += 2) {
		const struct obj_reloc *r = world_reloc(d->w, c->section, c->at + k);
		if (!r)
			continue;
		const struct obj_symbol *y = &d->w->o->symbols.at[r->symbol];
		const struct part p = { y, y->section,
					y->value + (uint32_t)r->addend };
		if (part_is_name(p, name))
			named = true;
		else if (!is_rest(p, rest))
			return false;
	}
	return named;
}

/* --- elements ------------------------------------------------------------------------- */

/* Whether any bytes are a value of the type: numbers, without gaps. */
static bool any_bytes(const struct descriptor *d, uint32_t type)
{
	const struct ct_type *x = type_of(d, type);
	uint32_t sum = 0;

	if (x->kind >= CT_S8 && x->kind <= CT_F64)
		return true;
	if (x->kind == CT_FIXED_LIST)
		return any_bytes(d, x->elem);
	if (x->kind != CT_RECORD && x->kind != CT_TUPLE)
		return false;
	for (uint32_t k = 0; k < x->n; k++) {
		if (!any_bytes(d, x->item[k].type))
			return false;
		sum += type_of(d, x->item[k].type)->size;
	}
	return sum == x->size;
}

static bool is_copy(const struct descriptor *d, const struct wasm_export *e,
		    uint32_t type, uint32_t *w, uint32_t *r)
{
	unsigned from, to;

	if (e->kind != WASM_FUNC || strncmp(e->name, "[copy]#", 7) ||
	    sscanf(e->name, "[copy]#%u:%u", &from, &to) != 2)
		return false;
	const struct info_builtin *a = info_builtin(d->info, from);
	const struct info_builtin *b = info_builtin(d->info, to);
	if (!a || !b || a->type != type)
		return false;
	*w = (uint32_t)(a - d->info->builtins.at);
	*r = (uint32_t)(b - d->info->builtins.at);
	return true;
}

/* Writer and reader, code, the reader's memory and the writer's: one for each
 * copier of the module, in order. */
static bool copies(const struct descriptor *d, struct part p, uint32_t offset,
		   uint32_t type)
{
	struct part table, way;
	uint32_t n = 0, w, r;

	if (!part_in(d, p, offset, &table) || !part_in(d, table, 0, &way))
		return false;
	for (uint32_t k = 0; k < d->w->m->exports.n; k++) {
		const struct wasm_export *e = &d->w->m->exports.at[k];
		if (!is_copy(d, e, type, &w, &r))
			continue;
		const struct info_builtin *b = d->info->builtins.at;
		if (!part_number(d, way, 16 * n, w | r << 16) ||
		    !part_entry(d, way, 16 * n + 4, e->index) ||
		    !part_region(d, way, 16 * n + 8, REGION_MEMORY_DESC,
				 b[r].memory) ||
		    !part_region(d, way, 16 * n + 12, REGION_MEMORY_DESC,
				 b[w].memory))
			return false;
		n++;
	}
	return part_number(d, table, 4, n);
}

bool part_is_elem(const struct descriptor *d, struct part p, uint32_t type)
{
	const uint32_t elem = type_of(d, type)->elem;
	const struct ct_type *x = elem == CT_NO_TYPE ? NULL : type_of(d, elem);
	const bool number = !x || (x->kind >= CT_S8 && x->kind <= CT_F64);
	const bool code = x && x->size && !any_bytes(d, elem);
	const char *copier = code ? (d->info->walls ? "hd_wall_copy_each" :
						      "hd_component_copy") :
			     d->info->walls && x && x->size ? "hd_wall_copy" : NULL;

	return part_number(d, p, 0, (x ? x->size : 0) |
			   (uint32_t)(x ? x->align : 1) << 16 |
			   (uint32_t)number << 24) &&
	       part_name(d, p, 4, copier) &&
	       (code ? copies(d, p, 8, type) : part_number(d, p, 8, 0));
}

bool part_is_resource(const struct descriptor *d, struct part p, uint32_t r)
{
	const struct info_resource *x = &d->info->resources.at[r];

	return part_instance(d, p, 0, x->inst) && part_entry(d, p, 4, x->dtor) &&
	       part_number(d, p, 8, r);
}

/* --- lifts ------------------------------------------------------------------------------ */

/* One address for one result type with its options, and no other for it.  A memory
 * that lifting does not read is none of these. */
static bool is_mark(struct descriptor *d, struct part p, uint32_t offset,
		    uint32_t type, uint32_t encoding, uint32_t memory)
{
	struct mark m = { type, encoding, memory, 0, 0 };
	struct part to;

	if (!part_in(d, p, offset, &to) || to.section >= d->w->o->sections.n)
		return false;
	if (type == CT_NO_TYPE || (!type_of(d, type)->pointers &&
				   type_of(d, type)->nflat <= CT_MAX_PARAMS))
		m.memory = INFO_NONE;
	m.section = to.section;
	m.at = to.at;
	for (uint32_t k = 0; k < d->marks.n; k++) {
		const struct mark *x = &d->marks.at[k];
		const bool same = x->type == m.type && x->memory == m.memory &&
				  x->encoding == m.encoding;
		if (same != (x->section == m.section && x->at == m.at))
			return false;
		if (same)
			return true;
	}
	vec_push(d->w->arena, &d->marks, m);
	return true;
}

/* Whether the code needs a stack of its own (LIFT_FIBER) is not looked at. */
static bool has_flags(const struct descriptor *d, struct part p, uint32_t flags)
{
	return part_number(d, p, 12, flags) ||
	       (!(flags & LIFT_HOST) && part_number(d, p, 12,
						    flags | LIFT_FIBER));
}

bool part_is_lift(struct descriptor *d, struct part p, uint32_t func)
{
	const struct info_func *f = &d->info->funcs.at[func];
	uint32_t flags = f->async ? LIFT_ASYNC : 0;

	if (type_of(d, f->type)->async)
		flags |= LIFT_TYPED;
	if (f->inst == INFO_NONE)
		flags |= LIFT_ASYNC | LIFT_HOST;
	else if (f->callback != INFO_NONE)
		flags |= LIFT_CALLBACK;
	return part_instance(d, p, 0, f->inst) &&
	       part_entry(d, p, 4, f->callback) &&
	       is_mark(d, p, 8, type_of(d, f->type)->elem, f->encoding,
		       f->memory) &&
	       has_flags(d, p, flags);
}

bool part_is_return(struct descriptor *d, struct part p,
		    const struct info_builtin *k)
{
	return part_instance(d, p, 0, k->inst) && part_number(d, p, 4, 0) &&
	       is_mark(d, p, 8, k->type, k->encoding, k->memory) &&
	       part_number(d, p, 12, LIFT_ASYNC);
}

/* --- lowers ------------------------------------------------------------------------------- */

/* Code by which the runtime enters a function. */
static bool enters_by(const struct descriptor *d, struct part p, uint32_t offset,
		      const struct stub_start *is)
{
	struct part code;

	if (!part_in(d, p, offset, &code) || code.section >= d->w->o->sections.n)
		return false;
	const struct code_ref *c = world_code_at(d->w, code.section, code.at);
	return c && c->stub && !stub_start(d->w, c, is);
}

/* Code that starts a function: by `entry`, then its post-return. */
static bool is_start(struct descriptor *d, struct part p, uint32_t offset,
		     const struct info_func *f, uint32_t entry, bool words)
{
	return enters_by(d, p, offset, &(struct stub_start){
		.func = entry, .post = f->async ? INFO_NONE : f->post_return,
		.pointer = UINT32_MAX, .words = words, .resolve = !f->async });
}

bool part_is_call(struct descriptor *d, struct part p, uint32_t func)
{
	const struct info_func *f = &d->info->funcs.at[func];
	struct part callee;

	return part_in(d, p, 0, &callee) && part_is_lift(d, callee, func) &&
	       is_start(d, p, 4, f, f->core, true) &&
	       part_name(d, p, 8, "hd_component_done");
}

/* The word of the arguments that is the result pointer, 0xff without one, and how
 * many words are handed back. */
static uint32_t host_words(const struct descriptor *d,
			   const struct info_builtin *k)
{
	const struct wasm_functype *t =
		&d->w->m->types.at[d->w->m->funcs.at[k->func].type];
	const uint32_t r = type_of(d, d->info->funcs.at[k->callee].type)->elem;
	const uint32_t flat = r == CT_NO_TYPE ? 0 : type_of(d, r)->nflat;
	const bool pointer = flat > (k->async ? 0 : CT_MAX_RESULTS);

	return (pointer ? world_words(t->param, t->nparams) - 1 : 0xff) |
	       (k->async ? 0 : world_words(t->result, t->nresults)) << 8;
}

static bool is_guest(struct descriptor *d, struct part p,
		     const struct info_builtin *k)
{
	const uint32_t pointer = host_words(d, k) & 0xff;
	const struct stub_start results = {
		.func = k->results, .post = UINT32_MAX, .results = true,
		.pointer = pointer == 0xff ? UINT32_MAX : pointer };
	struct part callee;

	return part_in(d, p, 0, &callee) && part_is_lift(d, callee, k->callee) &&
	       is_start(d, p, 4, &d->info->funcs.at[k->callee], k->start,
			false) &&
	       enters_by(d, p, 8, &results);
}

static bool is_host(struct descriptor *d, struct part p,
		    const struct info_builtin *k)
{
	const struct info_func *f = &d->info->funcs.at[k->callee];
	const char *name = module_import_symbol(
		&d->w->names, d->w->arena,
		(struct mod_text){ f->interface.at, f->interface.n },
		(struct mod_text){ f->name.at, f->name.n });
	struct part callee, func;

	return part_in(d, p, 0, &callee) && part_is_lift(d, callee, k->callee) &&
	       part_name(d, p, 4, "hd_host_start") &&
	       part_name(d, p, 8, "hd_host_results") &&
	       part_in(d, p, 12, &func) && part_text(d, func, 0, f->interface) &&
	       part_text(d, func, 4, f->name) && part_number(d, func, 28, 0) &&
	       part_options(d, func, k->inst, k->realloc, k->encoding,
			    k->memory, f->type) &&
	       part_name(d, p, 16, name) &&
	       part_number(d, p, 20, host_words(d, k));
}

bool part_is_lower(struct descriptor *d, struct part p,
		   const struct info_builtin *k)
{
	return d->info->funcs.at[k->callee].inst == INFO_NONE ?
		       is_host(d, p, k) : is_guest(d, p, k);
}
