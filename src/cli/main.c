/* main.c - the heddle program: one command, its diagnostics, its exit status. */
#include "cli/component.h"

#include <stdio.h>
#include <string.h>

static const char *const name[CMD_COUNT] = {
#define CMD(id, name, args, purpose) [CMD_##id] = name,
#include "cli/commands.def"
};

/* NULL: not in this version. */
static int (*const run[CMD_COUNT])(struct cli *) = {
	[CMD_BUILD] = cmd_build,
	[CMD_COMPILE] = cmd_compile,
	[CMD_OPT] = cmd_opt,
	[CMD_RUN] = cmd_run,
	[CMD_INSPECT] = cmd_inspect,
	[CMD_LOWER] = cmd_lower,
	[CMD_BIND] = cmd_bind,
	[CMD_VERIFY] = cmd_verify,
};

/* The status a diagnostic stands for. */
static int status_of(enum diag_code code)
{
	switch (code) {
	case DIAG_USAGE:
		return EXIT_USAGE;
	case DIAG_IO:
	case DIAG_MEMORY:
	case DIAG_TOOL:
		return EXIT_RESOURCE;
	case DIAG_UNPROVED:
		return EXIT_UNPROVED;
	default:
		return EXIT_REJECTED;
	}
}

/* Prints what was reported.  Returns the status of the first diagnostic. */
static int finish(struct cli *c)
{
	struct buf out;
	bool json = cli_has(c, OPT_JSON);

	buf_init(&out, c->arena);
	for (uint32_t k = 0; k < c->sink->n; k++) {
		struct diag d = c->sink->at[k];
		const bool moved = cli_locate(c, &d);
		if (json) {
			diag_json(&d, c->input, &out);
			buf_str(&out, "\n");
		} else {
			diag_print(&d, c->input,
				   c->module && !moved ? wasm_excerpt : NULL,
				   c->module, &out);
		}
	}
	if (c->sink->dropped && !json)
		buf_printf(&out, "%u more errors\n", c->sink->dropped);
	fwrite(out.at, 1, out.n, stderr);
	return status_of(c->sink->at[0].code);
}

static int print(const struct buf *b)
{
	bool ok = fwrite(b->at, 1, b->n, stdout) == b->n;

	return fflush(stdout) == 0 && ok ? EXIT_DONE : EXIT_RESOURCE;
}

static int run_command(struct cli *c, int argc, char **argv)
{
	struct buf help;
	int status = EXIT_USAGE;

	if (!cli_parse(c, argc, argv))
		return finish(c);
	if (cli_has(c, OPT_HELP)) {
		buf_init(&help, c->arena);
		cli_help_command(c->cmd, &help);
		return print(&help);
	}
	uint64_t limit;
	if (cli_number(c, OPT_MAX_HOST, SIZE_MAX, SIZE_MAX - 1, &limit)) {
		c->arena->limit = (size_t)limit;
		if (run[c->cmd])
			status = run[c->cmd](c);
		else
			cli_usage(c, "%s is not available in this version",
				  name[c->cmd]);
	}
	return c->sink->n > 0 ? finish(c) : status;
}

/* What has no command: --help, --version, --completion. */
static int run_general(struct cli *c, const char *word)
{
	struct buf out;

	buf_init(&out, c->arena);
	if (!strcmp(word, "--help") || !strcmp(word, "-h") ||
	    !strcmp(word, "help"))
		cli_help(&out);
	else if (!strcmp(word, "--version"))
		buf_str(&out, "heddle " HEDDLE_VERSION_TEXT "\n");
	else if (!strcmp(word, "--completion"))
		cli_completion(&out);
	else {
		cli_usage(c, "unknown command %s", word);
		return finish(c);
	}
	return print(&out);
}

static int dispatch(struct cli *c, int argc, char **argv)
{
	if (argc < 2) {
		cli_usage(c, "no command");
		return finish(c);
	}
	for (int k = 0; k < CMD_COUNT; k++) {
		if (strcmp(argv[1], name[k]) == 0) {
			c->cmd = (enum cli_cmd)k;
			return run_command(c, argc - 2, argv + 2);
		}
	}
	return run_general(c, argv[1]);
}

int main(int argc, char **argv)
{
	static struct arena arena;
	static struct cli cli;
	static struct diag_sink sink;
	jmp_buf oom;

	arena_init(&arena, &oom);
	if (setjmp(oom)) {
		fputs("heddle: error[E0003]: out of memory\n", stderr);
		arena_fini(&arena);
		return EXIT_RESOURCE;
	}
	diag_init(&sink, &arena);
	cli = (struct cli){ .arena = &arena, .sink = &sink,
			    .input = "heddle", .self = argv[0] };
	int status = dispatch(&cli, argc, argv);
	arena_fini(&arena);
	return status;
}
