/* component/wrap_int.h - what the files that wrap core modules share. */
#ifndef COMPONENT_WRAP_INT_H
#define COMPONENT_WRAP_INT_H

#include "component/encode.h"
#include "component/wrap.h"

/* A function that the module imports.
 *
 *   type   lower, task.return: function;  stream.*, future.*: that;
 *          resource.*: the resource
 *   sig    as the module has it
 */
struct hole {
	uint8_t op;			/* enum canon */
	bool async, cancellable, exported;
	uint32_t slot, type, at;
	struct ct_name interface, name;
	const struct wasm_functype *sig;
};

/* A function that it exports. */
struct lifted {
	struct ct_name interface, name, core;	/* core: the export's name */
	uint32_t type;
	bool async;
};

struct wrap {
	const struct wasm_module *m;
	struct wit_world *w;
	struct arena *arena;
	struct diag_sink *sink;
	VEC(struct hole) holes;		/* per imported function */
	VEC(struct lifted) lifts;
	size_t main_at;			/* of the module in the output */
	bool bad;
};

PRINTF(4, 5) void wrap_fail(struct wrap *w, enum diag_code code, uint32_t at,
			    const char *fmt, ...);

/* The export of a name made of parts, of any kind; or NULL. */
const struct wasm_export *wrap_export(const struct wrap *w, const char *prefix,
				      struct ct_name interface,
				      struct ct_name name);

/* wrap_name.c: what the imports mean.  Fills holes. */
void wrap_imports(struct wrap *w);
/* wrap_infer.c: functions of exports, and types where signatures tell. */
void wrap_exports(struct wrap *w);
/* Without a section: interfaces are made of the functions that are called. */
void wrap_infer_imports(struct wrap *w);
uint32_t wrap_infer_import(struct wrap *w, const struct hole *h);
/* The streams and futures of a function, in the order of ordinals. */
uint32_t wrap_end(const struct wrap *w, uint32_t func, uint32_t ordinal);

/* wrap_shim.c: modules with functions that call through a table, and the one
 * that fills it.  `dtors` more functions (i32) -> () follow the holes. */
void wrap_shim(const struct wrap *w, uint32_t dtors, struct buf *out);
void wrap_fixup(const struct wrap *w, uint32_t dtors, bool start,
		struct buf *out);

/* wrap_emit.c */
void wrap_emit(struct wrap *w, struct buf *out);

#endif
