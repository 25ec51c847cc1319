/* opt/out/out.h - functions of the intermediate form back to WebAssembly. */
#ifndef OPT_OUT_OUT_H
#define OPT_OUT_OUT_H

#include "base/buf.h"
#include "ir/ir.h"

/* Writes f as a body of the code section (local declarations, instructions,
 * `end`).  f is used up: edges are split and lists change.
 *
 * Traps, effects and their order are those of f.  Returns false when f cannot
 * be said in WebAssembly (a trap kind without an instruction, control flow that
 * is not reducible, or more values than tables are made for): then the body
 * of the input must stay. */
bool out_func(struct ir_func *f, struct arena *a, struct buf *body);

/* How a module is rewritten.
 *
 *   level, size   as in struct opt_options
 *   force         take new bodies even where they are not smaller
 *   events        of callbacks, as in struct ir_options; 0: any
 *   note          contents of the custom section "heddle.opt", which says how
 *                 the module was made; NULL: none
 *   judge         NULL, or asked of every attempt: false lets it stand; true
 *                 tries again with the rungs it has raised.  rung[k] is of
 *                 function k of `in`, see enum out_rung, and so is verdict[k],
 *                 enum out_verdict, which it fills
 *   judge_arg     given to judge
 *
 * What is missing in the output is listed, by its numbers in the input, in the
 * custom section "heddle.map": for each kind of thing of which something is
 * missing the number of its section, how many, and which.  "heddle.less" lists
 * functions that are not written as asked, each with its rung, which holds when
 * the output is rewritten.  `events` other than 0 are stated in
 * "heddle.assume", as "events N".
 */
struct out_options {
	int level;
	bool size, force;
	uint32_t events;
	const char *note;
	bool (*judge)(void *arg, const struct wasm_module *in,
		      const struct wasm_module *out, uint8_t *rung,
		      uint8_t *verdict);
	void *judge_arg;
};

/* How a function is rewritten: as asked; without functions that move into it; by
 * the simplest passes only; not. */
enum out_rung { OUT_FULL, OUT_ALONE, OUT_SIMPLE, OUT_KEEP };

/* What is known of a function: nothing, or the code is the same; proved as it
 * was written; not proved. */
enum out_verdict { OUT_SAME, OUT_PROVED, OUT_REJECTED };

struct out_stats {
	uint32_t functions;	/* defined ones */
	uint32_t changed;	/* got a new body */
	uint32_t merged;	/* stand in the place of their only call */
	uint32_t kept;		/* the new body was not smaller */
	uint32_t unsaid;	/* out_func could not write it */
	uint32_t unread;	/* ir_build could not read it */
	uint64_t code_before, code_after;	/* bytes of bodies */
	uint64_t bytes_before, bytes_after;	/* of the module */
	uint32_t places_dropped;	/* custom sections that name places of code */
};

struct out_account;

/* Things that have numbers and may go. */
enum out_space { OUT_FUNCS, OUT_TABLES, OUT_MEMORIES, OUT_GLOBALS, OUT_ELEMS,
		 OUT_DATAS, OUT_SPACES };

/* The number in the input of each thing of a module made from it. */
struct out_origin {
	uint32_t *of[OUT_SPACES];
};

/* Writes a validated module without what nothing needs: functions, tables,
 * memories, globals, segments, imports of these, and types; everything that names the
 * others gets their new numbers, names included.  Returns false, and writes
 * nothing, when all is needed.
 *
 *   rung    enum out_rung of functions of the input: those below the first keep
 *           setting globals that nothing reads
 *   origin  moved with what stays */
bool out_unused(const struct wasm_module *m, const uint8_t *rung,
		struct arena *a, struct buf *out, struct out_origin *origin);

/* Optimises and rewrites a validated module; out is appended to.  ac may be
 * NULL, st not: what passes did (opt/out/account.h) takes time to find out, and
 * is added to. */
void out_module(struct wasm_module *m, const struct out_options *o,
		struct arena *a, struct buf *out, struct out_stats *st,
		struct out_account *ac);

/* The same for all core modules of a component, nested ones included, that
 * was accepted by comp_decode; the rest of it is copied. */
void out_component(const uint8_t *bytes, size_t n, const struct out_options *o,
		   struct arena *a, struct buf *out, struct out_stats *st,
		   struct out_account *ac);

#endif
