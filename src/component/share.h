/* component/share.h - functions that several core instances can share.
 *
 * The linked module has every core instance's functions.  Those of the second
 * and later instances of a module are the first's with other numbers; where they
 * are no more than that, one piece of code can do for all of them, if it finds
 * its storage through a register.  What is said here is a plan for code
 * generation: the checker proves the code once for each instance.
 *
 * A group is core instances whose storage is laid out alike: its instances are
 * numbered from 0, and a row is what one thing of a module is in each of them.
 */
#ifndef COMPONENT_SHARE_H
#define COMPONENT_SHARE_H

#include "component/info.h"

#define SHARE_NONE UINT32_MAX

/* Where a thing of the linked module belongs; group is SHARE_NONE when it is of
 * no module with several instances. */
struct share_place {
	uint32_t group, inst, row;
};

/*   n        instances
 *   context  number of the first among those of all groups
 *   nrows    per kind
 *   row      [nrows * n] the thing, SHARE_NONE where an instance lacks it
 *   bound    function that instance 0 calls: 1 + place in `calls` of what each
 *            instance calls there */
struct share_group {
	uint32_t n, context;
	uint32_t nrows[INFO_KINDS];
	uint32_t *row[INFO_KINDS];
	struct map bound;
	VEC(uint32_t) calls;
};

struct share {
	const struct wasm_module *m;
	struct arena *arena;
	VEC(struct share_group) groups;
	uint32_t contexts;			/* instances of all groups */
	struct share_place *place[INFO_KINDS];	/* [funcs.n], ... */
	bool *same;				/* [funcs.n + 1] it is shared */
};

/* Finds them, in a; NULL when no module has several instances. */
struct share *share_make(const struct info *f, const struct wasm_module *m,
			 struct arena *a);

/* How far that goes, of the functions of modules with several instances.
 *
 *   code   pieces of code that several share
 *   by     functions that share them
 *   apart  functions that have code of their own
 */
struct share_count {
	uint32_t code, by, apart;
};
struct share_count share_count(const struct share *s);

/* The function whose code `func` is, itself when it is that of instance 0;
 * SHARE_NONE when it has code of its own. */
uint32_t share_code(const struct share *s, uint32_t func);

/* From now on each function of func's row has code of its own. */
void share_not(struct share *s, uint32_t func);

/* What shared code of a group names as `index` is to instance `inst` of it;
 * SHARE_NONE where that has no such thing. */
uint32_t share_seen(const struct share *s, uint32_t group, uint32_t inst,
		    enum info_kind kind, uint32_t index);

/* Is function y to an instance of a group what x is to instance 0?  What is not
 * known yet is noted to be so. */
bool share_same_call(struct share *s, uint32_t group, uint32_t inst, uint32_t x,
		     uint32_t y);

/* Is that one of the things of the group's instance 0, which shared code finds
 * at their distance from the instance? */
bool share_is_own(const struct share *s, uint32_t group, enum info_kind kind,
		  uint32_t index);

/* The thing that stands for the whole row in an instance; SHARE_NONE. */
static inline uint32_t share_in_row(const struct share *s,
				    const struct share_place *p,
				    enum info_kind kind, uint32_t inst)
{
	const struct share_group *g = &s->groups.at[p->group];

	return g->row[kind][p->row * g->n + inst];
}

#endif
