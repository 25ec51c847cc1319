/* runners/spec/spec.h - the parts of spec-run. */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include "common/tally.h"
#include "target.h"

/* The one reason to skip that --strict allows. */
#define SPEC_TEXT_FORMAT "module in the text format"

struct spec_options {
	const struct spec_target *target;
	const char *name;		/* of the target, as asked for */
	const char *leave_out;		/* paths containing it are left out, or NULL */
	unsigned jobs;
	bool strict;
};

/* Runs one file and counts its commands in t. */
void spec_run_file(struct tally *t, const struct spec_options *o,
		   const char *path);

/* Runs all files in o->jobs processes; counts in t, in the order of the files. */
void spec_run_all(struct tally *t, const struct spec_options *o,
		  struct spec_paths p);

#endif
