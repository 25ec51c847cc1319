/* cm-async/cm.h - one command file of the component model's async suite. */
#ifndef CM_ASYNC_CM_H
#define CM_ASYNC_CM_H

#include "base/buf.h"
#include "t32/target.h"

/* What came of a file; text holds its failures. */
struct cm_result {
	const char *path, *gate;
	unsigned passed, failed;
	struct buf text;
};

/* How images are built: for a target, by the program `heddle`, with walls
 * between instances (--mpu) or not, code shared by instances (--pointer, for
 * --instance=pointer) or not; dir is for temporary files. */
struct cm_build {
	const struct target *t;
	const char *heddle, *dir;
	bool mpu, pointer;
};

/* Runs every command of r->path as compiled code on the target. */
void cm_file(struct cm_result *r, const struct cm_build *how, struct arena *a);

/* reasons.c: whether `trap`, the runtime's words, is the suite's reason. */
bool cm_reason(const char *message, const char *trap);

#endif
