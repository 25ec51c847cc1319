/* descriptor.c - what stubs of a component's built-ins refer to, and what C sees of it.
 *
 * That a stub hands what it refers to over as it must is proved by stub_builtin.c, and of those
 * that the runtime enters functions by (start, results) by stub_start.c.  Descriptors are compared with the module's section.
 */
#include "prove/descriptor.h"

#include <string.h>

enum { CANON_SYNC = 1, CANON_CANCELLABLE = 2, CANON_BYTES = 4 };
enum { EXPORT_BYTES = 44 };

/* --- built-ins ------------------------------------------------------------------- */

/* The runtime's short way for bytes: reads and writes that do not block. */
static bool copies_bytes(const struct descriptor *d, const struct info_builtin *k)
{
	if ((k->op != CANON_STREAM_READ && k->op != CANON_STREAM_WRITE) ||
	    !k->async || k->memory == INFO_NONE)
		return false;
	const uint32_t elem = ct_get(&d->info->types, k->type)->elem;
	return elem != CT_NO_TYPE &&
	       (ct_get(&d->info->types, elem)->kind == CT_S8 ||
		ct_get(&d->info->types, elem)->kind == CT_U8);
}

static bool is_canon(const struct descriptor *d, struct part p,
		     const struct info_builtin *k)
{
	const char *operands = canon_info[k->op].operands;
	const bool sync = strpbrk(operands, "oa") && !k->async;
	const uint32_t flags = (sync ? CANON_SYNC : 0) |
			       (k->cancellable ? CANON_CANCELLABLE : 0) |
			       (copies_bytes(d, k) ? CANON_BYTES : 0);
	const uint32_t memory = k->memory == INFO_NONE ? 0xff : k->memory;
	const uint32_t id = (uint32_t)(k - d->info->builtins.at);
	struct part elem;

	return (strchr(operands, 'e') ?
		part_in(d, p, 0, &elem) && part_is_elem(d, elem, k->type) :
		part_number(d, p, 0, 0)) &&
	       part_number(d, p, 4, flags | memory << 8 | id << 16);
}

/* Storage and size of the table, nothing, and the type (i32) -> (). */
static bool is_threads(const struct descriptor *d, struct part p,
		       const struct info_builtin *k)
{
	struct part type;

	if (!part_region(d, p, 0, REGION_TABLE, k->table) ||
	    !part_region(d, p, 4, REGION_TABLE_SIZE, k->table) ||
	    !part_number(d, p, 8, 0))
		return false;
	for (uint32_t t = 0; t < d->w->m->types.n; t++) {
		const struct wasm_functype *x = &d->w->m->types.at[t];
		if (x->nparams == 1 && !x->nresults && x->param[0] == T_I32)
			return part_in(d, p, 12, &type) &&
			       !strcmp(type.y->name, "hd_type_i_") &&
			       (type.section == OBJ_UNDEFINED ||
				type.at == type.y->value);
	}
	return part_number(d, p, 12, 0);
}

static bool blocks(const struct descriptor *d, const struct info_builtin *k)
{
	return !k->async &&
	       ct_get(&d->info->types, d->info->funcs.at[k->callee].type)->async;
}

/* The runtime's function; forms that block are others. */
static const char *runtime_name(const struct descriptor *d,
				const struct info_builtin *k)
{
	const struct canon_info *c = &canon_info[k->op];

	switch (k->op) {
	case CANON_LOWER:
		return k->async ? "hd_call_async" :
		       blocks(d, k) ? "hd_sync_call" : "hd_call_sync";
	case CANON_TASK_RETURN:
		return "hd_task_return";
	case CANON_THREAD_NEW_INDIRECT:
		return "hd_component_thread";
	default:
		break;
	}
	const bool sync = k->op == CANON_WAITABLE_SET_WAIT ||
			  (!k->async && strpbrk(c->operands, "ea") &&
			   strpbrk(c->operands, "oa"));
	return sync ? arena_printf(d->w->arena, "hd_sync_%s", c->symbol + 3) :
		      c->symbol;
}

static bool is_builtin(struct descriptor *d, struct part p,
		       const struct info_builtin *k)
{
	switch (k->op) {
	case CANON_LOWER:
		return part_is_lower(d, p, k);
	case CANON_TASK_RETURN:
		return part_is_return(d, p, k);
	case CANON_THREAD_NEW_INDIRECT:
		return is_threads(d, p, k);
	case CANON_RESOURCE_NEW: case CANON_RESOURCE_DROP:
	case CANON_RESOURCE_REP:
		return part_is_resource(d, p, k->resource);
	case CANON_CONTEXT_GET: case CANON_CONTEXT_SET:
		return p.section == OBJ_ABSOLUTE;
	default:
		return *canon_info[k->op].operands ? is_canon(d, p, k) :
						     p.section == OBJ_ABSOLUTE;
	}
}

/* --- what adapters import ------------------------------------------------------------ */

