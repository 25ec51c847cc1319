/* cli/certificate.h - what was proved of which bytes, for others to read. */
#ifndef CLI_CERTIFICATE_H
#define CLI_CERTIFICATE_H

#include "base/buf.h"
#include "cli/cli.h"
#include "prove/module.h"

struct pipeline;
struct proof;

/* A certificate: see docs/assurance.md, "Certificates".
 *
 *   input, output   bytes the proof is about
 *   rung            NULL, or as in struct proof
 *   run             NULL when nothing was proved; then `skipped` says why */
struct certificate {
	const uint8_t *input, *output;
	size_t ninput, noutput;
	const struct proof *proof;
	struct prove_run *run;
	const char *skipped;
};

void certificate_print(const struct certificate *t, struct arena *a,
		       struct buf *out);

/* Writes that of a compilation when --cert asks for it.  Returns false after
 * a report. */
bool certificate_file(struct cli *c, const struct pipeline *p,
		      const struct proof *f);

#endif
