/* cli/image.h - a firmware image from an input file. */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include "cli/pipeline.h"

/* Compiles and links p's module into the file `elf` in folder `dir`.
 * Returns false after a report. */
bool image_link(struct cli *c, struct pipeline *p, const struct board *b,
		const char *dir, const char *elf);

/* The folder for what lies between: --keep's, made when missing, or a
 * temporary one; image_done removes the latter. */
const char *image_dir(struct cli *c);
void image_done(struct cli *c, const char *dir);

#endif
