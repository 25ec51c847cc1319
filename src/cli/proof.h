/* cli/proof.h - an object whose every function is proved.
 *
 * What the checker rejects is compiled again with less optimisation, at last
 * by the plain lowering; only those functions, and only what changed is
 * judged again.
 */
#ifndef CLI_PROOF_H
#define CLI_PROOF_H

#include "cli/linkage.h"
#include "cli/pipeline.h"
#include "prove/module.h"

enum { PROOF_RUNGS = 5 };

/* What came of it.
 *
 *   skipped   nothing was proved, and why; NULL otherwise
 *   level     [rungs] -O level of each, 's' for what was asked without packed
 *             loops, 'p' for plain
 *   fell      [rungs] functions proved at that rung; [0] is what was asked
 *   rung      [funcs.n + 1] of each function
 *   linkage   of a component: what its linked module was compared with it; else NULL
 *   run       the last one, on the bytes that were written */
struct proof {
	const char *skipped;
	unsigned rungs;
	char level[PROOF_RUNGS];
	uint32_t fell[PROOF_RUNGS];
	uint8_t *rung;
	uint32_t functions, proved, rejected;
	struct linkage *linkage;
	struct prove_run *run;
};

/* Makes p->object.  Returns false after a report: UNPROVED when functions
 * stay rejected and --allow-unproved does not let them pass. */
bool proof_object(struct cli *c, struct pipeline *p);

/* Judges the image that the object was linked to.  Of a function whose code is
 * the object's but for addresses, and these the right ones, the verdict holds;
 * others are proved again.  Returns false after a report (UNPROVED) when one
 * that is proved in the object is not in the image.
 *
 *   image  as obj_read() gives it */
bool proof_image(struct cli *c, const struct pipeline *p,
		 const struct obj *image);

/* Appends "proved 12 of 12 functions, 2 as -O1", or the members of a JSON
 * object. */
void proof_text(const struct proof *f, struct buf *out);
void proof_json(const struct proof *f, struct buf *out);

/* Limits of proofs, from options. */
bool proof_limits(struct cli *c, struct prove_limits *l);

#endif
