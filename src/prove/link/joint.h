/* prove/link/joint.h - what the files of the linkage checker share. */
#ifndef PROVE_LINK_JOINT_H
#define PROVE_LINK_JOINT_H

#include "component/info.h"
#include "prove/link/linkage.h"
#include "wasm/intrinsic.h"

#define JOINT_NONE UINT32_MAX

/* A function, table, memory or global: number `index` of core instance `core`, or
 * built-in number `index`. */
enum thing_kind { THING_NONE, THING_CORE, THING_BUILTIN };
struct thing {
	uint8_t kind;
	uint32_t core, index;
};

/* A type as the component of an instance writes it: its resource types mean
 * what that instance binds them to. */
struct typed {
	uint32_t inst, type;
};

/* What an entry of an index space stands for.
 *
 *   core functions, tables, memories, globals   thing
 *   core instance   a: number in core_values
 *   core module     a: number in file->modules
 *   component       a: number in file->components, b: instance it was defined in
 *   instance        a: number in bags
 *   function        a: number in funcs
 *   type            a: number in resources, JOINT_NONE when it is none */
struct value {
	struct thing thing;
	uint32_t a, b;
};

struct item {
	struct ct_name name;
	uint8_t sort;
	struct value value;
};
typedef VEC(struct item) joint_bag;

struct joint_inst {
	uint32_t component, parent, exports;	/* exports: its bag */
	VEC(struct value) space[SORT_COUNT];
	struct map resource;	/* resource type of the file: 1 + number in resources */
	struct map bound;	/* instance type and bag: its resources are in there */
};

/* A core instance; `core` is JOINT_NONE when it is a bag of things. */
struct core_value {
	uint32_t core, bag;
};

/* An instantiated core module.
 *
 *   import   what each import is
 *   func, table, elem     [of the module] its number in the linked module
 *   memory, global, data  number there of the first of its own; the others follow
 *   through  [funcs] 0: not looked at, 1: is itself, 2: is stands_for
 */
struct joint_core {
	uint32_t module, inst;
	const struct wasm_module *m;
	struct thing *import, *stands_for;
	uint8_t *through;
	bool *started;		/* [funcs] through.c: start functions reach it */
	uint32_t *func, *table, *elem;
	uint32_t memory, global, data;
};

struct joint_builtin {
	const struct comp_canon *canon;
	const struct wasm_functype *sig;
	struct typed type;	/* stream, future, resource, result of task.return */
	uint32_t inst, callee, import;	/* import: of the linked module */
	struct thing memory, realloc, table;
	const struct info_builtin *told;	/* what the section says, or NULL */
};

/* A function of components: lifted, or the host's (inst is JOINT_NONE). */
struct joint_func {
	const struct comp_canon *canon;
	struct typed type;
	uint32_t inst;
	struct thing core, memory, realloc, post_return, callback;
	struct ct_name interface, name;
	bool told;		/* the section has it */
};

struct joint_resource {
	uint32_t inst;		/* JOINT_NONE: the host's */
	struct ct_name name;
	struct thing dtor;
};

struct joint_export {
	struct ct_name interface, name;
	uint32_t func;
};

/* A table of a core instance that only segments write: `at` is what they leave. */
struct joint_table {
	uint32_t core, table, n;
	struct thing *at;
	bool sealed;
};

/* What a function of the linked module is. */
enum role { ROLE_NONE, ROLE_CORE, ROLE_MADE };
struct joint_role {
	uint8_t role;
	uint32_t core, func;	/* ROLE_CORE */
};

/* A function that moves strings from one memory to another, as its adapters need it:
 * memories of the linked module, the receiver, what the code units are (text.h), the
 * receiver's encoding and realloc. */
struct joint_text {
	uint32_t func, from, to, inst;
	uint8_t form, to_encoding;
	struct thing realloc;
};

struct joint {
	struct linkage *out;
	struct arena *arena;
	struct comp_file *file;
	const struct wasm_module *linked;
	const struct info *info;

	/* the component, instantiated: instance.c */
	VEC(struct joint_inst *) insts;
	VEC(joint_bag) bags;
	VEC(struct core_value) core_values;
	VEC(struct joint_core) cores;
	VEC(struct joint_builtin) builtins;
	VEC(struct joint_func) funcs;
	VEC(struct joint_resource) resources;
	VEC(struct joint_export) exports;
	uint32_t depth, imported, exported;
	uint32_t first_start;	/* first core instance that has one, or their number */

