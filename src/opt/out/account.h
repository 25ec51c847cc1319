/* opt/out/account.h - what each pass did for the bodies that were written.
 *
 * Of all that was tried only what the output has counts, but for attempts that
 * were rejected.  Bytes are of bodies, saved; they add up: rewritten, all passes
 * and unused are what the code was and is not any more.
 */
#ifndef OPT_OUT_ACCOUNT_H
#define OPT_OUT_ACCOUNT_H

#include "opt/opt.h"
#include "opt/out/out.h"

/* functions     of those in the output, how many it changed
 * proved        of those, how many are proved as they were written
 * rejected      attempts on functions that it changed that were not proved
 * bytes, ins    saved; instructions are those of the intermediate form
 * checks        bounds checks removed */
struct out_row {
	uint32_t functions, proved, rejected;
	int64_t bytes, ins, checks;
};

struct out_account {
	struct out_row pass[OPT_PASSES];
	int64_t rewritten;	/* by writing bodies anew, before any pass */
	int64_t unused;		/* by leaving out functions, and smaller numbers */
};

/* Adds a to sum. */
void out_account_add(struct out_account *sum, const struct out_account *a);

/* --- while a module is rewritten ---------------------------------------------- */

/* One attempt at a module. */
struct account {
	struct out_account now;
	uint32_t *changed;	/* [functions of the input] passes, a bit each */
	uint32_t n;
};

/* A function whose body of `was` bytes became one of `now`; `func` is its
 * number in the input, `index` in im. */
struct account_work {
	struct ir_module *im;
	struct arena *tmp;	/* for a while */
	uint32_t index, func;
	size_t was, now;
};

/* n functions, none changed. */
void account_init(struct account *c, uint32_t n, struct arena *a);
/* By o->passes, as they were run. */
void account_body(struct account *c, const struct account_work *w,
		  const struct opt_options *o);
/* An attempt that was judged (enum out_verdict, [n]) and not kept. */
void account_rejected(const struct account *c, const uint8_t *verdict,
		      struct out_account *sum);
/* The attempt that was kept, with n functions, kept[] of the input; verdict is
 * NULL when nothing was judged. */
void account_end(struct account *c, const uint32_t *kept, uint32_t n,
		 const uint8_t *verdict, struct out_account *sum);

#endif
