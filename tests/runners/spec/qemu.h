/* runners/spec/qemu.h - a suite file as one firmware image. */
#ifndef SPEC_QEMU_H
#define SPEC_QEMU_H

#include "base/vec.h"
#include "obj/module_names.h"
#include "spec/target.h"

/* A module of the file that is part of the image. */
struct qemu_module {
	uint32_t command;		/* its command */
	struct wasm_module *wasm;
	const char *prefix;		/* "m12" */
	uint64_t memory;		/* bytes it grew to in the evaluator */
	struct module_names names;
};

struct qemu_image {
	struct spec_job *job;
	const struct target *target;
	struct arena *a;
	VEC(struct qemu_module) modules;
	uint32_t *module_of;		/* per command: index into modules + 1, the
					   one an action refers to or it makes */
	VEC(uint32_t) steps;		/* command of each step */
	VEC(const char *) inputs;	/* objects and linker options */
};

/* Which instance imports come from, as of command k: the symbol that
 * `import` of m stands for, or NULL. */
const char *qemu_resolve(const struct qemu_image *im, uint32_t command,
			 const struct wasm_module *m, uint32_t import);

/* Finds the module that each action means, and the steps. */
void qemu_plan(struct qemu_image *im);

/* The steps as assembly for spec_main. */
void qemu_write_steps(const struct qemu_image *im, struct buf *out);

/* Takes the firmware's answers apart into job->out. */
void qemu_read_answers(const struct qemu_image *im, const struct buf *out,
		       const char *why);

#endif