	/* through.c: which of the first `looked_at` core instances' start functions call
	 * more than functions */
	VEC(struct thing) reached;
	uint32_t looked_at;
	bool calls_out;

	/* the linked module */
	VEC(struct joint_table) sealed;
	VEC(struct joint_text) texts;
	VEC(uint32_t) todo;		/* functions of it whose code is still to compare */
	struct joint_role *role;	/* [linked funcs] */
	struct joint_role *elem;	/* [linked elems] */
	bool *filled;			/* [linked tables] a core instance's */
	struct map resource_type;	/* type of the section: 1 + number in resources */
	struct map typed, same_types, equal_types;	/* type.c */
	uint32_t ntyped;
};

/* Notes what differs, if nothing did before; false. */
PRINTF(2, 3) bool joint_fail(struct joint *j, const char *fmt, ...);

/* instance.c: fills all down to `exported`. */
bool joint_instantiate(struct joint *j);

/* Follows imports to what is defined. */
struct thing joint_resolve(const struct joint *j, enum wasm_kind kind,
			   struct thing t);

/* The resource that a type is in its instance, JOINT_NONE when nothing bound it. */
uint32_t joint_resource(const struct joint *j, struct typed t);

/* through.c: whether a function only hands its call on through a table that
 * nothing but segments writes, before anything can call it; *to is what it
 * calls. */
bool joint_through(struct joint *j, struct thing f, struct thing *to);
/* Whether a function of a module has that form: parameters, a constant, a call through
 * a table, the end. */
bool joint_hands_on(const struct wasm_module *m, uint32_t func,
		    uint32_t *table, uint32_t *slot, struct arena *a);

/* pair.c: the linked module's number `index` must be this thing.  Functions are
 * queued, and compared by joint_bodies. */
bool joint_pair(struct joint *j, enum wasm_kind kind, struct thing t,
		uint32_t index, const char *what);
bool joint_pair_elem(struct joint *j, uint32_t core, uint32_t elem,
		     uint32_t index);
/* A constant expression of a core instance and one of the linked module; or what stands
 * there from *at on, which then is behind it. */
bool joint_follow(struct joint *j, uint32_t core, struct wasm_expr e,
		  uint32_t *at, uint32_t end);
bool joint_same_expr(struct joint *j, uint32_t core, struct wasm_expr a,
		     struct wasm_expr b);
/* A function that the linker made, not a core instance's. */
bool joint_made(struct joint *j, uint32_t func, const char *what);
/* Where memory, global or data segment `index` of a core instance's module is. */
uint32_t joint_memory(const struct joint *j, struct thing t);
uint32_t joint_global(const struct joint *j, struct thing t);

/* body.c: all that is queued, and what that queues. */
bool joint_bodies(struct joint *j);

/* storage.c: memories, globals, data segments. */
bool joint_storage(struct joint *j);
/* Whether active segments of a core instance in its table or memory `index` are placed
 * by the linked module's start function: those behind the first start function that
 * are for storage of an instance made before. */
bool joint_is_late(const struct joint *j, uint32_t core, enum wasm_kind kind,
		   uint32_t index);
/* start.c: start functions, which lead to others; when nothing else does, that they
 * run in order, with what is placed between them. */
bool joint_start_functions(struct joint *j);
bool joint_start(struct joint *j);
/* When all code has been compared: no element segment is missing, none is more. */
bool joint_complete(struct joint *j);

/* section.c: what the section says of instances, resources, built-ins, functions
 * and exports. */
bool joint_section(struct joint *j);
/* type.c: whether a type of the section is that type. */
bool joint_same_type(struct joint *j, struct typed t, uint32_t type);
/* Whether two types are the same, resources by what they are. */
bool joint_equal_types(struct joint *j, struct typed a, struct typed b);

/* names.c: what exports lead to. */
bool joint_names(struct joint *j);
/* pair.c: whether a function of the linked module is an import of CANON_MODULE with this
 * name and this type ("ii:i", NULL: any). */
bool joint_is_import(const struct joint *j, uint32_t func, const char *name,
		     const char *sig);

/* adapter.c: what the linker made: start, results and copy adapters, and all there must
 * be. */
bool joint_adapters(struct joint *j);

#endif
