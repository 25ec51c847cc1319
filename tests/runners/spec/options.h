/* runners/spec/options.h - how the suite is compiled: --heddle options. */
#ifndef SPEC_OPTIONS_H
#define SPEC_OPTIONS_H

#include "t32/compile.h"

/* Set from the command line by main.c. */
extern struct spec_options {
	unsigned level;		/* -O */
	bool plain;		/* --plain */
	bool pointer;		/* --instance=pointer */
} spec_options;

static inline struct compile_options
spec_compile_options(const struct target *t)
{
	return (struct compile_options){
		.gen = { .target = t, .plain = spec_options.plain,
			 .pointer_instance = spec_options.pointer },
		.level = spec_options.level,
		.jobs = 1,
		.limit = SIZE_MAX,
	};
}

#endif
