/* events.c - the option --events: names or numbers, separated by commas. */
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"
#include "ir/events.h"

static int find(const char *word, size_t n)
{
	if (n == 1 && isdigit((unsigned char)*word))
		return *word - '0' < IR_EVENTS ? *word - '0' : -1;
	for (int k = 0; k < IR_EVENTS; k++)
		if (strlen(ir_event_name[k]) == n &&
		    memcmp(ir_event_name[k], word, n) == 0)
			return k;
	return -1;
}

static bool unknown(struct cli *c, const char *word, size_t n)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (int k = 0; k < IR_EVENTS; k++)
		buf_printf(&b, "%s%s", k ? ", " : "", ir_event_name[k]);
	return cli_usage(c, "--events: %.*s is not one of %s", (int)n, word,
			 (char *)b.at);
}

bool cli_events(struct cli *c, uint32_t *mask)
{
	const char *v = c->value[OPT_EVENTS];

	*mask = 0;
	while (v) {
		size_t n = strcspn(v, ",");
		int e = find(v, n);
		if (e < 0)
			return unknown(c, v, n);
		*mask |= UINT32_C(1) << e;
		v = v[n] ? v + n + 1 : NULL;
	}
	if (cli_has(c, OPT_CHECK_EVENTS) && !*mask && c->cmd != CMD_BUILD)
		return cli_usage(c, "--check-events needs --events LIST");
	return true;
}
