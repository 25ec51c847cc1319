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

/* Reads inputs a command got as arguments, from..to-1: one component, or
 * several composed into one by the names of what they import and export; core
 * modules of the canon core dialect (--types may say more) are replaced by the
 * components they stand for.  A single input that is a core module of another
 * kind is left alone.  False after a report: --types without a module of that
 * dialect is one. */
bool cli_read_parts(struct cli *c, uint32_t from, uint32_t to,
		    uint8_t **bytes, size_t *n);

/* The core module a component is linked to; NULL after a report. */
struct linked *cli_link(struct cli *c, const uint8_t *bytes, size_t n);

/* A report whose offset or function counts in something made of the inputs
 * gets its place in the input it comes from.  Returns whether it was one. */
bool cli_locate(const struct cli *c, struct diag *d);
/* No more reports are about the inputs. */
void cli_inputs_done(struct cli *c);

/* cli_load of the first `files` arguments (cli_read_parts); of a component, of
 * what it is linked to. */
struct wasm_module *cli_load_linked(struct cli *c, uint32_t files);

/* The limits the options give.  False after a report. */
bool cli_limits(struct cli *c, struct wasm_limits_opt *l);

/* heddle inspect --trap: returns an exit status. */
int inspect_trap(struct cli *c);

/* heddle inspect of a component. */
int inspect_component(struct cli *c, const uint8_t *bytes, size_t n);

#endif
