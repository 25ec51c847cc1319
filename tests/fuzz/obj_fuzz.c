/* obj_fuzz.c - ELF files from anywhere are read or refused.
 *
 * What is read can be looked into at any address, and its code decoded.
 */
#include "fuzz.h"
#include "obj/obj.h"
#include "t32/print.h"

static void look(const struct obj *o)
{
	struct t32_insn in;
	char text[128];

	for (uint32_t i = 0; i < o->sections.n; i++) {
		const struct obj_section *s = &o->sections.at[i];

		if (!(s->flags & OBJ_EXEC))
			continue;
		for (size_t at = 0; at < s->bytes.n; at += 2)
			if (t32_decode(s->bytes.at + at, s->bytes.n - at, &in))
				t32_print(text, sizeof text, &in, T32_AL);
		obj_memory(o, s->address, 4);
	}
	for (uint32_t i = 0; i < o->symbols.n; i++)
		obj_find(o, o->symbols.at[i].name);
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct diag_sink sink;
	const struct obj *o;

	diag_init(&sink, a);
	o = obj_read(data, n, a, &sink);
	if (o)
		look(o);
}
