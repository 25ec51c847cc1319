/* decode_instance.c - instances, aliases, imports, exports, start.
 *
 * Source: component-model 6d28164, Binary.md "Instance Definitions", "Alias
 * Definitions", "Import and Export Definitions".
 */
#include "component/decode.h"

static bool unique_arg(struct decoder *d, struct name_set *names,
		       struct ct_name n, uint64_t at)
{
	if (!d->r.bad && !name_set_add_exact(names, n))
		comp_fail(d, DIAG_DUPLICATE, at, "\"%s\"", n.at);
	return !d->r.bad;
}

/* --- core instances ------------------------------------------------------------ */

static struct comp_arg *read_core_args(struct decoder *d, uint32_t *n)
{
	struct name_set names;

	name_set_init(&names, d->arena);
	*n = comp_read_count(d);
	struct comp_arg *arg = arena_array(d->arena, struct comp_arg, *n);
	for (uint32_t k = 0; k < *n && !d->r.bad; k++) {
		uint64_t at = reader_offset(&d->r);
		arg[k].name = comp_read_name(d);
		arg[k].sort = SORT_CORE_INSTANCE;
		unique_arg(d, &names, arg[k].name, at);
		at = reader_offset(&d->r);
		if (reader_u8(&d->r) != 0x12)
			comp_fail(d, DIAG_MALFORMED, at, "only instances can be "
			     "given to a core module");
		arg[k].index = comp_read_index(d, SORT_CORE_INSTANCE);
	}
	return arg;
}

static const struct ct_core_item *core_export(const struct ct_core *x,
					      struct ct_name name)
{
	for (uint32_t k = 0; k < x->nexports; k++)
		if (ct_same_name(x->export[k].name, name))
			return &x->export[k];
	return NULL;
}

static void check_core_import(struct decoder *d, const struct ct_core_item *i,
			      const struct comp_def *def)
{
	for (uint32_t k = 0; k < def->nargs; k++) {
		if (!ct_same_name(def->arg[k].name, i->module))
			continue;
		uint32_t type = comp_type_of(d, SORT_CORE_INSTANCE,
					def->arg[k].index);
		const struct ct_core_item *e =
			core_export(&d->types->core.at[type], i->name);
		const char *why = e ? match_core(d->types, e->type, i->type) :
				      "is not exported by the instance given";
		if (why)
			comp_fail(d, DIAG_INSTANTIATE, def->at, "\"%s\" \"%s\" %s",
			     i->module.at, i->name.at, why);
		return;
	}
	comp_fail(d, DIAG_INSTANTIATE, def->at, "nothing is given for \"%s\" \"%s\"",
	     i->module.at, i->name.at);
}

static void core_instantiate(struct decoder *d, struct comp_def *def)
{
	def->op = COMP_CORE_INSTANTIATE;
	def->a = comp_read_index(d, SORT_CORE_MODULE);
	def->arg = read_core_args(d, &def->nargs);
	if (d->r.bad)
		return;
	struct ct_core m =
		d->types->core.at[comp_type_of(d, SORT_CORE_MODULE, def->a)];
	for (uint32_t k = 0; k < m.nimports && !d->r.bad; k++)
		check_core_import(d, &m.import[k], def);
	m.kind = SORT_CORE_INSTANCE;
	m.import = NULL;
	m.nimports = 0;
	def->type = ct_core_fresh(d->types, m);
}

static void core_bag(struct decoder *d, struct comp_def *def)
{
	struct ct_core x = { .kind = SORT_CORE_INSTANCE };
	struct name_set names;

	name_set_init(&names, d->arena);
	def->op = COMP_CORE_BAG;
	def->nargs = x.nexports = comp_read_count(d);
	def->arg = arena_array(d->arena, struct comp_arg, def->nargs);
	x.export = arena_array(d->arena, struct ct_core_item, x.nexports);
	for (uint32_t k = 0; k < def->nargs && !d->r.bad; k++) {
		struct comp_arg *a = &def->arg[k];
		uint64_t at = reader_offset(&d->r);
		a->name = comp_read_name(d);
		unique_arg(d, &names, a->name, at);
		at = reader_offset(&d->r);
		enum ct_sort sort = comp_read_core_sort(d);
		if (!d->r.bad && sort > SORT_CORE_GLOBAL)
			comp_fail(d, DIAG_MALFORMED, at, "a %s in a core instance",
			     ct_sort_text(sort));
		a->sort = (uint8_t)sort;
		a->index = comp_read_index(d, sort);
		if (!d->r.bad)
			x.export[k] = (struct ct_core_item){
				{ "", 0 }, a->name, comp_type_of(d, sort, a->index),
			};
	}
	def->type = ct_core_fresh(d->types, x);
}

