/* prove/mach.h - a function's machine code executed symbolically.
 *
 * Like walk.h: execution stops where it cannot decide, at cuts and at the end;
 * an instruction that could not be decided is executed again.  The stack
 * pointer on entry is a variable; everything on the stack is a variable named
 * by its distance from it.
 */
#ifndef PROVE_MACH_H
#define PROVE_MACH_H

#include "prove/check.h"
#include "prove/facts.h"
#include "prove/walk.h"
#include "prove/world.h"
#include "t32/decode.h"

enum { R_INSTANCE = 9, R_SP = 13, R_LR = 14, R_PC = 15 };

struct mv {
	term lo, hi;
};

/* Either what was added (x != 0: flags of x + y + cin), or what was compared
 * as floats (op != 0), or each flag by itself, 0 where it is not known. */
struct mach_flags {
	term x, y, cin;
	uint8_t fp;			/* 32, 64 */
	struct mv p, q;
	term n, z, c, v;
};

/* What a register (16 and more: of floats) was made: the value where c holds. */
struct mach_choice {
	term made, c, value;
	unsigned reg;
};

struct mach_func;
struct mach;

/* What is no function of the module has storage, calls and registers of its own.
 * Each returns false when it is as for functions, but of calls.
 *
 *   load     a word or less; to *value
 *   store
 *   call     by relocation r, or of a value (r is NULL): as mach_call; a jump
 *            when `tail`
 *   special  reads or writes a system register by its number in MRS
 *   moved    SP has a value, which need not be a distance from its entry */
struct mach_hooks {
	bool (*load)(struct mach_func *f, struct mach *m, unsigned bits,
		     term at, term *value);
	bool (*store)(struct mach_func *f, struct mach *m, unsigned bits,
		      term at, term value);
	bool (*call)(struct mach_func *f, struct mach *m,
		     const struct obj_reloc *r, term code, bool tail,
		     enum stop *out);
	bool (*special)(struct mach_func *f, struct mach *m, uint32_t number,
			bool writes, term *value);
	void (*moved)(struct mach_func *f, struct mach *m);
};

/* Addresses of symbols that are no storage of the module, as terms: of hooks. */
enum { SYMBOL_TERMS = 1 << 29 };

struct mach_func {
	struct walk_func *wasm;		/* the output is WebAssembly, or NULL */
	const struct mach_hooks *hooks;	/* NULL: a function */
	void *own;			/* theirs */
	struct world *w;
	struct terms *z;
	struct facts *facts;
	struct arena *arena;
	const struct obj_section *text;
	uint32_t section, begin, end;	/* of the code */
	uint32_t index;			/* wasm function */
	const struct wasm_functype *type;
	term sp0, limit;		/* on entry; lowest SP may be */
	term r0[16], s0[32];		/* registers on entry */
	VEC(term) refs;			/* on entry, that are function references */
	uint8_t *is_cut;		/* [(end - begin) / 2] */
	uint8_t *ways;			/* there from; 2 is several */
	struct map back;		/* from << 32 | header: edges from inside */
	uint32_t in_words;		/* of incoming stack arguments */
	uint32_t out_words;		/* a callee may overwrite, at least */
	uint32_t deepest;		/* bytes below sp0 that SP has been */
	VEC(struct callee) callees;
	bool from_entry;		/* what is followed began there */
	bool unchecked;			/* it calls or takes room before a stack check */
};

struct mach {
	uint32_t pc;			/* offset in the section */
	term r[16], s[32];
	struct mach_flags flags, fpscr;
	term ge[4];			/* of lanes; 0: not known */
	term *slot;			/* [nslots] below sp0: slot k at -4(k + 1) */
	uint32_t nslots;
	term *in;			/* [in_words] from sp0 up */
	term *state;
	uint8_t it_left;		/* instructions of the IT block */
	uint8_t it_cond[4];
	struct mach_choice it_choice[4];	/* that it made; made is 0: none */
	const struct access *access;	/* loads not known to be allowed yet */
	const struct access *early;	/* allowed, but the source has not read it */
	uint64_t way;			/* hash of the instructions passed */
	bool joins;			/* stop where ways meet */
	uint32_t until;			/* stop there too; 0 is nowhere */
	struct walk *wasm;		/* in the place of all that holds values */
	bool at_cut;			/* of WebAssembly: it is at a header */
	bool came_back;			/* to a header, from inside; else from above */
	bool started;			/* past its first instruction since a cut */
	bool reads_again;		/* the code pointer it stopped at, by what is known */
	bool entered;			/* something the caller could see */
	/* of the stop */
	term cond;
	term event;			/* STOP_CALL: what it would be */
	term given;			/* an event equal to it, to go on with; 0 asks */
	uint32_t callee;
	enum hd_trap_kind trap;
	bool limit_read;		/* compares the stack with its limit */
	term tail;
	const char *why;
	/* within an instruction */
	bool jumped;
	bool returned;
	uint32_t target;
	uint32_t next;
};

