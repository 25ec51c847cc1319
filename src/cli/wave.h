/* cli/wave.h - calls of components as text: checked before anything runs. */
#ifndef CLI_WAVE_H
#define CLI_WAVE_H

#include "cli/cli.h"
#include "component/info.h"

/* The call "f(ARGUMENTS)" in the form firmware reads: floats as bits, no
 * comments.  *result: the type of the result, CT_NO_TYPE for none.  NULL after
 * a usage error with the column. */
const char *cli_wave_call(struct cli *c, const struct info *f,
			  const char *call, uint32_t *result);

/* Whether text of a type has numbers to be converted. */
bool cli_wave_has_floats(const struct info *f, uint32_t type);

/* A line that firmware printed for a value of the type, with decimal floats;
 * the line itself when it is none. */
const char *cli_wave_result(struct cli *c, const struct info *f,
			    uint32_t type, const char *line);

#endif