void comp_read_core_instance(struct decoder *d)
{
	struct comp_def def = { .sort = SORT_CORE_INSTANCE, .at = where(d) };
	uint8_t form = reader_u8(&d->r);

	if (form == 0)
		core_instantiate(d, &def);
	else if (form == 1)
		core_bag(d, &def);
	else
		comp_fail(d, DIAG_MALFORMED, def.at, "core instance 0x%02x", form);
	comp_define(d, def);
}

/* --- instances ------------------------------------------------------------------- */

static void read_args(struct decoder *d, struct comp_def *def, bool bag)
{
	struct name_set names;

	name_set_init(&names, d->arena);
	def->nargs = comp_read_count(d);
	def->arg = arena_array(d->arena, struct comp_arg, def->nargs);
	for (uint32_t k = 0; k < def->nargs && !d->r.bad; k++) {
		struct comp_arg *a = &def->arg[k];
		uint64_t at = reader_offset(&d->r);
		a->name = bag ? comp_read_extern_name(d, false) : comp_read_name(d);
		unique_arg(d, &names, a->name, at);
		at = reader_offset(&d->r);
		a->sort = (uint8_t)comp_read_sort(d);
		a->index = comp_read_index(d, (enum ct_sort)a->sort);
		if (!d->r.bad && a->sort >= SORT_CORE_FUNC &&
		    a->sort != SORT_CORE_MODULE)
			comp_fail(d, DIAG_MALFORMED, at, "a %s cannot be passed",
			     ct_sort_text((enum ct_sort)a->sort));
	}
}

static struct ct_extern extern_of(struct decoder *d, const struct comp_arg *a)
{
	return (struct ct_extern){
		a->name, a->sort,
		comp_type_of(d, (enum ct_sort)a->sort, a->index),
	};
}

static void check_import(struct decoder *d, struct subst *s,
			 const struct ct_extern *i, const struct comp_def *def)
{
	for (uint32_t k = 0; k < def->nargs; k++) {
		if (!ct_same_name(def->arg[k].name, i->name))
			continue;
		const char *why = match_extern(s, extern_of(d, &def->arg[k]),
					       *i);
		if (why)
			comp_fail(d, DIAG_INSTANTIATE, def->at, "\"%s\" %s",
			     i->name.at, why);
		return;
	}
	comp_fail(d, DIAG_INSTANTIATE, def->at, "nothing is given for \"%s\"",
	     i->name.at);
}

static void instantiate(struct decoder *d, struct comp_def *def)
{
	struct subst s;

	def->op = COMP_INSTANTIATE;
	def->a = comp_read_index(d, SORT_COMPONENT);
	read_args(d, def, false);
	if (d->r.bad)
		return;
	struct ct_type c = *ct_get(d->types, comp_type_of(d, SORT_COMPONENT, def->a));
	subst_init(&s, d->types, c.scope, top(d)->number);
	for (uint32_t k = 0; k < c.nimports && !d->r.bad; k++)
		check_import(d, &s, &c.import[k], def);
	if (d->r.bad)
		return;
	c.kind = CT_INSTANCE;
	c.export = subst_externs(&s, c.export, c.nexports);
	c.import = NULL;
	c.nimports = 0;
	c.scope = top(d)->number;
	comp_check_subst(d, &s, def->at);
	def->type = comp_fresh(d, c, def->at);
}

static void bag(struct decoder *d, struct comp_def *def)
{
	struct ct_type x = {
		.kind = CT_INSTANCE, .scope = top(d)->number,
		.elem = CT_NO_TYPE, .elem2 = CT_NO_TYPE,
	};
	struct name_set names;

	def->op = COMP_BAG;
	read_args(d, def, true);
	x.nexports = def->nargs;
	x.export = arena_array(d->arena, struct ct_extern, x.nexports);
	name_set_init(&names, d->arena);
	for (uint32_t k = 0; k < x.nexports && !d->r.bad; k++) {
		x.export[k] = extern_of(d, &def->arg[k]);
		if (!name_set_add(&names, def->arg[k].name))
			comp_fail(d, DIAG_DUPLICATE, def->at, "export \"%s\"",
				  def->arg[k].name.at);
		comp_check_member(d, x.export, &names, x.export[k], def->at);
	}
	def->type = comp_fresh(d, x, def->at);
}

void comp_read_instance(struct decoder *d)
{
	struct comp_def def = { .sort = SORT_INSTANCE, .at = where(d) };
	uint8_t form = reader_u8(&d->r);

	if (form == 0)
		instantiate(d, &def);
	else if (form == 1)
		bag(d, &def);
	else
		comp_fail(d, DIAG_MALFORMED, def.at, "instance 0x%02x", form);
	comp_define(d, def);
}

