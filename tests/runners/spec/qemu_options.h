/* runners/spec/qemu_options.h - how compiled targets compile a suite. */
#ifndef SPEC_QEMU_OPTIONS_H
#define SPEC_QEMU_OPTIONS_H

#include <stdbool.h>

/* Set from the command line by main.c. */
extern struct qemu_options {
	unsigned level;		/* -O */
	bool plain;		/* --plain */
	bool pointer;		/* --pointer */
	bool fuel;		/* charge it, and say how much */
} qemu_options;

#endif
