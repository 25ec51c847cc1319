/* names.c - the custom section "name": module and function names.
 * Source: WebAssembly core specification 3.0, appendix "Custom Sections". */
#include <string.h>

#include "wasm/decode.h"

enum { NAMES_MODULE = 0, NAMES_FUNCTION = 1 };

/* A name that is a C string, or NULL. */
static const char *read_c_name(struct reader *r, struct arena *a)
{
	uint32_t n;
	const char *s = reader_name(r, a, &n);

	return r->bad || !n || strlen(s) != n ? NULL : s;
}

static void function_names(struct wasm_module *m, struct reader *r,
			   struct arena *a)
{
	uint32_t n = reader_u32(r);

	for (uint32_t i = 0; i < n && !r->bad; i++) {
		uint32_t index = reader_u32(r);
		const char *name = read_c_name(r, a);
		if (name && index < m->funcs.n && !m->funcs.at[index].name)
			m->funcs.at[index].name = name;
	}
}

void decode_names(struct wasm_module *m, const struct wasm_custom *c,
		  struct arena *a)
{
	struct reader r = {
		.at = m->bytes + c->begin,
		.end = m->bytes + c->begin + c->n,
		.base = m->bytes,
	};

	while (!r.bad && r.at < r.end) {
		uint8_t id = reader_u8(&r);
		struct reader sub = reader_sub(&r, reader_u32(&r));
		if (id == NAMES_MODULE && !m->name)
			m->name = read_c_name(&sub, a);
		else if (id == NAMES_FUNCTION)
			function_names(m, &sub, a);
	}
}
