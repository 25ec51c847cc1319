/* component/witworld.h - what a core module of the canon core dialect imports and
 * exports as a component: functions, their types, and interfaces.
 *
 * From the sections component-type that component tools leave in such modules;
 * from a list of function types; else from core signatures, where they are
 * enough.
 */
#ifndef COMPONENT_WITWORLD_H
#define COMPONENT_WITWORLD_H

#include "component/component.h"

/* interface is empty for the world's own functions. */
struct wit_world_func {
	bool exported;
	struct ct_name interface, name;
	uint32_t type;
	uint32_t at;		/* in the list, for reports */
};

struct wit_world {
	struct ct_table *types;
	struct arena *arena;
	VEC(struct ct_extern) import, export;
	VEC(struct wit_world_func) func;
	uint8_t encoding;	/* of strings */
	bool given;		/* by a section: nothing is inferred */
};

/* An empty world with a table of its own. */
void wit_world_init(struct wit_world *w, struct arena *a);

/* witsection.c: takes the sections of m whose names begin with component-type.
 * What several give is joined: interfaces of one name become one, with the
 * functions and types of all; their resources of one name are one.  False after
 * a report: a section that holds no world, other string encodings, or one name
 * with two types. */
bool wit_world_load(struct wit_world *w, const struct wasm_module *m,
		const struct wasm_limits_opt *limits, struct diag_sink *s);

/* Adds the functions of a list, one a line:
 *
 *	// comment
 *	ns:pkg/iface#name: async func(input: stream<u8>) -> stream<u8>;
 *	name: func(a: u32, b: record { x: s8, y: list<string> })
 *
 * Whether they are imported or exported is seen from the module.  False after
 * a report with the offset in the text. */
bool wit_world_read(struct wit_world *w, const char *text, size_t n,
		struct diag_sink *s);

/* The function, or NULL.  Functions of a list count for both directions. */
const struct wit_world_func *wit_world_find(const struct wit_world *w, bool exported,
				    struct ct_name interface,
				    struct ct_name name);

/* wittype.c: a type of the list at *at, which moves on.  CT_NO_TYPE after a
 * report. */
struct wit_reader {
	const char *base, *at, *end;
	struct ct_table *types;
	struct diag_sink *sink;
	bool bad;
};
uint32_t wit_func(struct wit_reader *r);
uint32_t wit_type(struct wit_reader *r);
/* The next thing is `text`: skips it. */
bool wit_take(struct wit_reader *r, const char *text);
void wit_skip(struct wit_reader *r);
void wit_fail(struct wit_reader *r, const char *expected);

#endif
