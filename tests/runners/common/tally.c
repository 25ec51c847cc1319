/* tally.c - counting what a runner ran. */
#include "common/tally.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"

void tally_fail(struct tally *t, const char *file, unsigned line,
		const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	t->failed++;
	buf_init(&b, t->arena);
	buf_printf(&b, "%s:%u: ", file, line);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (t->json)
		vec_push(t->arena, &t->failures, (const char *)b.at);
	else
		printf("FAIL %s\n", (const char *)b.at);
}

void tally_skip(struct tally *t, unsigned n, const char *reason)
{
	t->skipped += n;
	for (uint32_t i = 0; i < t->reasons.n; i++)
		if (strcmp(t->reasons.at[i].text, reason) == 0) {
			t->reasons.at[i].n += n;
			return;
		}
	struct tally_reason r = { arena_copy(t->arena, reason, strlen(reason)),
				  n };
	vec_push(t->arena, &t->reasons, r);
}

static void print_json(const struct tally *t)
{
	struct buf b;

	buf_init(&b, t->arena);
	buf_printf(&b, "{\"passed\":%u,\"failed\":%u,\"skipped\":%u,",
		   t->passed, t->failed, t->skipped);
	buf_str(&b, "\"reasons\":{");
	for (uint32_t i = 0; i < t->reasons.n; i++) {
		buf_str(&b, i ? "," : "");
		buf_json(&b, t->reasons.at[i].text);
		buf_printf(&b, ":%u", t->reasons.at[i].n);
	}
	buf_str(&b, "},\"failures\":[");
	for (uint32_t i = 0; i < t->failures.n; i++) {
		buf_str(&b, i ? "," : "");
		buf_json(&b, t->failures.at[i]);
	}
	buf_str(&b, "]}");
	puts((const char *)b.at);
}

int tally_end(struct tally *t)
{
	if (t->json) {
		print_json(t);
	} else {
		for (uint32_t i = 0; i < t->reasons.n; i++)
			printf("skipped %u: %s\n", t->reasons.at[i].n,
			       t->reasons.at[i].text);
		printf("%u passed, %u failed, %u skipped\n", t->passed,
		       t->failed, t->skipped);
	}
	fflush(stdout);
	return t->failed ? 1 : t->passed ? 0 : 77;
}
