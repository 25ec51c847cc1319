/* component/link_int.h - what the files of the linker share. */
#ifndef COMPONENT_LINK_INT_H
#define COMPONENT_LINK_INT_H

#include "component/link.h"

/* Index maps of one core instance, into the linked module. */
struct link_core {
	uint32_t *func, *table, *memory, *global, *elem, *data;
	bool *live;		/* functions */
	bool *live_table, *live_elem;
};

/* A core instance among those of its module: link_share.c.
 *
 *   module  the first of equal modules
 *   group   of what may share code; LINK_NONE: there is no other instance
 *   inst    its number there: things of one number belong together
 */
struct link_share {
	uint32_t module, group, inst;
};

struct linker {
	struct graph *g;
	struct linked *out;
	struct arena *arena;
	struct diag_sink *sink;
	struct link_core *core;		/* per graph.cores */
	uint32_t **type;		/* per file.modules: their types */
	bool *live_builtin, *live_func;	/* per graph.builtins, .funcs */
	VEC(struct graph_ref) worklist;	/* live functions not yet walked */
	VEC(struct graph_ref) referenced;	/* by ref.func */
	struct map types;		/* core type to linked type */
	struct buf code;		/* bodies, expressions, data */
	VEC(struct wasm_functype) functypes;
	VEC(struct wasm_func) funcs;
	VEC(struct wasm_import) imports;
	VEC(struct wasm_table) tables;
	VEC(struct wasm_memory) memories;
	VEC(struct wasm_global) globals;
	VEC(struct wasm_export) exports;
	VEC(struct wasm_elem) elems;
	VEC(struct wasm_data) datas;
	struct map transcoders;		/* of strings: transcode.c */
	struct map import_names;	/* hash of the name to 1 + index */
	VEC(uint32_t) owners;		/* per memory: its instance */
	uint32_t first_start;		/* first core instance that has one */
	struct link_share *share;	/* per graph.cores */
	bool shares;			/* some have a group */
	bool walls;
	bool dry, bad;
};

/* Reports; the link is over. */
PRINTF(3, 4) void link_reject(struct linker *l, uint32_t at, const char *fmt,
			      ...);

/* mark.c: what can be reached from exports, start functions and globals. */
void link_mark(struct linker *l);

/* The linked index of a type, function, ... */
uint32_t link_type(struct linker *l, const struct wasm_functype *t);
uint32_t link_index(const struct linker *l, enum wasm_kind kind,
		    struct graph_ref r);

/* body.c: rewriting. */
struct wasm_expr link_expr(struct linker *l, uint32_t core, struct wasm_expr e);
/* The body of function `index` of the result is that of a core instance's. */
void link_body(struct linker *l, uint32_t core, uint32_t func, uint32_t index);
/* A new function from instructions without locals; its index. */
uint32_t link_new_func(struct linker *l, const struct wasm_functype *t,
		       const char *name, const struct buf *code);
void link_export(struct linker *l, const char *name, enum wasm_kind kind,
		 uint32_t index);

/* adapter.c: start and results of every live lowered function.  Run twice:
 * `dry` only collects the imports they need, before functions are numbered. */
void link_adapters(struct linker *l, bool dry);
/* The import of LINK_MODULE with this name, made when dry. */
uint32_t link_import(struct linker *l, const char *name, const char *sig);

/* link_start.c: the start function.  Whether segments of a core instance in its
 * table or memory `index` are placed by it, the imports it needs (made when
 * dry), and its index, LINK_NONE when there is nothing to do. */
bool link_is_late(const struct linker *l, uint32_t core, enum wasm_kind kind,
		  uint32_t index);
void link_start_imports(struct linker *l);
uint32_t link_start(struct linker *l);

/* link_share.c: fills l->share; the custom section LINK_INSTANCES. */
void link_share(struct linker *l);
void link_put_shares(const struct linker *l, struct buf *out);

/* section.c: the custom section. */
void link_section(struct linker *l, struct buf *out);

#endif
