/* opt/out/custom.h - custom sections, as bodies change and numbers move.
 * Source: WebAssembly core specification 3.0, appendix "Custom Sections"; tool
 * conventions ("Debugging", "Linking"). */
#ifndef OPT_OUT_CUSTOM_H
#define OPT_OUT_CUSTOM_H

#include "base/buf.h"
#include "wasm/encode.h"
#include "wasm/reader.h"

/* Subsections of the section "name". */
enum names { NAMES_MODULE, NAMES_FUNCTION, NAMES_LOCAL, NAMES_LABEL, NAMES_TYPE,
	     NAMES_TABLE, NAMES_MEMORY, NAMES_GLOBAL, NAMES_ELEM, NAMES_DATA };

bool out_is_custom(const struct wasm_custom *c, const char *name);

/* Whether a section states where in the code things are: debugging information,
 * hints, relocations. */
bool out_names_places(const struct wasm_custom *c);

/* Reads what is behind the number of an entry of subsection id: a name, or for
 * locals and labels a list of numbers and names. */
void out_skip_names(struct reader *r, uint8_t id);

/* The section "name" without what new bodies make untrue: names of their labels,
 * and of their locals other than parameters, which keep their places.
 *
 *   m     the module as it was
 *   c     its section "name"
 *   body  [m->funcs.n] new bodies; at is NULL where there is none
 *   out   the new contents, appended to
 *
 * Returns whether the section is well formed; when not, out has a part of it. */
bool out_names(const struct wasm_module *m, const struct wasm_custom *c,
	       const struct wasm_body *body, struct arena *a, struct buf *out);

#endif
