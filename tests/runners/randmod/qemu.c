/* qemu.c - random modules as compiled code in QEMU: a batch becomes one suite
 * file, carried out by the core suite's target. */
#include <string.h>

#include "engine.h"
#include "spec/qemu_options.h"
#include "spec/target.h"

struct qemu_options qemu_options = { .level = 2 };

struct batch {
	struct arena *a;
	VEC(struct spec_command) commands;
	VEC(struct wasm_module *) modules;
};

static void add(struct batch *b, struct spec_command c, struct wasm_module *m)
{
	vec_push(b->a, &b->commands, c);
	vec_push(b->a, &b->modules, m);
}

static void add_call(struct batch *b, const char *name)
{
	struct spec_command c = { .type = SPEC_ACTION, .kind = "action",
				  .has_action = true };

	c.action.field = name;
	c.action.nfield = (uint32_t)strlen(name);
	add(b, c, NULL);
}

static const char *add_module(struct batch *b, const struct randmod *r,
			      struct diag_sink *s)
{
	struct wasm_module *m = arena_new(b->a, struct wasm_module);

	if (!wasm_decode(m, r->wasm.at, r->wasm.n, &wasm_default_limits, b->a,
			 s) ||
	    !wasm_validate(m, &wasm_default_limits, b->a, s))
		return "not valid";
	add(b, (struct spec_command){ .type = SPEC_MODULE, .kind = "module" },
	    m);
	for (unsigned k = 0; k < r->runs; k++)
		add_call(b, arena_printf(b->a, "run%u", k));
	add_call(b, "sum");
	return NULL;
}

/* The lines of one module; *k is its command, moved behind its calls. */
static const char *lines(const struct spec_job *job, uint32_t *k,
			 const char **why)
{
	struct buf out;

	buf_init(&out, job->arena);
	if (job->out[*k].what != SPEC_OK)
		*why = job->out[*k].detail ? job->out[*k].detail
					   : "not instantiated";
	for (++*k; *k < job->file->n && job->file->at[*k].has_action; ++*k) {
		const struct spec_outcome *o = &job->out[*k];
		buf_str(&out, job->file->at[*k].action.field);
		if (o->what == SPEC_OK && o->nvalues == 1)
			buf_printf(&out, " %016llx",
				   (unsigned long long)o->value[0].bits);
		else if (o->what == SPEC_TRAP)
			buf_printf(&out, " trap %s",
				   trap_class((enum hd_trap_kind)o->trap));
		else
			buf_printf(&out, " failed %s",
				   o->detail ? o->detail : "");
		if (engine_fuel)
			buf_printf(&out, " fuel %u", o->fuel);
		buf_str(&out, "\n");
	}
	return (const char *)out.at;
}

static const char *run(const char *name, const struct randmod *m, unsigned n,
		       const char **text, struct arena *a)
{
	struct batch b = { .a = a };
	struct diag_sink s;
	const char *why = NULL;

	diag_init(&s, a);
	qemu_options.fuel = engine_fuel;
	for (unsigned k = 0; k < n && !why; k++)
		why = add_module(&b, &m[k], &s);
	if (why)
		return why;
	struct spec_file file = { .path = "random", .dir = ".",
				  .at = b.commands.at, .n = b.commands.n };
	struct spec_job job = {
		.file = &file, .module = b.modules.at, .target = name,
		.name = "random", .arena = a, .sink = &s,
		.out = arena_array(a, struct spec_outcome, file.n),
	};
	spec_target_qemu.run(&job);
	uint32_t at = 0;
	for (unsigned k = 0; k < n && !why; k++)
		text[k] = lines(&job, &at, &why);
	return why;
}

const struct engine engine_qemu = {
	.prefix = "cortex-",
	.help = "cortex-m3 ... cortex-m55: compiled code in QEMU",
	.run = run,
};