static bool is_helper(const struct descriptor *d, struct part p,
		      const struct info_helper *h, const uint32_t n[3])
{
	const uint32_t *type;
	struct part what;

	if (h->kind == HELPER_PLAIN)
		return p.section == OBJ_ABSOLUTE;
	if (h->kind == HELPER_INSTANCE)
		return part_is_instance(d, p, n[0]);
	if (!part_instance(d, p, 4, n[1]) || !part_instance(d, p, 8, n[2]))
		return false;
	if (h->kind == HELPER_ERROR_CONTEXT)
		return part_number(d, p, 0, 0);
	if (!part_in(d, p, 0, &what))
		return false;
	if (h->kind == HELPER_HANDLE)
		return n[0] < d->info->resources.n &&
		       part_is_resource(d, what, n[0]);
	type = map_get(&d->info->type_of, n[0]);
	return type && part_is_elem(d, what, *type - 1);
}

/* --- imports ---------------------------------------------------------------------------- */

/* The stub of an imported function hands the right descriptor to the right function. */
static bool import_right(struct descriptor *d, uint32_t func)
{
	const struct wasm_import *i =
		&d->w->m->imports.at[d->w->m->funcs.at[func].import];
	const struct info_builtin *k = info_import(d->info, func);
	const struct obj_symbol *y =
		obj_find(d->w->o, d->w->names.import[d->w->m->funcs.at[func].import]);
	uint32_t n[3] = { INFO_NONE, INFO_NONE, INFO_NONE };
	const struct info_helper *h = k ? NULL : info_helper(i->name, n);
	const char *name = k ? runtime_name(d, k) : h ? h->symbol : NULL;
	struct part p;

	if (!y || y->section >= d->w->o->sections.n)
		return true;	/* nobody calls it, or it is another object's */
	return name &&
	       part_code(d, (struct part){ y, y->section, y->value }, name, &p) &&
	       (k ? is_builtin(d, p, k) : is_helper(d, p, h, n));
}

/* --- what C sees --------------------------------------------------------------------------- */

/* Name, how it is called, instance, realloc, options; the types that C reads values by
 * are not looked at. */
static bool export_right(struct descriptor *d, struct part p,
			 const struct info_export *e)
{
	const struct info_func *f = &d->info->funcs.at[e->func];
	struct part call;

	if (f->core == INFO_NONE)	/* an import, passed on */
		return part_number(d, p, 28, 0);
	return part_text(d, p, 0, e->interface) && part_text(d, p, 4, e->name) &&
	       part_in(d, p, 28, &call) && part_is_call(d, call, e->func) &&
	       part_options(d, p, f->inst, f->realloc, f->encoding, f->memory,
			    f->type);
}

/* The storage of all instances is one piece, a row of the list each. */
static bool find_instances(struct descriptor *d, struct part list)
{
	const struct info *f = d->info;
	struct part p;

	if (!part_in(d, list, 0, &d->instances) ||
	    d->instances.section >= d->w->o->sections.n ||
	    d->instances.y->size < f->parents.n * INSTANCE_BYTES)
		return false;
	for (uint32_t k = 0; k < f->parents.n; k++)
		if (!part_instance(d, list, 8 * k, k) ||
		    !(f->parents.at[k] == INFO_NONE ?
			      part_number(d, list, 8 * k + 4, 0) :
			      part_in(d, list, 8 * k + 4, &p) &&
			      part_is_instance(d, p, f->parents.at[k])))
			return false;
	return true;
}

static const char *component(struct descriptor *d)
{
	const struct obj_symbol *y = obj_find(d->w->o, module_symbol(
		&d->w->names, d->w->arena, "component"));
	struct part p, list;

	if (!y || y->section >= d->w->o->sections.n)
		return "no descriptor of the component";
	p = (struct part){ y, y->section, y->value };
	y = world_descriptor(d->w);
	if (!y || !part_in(d, p, 0, &list) || list.section != y->section ||
	    list.at != y->value)
		return "the module of the component";
	if (!part_in(d, p, 4, &list) || !find_instances(d, list) ||
	    !part_number(d, p, 8, d->info->parents.n))
		return "instances of the component";
	if (!part_number(d, p, 16, d->info->exports.n) ||
	    !part_in(d, p, 12, &list))
		return "exports of the component";
	for (uint32_t k = 0; k < d->info->exports.n; k++)
		if (!export_right(d, (struct part){ list.y, list.section,
						    list.at + EXPORT_BYTES * k },
				  &d->info->exports.at[k]))
			return arena_printf(d->w->arena, "export %u of the "
					    "component", k);
	return NULL;
}

void world_check_component(struct world *w)
{
	struct descriptor d = { .w = w };
	struct diag_sink sink;

	if (w->why || !wasm_find_custom(w->m, CANON_SECTION))
		return;
	diag_init(&sink, w->arena);
	d.info = info_read(w->m, w->arena, &sink);
	w->why = d.info ? component(&d) : "the section of the component";
	for (uint32_t k = 0; k < w->m->nimported[WASM_FUNC] && !w->why; k++)
		if (!strcmp(w->m->imports.at[w->m->funcs.at[k].import].module,
			    CANON_MODULE) && !import_right(&d, k))
			w->why = arena_printf(w->arena, "what \"%s\" is given",
					      w->names.import[w->m->funcs.at[k].import]);
}
