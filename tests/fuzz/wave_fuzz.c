/* wave_fuzz.c - any text as a value of any type.
 *
 * The first line is a type, the rest a value.  What is read prints; what is
 * printed reads back and prints the same.
 */
#include <stdlib.h>
#include <string.h>

#include "component/wavetext.h"
#include "component/witworld.h"
#include "fuzz.h"

static void value(const struct hd_type *t, const char *text, uint8_t encoding,
		  struct arena *a)
{
	uint8_t *at = arena_alloc(a, t->size), *again;
	struct wavetext w;
	struct buf first, second;

	wavetext_init(&w, a);
	w.wave.encoding = encoding;
	buf_init(&first, a);
	buf_init(&second, a);
	if (!wavetext_read(&w, t, text, at)) {
		if (!w.wave.error || w.wave.at < text ||
		    w.wave.at > text + strlen(text))
			abort();
		return;
	}
	if (!wavetext_print(&w, t, at, &first))
		abort();
	buf_u8(&first, 0);
	again = arena_alloc(a, t->size);
	if (strchr((char *)first.at, '@'))
		return;		/* handles are not read back */
	if (!wavetext_read(&w, t, (char *)first.at, again) ||
	    !wavetext_print(&w, t, again, &second))
		abort();
	buf_u8(&second, 0);
	if (strcmp((char *)first.at, (char *)second.at) != 0)
		abort();
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct ct_table *types = arena_new(a, struct ct_table);
	char *text = arena_copy(a, data, n);
	const char *line = strchr(text, '\n');
	struct diag_sink s;
	struct hd_types h;

	if (!line)
		return;
	diag_init(&s, a);
	ct_init(types, a);
	struct wit_reader r = { .base = text, .at = text, .end = line,
				.types = types, .sink = &s };
	uint32_t type = wit_type(&r);
	if (r.bad || type == CT_NO_TYPE || ct_get(types, type)->size > 1 << 20)
		return;
	hd_types_init(&h, types, a);
	value(hd_type_get(&h, type), line + 1, (uint8_t)(n % 3), a);
}
