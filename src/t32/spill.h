/* t32/spill.h - the spiller's parts: distances (spill_next.c), the walk
 * (spill.c), names and stores (spill_ssa.c). */
#ifndef T32_SPILL_H
#define T32_SPILL_H

#include "t32/alloc.h"

#define SPILL_NEVER UINT32_MAX	/* not used any more */
#define SPILL_LEAVE 100000u	/* length of an edge that leaves a loop */
#define SPILL_COLD 50000u	/* of an edge into cold code */
#define SPILL_NEAR SPILL_COLD	/* what is farther is not used by the loop proper */

enum { SPILL_ROOM = 192 };

/* A value in a register. */
struct entry {
	vreg v;			/* in the code as it was */
	vreg name;		/* what holds it now */
	uint32_t phi;		/* 1 + index of the parameter that makes it, 0 none */
	bool saved;		/* it came from its slot, or can be made again */
};

struct held {
	struct entry *at;
	uint32_t n;
};

/* A parameter that a block may need, since a value has several names. */
struct spill_phi {
	uint32_t block;
	vreg name;
	vreg *arg;		/* per predecessor */
};

/* Words of registers, by bank: core, floating point. */
struct words {
	uint32_t n[2];
};

struct cand;

struct spill {
	struct alloc *al;
	struct mir_live live;
	uint32_t **dist;	/* per block, as live.in: distance of the next use */
	uint32_t *first;	/* of parameters: distance on entry of their block */
	uint32_t *after;	/* per operand: place of the use after it */
	uint32_t *cur;		/* per vreg: place of the next use, where we are */
	VEC(vreg) touched;	/* those with one */
	struct cand *cands;	/* spill_entry.c: one block's candidates */
	uint32_t ncands;
	struct words *peak;	/* per block; of headers: per loop */
	struct words *own;	/* per block, of headers too */
	struct words *across;	/* the same across calls */
	struct words room, room_call;	/* registers, registers that calls keep */

	struct held *in, *out;	/* per block */
	struct held now;
	uint32_t *stamp, epoch;	/* per vreg: used by this operation */
	VEC(struct spill_phi) phis;
	bool *mem_param;	/* per vreg: parameter whose slot the edges write */
	bool *need_store;	/* per vreg */
	uint32_t *loads;	/* per vreg: common dominator of its reloads */
	uint64_t *leaves;	/* per vreg: executions of the places where it leaves */
	uint64_t *has;		/* per vreg: see sum_preds */
	bool *store_leaving;	/* per vreg: it is stored there, not at one place before */
	vreg *renamed;		/* per vreg: name that it turned out to be, 0 none */
	uint32_t nvregs;	/* before spilling */
};

static inline unsigned bank_of(const struct mir_func *f, vreg v)
{
	return f->vregs.at[v].cls != MIR_G;
}
static inline uint32_t words_of(const struct mir_func *f, vreg v)
{
	return f->vregs.at[v].cls == MIR_D ? 2 : 1;
}

/* The value v in a set, or NULL. */
static inline struct entry *spill_find(const struct held *h, vreg v)
{
	for (uint32_t k = 0; k < h->n; k++)
		if (h->at[k].v == v)
			return &h->at[k];
	return NULL;
}

/* v is in a register from here on. */
static inline void spill_hold(struct spill *s, vreg v, vreg name, bool saved)
{
	CHECK(s->now.n < SPILL_ROOM);
	s->now.at[s->now.n++] = (struct entry){ v, name, 0, saved };
}

/* Was p walked before b? */
static inline bool spill_done(const struct spill *s, uint32_t p, uint32_t b)
{
	return s->al->cfg.order[p] < s->al->cfg.order[b];
}

/* The argument that p's only edge gives for v if v is a parameter of b, else v. */
vreg spill_incoming(const struct spill *s, uint32_t p, uint32_t b, vreg v);

/* spill_entry.c: what is in registers on entry of b, in s->now. */
void spill_enter(struct spill *s, uint32_t b);

/* Distances and pressure; false when the pressure is nowhere too high. */
bool spill_measure(struct spill *s);

/* Decides where values are stored; then spills that the walk put where values
 * leave their register stay or go. */
void spill_decide(struct spill *s);

/* The parameters that turned out to be needed, final names, stores. */
void spill_rename(struct spill *s);
void spill_stores(struct spill *s);
vreg spill_name(const struct spill *s, vreg v);

#endif
