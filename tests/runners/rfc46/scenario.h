/* rfc46/scenario.h - scripts, and what must come of them. */
#ifndef RFC46_SCENARIO_H
#define RFC46_SCENARIO_H

#include <jansson.h>

#include "common/firmware.h"
#include "common/spec_json.h"
#include "common/tally.h"

struct rfc46_file {
	json_t *root, *scenarios;
	const char *module;	/* path of the wasm file */
	uint32_t n;		/* scenarios */
};

/* Reads a file.  False with *why set when it is broken, or NULL when it is
 * another kind of file (no scenarios). */
bool rfc46_load(struct rfc46_file *f, const char *path, struct arena *a,
		const char **why);
void rfc46_close(struct rfc46_file *f);
const char *rfc46_name(const struct rfc46_file *f, uint32_t k);

/* Plays scenario k; returns NULL, or what differs. */
const char *rfc46_play(const struct rfc46_file *f, uint32_t k,
		       const struct target *t, const char *elf,
		       struct arena *a);

#endif
