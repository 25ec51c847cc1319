/* cli/linkage.h - what `verify`, `build` and `compile` say of a component's linked
 * module. */
#ifndef CLI_LINKAGE_H
#define CLI_LINKAGE_H

#include "base/buf.h"
#include "cli/cli.h"
#include "prove/link/linkage.h"

/* Compares a linked module with the component at hand (cli_read_parts); *k stays NULL
 * when there is none.  False after a report (an option is wrong). */
bool linkage_run(struct cli *c, const struct wasm_module *linked,
		 struct linkage **k);

/* Appends the verdict, and each function that is trusted, as lines of text. */
void linkage_text(const struct linkage *k, struct buf *out);

/* Appends `"linkage": {...}`; null without a linked module. */
void linkage_json(const struct linkage *k, struct buf *out);

#endif
