/* prove/world.h - what both sides share: the object's storage, the state that
 * outlives a function, calls as events.
 *
 * The state is an array of terms, the same layout on both sides: the events so
 * far, a token per memory and table, words for sizes, globals and the lengths
 * of segments that code names.  A call is an event over its arguments and the whole state;
 * what it leaves is a function of the event.
 */
#ifndef PROVE_WORLD_H
#define PROVE_WORLD_H

#include "base/diag.h"
#include "obj/module_names.h"
#include "obj/obj.h"
#include "prove/code.h"
#include "prove/numbers.h"
#include "prove/term.h"
#include "wasm/module.h"

/* Uninterpreted functions: a number per kind and index. */
enum uf_kind {
	UF_OP,			/* + 8 * op + part: an operation of num.def */
	UF_CALL,		/* + function: event */
	UF_CALL_REF,		/* event: code, type, arguments */
	UF_GROW,		/* + memory: event */
	UF_TABLE_GROW,
	UF_TABLE_OP,		/* token */
	UF_RESULT,		/* + number: of an event */
	UF_AFTER,		/* + place in the state: of an event */
	UF_CLOBBER,		/* + register: of an event */
	UF_FILL, UF_COPY, UF_INIT,	/* tokens */
	UF_REF_TYPE, UF_REF_CODE,	/* fields of a function reference */
	UF_READ_ONLY,		/* bits; a place in constant storage */
	UF_NUMBER,		/* as UF_OP, of numbers only: vminnm, vmaxnm */
	UF_FUEL			/* event: the balance is below zero */
};
#define UF(kind, index) ((uint32_t)(kind) << 24 | (uint32_t)(index))

enum region_kind {
	REGION_MEMORY,
	REGION_MEMORY_SIZE,
	REGION_MEMORY_DESC,
	REGION_GLOBAL,
	REGION_TABLE,
	REGION_TABLE_SIZE,
	REGION_TABLE_DESC,
	REGION_DATA,
	REGION_DATA_LEN,
	REGION_ELEM,
	REGION_ELEM_LEN,
	REGION_DIRECT,		/* code pointers of an immutable table */
	REGION_TYPE,
	REGION_FUNCREF,
	REGION_BASE,		/* beginning of the storage of a context */
	REGION_NOW,
	REGION_CODE,		/* of the function being proved */
	REGION_OTHER
};

/* A piece of storage code may refer to; its number is that of its address as
 * a term. */
struct region {
	enum region_kind kind;
	uint32_t index, index2;
	uint32_t section, at, size;
	uint32_t symbol;
	uint32_t context;	/* 1 + of whom it is only; 0: of all */
	bool constant;		/* in read-only storage */
};

struct world {
	struct arena *arena;
	const struct wasm_module *m;
	const struct obj *o;		/* NULL: the output is WebAssembly */
	/* Then the input's world and the output's have the same state; numbers
	 * of the output's functions and types are those of the input's: */
	const struct world *out;	/* of the input's */
	const struct world *of;		/* of the output's: the input's */
	uint32_t *func_of;		/* [m->funcs.n] */
	uint32_t *func_in;		/* [of->m->funcs.n]; UINT32_MAX: gone */
	uint32_t *type_of;		/* [m->types.n] of canonical ones */
	struct numbers table, memory, global, elem, data;
	bool fewer_memories;		/* than the input has */
	bool *hidden;			/* [of->m->globals.n] nobody sees it: world_gone.c */
	struct {
		const uint8_t *at;
		size_t n;
	} note;				/* what is assumed: "events N" */
	struct module_names names;
	const struct target *target;	/* decides the calling convention only */
	VEC(struct region) regions;
	VEC(struct code_ref) codes;
	struct map reloc_at;		/* section << 32 | at -> reloc + 1 */
	struct map trap_at;		/* section << 32 | at -> kind */
	/* places in the state */
	uint32_t n, at_memory, at_size, at_table, at_table_size;
	uint32_t at_globals, at_lengths;
	uint32_t at_fuel;		/* 0: none is charged */
	uint32_t at_context;		/* two words; 0: no import names them */
	uint32_t *at_global;		/* [globals.n] */
	/* [datas.n], [elems.n]: places of their lengths; 0 when no body names
	 * the segment, so that code cannot tell */
	uint32_t *at_data_len, *at_elem_len;
	bool *fixed;			/* [memories.n] size never changes */
	bool *frozen;			/* [tables.n] contents never change */
	bool *varies;			/* [globals.n] something may set it */
	bool *silent;			/* [funcs.n] leaves the state as it is */
	uint32_t **entry;		/* [tables.n] functions of a frozen one */
	uint32_t *frozen_n;
	uint8_t *mutable;		/* [n]: calls may change it */
	struct bound_pair { uint32_t lo, hi; } *range;	/* [n] of words */
	/* With --instance=pointer: where the storage of an instance is, as the
	 * object lays out its first; r9 has the address of the one in force. */
	bool pointer;
	uint32_t instance_section, instance_at;
	/* Of a component built so: 1 + context of the code being followed, whose
	 * base is r9 on entry; 0 when it has none.  instance_* are its storage. */
	uint32_t context;
	VEC(struct shared_code) shared;
	VEC(uint32_t) base;		/* per context: its region; UINT32_MAX */
	bool veneers;			/* functions are what calls them: world_shared.c */
	uint32_t tail_bytes;		/* above its stack pointer that who is tail-called
					 * may write, at most */
	bool idle_backpressure;		/* task_backpressure does nothing */
	uint32_t events;		/* assumed of callbacks, a bit each; 0 any */
	bool *takes_event;		/* [funcs.n] parameter 0 is one of these */
	bool *unread;			/* [datas.n] assumed: nothing reads it */
	const char *why;		/* the object cannot be judged at all */
};