/* --- aliases ------------------------------------------------------------------------ */

static void alias_export(struct decoder *d, struct comp_def *def)
{
	def->op = COMP_ALIAS;
	def->a = comp_read_index(d, SORT_INSTANCE);
	def->name = comp_read_name(d);
	if (d->r.bad)
		return;
	const struct ct_type *i =
		ct_get(d->types, comp_type_of(d, SORT_INSTANCE, def->a));
	const struct ct_extern *e = ct_find(i->export, i->nexports, def->name);
	if (!e || e->sort != def->sort) {
		comp_fail(d, DIAG_INDEX, def->at, "instance %u has no %s \"%s\"",
		     def->a, ct_sort_text((enum ct_sort)def->sort),
		     def->name.at);
		return;
	}
	def->type = e->type;
}

static void alias_core_export(struct decoder *d, struct comp_def *def)
{
	def->op = COMP_CORE_ALIAS;
	def->a = comp_read_index(d, SORT_CORE_INSTANCE);
	def->name = comp_read_name(d);
	if (d->r.bad)
		return;
	const struct ct_core *i =
		&d->types->core.at[comp_type_of(d, SORT_CORE_INSTANCE, def->a)];
	const struct ct_core_item *e = core_export(i, def->name);
	if (!e || d->types->core.at[e->type].kind != def->sort) {
		comp_fail(d, DIAG_INDEX, def->at, "core instance %u has no %s \"%s\"",
		     def->a, ct_sort_text((enum ct_sort)def->sort),
		     def->name.at);
		return;
	}
	def->type = e->type;
}

/* Resource types belong to an instance: a component nested in it cannot name
 * them, as it may be instantiated elsewhere. */
static void check_outer(struct decoder *d, const struct comp_def *def)
{
	bool crosses = false;

	for (uint32_t k = 0; k < def->a; k++)
		crosses |= d->scopes.at[d->scopes.n - 1 - k]->kind ==
			   SCOPE_COMPONENT;
	if (!crosses || def->sort != SORT_TYPE)
		return;
	const struct ct_type *x = ct_get(d->types, def->type);
	if (x->resources && x->kind != CT_INSTANCE && x->kind != CT_COMPONENT)
		comp_fail(d, DIAG_TYPE, def->at, "a resource of an outer component "
		     "cannot be aliased");
}

static void alias_outer(struct decoder *d, struct comp_def *def)
{
	uint64_t at = reader_offset(&d->r);

	def->op = COMP_OUTER;
	def->a = reader_u32(&d->r);
	if (!d->r.bad && def->a >= d->scopes.n)
		comp_fail(d, DIAG_INDEX, at, "outer %u of %u", def->a, d->scopes.n);
	if (def->sort != SORT_TYPE && def->sort != SORT_CORE_TYPE &&
	    def->sort != SORT_CORE_MODULE && def->sort != SORT_COMPONENT)
		comp_fail(d, DIAG_TYPE, def->at, "a %s of an outer component cannot "
		     "be aliased", ct_sort_text((enum ct_sort)def->sort));
	at = reader_offset(&d->r);
	def->b = reader_u32(&d->r);
	if (d->r.bad)
		return;
	const struct scope *s = d->scopes.at[d->scopes.n - 1 - def->a];
	def->b = comp_check_index(d, s, (enum ct_sort)def->sort, def->b, at);
	if (d->r.bad)
		return;
	def->type = s->space[def->sort].at[def->b];
	check_outer(d, def);
}

void comp_read_alias(struct decoder *d)
{
	struct comp_def def = { .at = where(d) };
	enum ct_sort sort = comp_read_sort(d);
	uint64_t at = reader_offset(&d->r);
	uint8_t form = reader_u8(&d->r);

	def.sort = (uint8_t)sort;
	if (top(d)->kind != SCOPE_COMPONENT && sort != SORT_TYPE &&
	    sort != SORT_CORE_TYPE)
		comp_fail(d, DIAG_TYPE, def.at, "only types can be aliased in a type");
	else if (form == 0 && sort < SORT_CORE_FUNC)
		alias_export(d, &def);
	else if (form == 0 && sort == SORT_CORE_MODULE)
		alias_export(d, &def);
	else if (form == 1 && sort >= SORT_CORE_FUNC && sort < SORT_CORE_TYPE)
		alias_core_export(d, &def);
	else if (form == 2)
		alias_outer(d, &def);
	else
		comp_fail(d, DIAG_MALFORMED, at, "alias 0x%02x of a %s", form,
		     ct_sort_text(sort));
	comp_define(d, def);
}

