/* module_names.c - C names of what a module exports and imports.
 *
 * Letters, digits and '_' stay; '-', '.', ':' and '/' become '_'; every other
 * byte becomes xHH between underscores.  A name that is taken already gets
 * __2, __3, ... behind it.  The module's own symbols are taken from the start.
 */
#include "obj/module_names.h"

#include <ctype.h>
#include <string.h>

#include "base/map.h"
#include "wasm/intrinsic.h"

/* P_<these> belong to the module itself. */
static const char *const own[] = {
	"module", "instantiate", "memory", "memory_size", "memory_capacity",
	"instance", "instance_size", "component", "component_imports",
};

struct namer {
	struct arena *arena;
	struct map taken;	/* by hash */
	struct map first;	/* hash -> 1 + first such import */
};

static bool is_taken(const struct namer *n, const char *s)
{
	/* Equal hashes of different names only cost a suffix. */
	return map_get(&n->taken, hash_bytes(s, strlen(s))) != NULL;
}

static void take(struct namer *n, const char *s)
{
	*map_put(&n->taken, hash_bytes(s, strlen(s))) = 1;
}

static const char *unique(struct namer *n, const char *s)
{
	const char *t = s;

	for (unsigned k = 2; is_taken(n, t); k++)
		t = arena_printf(n->arena, "%s__%u", s, k);
	take(n, t);
	return t;
}

static void mangle(struct buf *b, const char *s, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		unsigned char c = (unsigned char)s[k];
		if (isalnum(c) || c == '_')
			buf_u8(b, c);
		else if (memchr("-.:/", c, 4))
			buf_u8(b, '_');
		else
			buf_printf(b, "_x%02x_", c);
	}
}

static const char *export_name(struct arena *a, const char *prefix,
			       const struct wasm_export *e)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s_", prefix);
	mangle(&b, e->name, e->nname);
	buf_u8(&b, 0);
	return (char *)b.at;
}

const char *module_import_symbol(const struct module_names *n, struct arena *a,
				 struct mod_text module, struct mod_text name)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s_import_", n->prefix);
	mangle(&b, module.at, module.n);
	if (module.n)
		buf_u8(&b, '_');
	mangle(&b, name.at, name.n);
	buf_u8(&b, 0);
	return (char *)b.at;
}

static const char *import_name(struct arena *a, const struct module_names *n,
			       const struct wasm_import *i)
{
	return module_import_symbol(n, a,
				    (struct mod_text){ i->module, i->nmodule },
				    (struct mod_text){ i->name, i->nname });
}

/* The same import twice is one symbol. */
static bool same_import(const struct wasm_module *m,
			const struct wasm_import *i, const struct wasm_import *o)
{
	return o->kind == i->kind && o->nmodule == i->nmodule &&
	       o->nname == i->nname &&
	       !memcmp(o->module, i->module, i->nmodule) &&
	       !memcmp(o->name, i->name, i->nname) &&
	       (i->kind != WASM_FUNC ||
		m->types.at[m->funcs.at[o->index].type].canon ==
			m->types.at[m->funcs.at[i->index].type].canon);
}

static uint64_t import_hash(const struct wasm_import *i)
{
	return hash_mix(hash_bytes(i->module, i->nmodule)) ^
	       hash_bytes(i->name, i->nname) ^ i->kind;
}

static const char *name_import(struct namer *n, const struct wasm_module *m,
			       uint32_t k, struct module_names *out)
{
	const struct wasm_import *i = &m->imports.at[k];
	int x = i->kind == WASM_FUNC ? intrinsic_of(m, i->index) : -1;

	if (x >= 0)
		return arena_printf(n->arena, "kiln_builtins_%s",
				    intrinsic_info[x].name);
	uint32_t *first = map_put(&n->first, import_hash(i));
	if (*first && same_import(m, i, &m->imports.at[*first - 1]))
		return out->import[*first - 1];
	*first = k + 1;
	return unique(n, import_name(n->arena, out, i));
}

static void name_imports(struct namer *n, const struct wasm_module *m,
			 struct module_names *out)
{
	map_init(&n->first, n->arena);
	for (uint32_t k = 0; k < m->imports.n; k++)
		out->import[k] = name_import(n, m, k, out);
}

/* The first exported memory is P_memory when that is its name. */
static bool is_own_memory(const struct wasm_export *e)
{
	return e->kind == WASM_MEMORY && e->index == 0 &&
	       strcmp(e->name, "memory") == 0;
}

static void name_exports(struct namer *n, const struct wasm_module *m,
			 struct module_names *out)
{
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		const char *s = export_name(n->arena, out->prefix, e);
		out->export[k] = is_own_memory(e) ? s : unique(n, s);
	}
}

static void name_locals(const struct wasm_module *m, struct arena *a,
			struct module_names *out)
{
	for (uint32_t k = 0; k < m->funcs.n; k++)
		out->local[k] = m->funcs.at[k].name;
	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind == WASM_FUNC && !out->local[e->index])
			out->local[e->index] = e->name;
	}
	for (uint32_t k = 0; k < m->funcs.n; k++)
		if (!out->local[k] || !*out->local[k])
			out->local[k] = arena_printf(a, "func%u", k);
	for (uint32_t k = 0; k < m->funcs.n; k++)
		out->called[k] = m->funcs.at[k].import == UINT32_MAX
					 ? out->local[k]
					 : out->import[m->funcs.at[k].import];
}

void module_names(const struct wasm_module *m, const char *prefix,
		  struct arena *a, struct module_names *out)
{
	struct namer n = { .arena = a };

	map_init(&n.taken, a);
	out->prefix = prefix;
	out->export = arena_array(a, const char *, m->exports.n);
	out->import = arena_array(a, const char *, m->imports.n);
	out->local = arena_array(a, const char *, m->funcs.n + 1);
	out->local[m->funcs.n] = "instantiate";
	out->called = arena_array(a, const char *, m->funcs.n);
	for (size_t k = 0; k < ARRAY_LEN(own); k++)
		take(&n, module_symbol(out, a, own[k]));
	name_imports(&n, m, out);
	name_exports(&n, m, out);
	name_locals(m, a, out);
}

bool module_prefix_ok(const char *p)
{
	if (!isalpha((unsigned char)*p) && *p != '_')
		return false;
	for (; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	return true;
}

const char *module_symbol(const struct module_names *n, struct arena *a,
			  const char *what)
{
	return arena_printf(a, "%s_%s", n->prefix, what);
}