/* Takes the object apart.  Sets why when it cannot. */
void world_init(struct world *w, const struct wasm_module *m,
		const struct obj *o, struct arena *a);
/* The same without an object; `note` is n bytes. */
void world_init_module(struct world *w, const struct wasm_module *m,
		       const uint8_t *note, size_t n, struct arena *a);
/* Both worlds, of the input and of the output; sets s->why. */
void world_init_wasm(struct world *s, struct world *t,
		     const struct wasm_module *in, const struct wasm_module *out,
		     struct arena *a);
/* Tables of the output are frozen as those of the input: world.c */
void world_freeze_as_input(struct world *t);
/* Has the output's function the same code but for numbers?  func is the
 * input's, and is not gone. */
bool world_same_body(const struct world *t, uint32_t func);
/* Guesses which of the output's things are which of the input's, from the
 * output's list; false when the list is of something else: world_map.c */
bool world_map(struct world *t);
/* Gives the tables, globals and segments that an instruction of the output
 * mentions their numbers in the input: what is walked has these. */
void world_renumber(const struct world *t, struct wasm_ins *i);
/* What is gone had no effect that anyone could see, or why not: world_gone.c.
 * Finds t->hidden. */
const char *world_gone(struct world *t);
/* The same of memories, which intrinsics name by number: world_memory.c.  Sets
 * t->fewer_memories. */
const char *world_memories_gone(struct world *t);
/* Does a call of the output's function take a number of a memory that may differ? */
bool world_takes_memory(const struct world *t, uint32_t func);
/* An argument as the input's numbers have it: parameter k of a call of
 * `func`, the input's. */
term world_argument(const struct world *w, struct terms *z, uint32_t func,
		    uint32_t k, term x);
/* Has the output's section "name" no name that is not the input's?
 * world_names.c */
bool world_same_names(const struct world *t);
/* The module whose numbers the state has. */
static inline const struct wasm_module *world_input(const struct world *w)
{
	return w->of ? w->of->m : w->m;
}
/* Numbers of the input. */
uint32_t world_func_of(const struct world *w, uint32_t func);
uint32_t world_type_of(const struct world *w, uint32_t canon);
term world_wasm_address(const struct world *w, struct terms *z,
			enum region_kind k, uint32_t index, uint32_t index2);
/* The function of the number of a reference's storage, or UINT32_MAX. */
uint32_t world_wasm_referred(const struct world *w, uint32_t number);
/* The first import that is linked to the same symbol: one function, whatever
 * the module counts it as. */
uint32_t world_same_import(const struct world *w, uint32_t func);
/* The region at a section and offset, or of an undefined symbol; UINT32_MAX. */
uint32_t world_region(struct world *w, uint32_t section, uint32_t at,
		      uint32_t symbol);
/* The region of a kind; UINT32_MAX when the object has none. */
uint32_t world_find(const struct world *w, enum region_kind k, uint32_t index,
		    uint32_t index2);
/* The function a relocation's symbol is, or UINT32_MAX: its own code, or an
 * import's name, which is that of an undefined symbol or of the stub of a built-in:
 * those are trusted as the runtime is. */
uint32_t world_function_at(const struct world *w, const struct obj_reloc *r);
/* The relocation of a place, or NULL. */
const struct obj_reloc *world_reloc(const struct world *w, uint32_t section,
				    uint32_t at);

