/* runners/common/rewrite.h - modules through the optimiser and back. */
#ifndef RUNNERS_REWRITE_H
#define RUNNERS_REWRITE_H

#include "base/buf.h"
#include "wasm/module.h"

/* Rewrites a validated module at level "0" ... "3" or "z", every body whether
 * it gets smaller or not, to out.  Returns how many bodies could not be
 * written, or UINT32_MAX for no such level. */
uint32_t rewrite_module(struct wasm_module *m, const char *level,
			struct arena *a, struct buf *out);

#endif
