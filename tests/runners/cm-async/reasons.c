/* reasons.c - is that the trap the suite means? */
#include <string.h>

#include "base/vec.h"
#include "cm-async/cm.h"

static const struct text {
	const char *id, *text;
} texts[] = {
#define HD_TRAP(id, code, text) { #id, text },
#include "heddle/trap.def"
};

/* " A B": ids, each behind a blank. */
static const struct reason {
	const char *message, *ids;
} reasons[] = {
#define T(id) " " #id
#define R(message, ids) { message, ids " " },
#include "cm-async/reasons.def"
};

static bool has(const char *ids, const char *id)
{
	const char *p = ids;
	size_t n = strlen(id);

	while ((p = strstr(p, id))) {
		if (p > ids && p[-1] == ' ' && p[n] == ' ')
			return true;
		p += n;
	}
	return false;
}

/* The id of a trap's wording, which may be followed by where it was. */
static const char *id_of(const char *trap)
{
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		size_t n = strlen(texts[k].text);
		if (!strncmp(trap, texts[k].text, n) &&
		    (!trap[n] || !strncmp(trap + n, " in function", 12) ||
		     !strncmp(trap + n, " at wasm", 8)))
			return texts[k].id;
	}
	return NULL;
}

bool cm_reason(const char *message, const char *trap)
{
	static const char wasm_trap[] = "wasm trap: ";
	const char *id = id_of(trap);

	if (!strncmp(message, wasm_trap, sizeof wasm_trap - 1))
		message += sizeof wasm_trap - 1;
	for (size_t k = 0; id && k < ARRAY_LEN(reasons); k++)
		if (!strcmp(message, reasons[k].message))
			return has(reasons[k].ids, id);
	return false;
}
