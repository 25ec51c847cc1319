/* common/firmware.h - linking test firmware and running it in QEMU.
 *
 * The build tree is found from the runner's own place in it.
 */
#ifndef COMMON_FIRMWARE_H
#define COMMON_FIRMWARE_H

#include <stdbool.h>

#include "base/buf.h"
#include "t32/target.h"

/* What a process left. */
struct fw_result {
	bool ran;		/* started, and ended by itself in time */
	int status;		/* exit status; 128 + n for signal n */
	struct buf out, err;
	const char *why;	/* when !ran */
};

/* The folder of this program: the build tree. */
const char *fw_build_dir(struct arena *a);

/* A folder of this process for temporary files, removed by fw_cleanup. */
const char *fw_temp_dir(struct arena *a);
void fw_cleanup(void);

/* Runs argv (ended by NULL) with n bytes on its standard input, at most
 * `seconds`. */
struct fw_result fw_run(const char *const argv[], const void *in, size_t n,
			unsigned seconds, struct arena *a);

/* The linker scripts are tests/runners/firmware/ld, where memories of modules
 * whose prefix begins with z come last.  Links `main` (a firmware program of this folder: "spec_main") with objects and
 * options into elf, for the target's board.  Returns NULL, or the linker's words. */
const char *fw_link(const struct target *t, const char *main,
		    const char *const inputs[], unsigned ninputs,
		    const char *elf, struct arena *a);

/* Runs an image on the target's board. */
struct fw_result fw_qemu(const struct target *t, const char *elf,
			 const void *in, size_t n, unsigned seconds,
			 struct arena *a);

#endif
