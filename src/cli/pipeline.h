/* cli/pipeline.h - from an input file to an object, as options say. */
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H

#include "cli/cli.h"
#include "obj/module.h"

struct info;
struct origin;

struct pipeline {
	struct wasm_module *wasm;
	struct info *info;	/* of a linked component, or NULL */
	const struct origin *origin;	/* the same */
	struct ir_module ir;
	struct compiled code;
	struct module_names names;
	const struct target *target;
	struct compile_options options;
	struct buf object;	/* ELF bytes, after pipeline_object */
	struct proof *proof;	/* of the object: proof.h */
};

/* Loads and compiles the module, component or components that the first
 * `files` arguments name.  Memories and tables may grow into the RAM of
 * the board; without one (NULL) memories only grow as --max-memory says.
 * Returns false after a report. */
bool pipeline_compile(struct cli *c, uint32_t files, const struct board *b,
		      struct pipeline *p);
/* The same for a module that is loaded. */
bool pipeline_compile_loaded(struct cli *c, struct wasm_module *m,
			     const struct board *b, struct pipeline *p);
/* Makes the object; `build` and `compile` prove it (proof.h). */
bool pipeline_object(struct cli *c, struct pipeline *p);
/* The object as it is, with a note on its proof in section .heddle.proof when
 * that is not NULL. */
bool pipeline_write(struct cli *c, struct pipeline *p, const char *note);
/* Writes the C header when --header asks for it. */
bool pipeline_header(struct cli *c, const struct pipeline *p);

/* What --instance=pointer did for a component, ", ..." as text or as members of a
 * JSON object; nothing without it. */
void pipeline_share(const struct pipeline *p, bool json, struct buf *out);

/* Leaves out data segments that nothing reads: unread.c. */
bool pipeline_drop_data(struct cli *c, struct pipeline *p);

#endif
