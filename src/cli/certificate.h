/* cli/certificate.h - what was proved of which bytes, for others to read. */
#ifndef CLI_CERTIFICATE_H
#define CLI_CERTIFICATE_H

#include "base/buf.h"
#include "cli/cli.h"
#include "prove/module.h"

struct linkage;
struct pipeline;
struct proof;

/* A certificate: see docs/assurance.md, "Certificates".
 *
 *   input, output   bytes the proof is about
 *   rung            NULL, or as in struct proof
 *   run             NULL when nothing was proved; then `skipped` says why
 *   linkage         how the module was made of a component, or NULL */
struct certificate {
	const uint8_t *input, *output;
	size_t ninput, noutput;
	const struct proof *proof;
	struct prove_run *run;
	const char *skipped;
	const struct linkage *linkage;
};

void certificate_print(const struct certificate *t, struct arena *a,
		       struct buf *out);

/* One that says nothing but how a linked module was made: t->run is NULL. */
void certificate_linked(const struct certificate *t, struct buf *out);

/* Writes that of a compilation when --cert asks for it.  Returns false after
 * a report. */
bool certificate_file(struct cli *c, const struct pipeline *p,
		      const struct proof *f);

#endif