bool mach_init(struct mach_func *f, struct world *w, struct terms *z,
	       struct facts *facts, const struct code_ref *c,
	       const struct wasm_functype *type, struct arena *a,
	       const char **why);
void mach_enter(struct mach_func *f, struct mach *m, const term *state,
		const struct val *params);
void mach_copy(const struct mach_func *f, struct mach *to,
	       const struct mach *from);
/* STOP_FAIL also for what no path may do. */
enum stop mach_run(struct mach_func *f, struct mach *m);

/* Marks where code loops as cuts. */
void mach_loops(struct mach_func *f);

/* --- the output is WebAssembly: mach_wasm.c ------------------------------------------ */

/* func: the output's. */
bool mach_wasm_init(struct mach_func *f, struct world *w, struct world *out,
		    struct terms *z, struct facts *facts, uint32_t func,
		    struct arena *a, const char **why);
void mach_wasm_enter(struct mach_func *f, struct mach *m, const term *state,
		     const struct val *params);
void mach_wasm_copy(const struct mach_func *f, struct mach *to,
		    const struct mach *from);
enum stop mach_wasm_run(struct mach_func *f, struct mach *m);

/* --- the stack's limit: limit.c ------------------------------------------------------ */

/* Is c, or its opposite, what finds the stack too small? */
bool mach_is_check(const struct mach_func *f, term c);
/* Has this path found the stack large enough, or too small? */
bool mach_has_checked(const struct mach_func *f, bool too_small);
/* What comes now is only for who has found it large enough. */
void mach_needs_check(struct mach_func *f);
/* The same, and keeps what is called. */
void mach_note_call(struct mach_func *f, uint32_t to, bool by_type, bool tail);

/* --- inside ------------------------------------------------------------------------ */

/* Executes one instruction; returns false when stopped (*out). */
bool mach_step(struct mach_func *f, struct mach *m, const struct t32_insn *i,
	       enum stop *out);
/* The stack offset of SP; false when it is not a constant. */
bool mach_sp(const struct mach_func *f, const struct mach *m, int32_t *at);
term mach_load(struct mach_func *f, struct mach *m, unsigned bits, term at,
	       bool aligned);
void mach_store(struct mach_func *f, struct mach *m, unsigned bits, term at,
		term value, bool aligned);
void mach_fail(struct mach *m, const char *why);
/* BL and B.W to a symbol; BLX and BX to a value.  Return false when stopped. */
bool mach_call(struct mach_func *f, struct mach *m,
	       const struct obj_reloc *r, enum stop *out);
bool mach_call_value(struct mach_func *f, struct mach *m, term code,
		     bool tail, enum stop *out);
bool mach_tail(struct mach_func *f, struct mach *m, const struct obj_reloc *r,
	       enum stop *out);
/* What calls are made of, for those who make them themselves (stub.c).  A call
 * at a stack pointer that it may be made at; sp: its distance from sp0. */
bool mach_aligned_sp(struct mach_func *f, struct mach *m, int32_t *sp);
/* Argument words as the convention has them, stack arguments at `base` from sp0.
 * Returns their number. */
uint32_t mach_arguments(struct mach_func *f, struct mach *m,
			const struct wasm_functype *t, int32_t base, term *out);
/* Registers that a callee may change; `event` names the call: any term that no
 * other call has. */
void mach_after_call(struct mach_func *f, struct mach *m, term event);
/* Its results.  The outgoing area is the callee's: it is unknown but for them. */
void mach_results(struct mach_func *f, struct mach *m,
		  const struct wasm_functype *t, int32_t sp, term event);
/* Is everything but results as the caller left it? */
bool mach_restored(const struct mach_func *f, const struct mach *m,
		   const char **why);

#endif
