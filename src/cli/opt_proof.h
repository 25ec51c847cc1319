/* cli/opt_proof.h - rewritten WebAssembly whose every function is proved.
 *
 * A function that the checker rejects is rewritten again with less (enum
 * out_rung), at last stays as it was; only what changed is judged again.
 */
#ifndef CLI_OPT_PROOF_H
#define CLI_OPT_PROOF_H

#include "cli/cli.h"
#include "opt/out/out.h"
#include "prove/module.h"

/* The core modules of one run, in the order of the input.
 *
 *   limits, jobs  as in struct prove_run
 *   options       whose note is changed when unproved functions may pass
 *   modules       the last run on each, `in` and `out` in it
 *   changed       functions with other code than in the input, all proved
 *   identical     functions with the same code but for numbers
 *   simple, kept  functions that were let down to less, or to nothing
 *   rejected      functions that stay unproved */
struct opt_proof {
	struct cli *c;
	struct prove_limits limits;
	unsigned jobs;
	struct out_options *options;
	VEC(struct prove_run *) modules;
	uint32_t changed, identical, simple, kept, rejected;
};

/* Prepares *o to be judged by *p: sets judge and note.  Returns false after a
 * report about options. */
bool opt_proof_init(struct opt_proof *p, struct cli *c, struct out_options *o);

/* When the output is made: false, with a report of each function, when some are
 * not proved and --allow-unproved does not let them pass.  Writes the
 * certificate that --cert asks for; `output` are n bytes. */
bool opt_proof_end(struct opt_proof *p, const uint8_t *input, size_t ninput,
		   const uint8_t *output, size_t noutput);

#endif