/* --- imports and exports --------------------------------------------------------------- */

void comp_read_import(struct decoder *d)
{
	struct comp_def def = { .op = COMP_IMPORT, .at = where(d) };

	def.name = comp_read_extern_name(d, true);
	if (!d->r.bad && !name_set_add(&top(d)->import_names, def.name))
		comp_fail(d, DIAG_DUPLICATE, def.at, "import \"%s\"", def.name.at);
	struct ct_extern x = comp_read_extern(d);
	x.name = def.name;
	comp_check_member(d, top(d)->imports.at, &top(d)->import_names, x,
			  def.at);
	x.type = comp_declare(d, x);
	comp_check_visible(d, x, true, def.at);
	def.sort = x.sort;
	def.type = x.type;
	if (!d->r.bad)
		vec_push(d->arena, &top(d)->imports, x);
	comp_define(d, def);
}

/* What the export is said to be, when that is given. */
static void ascribe(struct decoder *d, struct comp_def *def,
		    struct ct_extern have)
{
	uint64_t at = reader_offset(&d->r);
	struct ct_extern want = comp_read_extern(d);
	struct subst s;

	want.name = def->name;
	if (d->r.bad)
		return;
	const char *why = NULL;
	if (want.sort == SORT_TYPE && want.type == CT_NO_TYPE) {
		if (have.sort != SORT_TYPE ||
		    ct_get(d->types, have.type)->kind != CT_RESOURCE)
			why = "is no resource";
	} else {
		uint32_t from = 0;
		if (want.sort == SORT_INSTANCE)
			from = ct_get(d->types, want.type)->scope;
		subst_init(&s, d->types, from, top(d)->number);
		why = match_extern(&s, have, want);
		comp_check_subst(d, &s, at);
	}
	if (why)
		comp_fail(d, DIAG_TYPE, at, "export \"%s\" %s", def->name.at, why);
	def->type = comp_declare(d, want);
}

static void export_item(struct decoder *d, struct comp_def *def)
{
	uint64_t at = reader_offset(&d->r);

	def->sort = (uint8_t)comp_read_sort(d);
	def->a = comp_read_index(d, (enum ct_sort)def->sort);
	if (!d->r.bad && def->sort >= SORT_CORE_FUNC &&
	    def->sort != SORT_CORE_MODULE)
		comp_fail(d, DIAG_MALFORMED, at, "a %s cannot be exported",
		     ct_sort_text((enum ct_sort)def->sort));
	if (d->r.bad)
		return;
	def->type = comp_type_of(d, (enum ct_sort)def->sort, def->a);
	at = reader_offset(&d->r);
	uint8_t form = reader_u8(&d->r);
	if (form > 1)
		comp_fail(d, DIAG_MALFORMED, at, "0x%02x where a type may follow",
		     form);
	else if (form == 1)
		ascribe(d, def, (struct ct_extern){ def->name, def->sort,
						    def->type });
}

void comp_read_export(struct decoder *d)
{
	struct comp_def def = { .op = COMP_EXPORT, .at = where(d) };
	struct ct_extern x;

	def.name = comp_read_extern_name(d, false);
	if (!d->r.bad && !name_set_add(&top(d)->export_names, def.name))
		comp_fail(d, DIAG_DUPLICATE, def.at, "export \"%s\"", def.name.at);
	if (top(d)->kind == SCOPE_COMPONENT) {
		export_item(d, &def);
	} else {
		x = comp_read_extern(d);
		def.type = comp_declare(d, x);
		def.sort = x.sort;
	}
	x = (struct ct_extern){ def.name, def.sort, def.type };
	comp_check_member(d, top(d)->exports.at, &top(d)->export_names, x,
			  def.at);
	comp_check_visible(d, x, false, def.at);
	if (!d->r.bad)
		vec_push(d->arena, &top(d)->exports, x);
	comp_define(d, def);
}

void comp_read_start(struct decoder *d)
{
	struct comp_def def = { .op = COMP_START, .at = where(d) };

	def.a = comp_read_index(d, SORT_FUNC);
	uint32_t nargs = comp_read_count(d), nresults = reader_u32(&d->r);
	if (d->r.bad)
		return;
	const struct ct_type *f = ct_get(d->types, comp_type_of(d, SORT_FUNC, def.a));
	if (nargs || nresults || f->n || f->elem != CT_NO_TYPE)
		comp_fail(d, DIAG_UNSUPPORTED, def.at, "component values (proposal "
		     "component-model values): start with arguments or results");
	comp_define(d, def);
}
