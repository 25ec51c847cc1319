/* inspect_trap.c - heddle inspect --trap: what firmware meant by an offset. */
#include "base/file.h"
#include "cli/component.h"
#include "cli/elf_image.h"
#include "cli/trap.h"

/* Of an object or image; NULL after a report. */
static const struct origin *of_elf(struct cli *c)
{
	const struct origin *origin;
	const struct obj *o;
	uint8_t *bytes;
	size_t n;

	if (!cli_read(c, c->arg.at[0], &bytes, &n) ||
	    !(o = obj_read(bytes, n, c->arena, c->sink)))
		return NULL;
	origin = elf_origin(o, c->arena);
	if (!origin)
		diag_report(c->sink, DIAG_OBJECT, DIAG_NOWHERE,
			    "it has no table of places: what is made of a core "
			    "module has none, its offsets are the module's");
	return origin;
}

/* Of components: they are linked as build links them. */
static const struct origin *of_inputs(struct cli *c)
{
	const struct origin *origin;

	if (!cli_load_linked(c, c->arg.n))
		return NULL;
	origin = c->origin;
	if (!origin)
		cli_usage(c, "--trap: of a core module, offsets are its own");
	return origin;
}

int inspect_trap(struct cli *c)
{
	const struct origin *o;
	struct buf out;
	uint64_t at;

	if (!cli_number(c, OPT_TRAP, 0, UINT32_MAX, &at))
		return EXIT_USAGE;
	o = c->arg.n == 1 && elf_is(c->arg.at[0]) ? of_elf(c) : of_inputs(c);
	if (!o)
		return EXIT_REJECTED;
	cli_inputs_done(c);
	buf_init(&out, c->arena);
	if (!trap_place(c, o, (uint32_t)at, &out))
		return cli_usage(c, "--trap: no code is at that offset"),
		       EXIT_USAGE;
	return file_write("-", out.at, out.n, false, c->sink) ? EXIT_DONE :
								EXIT_RESOURCE;
}
