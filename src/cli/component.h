/* cli/component.h - components on the command line. */
#ifndef CLI_COMPONENT_H
#define CLI_COMPONENT_H

#include "cli/cli.h"

/* The bytes of an input, so that they are read only once: standard input may
 * be one.  False after a report. */
bool cli_read(struct cli *c, const char *path, uint8_t **bytes, size_t *n);

/* cli_load from bytes. */
struct wasm_module *cli_load_bytes(struct cli *c, const uint8_t *bytes,
				   size_t n);

/* The limits the options give.  False after a report. */
bool cli_limits(struct cli *c, struct wasm_limits_opt *l);

/* heddle inspect of a component. */
int inspect_component(struct cli *c, const uint8_t *bytes, size_t n);

#endif