/* Does no relocation change any of n bytes? */
bool world_untouched(const struct world *w, uint32_t section, uint32_t at,
		     uint32_t n);
/* A word of a section that no relocation changes; false when it is none. */
bool world_number(const struct world *w, uint32_t section, uint32_t at,
		  uint32_t *v);

/* Functions and traps, from the object's own lists: world_code.c. */
void world_find_functions(struct world *w);
void world_find_traps(struct world *w);
void world_find_relocs(struct world *w);

/* Tables and references in constant storage hold what the module says, or why
 * is set: contents.c. */
void world_check_contents(struct world *w);
/* The function of an element of a segment, UINT32_MAX for null; false when that
 * is known only on instantiation: contents.c */
bool world_elem(const struct wasm_module *m, const struct wasm_elem *e,
		uint32_t k, uint32_t *func);
/* What is exported is what the module exports, or why is set: exports.c */
void world_check_exports(struct world *w);
/* The code that begins there, stub or not; and that of a function itself, of
 * instantiation for funcs.n.  NULL when there is none: world_code.c */
const struct code_ref *world_code_at(const struct world *w, uint32_t section,
				     uint32_t at);
const struct code_ref *world_code_of(const struct world *w, uint32_t func);
/* May C call that symbol for the function, one of the module's own?  exports.c */
bool world_is_entry(const struct world *w, const struct obj_symbol *y,
		    uint32_t func);
/* May a function of the module call that symbol for an imported function, by
 * the function's own convention?  exports.c */
bool world_is_import(const struct world *w, const struct obj_symbol *y,
		     uint32_t func);
/* Proves stubs: code_ref.is; stub.c */
void world_check_stubs(struct world *w);
/* The module's descriptor, or NULL: reset.c */
const struct obj_symbol *world_descriptor(const struct world *w);
/* The descriptor gives storage its first values, or why is set: reset.c */
void world_check_reset(struct world *w);

/* Fills in what is known of callbacks and backpressure: assume.c. */
void world_assume(struct world *w);
/* Of an output that is WebAssembly: backpressure is constant in both. */
void world_assume_output(struct world *t);
/* May the object do without this function?  What is not there is not called,
 * and who calls it has its own proof to pass; but exports, and what threads
 * may start with, must be there. */
bool world_needs_no(const struct world *w, uint32_t func);
/* A call of this import changes nothing. */
bool world_does_nothing(const struct world *w, uint32_t func);

/* Does the module import context.get or context.set?  context.c */
bool world_names_context(const struct wasm_module *m);
/* A word of the running thread's context, as a place in the state, and whether
 * a call writes its last parameter there; else that is its result. */
struct context_word {
	uint32_t at;
	bool set;
};
/* Is a call of `func`, whose first parameter is `first`, such an access, and
 * nothing else?  context.c */
bool world_context(const struct world *w, const struct terms *z, uint32_t func,
		   term first, struct context_word *out);

/* The word at an offset of a section, which has it. */
static inline uint32_t world_word(const struct obj_section *s, uint32_t at)
{
	const uint8_t *p = s->bytes.at + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Is that place of the state of a global? */
static inline bool world_is_global(const struct world *w, uint32_t k)
{
	return k >= w->at_globals && k < w->at_lengths;
}

/* Gives everything its place in the state: world_state.c */
void world_lay_out(struct world *w);
/* The state on entry of a function, all unknown but what never changes. */
void world_enter(const struct world *w, struct terms *z, term *state);
/* An event: arguments, then the state; the state is what it leaves. */
term world_event(const struct world *w, struct terms *z, uint32_t f,
		 const term *arg, unsigned n, term *state);
/* What an event leaves of the state. */
void world_after(const struct world *w, struct terms *z, term event,
		 term *state);
/* The k-th result word. */
term world_result(struct terms *z, term event, uint32_t k);
/* The address of a region, 0 when there is none. */
term world_address(const struct world *w, struct terms *z, enum region_kind k,
		   uint32_t index, uint32_t index2);

/* The function that a reference is to, when it is that of a known one;
 * UINT32_MAX when not.  Of an input's world. */
uint32_t world_referred(const struct world *w, const struct terms *z, term ref);
/* The address of the symbol that stands for a type; 0 when there is none. */
term world_type(const struct world *w, struct terms *z, uint32_t type);
/* The entry of a function, as a term that no storage has. */
enum { CODE_TERMS = 1 << 28 };

#endif
