/* cli/cli.h - what the subcommands share.
 *
 * A command gets its parsed options and one arena; it reports to the sink and
 * returns; main.c prints the diagnostics and turns them into an exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/diag.h"
#include "base/vec.h"
#include "ir/ir.h"
#include "t32/target.h"
#include "wasm/module.h"

struct origin;
struct origin_part;

enum cli_exit {
	EXIT_DONE = 0,
	EXIT_REJECTED = 1,
	EXIT_USAGE = 2,
	EXIT_UNPROVED = 3,
	EXIT_RESOURCE = 4,
	EXIT_TRAPPED = 5,
	EXIT_INTERNAL = 70
};

enum cli_cmd {
#define CMD(id, name, args, purpose) CMD_##id,
#include "cli/commands.def"
	CMD_COUNT
};

enum cli_opt {
#define OPT(id, letter, name, arg, cmds, help) OPT_##id,
#include "cli/opts.def"
	OPT_COUNT
};

/* One run of the program.
 *
 *   value    per option: its argument, "" for a flag, NULL when absent
 *   arg      what is no option; with --invoke the rest are its arguments
 *   input    path of the input, for diagnostics
 *   module   set once decoded: diagnostics then show instructions
 *   component  once a component has been read, its bytes: of several inputs, what they
 *            are composed to
 *   part     what the component at hand was made of; offsets then count in it
 *   origin   set once it is linked: offsets then count in the linked module
 */
struct cli {
	struct arena *arena;
	struct diag_sink *sink;
	enum cli_cmd cmd;
	const char *value[OPT_COUNT];
	VEC(const char *) arg;
	VEC(const char *) invoke;	/* every --invoke, in order */
	const char *input;
	struct wasm_module *module;
	const uint8_t *component;
	size_t ncomponent;
	const struct origin_part *part;
	uint32_t nparts;
	const struct origin *origin;
	const char *self;	/* argv[0] */
};

/* --- opts.c -------------------------------------------------------------- */

/* Parses argv behind the command.  Returns false after a report. */
bool cli_parse(struct cli *c, int argc, char **argv);
/* The general help, or that of one command. */
void cli_help(struct buf *out);
void cli_help_command(enum cli_cmd cmd, struct buf *out);
/* Words for shell completion: commands, then options of each. */
void cli_completion(struct buf *out);
bool cli_has(const struct cli *c, enum cli_opt o);
/* The number given for o, or `otherwise`; reports when it is none or above max. */
bool cli_number(struct cli *c, enum cli_opt o, uint64_t otherwise,
		uint64_t max, uint64_t *out);
/* Which of the words (ended by NULL) is o's value; the first when absent.
 * Reports and returns -1 when none. */
int cli_choice(struct cli *c, enum cli_opt o, const char *const *words);
/* Reports wrong usage; returns false. */
/* --events as a mask, bit e for event e; 0 when it is not given.  Returns false
 * after a usage report. */
bool cli_events(struct cli *c, uint32_t *mask);
PRINTF(2, 3) bool cli_usage(struct cli *c, const char *fmt, ...);

/* --- load.c --------------------------------------------------------------- */

/* Reads, decodes and validates the input.  NULL after a report. */
struct wasm_module *cli_load(struct cli *c, const char *path);
/* The target asked for (or that of the board); NULL after a report. */
const struct target *cli_target(struct cli *c);
/* The board asked for, or the target's; checks that it runs the target's code
 * (t may be NULL when a board is named).  NULL after a report. */
const struct board *cli_board(struct cli *c, const struct target *t);

/* --- commands --------------------------------------------------------------- */

/* Each returns an exit status; when it reported something, main.c derives the
 * status from that instead. */
int cmd_compile(struct cli *c);
int cmd_build(struct cli *c);
int cmd_opt(struct cli *c);
int cmd_run(struct cli *c);
int cmd_inspect(struct cli *c);
int cmd_lower(struct cli *c);
int cmd_bind(struct cli *c);
int cmd_verify(struct cli *c);

#endif
