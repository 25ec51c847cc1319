/* prove/walk.h - a wasm function executed symbolically.
 *
 * Execution stops where it cannot decide, at loop headers, and at its end.
 * A stop at a condition may be resumed once facts decide it: the instruction
 * is then executed again.
 */
#ifndef PROVE_WALK_H
#define PROVE_WALK_H

#include "base/map.h"
#include "prove/facts.h"
#include "prove/sem_wasm.h"
#include "prove/world.h"

enum stop {
	STOP_FORK,		/* cond decides */
	STOP_CUT,		/* at a loop header, or a machine cut */
	STOP_RETURN,
	STOP_TRAP,
	STOP_TAIL,		/* left by a call that returns for it */
	STOP_CALL,		/* at a call: event; goes on as `answer` says */
	STOP_JOIN,		/* where ways may meet: goes on from there */
	STOP_NONE,		/* running */
	STOP_FAIL		/* why */
};

/* One decoded instruction, with the structure around it. */
struct walk_ins {
	struct wasm_ins i;
	uint32_t end;		/* of a block: number of its `end` */
	uint32_t other;		/* of an if: number of `else`, or of `end` */
	bool is_cut;		/* a loop that something branches to */
	bool is_join;		/* behind a block that something leaves early */
	uint32_t cost;		/* fuel of the basic block that begins here; 0 */
};

struct walk_label {
	uint32_t ins;		/* that opened it */
	uint32_t height, arity;	/* operands below; values a branch takes */
	bool is_loop;
};

/* Bytes of a linear memory that the source reads or writes on this path. */
struct access {
	term address;
	uint32_t bytes;
	term outside;		/* of a machine load: not inside its memory */
	const struct access *next;
};

/* A function's body, decoded. */
struct walk_body {
	const struct wasm_func *f;
	const struct wasm_functype *type;
	struct walk_ins *ins;
	uint32_t n;
};

struct walk_func {
	struct world *w;
	struct terms *z;
	struct facts *facts;
	const struct walk_body *body;
	uint32_t index;
	struct map bodies;		/* function -> in `decoded` + 1 */
	VEC(struct walk_body *) decoded;
	struct map contexts;		/* context << 32 | ip -> context */
	uint32_t ncontexts;
	struct arena *arena;		/* of all states */
	struct arena *keep;		/* of what lives as long as this */
};

/* A caller, while its callee is followed in its place. */
struct walk_frame {
	const struct walk_body *body;
	uint32_t ip, base, context, labels;
};

/* Fuel of the instruction that is next: none yet, charged, known to be enough
 * or more was had. */
enum walk_paid { PAID_NOT, PAID_CHARGED, PAID_SETTLED, PAID_DONE };

/* What to do with a call: stop there, make it, or follow the callee. */
enum walk_answer { WALK_ASK, WALK_CALL, WALK_ENTER };

struct walk {
	const struct walk_body *body;
	uint32_t ip;
	uint32_t context;		/* the calls that led here; 0: none */
	term *state;			/* [world.n] */
	VEC(struct val) local;		/* of all frames */
	uint32_t base;			/* first of this frame */
	VEC(struct val) stack;
	VEC(struct walk_label) label;
	VEC(struct walk_frame) frame;
	const struct access *access;	/* since the last cut, latest first */
	enum walk_answer answer;
	term given;			/* the event of the next call; 0: its own */
	bool meets, met;		/* stops here as at a join; did */
	uint64_t way;			/* hash of the instructions passed */
	uint8_t paid;			/* enum walk_paid, of this instruction */
	/* of the stop */
	uint32_t callee;		/* UINT32_MAX when not known */
	bool is_tail;
	term event;
	term cond;
	enum hd_trap_kind trap;
	uint32_t cut;			/* instruction number of the loop */
	bool came_back;			/* to it, from inside; else from above */
	term tail;			/* event of a tail call */
	const char *why;
};

/* Decodes the body; func may be instantiation, funcs.n.  Returns false when there is something that cannot be
 * followed at all (*why). */
bool walk_init(struct walk_func *f, struct world *w, struct terms *z,
	       struct facts *facts, uint32_t func, struct arena *a,
	       const char **why);
/* The state on entry; parameters are new variables. */
void walk_enter(struct walk_func *f, struct walk *s, const term *state);
void walk_copy(const struct walk_func *f, struct walk *to,
	       const struct walk *from);
enum stop walk_run(struct walk_func *f, struct walk *s);
/* A place of the source: the calls that lead there, and the instruction. */
static inline uint64_t walk_place(const struct walk *s, uint32_t ins)
{
	return (uint64_t)s->context << 32 | ins;
}
/* The world of instantiation: globals that it sets vary, tables that it fills
 * have contents, all segments have lengths.  And the state it begins in, reset.
 * instantiate.c */
struct world *world_instantiation(const struct world *w, struct arena *a);
void world_enter_instantiation(const struct world *w, struct terms *z,
			       term *state);
/* What instantiation does, in its world, as a body; NULL (*why): instantiate.c */
const struct walk_body *walk_instantiation(struct walk_func *f,
					   const char **why);
/* A body that only calls a function with its own parameters: what a veneer is. */
const struct walk_body *walk_only_call(struct walk_func *f, uint32_t func);
/* Finds where blocks end and ways meet in a body whose instructions are there. */
void walk_link(struct walk_body *b, struct arena *a);
/* The body of a function, or NULL (*why). */
const struct walk_body *walk_decode(struct walk_func *f, uint32_t func,
				    const char **why);

/* --- inside the walk ------------------------------------------------------------ */

struct val walk_peek(const struct walk *s, uint32_t below);
void walk_drop(struct walk *s, uint32_t n);
void walk_push(struct walk_func *f, struct walk *s, struct val v);
/* Bytes that the source reads or writes. */
void walk_access(struct walk_func *f, struct walk *s, term address,
		 uint32_t bytes);
/* Returns from the function; false when that ends the walk. */
bool walk_return(struct walk *s, enum stop *out);
/* Goes on in a callee whose arguments are on the stack. */
void walk_step_in(struct walk_func *f, struct walk *s,
		  const struct walk_body *b);
/* Decides a trap: 0 goes on, 1 has trapped, -1 needs a fork (s->cond). */
int walk_trap(struct walk_func *f, struct walk *s, term when,
	      enum hd_trap_kind kind);
/* The condition that [x, x + n) is not inside a size, in 33 bits. */
term walk_outside(struct terms *z, term x, term n, term size);

/* Pays for the basic block that begins here; STOP_NONE when that is done. */
enum stop walk_pay(struct walk_func *f, struct walk *s, uint32_t cost);

/* Memory, table and call instructions: walk_mem.c, walk_call.c.  1 done, 0
 * stopped (*out), -1 not theirs. */
int walk_memory(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
		enum stop *out);
int walk_table(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
	       enum stop *out);
int walk_call(struct walk_func *f, struct walk *s, const struct wasm_ins *i,
	      enum stop *out);

#endif
