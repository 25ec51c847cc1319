/* opts.c - parsing, help and completion, all from opts.def.
 *
 * Long options are not abbreviated.  A word that starts like a negative number
 * is an argument, never an option.
 */
#include "cli/cli.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
	char letter;
	const char *name, *arg, *cmds, *help;
} row[OPT_COUNT] = {
#define OPT(id, letter, name, arg, cmds, help) \
	[OPT_##id] = { letter, name, arg, cmds, help },
#include "cli/opts.def"
};

static const struct {
	const char *name, *args, *purpose;
} command[CMD_COUNT] = {
#define CMD(id, name, args, purpose) [CMD_##id] = { name, args, purpose },
#include "cli/commands.def"
};

/* The letter that stands for each command in opts.def. */
static const char cmd_letter[CMD_COUNT + 1] = "bcolrvinp";

static bool taken(const struct cli *c, enum cli_opt o)
{
	return strchr(row[o].cmds, cmd_letter[c->cmd]) != NULL;
}

bool cli_usage(struct cli *c, const char *fmt, ...)
{
	va_list ap;
	struct buf b;

	buf_init(&b, c->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	diag_report(c->sink, DIAG_USAGE, DIAG_NOWHERE, "%s", (char *)b.at);
	return false;
}

bool cli_has(const struct cli *c, enum cli_opt o)
{
	return c->value[o] != NULL;
}

/* --- parsing --------------------------------------------------------------- */

/* Words left to read. */
struct words {
	char **at;
	int n;
};

static int find_long(const char *name, size_t n)
{
	for (int o = 0; o < OPT_COUNT; o++)
		if (row[o].name && strlen(row[o].name) == n &&
		    memcmp(row[o].name, name, n) == 0)
			return o;
	return -1;
}

static int find_letter(char c)
{
	for (int o = 0; o < OPT_COUNT; o++)
		if (row[o].letter == c)
			return o;
	return -1;
}

/* Stores an option; `value` is what stood in the same word, or NULL. */
static bool set(struct cli *c, int o, const char *word, const char *value,
		struct words *w)
{
	if (o < 0)
		return cli_usage(c, "unknown option %s", word);
	if (!taken(c, (enum cli_opt)o))
		return cli_usage(c, "%s does not take %s",
				 command[c->cmd].name, word);
	if (c->value[o] && o != OPT_INVOKE)
		return cli_usage(c, "%s given twice", word);
	if (!row[o].arg && value)
		return cli_usage(c, "%s takes no value", word);
	if (row[o].arg && !value) {
		if (w->n == 0)
			return cli_usage(c, "%s needs %s", word, row[o].arg);
		value = *w->at++;
		w->n--;
	}
	c->value[o] = value ? value : "";
	if (o == OPT_INVOKE)
		vec_push(c->arena, &c->invoke, value);
	return true;
}

static bool parse_long(struct cli *c, const char *word, struct words *w)
{
	const char *eq = strchr(word, '=');
	size_t n = eq ? (size_t)(eq - word - 2) : strlen(word + 2);

	return set(c, find_long(word + 2, n), word, eq ? eq + 1 : NULL, w);
}

static bool parse_short(struct cli *c, const char *word, struct words *w)
{
	int o = find_letter(word[1]);

	return set(c, o, word, word[2] ? word + 2 : NULL, w);
}

static bool is_argument(const char *word)
{
	return word[0] != '-' || word[1] == 0 ||
	       isdigit((unsigned char)word[1]) || word[1] == '.' ||
	       strcmp(word, "-inf") == 0 || strncmp(word, "-nan", 4) == 0;
}

bool cli_parse(struct cli *c, int argc, char **argv)
{
	struct words w = { argv, argc };
	bool ended = false;

	while (w.n > 0) {
		const char *word = *w.at++;
		w.n--;
		if (ended || is_argument(word))
			vec_push(c->arena, &c->arg, word);
		else if (strcmp(word, "--") == 0)
			ended = true;
		else if (word[1] == '-' ? !parse_long(c, word, &w)
					: !parse_short(c, word, &w))
			return false;
	}
	return true;
}

bool cli_number(struct cli *c, enum cli_opt o, uint64_t otherwise,
		uint64_t max, uint64_t *out)
{
	const char *v = c->value[o];
	char *end;

	*out = otherwise;
	if (!v)
		return true;
	*out = isdigit((unsigned char)*v) ? strtoull(v, &end, 0) : max + 1;
	if (!isdigit((unsigned char)*v) || *end || *out > max)
		return cli_usage(c, "--%s: %s is not a number from 0 to %llu",
				 row[o].name, v, (unsigned long long)max);
	return true;
}

int cli_choice(struct cli *c, enum cli_opt o, const char *const *words)
{
	const char *v = c->value[o];
	struct buf b;

	if (!v)
		return 0;
	buf_init(&b, c->arena);
	for (int k = 0; words[k]; k++) {
		if (strcmp(words[k], v) == 0)
			return k;
		buf_printf(&b, "%s%s", k ? ", " : "", words[k]);
	}
	cli_usage(c, "%s%s: %s is not one of %s", row[o].name ? "--" : "-",
		  row[o].name ? row[o].name : (char[]){ row[o].letter, 0 }, v,
		  (char *)b.at);
	return -1;
}

/* --- help ------------------------------------------------------------------- */

void cli_help(struct buf *out)
{
	buf_str(out, "usage: heddle COMMAND ...\n\n");
	for (int k = 0; k < CMD_COUNT; k++)
		buf_printf(out, "  %-8s %-38s %s\n", command[k].name,
			   command[k].args, command[k].purpose);
	buf_str(out, "\n  heddle COMMAND --help    options of a command\n"
		     "  heddle --version\n"
		     "  heddle --completion      words for shell completion\n"
		     "\nexit status: 0 done, 1 input rejected, 2 wrong usage, "
		     "3 proof not established,\n4 file, resource or missing "
		     "tool, 5 guest trapped, 70 internal error\n");
}

static void help_option(const struct row *r, struct buf *out)
{
	char left[64];
	int n;

	if (r->letter && r->name)
		n = snprintf(left, sizeof left, "-%c, --%s", r->letter, r->name);
	else if (r->letter)
		n = snprintf(left, sizeof left, "-%c", r->letter);
	else
		n = snprintf(left, sizeof left, "    --%s", r->name);
	if (r->arg)
		snprintf(left + n, sizeof left - (size_t)n, "%s%s",
			 r->name ? "=" : "", r->arg);
	buf_printf(out, "  %-26s %s\n", left, r->help);
}

void cli_help_command(enum cli_cmd cmd, struct buf *out)
{
	buf_printf(out, "usage: heddle %s %s [OPTION...]\n\n%s\n\n",
		   command[cmd].name, command[cmd].args, command[cmd].purpose);
	for (int o = 0; o < OPT_COUNT; o++)
		if (strchr(row[o].cmds, cmd_letter[cmd]))
			help_option(&row[o], out);
}

void cli_completion(struct buf *out)
{
	for (int k = 0; k < CMD_COUNT; k++) {
		buf_str(out, command[k].name);
		for (int o = 0; o < OPT_COUNT; o++) {
			if (!strchr(row[o].cmds, cmd_letter[k]))
				continue;
			if (row[o].letter)
				buf_printf(out, " -%c", row[o].letter);
			if (row[o].name)
				buf_printf(out, " --%s%s", row[o].name,
					   row[o].arg ? "=" : "");
		}
		buf_str(out, "\n");
	}
}
