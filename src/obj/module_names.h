/* obj/module_names.h - C names of what a module exports and imports. */
#ifndef OBJ_MODULE_NAMES_H
#define OBJ_MODULE_NAMES_H

#include "wasm/module.h"

/* All without doubles, each a C identifier.
 *
 *   export  [exports.n] P_name
 *   import  [imports.n] kiln_builtins_X, or P_import_module_name
 *   local   [funcs.n + 1] a readable name of each function and of instantiation, not unique
 *   called  [funcs.n] the same, but what an import is linked to */
struct module_names {
	const char *prefix;
	const char **export, **import, **local, **called;
};

void module_names(const struct wasm_module *m, const char *prefix,
		  struct arena *a, struct module_names *out);

/* Is it a C identifier that can begin symbols? */
bool module_prefix_ok(const char *prefix);

/* P_what: a symbol of the module itself ("module", "instantiate"). */
const char *module_symbol(const struct module_names *n, struct arena *a,
			  const char *what);

/* P_import_module_name: the host function for an import; without `module`,
 * P_import_name. */
struct mod_text {
	const char *at;
	uint32_t n;
};
const char *module_import_symbol(const struct module_names *n, struct arena *a,
				 struct mod_text module, struct mod_text name);

/* Writes the C header that declares them. */
struct ir_module;
void module_header(const struct ir_module *im, const struct module_names *n,
		   struct buf *out);

#endif
