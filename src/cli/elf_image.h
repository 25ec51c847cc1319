/* cli/elf_image.h - what a linked image says of itself. */
#ifndef CLI_ELF_IMAGE_H
#define CLI_ELF_IMAGE_H

#include "cli/cli.h"
#include "obj/obj.h"

struct origin;

bool elf_is(const char *path);

/* Reads an image; NULL after a report. */
const struct obj *elf_read(struct cli *c, const char *path);

/* The signature of an export of the module that the image's main calls, or
 * NULL when there is none of that name or no list of modules. */
const char *elf_export(const struct obj *o, const char *name, struct arena *a);

/* The board whose memory map the image is linked for, the most capable when
 * there are several; NULL when there is none. */
const struct board *elf_board(const struct obj *o);

/* The table of places that an object or image of a component carries; NULL when
 * it has none. */
const struct origin *elf_origin(const struct obj *o, struct arena *a);

#endif
