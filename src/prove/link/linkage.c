/* linkage.c - a linked module against the component, as a whole. */
#include "prove/link/joint.h"

#include <stdarg.h>

bool joint_fail(struct joint *j, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	if (j->out->why)
		return false;
	buf_init(&b, j->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	j->out->why = (const char *)b.at;
	return false;
}

/* What code calls must be described; what is described has been compared. */
static bool described(struct joint *j)
{
	for (uint32_t k = 0; k < j->builtins.n; k++)
		if (j->builtins.at[k].import != JOINT_NONE &&
		    !j->builtins.at[k].told)
			return joint_fail(j, "section " CANON_SECTION " does not "
					  "describe built-in %u", k);
	for (uint32_t k = 0; k < j->exports.n; k++)
		if (!j->funcs.at[j->exports.at[k].func].told)
			return joint_fail(j, "section " CANON_SECTION " does not "
					  "describe function %u",
					  j->exports.at[k].func);
	return true;
}

static void count_left_out(struct joint *j)
{
	for (uint32_t k = 0; k < j->cores.n; k++) {
		const struct joint_core *c = &j->cores.at[k];
		for (uint32_t f = c->m->nimported[WASM_FUNC]; f < c->m->funcs.n;
		     f++)
			j->out->left_out += c->func[f] == JOINT_NONE;
	}
}

static bool compare(struct joint *j)
{
	const struct wasm_module *m = j->linked;

	j->role = arena_array(j->arena, struct joint_role, m->funcs.n);
	j->elem = arena_array(j->arena, struct joint_role, m->elems.n);
	j->filled = arena_array(j->arena, bool, m->tables.n);
	map_init(&j->resource_type, j->arena);
	map_init(&j->typed, j->arena);
	map_init(&j->same_types, j->arena);
	map_init(&j->equal_types, j->arena);
	return joint_instantiate(j) && joint_storage(j) && joint_section(j) &&
	       joint_names(j) && joint_start_functions(j) && joint_bodies(j) &&
	       joint_adapters(j) && joint_bodies(j) && joint_start(j) &&
	       described(j) && joint_complete(j);
}

bool linkage_check(struct linkage *k, const uint8_t *component, size_t n,
		   const struct wasm_limits_opt *limits,
		   const struct wasm_module *linked, struct arena *a)
{
	struct comp_file *file = arena_new(a, struct comp_file);
	struct joint j = { .out = k, .arena = a, .file = file,
			   .linked = linked };
	struct diag_sink sink;

	*k = (struct linkage){ 0 };
	diag_init(&sink, a);
	if (!comp_decode(file, component, n, limits, a, &sink))
		return joint_fail(&j, "the component cannot be decoded");
	j.info = info_read(linked, a, &sink);
	if (!j.info)
		return joint_fail(&j, "the linked module has no section "
				  CANON_SECTION " that can be read");
	if (compare(&j))
		count_left_out(&j);
	return !k->why;
}
