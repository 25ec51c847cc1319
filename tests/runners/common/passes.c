/* passes.c - a level or names of passes. */
#include "common/passes.h"

#include <stdio.h>
#include <string.h>

static bool is_level(const char *text)
{
	return text[0] >= '0' && text[0] <= '9';
}

bool passes_known(const char *text)
{
	for (const char *p = text; *p && !is_level(text);) {
		size_t n = strcspn(p, ",");
		if (opt_find(p, n) == OPT_PASSES) {
			fprintf(stderr, "no pass %.*s\n", (int)n, p);
			return false;
		}
		p += n + (p[n] == ',');
	}
	return *text != 0;
}

struct opt_options passes_options(const char *text)
{
	return (struct opt_options){
		.level = is_level(text) ? text[0] - '0' : 0,
		.passes = is_level(text) ? NULL : text,
		.check = true,
	};
}
