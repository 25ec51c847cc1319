/* obj_fuzz.c - ELF files from anywhere are read or refused.
 *
 * What is read can be looked into at any address, and its code decoded.
 */
#include <setjmp.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_sink sink;
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	a.limit = (size_t)64 << 20;
	if (setjmp(oom) == 0) {
		diag_init(&sink, &a);
		const struct obj *o = obj_read(data, size, &a, &sink);
		if (o)
			look(o);
	}
	arena_fini(&a);
	return 0;
}
