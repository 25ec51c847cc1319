/* component/origin.h - which places of the input files linked code comes from.
 *
 * A trap and a report of code generation know an offset in the linked module,
 * which nobody has a file of.  This table says where in which input that
 * instruction is.  It goes into objects and images in a section that takes no
 * room in the target's memory (docs/components.md, "Places").
 */
#ifndef COMPONENT_ORIGIN_H
#define COMPONENT_ORIGIN_H

#include "component/link.h"

#define ORIGIN_SECTION ".heddle.origin"
#define ORIGIN_NONE UINT32_MAX

/* Bytes begin..end-1 of the component that was linked are those of a file. */
struct origin_part {
	const char *file;
	uint32_t begin, end;
};

/* From offset `at` of the linked module on, as far behind `from` in the file. */
struct origin_run {
	uint32_t at, from;
};

/* A function of the linked module.
 *
 *   begin, end  its body in the linked module; equal for an import
 *   file        in origin.files; ORIGIN_NONE: heddle's own
 *   module      which core module of the file, in file order, those of nested
 *               components counted; ORIGIN_NONE: the file is the core module
 *   func        its index there
 *   name        its name there, or NULL; of heddle's own code what it is for
 *   run, nruns  in origin.runs
 */
struct origin_func {
	uint32_t begin, end, file, module, func;
	const char *name;
	uint32_t run, nruns;
};

struct origin {
	VEC(const char *) files;
	VEC(struct origin_func) funcs;
	VEC(struct origin_run) runs;
};

/* The table of what was linked: m is the decoded result, of which offsets are
 * meant; the n parts are apart from each other.  Everything is in a and refers
 * to names of the inputs. */
struct origin *origin_make(const struct linked *l, const struct wasm_module *m,
			   const struct origin_part *part, uint32_t n,
			   struct arena *a);

/* The function whose body holds an offset of the linked module, or NULL. */
const struct origin_func *origin_find(const struct origin *o, uint32_t at);

/* Where in its file an instruction of f is.  False for heddle's own code, and
 * for an offset that is none of f's instructions. */
bool origin_place(const struct origin *o, const struct origin_func *f,
		  uint32_t at, uint32_t *place);

/* A path without its folders. */
const char *origin_file_name(const char *path);

/* What f is, as in: func 3 "run" of core module 1; adapter of import ... */
void origin_text(const struct origin_func *f, struct buf *out);

/* Appends the table as the section has it; files without their folders, so
 * that outputs do not depend on where inputs are. */
void origin_write(const struct origin *o, struct buf *out);

/* Reads it back, in a.  NULL when it is malformed. */
struct origin *origin_read(const uint8_t *bytes, size_t n, struct arena *a);

#endif
