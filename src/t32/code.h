/* t32/code.h - one function's machine code, and the way to it.
 *
 * IR -> t32_select (isel.h) -> mir_allocate (mir.h) -> t32_emit.
 */
#ifndef T32_CODE_H
#define T32_CODE_H

#include "ir/ir.h"
#include "opt/async/reads.h"
#include "t32/mir.h"
#include "t32/target.h"

struct share;

struct t32_reloc {
	uint32_t at;		/* byte offset in the function */
	uint8_t type;		/* ELF R_ARM_* number */
	uint32_t sym;		/* index into syms */
	int32_t addend;
};
struct t32_trap {
	uint32_t ret;		/* byte offset behind the BL to hd_trap_site */
	uint8_t kind;
	uint32_t at;		/* wasm byte offset */
};
/* Bytes that are data: literals, branch tables. */
struct t32_data {
	uint32_t begin, end;
};
/* Hints for the checker: where the state of a cut is kept. */
struct t32_loc {
	uint8_t kind;		/* enum t32_loc_kind */
	uint8_t reg;
	uint32_t value;		/* slot (bytes from SP) or constant */
};
enum t32_loc_kind { LOC_NONE, LOC_REG, LOC_SLOT, LOC_CONST };
struct t32_cut {
	uint32_t at;		/* byte offset of the wasm loop */
	uint32_t code;		/* byte offset in the function */
	struct t32_loc *loc;	/* per local and operand; i64 takes two: low, high */
	uint32_t n;
};
struct t32_line {
	uint32_t code, at;	/* code offset -> wasm byte offset */
};

struct t32_code {
	uint32_t index;			/* wasm function */
	uint8_t *bytes;
	uint32_t n;
	VEC(struct t32_reloc) relocs;
	VEC(struct t32_trap) traps;
	VEC(struct t32_data) data;
	VEC(struct t32_cut) cuts;
	VEC(struct t32_line) lines;
	VEC(struct mir_sym) syms;
	uint32_t frame;			/* bytes of stack below the entry SP, without callees */
	uint32_t veneer;		/* those of what may stand before it: shared.h */
	bool stack_check;
	VEC(uint32_t) callees;		/* direct: wasm function indices; for the stack bound */
	bool calls_unknown;		/* indirect calls or imports */
	struct opt_reads reads;		/* of memory 0; in closed modules only */
};

/* Options of code generation; the module facts are in ir_module. */
struct t32_options {
	const struct target *target;
	bool plain;		/* the plain lowering */
	bool size;		/* -Oz: fewer bytes, though more instructions are executed */
	bool no_bounds;		/* --bounds=none, for measuring */
	bool hints;		/* say where the values of cuts are */
	bool pointer_instance;	/* --instance=pointer, of a core module */
	struct share *share;	/* the same of a component; NULL: nothing is shared */
	bool keeps_instance;	/* r9 is that of the function's own: t32_options_of */
	uint32_t tail_bytes;	/* least size of every outgoing area: see docs/abi.md, "Tail calls" */
	const bool *stack_check; /* [nfuncs] functions that check the stack on entry */
	const uint32_t *stack_need; /* [nfuncs] bytes those need below the limit's reserve; NULL: 0 */
};

/* IR to machine operations.  Never fails on IR that passes ir_check. */
struct mir_func *t32_select(const struct ir_func *f, const struct t32_options *o,
			    struct arena *a);

/* Allocated machine operations to bytes. */
struct t32_code *t32_emit(const struct mir_func *f, const struct ir_func *ir,
			  const struct t32_options *o, struct arena *a);

/* Fills c's cuts: where each value of a cut is when its code begins; slots is
 * the offset of spill slot 0 from SP (hints.c). */
void t32_hints(const struct mir_func *f, const struct ir_func *ir,
	       uint32_t slots, struct t32_code *c, struct arena *a);

/* Where parameters and results are: the calling convention of wasm functions
 * and imports, computed once for callers, callees and test drivers. */
struct abi_place {
	uint8_t reg;		/* register, or REG_NONE: on the stack */
	uint8_t reg_hi;		/* second word of an i64 or soft f64 */
	uint32_t offset;	/* bytes in the outgoing area; results overlay parameters */
};
struct abi {
	struct abi_place *param, *result;
	uint32_t param_bytes;	/* stack bytes of parameters */
	uint32_t out_bytes;	/* of parameters or results, whichever is larger; multiple of 8 */
};
void t32_abi(const struct wasm_functype *t, const struct target *tg, struct arena *a, struct abi *out);

#endif
