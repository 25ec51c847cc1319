/* t32/alloc.h - the parts of the register allocator.
 *
 * mir_allocate is: isolate fixed and tied operands (alloc_fix.c); lower the
 * pressure to the number of registers by spilling (spill.c); then, until it
 * succeeds: live ranges (alloc_range.c), coalescing (coalesce.c), colouring
 * (color.c), and spilling of what could not be coloured (spill_all.c);
 * finally slots (spill_slot.c) and moves on edges (parmove.c).
 *
 * Code is SSA throughout: a reload, a copy, a split is a new vreg, and every
 * vreg has one register.
 */
#ifndef T32_ALLOC_H
#define T32_ALLOC_H

#include "base/compiler.h"
#include "t32/live.h"

/* [from, to) in points.  An operation at point p reads at p, writes at p+1;
 * early definitions are written at p. */
struct range {
	uint32_t from, to;
};

struct ranges {
	struct range *at;
	uint32_t n;
};

/* A wish for two vregs to have one register. */
struct affinity {
	vreg a, b;
	uint32_t weight;
	bool weak;		/* saves bytes, not an instruction */
};

struct alloc {
	struct mir_func *f;
	struct arena *a;		/* scratch */
	struct mir_cfg cfg;
	uint32_t *freq;			/* per block: estimated executions */
	regset regs;			/* allocatable, both banks */

	/* per vreg; grown by alloc_grow */
	struct facts {
		uint32_t slot;		/* 1 + slot variable, 0 none */
		uint8_t fix;		/* register it must have, or REG_NONE */
		bool tiny;		/* made by spilling: never spilled again */
		bool stored;		/* its slot holds it wherever it lives */
		vreg tie;		/* must share this one's register, 0 none */
		uint32_t remat;		/* 1 + index in `remats`, 0 none */
	} *facts;
	uint32_t nfacts;
	VEC(struct mir_ins) remats;

	VEC(uint8_t) slot_words;	/* of each slot variable: 1 or 2 */

	/* one round of colouring */
	uint32_t *start, *end;		/* points of each block */
	uint32_t npoints;
	struct ranges *range;		/* per vreg; of a tied pair at its head */
	uint64_t *cost;			/* per vreg: executions of its operands */
	uint32_t *uses;			/* per vreg: its operands */
	VEC(struct affinity) affinities; /* heaviest first */
	struct affine {
		vreg v;
		uint32_t weight;
	} *affine;			/* by vreg: affine_at[v] .. affine_at[v + 1] */
	uint32_t *affine_at;
	struct chunk *chunk;		/* of representatives */
	vreg *rep;			/* union-find */
	uint64_t *fixed[64];		/* per register: bitmap of points where it is taken */
	uint64_t *busy[64];		/* the same with what is assigned */
};

/* alloc.c */
/* A new vreg of v's class that holds v's value. */
vreg alloc_copy(struct alloc *al, vreg v);
/* Room in facts for all vregs. */
void alloc_grow(struct alloc *al);
static inline regset alloc_bits(const struct alloc *al, vreg v, unsigned reg)
{
	return (al->f->vregs.at[v].cls == MIR_D ? (regset)3 : 1) << reg;
}
/* Registers that an operation destroys besides its definitions. */
regset alloc_clobbers(const struct mir_ins *i);
/* Starts rewriting block b: its operations are taken out and returned, in
 * scratch; the block keeps their room. */
struct mir_ins *alloc_take(struct alloc *al, uint32_t b, uint32_t *n);

/* alloc_fix.c: copies around operations with fixed operands, before tied uses. */
void alloc_isolate(struct alloc *al);

/* alloc_range.c: points, live ranges, costs. */
void alloc_ranges(struct alloc *al);

/* coalesce.c: affinities; chunks of vregs that may share a register. */
struct chunk {
	struct ranges r;
	regset allowed;		/* registers that nothing fixed takes from it */
	vreg first, last;	/* members, by `next` */
	vreg next;		/* of a member */
	uint64_t cost;
};
void alloc_coalesce(struct alloc *al);
vreg alloc_chunk(struct alloc *al, vreg v);
bool ranges_overlap(struct ranges x, struct ranges y);
/* Bitmaps of points. */
bool points_free(const uint64_t *map, struct ranges r);
void points_set(uint64_t *map, struct ranges r, bool on);
/* The vreg that stands for a tied pair. */
static inline vreg alloc_unit(const struct alloc *al, vreg v)
{
	return al->facts[v].tie ? al->facts[v].tie : v;
}

/* color.c: registers for all; false when those in `victims` must be spilled. */
bool alloc_color(struct alloc *al, struct bitset *victims);

/* Gives every critical edge a block. */
void alloc_split_edges(struct alloc *al);
/* Control flow facts and frequencies; again after alloc_split_edges. */
void alloc_analyse(struct alloc *al);

/* spill.c: lowers the pressure to the number of registers, loops first. */
void alloc_spill(struct alloc *al);

/* spill_all.c: puts the victims into slots, a reload before each use. */
void alloc_spill_all(struct alloc *al, const struct bitset *victims);

/* spill_mem.c: operations on slot variables. */
uint32_t slot_var(struct alloc *al, vreg v);
/* One more variable, for a value like v; and a load from it. */
uint32_t slot_var_new(struct alloc *al, vreg like);
vreg slot_load_var(struct alloc *al, uint32_t b, vreg like, uint32_t var);
/* Appends "slot of v = r", "r = value of v" to block b. */
void slot_store(struct alloc *al, uint32_t b, vreg r, vreg v);
vreg slot_load(struct alloc *al, uint32_t b, vreg v);
/* A slot to be written at the end of a block, after all sources are read. */
struct slot_move {
	uint32_t to;		/* slot variable */
	vreg from;		/* what goes there */
	bool reg;		/* the argument is in a register */
};
/* A value wanted in a register behind that. */
struct slot_want {
	vreg v, got;
};
/* Appends both to block b, as at the end of an edge. */
void slot_edge(struct alloc *al, uint32_t b, struct slot_move *m, uint32_t nm,
	       struct slot_want *w, uint32_t nw);

/* spill_slot.c: slot variables to slots. */
void alloc_slots(struct alloc *al);

/* parmove.c: moves on edges; copies that do nothing go. */
void alloc_finish(struct alloc *al);

/* parmove_hoist.c: moves of back edges, before the branch. */
void alloc_hoist(struct alloc *al);
/* renumber.c: gives low names to registers whose instructions get shorter. */
void alloc_renumber(struct mir_func *f);

#endif
