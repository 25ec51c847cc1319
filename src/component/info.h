/* component/info.h - what a linked module's imports and exports mean.
 *
 * The contents of the custom section LINK_SECTION (docs/components.md), read
 * back and checked against the module: what code generation starts from,
 * whether the linker has just written it or it comes from a file.
 */
#ifndef COMPONENT_INFO_H
#define COMPONENT_INFO_H

#include "component/component.h"

#define INFO_NONE UINT32_MAX

struct info_resource {
	uint32_t inst;			/* INFO_NONE: the host's */
	uint32_t type;			/* CT_NO_TYPE: of no function's */
	struct ct_name name;
	uint32_t dtor;			/* function, or INFO_NONE */
};

/* A built-in; functions, memories and tables are the module's.
 *
 *   number   K of the names in the module
 *   func     the import
 *   callee   lower: index into funcs
 *   resource index into resources
 */
struct info_builtin {
	uint32_t number, inst, func;
	uint8_t op, encoding;		/* enum canon, comp_encoding */
	bool async, cancellable;
	uint32_t slot, type, resource, memory, realloc, table;
	uint32_t callee, start, results;
};

/* A function of components; inst is INFO_NONE for the host's. */
struct info_func {
	uint32_t number, inst, type;
	uint8_t encoding;
	bool async;
	struct ct_name interface, name;
	uint32_t core, callback, post_return, realloc, memory;
};

struct info_export {
	struct ct_name interface, name;
	uint32_t func;			/* index into funcs */
};

/* What a core instance brings, of a module that has others: things of one kind
 * are first, first + 1, ... here, and `index` says what number each has in its
 * module. */
enum info_kind {
	INFO_FUNC, INFO_TABLE, INFO_MEMORY, INFO_GLOBAL, INFO_ELEM, INFO_DATA,
	INFO_KINDS
};

struct info_things {
	uint32_t first, n, *index;
};

/*   module  equal for instances of one module
 *   group   of what may share code
 *   inst    number of the instance in its group
 */
struct info_core {
	uint32_t module, group, inst;
	struct info_things thing[INFO_KINDS];
};

struct info {
	struct ct_table types;
	struct map type_of;		/* number T of names: 1 + type */
	VEC(uint32_t) parents;		/* of instances; INFO_NONE: outermost */
	VEC(struct info_resource) resources;
	VEC(struct info_builtin) builtins;
	VEC(struct info_func) funcs;
	VEC(struct info_export) exports;
	bool walls;			/* linked for --mpu */
	VEC(uint32_t) owners;		/* of memories, with walls: instances */
	VEC(struct info_core) cores;	/* of modules with several instances */
};

/* Reads the section of a validated module, in a.  Returns NULL when there is
 * none, or after a report (s->n tells). */
struct info *info_read(const struct wasm_module *m, struct arena *a,
		       struct diag_sink *s);

/* The built-in that function `func` of the module imports, or NULL. */
const struct info_builtin *info_import(const struct info *f, uint32_t func);

/* An import that adapters need: "[name]#A:B:C" is the runtime's function `symbol`,
 * which is given what `kind` says.
 *
 *   HANDLE         resource A, from the table of instance B to that of C
 *   PIPE           stream or future type A, from B to C
 *   ERROR_CONTEXT  from B to C
 *   INSTANCE       instance A
 *   PLAIN          nothing
 */
struct info_helper {
	const char *name, *symbol;
	enum { HELPER_HANDLE, HELPER_PIPE, HELPER_ERROR_CONTEXT,
	       HELPER_INSTANCE, HELPER_PLAIN } kind;
};

/* The helper that an import's name is of, or NULL.  Its numbers are n, INFO_NONE
 * those it has not; that they exist is for the caller to see. */
const struct info_helper *info_helper(const char *import, uint32_t n[3]);

/* The built-in or function with a number, or NULL. */
const struct info_builtin *info_builtin(const struct info *f, uint32_t number);

/* Whether calling the built-in may suspend the caller's stack. */
bool info_blocks(const struct info *f, const struct info_builtin *b);

#endif
