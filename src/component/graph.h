/* component/graph.h - what a component is made of once instantiated.
 *
 * Instantiation is a function of the file alone, so it is evaluated here: every
 * core import ends at a function, table, memory or global of a core instance,
 * or at a canonical built-in with its descriptor.  Types are concrete: each
 * resource of each instance is a type of its own, so equal numbers are equal
 * types across instances.
 */
#ifndef COMPONENT_GRAPH_H
#define COMPONENT_GRAPH_H

#include "component/component.h"

/* More instances, and more exports, than this are refused: instantiation can
 * double at each level of nesting.  Reports say the numbers. */
enum { GRAPH_MAX_INSTANCES = 10000, GRAPH_MAX_EXPORTS = 100000 };

enum graph_kind {
	REF_NONE,
	REF_CORE,	/* a: core instance, b: index in its module's space */
	REF_BUILTIN	/* a: built-in */
};

struct graph_ref {
	uint8_t kind;
	uint32_t a, b;
};

/* A canonical built-in of an instance, lowered functions included.
 *
 *   type      stream or future, resource, result of task.return (concrete)
 *   callee    lower: the function
 *   table     thread.new-indirect
 *   sig       core type
 */
struct graph_builtin {
	uint8_t op, encoding;
	bool async, cancellable;
	uint32_t inst, type, slot, callee, sig, at;
	struct graph_ref memory, realloc, table;
};

/* A function of components: lifted from core, or of the host (inst is
 * COMP_NONE, `interface` and `name` tell it; the interface of a function of an
 * instance within instances is the way there, "outer#inner"). */
struct graph_func {
	uint32_t inst, type, at;
	uint8_t encoding;
	bool async;
	struct graph_ref core, memory, realloc, post_return, callback;
	struct ct_name interface, name;
};

struct graph_core {
	uint32_t module, inst;		/* file.modules; instance */
	struct graph_ref *import;	/* as the module's imports */
	struct graph_ref *alias;	/* per function: what a shim stands for */
	uint32_t at;
};

struct graph_resource {
	uint32_t inst;			/* COMP_NONE: the host's */
	uint32_t type;
	struct graph_ref dtor;
	struct ct_name name;
};

/* A function the outermost component exports; interface may be empty, or a way
 * ("outer#inner"). */
struct graph_export {
	struct ct_name interface, name;
	uint32_t func;
};

struct graph_inst {
	uint32_t component, parent;
};

struct graph {
	const struct comp_file *file;
	struct ct_table *types;
	struct arena *arena;
	VEC(struct graph_inst) insts;		/* 0 is the outermost */
	VEC(struct graph_core) cores;		/* in instantiation order */
	VEC(struct graph_builtin) builtins;
	VEC(struct graph_func) funcs;
	VEC(struct graph_resource) resources;
	VEC(struct graph_export) exports;
	uint32_t nshims;			/* functions with an alias */
};

/* Evaluates the instantiation of a decoded component.  Reports what is not
 * supported and returns false. */
bool graph_build(struct graph *g, struct comp_file *f, struct diag_sink *s);

/* Follows imports and shims to the defining function, table, memory or global
 * (kind as enum wasm_kind). */
struct graph_ref graph_resolve(const struct graph *g, enum wasm_kind kind,
			       struct graph_ref r);

/* "outer#inner", in a: the way to an instance within instances; inner where
 * outer is empty. */
struct ct_name graph_way(struct arena *a, struct ct_name outer,
			 struct ct_name inner);

/* The module of a core instance. */
static inline const struct wasm_module *graph_module(const struct graph *g,
						     uint32_t core)
{
	return g->file->modules.at[g->cores.at[core].module].wasm;
}

/* shim.c: finds functions that only call through a table nobody writes after
 * instantiation, and fills graph_core.alias. */
void graph_shims(struct graph *g);

/* describe.c: everything above as text or as one JSON object. */
void graph_describe(const struct graph *g, bool json, struct buf *out);

#endif
