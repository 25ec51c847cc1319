/* runners/common/passes.h - --opt of the runners: a level or names of passes. */
#ifndef COMMON_PASSES_H
#define COMMON_PASSES_H

#include <stdbool.h>

#include "opt/opt.h"

/* Is it a level ("2"), or names of passes ("fold,gvn")?  If not, says which name
 * is none, on stderr: a misspelt pass must not pass. */
bool passes_known(const char *text);

/* What to run for it, with all checks of the pass manager; keeps text. */
struct opt_options passes_options(const char *text);

#endif
