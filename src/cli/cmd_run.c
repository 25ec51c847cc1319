/* cmd_run.c - heddle run: in QEMU, with streams on this program's own.
 *
 * The image's main takes the call on its semihosting command line and prints
 * results one to a line, floats as raw bits; traps go to its standard error.
 * This file turns arguments into bits and bits into text.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/elf_image.h"
#include "cli/image.h"
#include "cli/component.h"
#include "cli/tool.h"
#include "cli/trap.h"
#include "cli/value.h"
#include "cli/wave.h"
#include "component/info.h"
#include "wasm/intrinsic.h"

#define QEMU "qemu-system-arm"
#define QEMU_PACKAGE "qemu-system-arm"

/* Statuses of the firmware's main. */
enum { MAIN_USAGE = 2, MAIN_TRAP = 5, MAIN_PANIC = 99 };
/* Most words it takes. */
enum { MAX_ARGS = 16 };

/* What is to be called. */
struct call {
	const char *name;	/* NULL: nothing, just run */
	const char *sig;
	VEC(const char *) arg;	/* as given */
};

/* --- which export ------------------------------------------------------------------ */

static const char *signature(struct cli *c, const struct wasm_module *m,
			     const struct wasm_export *e)
{
	return wasm_type_text(&m->types.at[m->funcs.at[e->index].type],
			      c->arena);
}

static bool imports(const struct wasm_module *m, enum intrinsic which)
{
	for (uint32_t f = 0; f < m->nimported[WASM_FUNC]; f++)
		if (intrinsic_of(m, f) == (int)which)
			return true;
	return false;
}

/* Streams are plain numbers in core modules: what an export takes follows
 * from the intrinsics it can reach. */
static bool takes_streams(const char *sig, bool in, bool out)
{
	return in && out ? strncmp(sig, "ii:", 3) == 0
			 : (in || out) && strncmp(sig, "i:", 2) == 0;
}

static void default_call(struct cli *c, const struct wasm_module *m,
			 struct call *call)
{
	bool in = imports(m, INTRINSIC_stream_read);
	bool out = imports(m, INTRINSIC_stream_write);
	const struct wasm_export *found = NULL, *start = NULL;
	unsigned n = 0;

	for (uint32_t k = 0; k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind != WASM_FUNC)
			continue;
		const char *sig = signature(c, m, e);
		if (*e->name != '_' && takes_streams(sig, in, out) && ++n)
			found = e;
		if ((!strcmp(e->name, "_start") || !strcmp(e->name, "run")) &&
		    *sig == ':' && (!start || *e->name == '_'))
			start = e;
	}
	const struct wasm_export *e = n == 1 ? found : start;
	if (!e)
		return;
	call->name = e->name;
	call->sig = signature(c, m, e);
	if (n == 1 && in)
		vec_push(c->arena, &call->arg, "@stdin");
	if (n == 1 && out)
		vec_push(c->arena, &call->arg, "@stdout");
}

static bool unknown_export(struct cli *c, const struct wasm_module *m,
			   const char *name)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (uint32_t k = 0; k < m->exports.n; k++)
		if (m->exports.at[k].kind == WASM_FUNC)
			buf_printf(&b, " %s", m->exports.at[k].name);
	return cli_usage(c, "%s; exported functions:%s",
			 name ? arena_printf(c->arena, "no function %s", name)
			      : "nothing to call: use --invoke NAME",
			 b.n ? (char *)b.at : " none");
}

static bool find_call(struct cli *c, const struct wasm_module *m,
		      struct call *call)
{
	const char *name = c->value[OPT_INVOKE];

	*call = (struct call){ 0 };
	if (!name)
		default_call(c, m, call);
	for (uint32_t k = 0; name && k < m->exports.n; k++) {
		const struct wasm_export *e = &m->exports.at[k];
		if (e->kind == WASM_FUNC && strcmp(e->name, name) == 0) {
			call->name = name;
			call->sig = signature(c, m, e);
		}
	}
	for (uint32_t k = 1; k < c->arg.n; k++)
		vec_push(c->arena, &call->arg, c->arg.at[k]);
	return call->name || unknown_export(c, m, name);
}

/* Arguments as the firmware takes them. */
static bool encode(struct cli *c, const struct call *call, tool_argv *out)
{
	uint32_t want = (uint32_t)strcspn(call->sig, ":");

	if (want != call->arg.n)
		return cli_usage(c, "%s takes %u arguments (%s), not %u",
				 call->name, want, call->sig, call->arg.n);
	if (want > MAX_ARGS || strchr(call->name, ' '))
		return cli_usage(c, "%s cannot be called from here",
				 call->name);
	for (uint32_t k = 0; k < want; k++) {
		const char *text = call->arg.at[k];
		uint64_t bits;
		if (*text == '@' && call->sig[k] == 'i') {
			vec_push(c->arena, out, text);
			continue;
		}
		if (!value_parse(call->sig[k], text, &bits))
			return cli_usage(c, "argument %u: %s is not of type %s",
					 k + 1, text,
					 type_name(type_of_letter(call->sig[k])));
		vec_push(c->arena, out,
			 arena_printf(c->arena, "0x%llx",
				      (unsigned long long)bits));
	}
	return true;
}

/* --- what came of it ------------------------------------------------------------------ */

static int conclude(struct cli *c, const struct pipeline *p, int status,
		    struct buf *err)
{
	buf_u8(err, 0);
	if (status == MAIN_TRAP && trap_report(c, p, (const char *)err->at))
		return EXIT_TRAPPED;
	fputs((const char *)err->at, stderr);
	switch (status) {
	case 0:
		return EXIT_DONE;
	case MAIN_USAGE:
		return EXIT_USAGE;
	case MAIN_PANIC:
		return EXIT_INTERNAL;
	case 128 + SIGKILL:
		fprintf(stderr, cli_has(c, OPT_JSON) ? "{\"stopped\":true}\n" :
				"%s: stopped: out of time\n", c->input);
		return EXIT_RESOURCE;
	case 128 + SIGINT:
		return EXIT_RESOURCE;
	default:
		diag_report(c->sink, DIAG_TOOL, DIAG_NOWHERE,
			    "the simulator ended with status %d", status);
		return EXIT_RESOURCE;
	}
}

/* --- running ---------------------------------------------------------------------------- */

static bool has_floats(const struct call *call)
{
	const char *r = call->sig ? strchr(call->sig, ':') : NULL;

	return r && strpbrk(r, "fd") != NULL;
}

/* The last lines are results: floats become text. */
static void print_results(struct buf *out)
{
	const char *p = (const char *)out->at, *end = p + out->n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl - p) : (size_t)(end - p);
		char text[40];
		if (value_text(p, n, text, sizeof text))
			puts(text);
		else
			fwrite(p, 1, n + (nl != NULL), stdout);
		p += n + (nl != NULL);
	}
	fflush(stdout);
}

static void qemu_args(struct cli *c, tool_argv *v, const struct board *b,
		      const char *elf, const tool_argv *words)
{
	struct buf s;

	tool_words(c, v, "-M");
	vec_push(c->arena, v, b->name);
	tool_words(c, v, "-nographic -monitor none -serial none "
			 "-semihosting-config");
	buf_init(&s, c->arena);
	buf_str(&s, "enable=on,target=native");
	for (uint32_t k = 0; k < words->n; k++) {
		buf_str(&s, ",arg=");
		for (const char *p = words->at[k]; *p; p++)
			buf_printf(&s, *p == ',' ? ",," : "%c", *p);
	}
	buf_u8(&s, 0);
	vec_push(c->arena, v, (char *)s.at);
	tool_words(c, v, "-kernel");
	vec_push(c->arena, v, elf);
}

/* *out gets the output, unless it is NULL: then it goes where it should. */
static int run_image(struct cli *c, const struct board *b, const char *elf,
		     const tool_argv *words, struct buf *out, struct buf *err)
{
	const char *qemu = tool_find(c, QEMU, QEMU_PACKAGE);
	tool_argv v = { 0 };
	uint64_t seconds;

	if (!qemu || !cli_number(c, OPT_TIMEOUT, 0, 1000000, &seconds))
		return -1;
	vec_push(c->arena, &v, qemu);
	qemu_args(c, &v, b, elf, words);
	return tool_run(c, &v, out, err, (unsigned)seconds);
}

static int simulate(struct cli *c, const struct pipeline *p,
		    const struct board *b, const char *elf,
		    const struct call *call)
{
	tool_argv words = { 0 };
	struct buf err, out;

	if (call->name) {
		tool_words(c, &words, "invoke");
		vec_push(c->arena, &words, call->name);
		if (!encode(c, call, &words))
			return EXIT_USAGE;
	}
	bool filter = has_floats(call);
	buf_init(&err, c->arena);
	buf_init(&out, c->arena);
	int status = run_image(c, b, elf, &words, filter ? &out : NULL, &err);
	if (filter)
		print_results(&out);
	return status < 0 ? EXIT_RESOURCE : conclude(c, p, status, &err);
}

/* --- components -------------------------------------------------------------------------- */

/* Bytes that end a word on the firmware's command line, as %XX. */
static const char *one_word(struct cli *c, const char *text)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		buf_printf(&b, *p <= ' ' || *p == '%' || *p >= 127 ? "%%%02x" :
			       "%c", *p);
	buf_u8(&b, 0);
	return (char *)b.at;
}

/* NAME and its arguments as words, or all of it as one. */
static const char *component_call(struct cli *c, const char *name)
{
	struct buf b;

	if (strchr(name, '('))
		return name;
	buf_init(&b, c->arena);
	buf_printf(&b, "%s(", name);
	for (uint32_t k = 1; k < c->arg.n; k++)
		buf_printf(&b, "%s%s", k > 1 ? ", " : "", c->arg.at[k]);
	buf_printf(&b, ")%c", 0);
	return (char *)b.at;
}

static bool is_byte_stream(const struct info *f, uint32_t type)
{
	const struct ct_type *t = type == CT_NO_TYPE ? NULL :
						       ct_get(&f->types, type);

	return t && t->kind == CT_STREAM && t->elem == CT_U8;
}

/* What is called when nothing is named: the only export that takes or returns
 * a stream of bytes, else run without parameters. */
static const char *component_default(struct cli *c, const struct info *f)
{
	const char *streams = NULL, *run = NULL;
	unsigned n = 0;

	for (uint32_t k = 0; k < f->exports.n; k++) {
		const struct info_export *e = &f->exports.at[k];
		const struct ct_type *t =
			ct_get(&f->types, f->funcs.at[e->func].type);
		bool in = t->n == 1 && is_byte_stream(f, t->item[0].type);
		const char *name = arena_printf(
			c->arena, "%.*s%s%.*s", (int)e->interface.n,
			e->interface.at, e->interface.n ? "#" : "",
			(int)e->name.n, e->name.at);
		if ((in || (t->n == 0 && is_byte_stream(f, t->elem))) && ++n)
			streams = arena_printf(c->arena, "%s(%s)", name,
					       in ? "@stdin" : "");
		if (t->n == 0 && e->name.n == 3 && !memcmp(e->name.at, "run", 3))
			run = arena_printf(c->arena, "%s()", name);
	}
	return n == 1 ? streams : run;
}

/* The types of the results of calls, in order. */
typedef VEC(uint32_t) result_types;

/* One line for each result, which calls of component functions print; floats
 * come as bits. */
static void print_values(struct cli *c, const struct info *f,
			 const result_types *types, struct buf *out)
{
	char *p = (char *)out->at;

	buf_u8(out, 0);
	p = (char *)out->at;
	for (uint32_t k = 0; k < types->n && *p; k++) {
		char *end = strchr(p, '\n');
		if (types->at[k] == CT_NO_TYPE)
			continue;
		if (!end)
			break;
		*end = 0;
		puts(cli_wave_result(c, f, types->at[k], p));
		p = end + 1;
	}
	fputs(p, stdout);
}

static int run_values(struct cli *c, const struct pipeline *p,
		      const struct board *b, const char *elf,
		      const tool_argv *words, const result_types *types)
{
	struct buf err, out;
	bool filter = false;

	for (uint32_t k = 0; p->info && k < types->n; k++)
		filter |= cli_wave_has_floats(p->info, types->at[k]);
	buf_init(&err, c->arena);
	buf_init(&out, c->arena);
	int status = run_image(c, b, elf, words, filter ? &out : NULL, &err);
	if (filter)
		print_values(c, p->info, types, &out);
	return status < 0 ? EXIT_RESOURCE : conclude(c, p, status, &err);
}

/* The text of a call, checked against the component's types, and the type of
 * its result.  An image (no info) checks the text when it runs. */
static const char *checked_call(struct cli *c, const struct pipeline *p,
				const char *text, uint32_t *type)
{
	if (p->info)
		return cli_wave_call(c, p->info, text, type);
	*type = CT_NO_TYPE;
	return text;
}

static int run_component(struct cli *c, const struct pipeline *p,
			 const struct board *b, const char *elf)
{
	tool_argv words = { 0 };
	result_types types = { 0 };
	const char *call;
	uint32_t type;

	for (uint32_t k = 0; k < c->invoke.n; k++) {
		call = checked_call(c, p, component_call(c, c->invoke.at[k]),
				    &type);
		if (!call)
			return EXIT_USAGE;
		vec_push(c->arena, &types, type);
		vec_push(c->arena, &words, "invoke");
		vec_push(c->arena, &words, one_word(c, call));
	}
	if (!words.n && p->info) {
		call = component_default(c, p->info);
		if (!call) {
			cli_usage(c, "nothing to call: use --invoke "
				  "'NAME(ARGUMENTS)'");
			return EXIT_USAGE;
		}
		vec_push(c->arena, &words, "invoke");
		vec_push(c->arena, &words, one_word(c, call));
	}
	return run_values(c, p, b, elf, &words, &types);
}

/* --- inputs ------------------------------------------------------------------------------- */

/* --invoke 'NAME(ARGUMENTS)', as components have it, leaves all words to be
 * inputs; with --invoke NAME those behind the first are its arguments. */
static uint32_t input_files(const struct cli *c)
{
	return !c->invoke.n || strchr(c->invoke.at[0], '(') ? c->arg.n : 1;
}

static int run_wasm(struct cli *c, struct pipeline *p, const struct board *b)
{
	struct call call;
	const char *dir;

	if (!pipeline_compile(c, input_files(c), b, p))
		return EXIT_REJECTED;
	if (!p->info && c->invoke.n > 1)
		return cli_usage(c, "--invoke given twice"), EXIT_USAGE;
	if ((!p->info && !find_call(c, p->wasm, &call)) ||
	    !(dir = image_dir(c)))
		return EXIT_REJECTED;
	const char *elf = arena_printf(c->arena, "%s/app.elf", dir);
	int status = EXIT_REJECTED;
	if (image_link(c, p, b, dir, elf))
		status = p->info ? run_component(c, p, b, elf) :
				   simulate(c, p, b, elf, &call);
	image_done(c, dir);
	return status;
}

static bool has_components(const struct obj *o)
{
	for (uint32_t k = 0; k < o->symbols.n; k++)
		if (!strcmp(o->symbols.at[k].name, "hd_components") &&
		    o->symbols.at[k].section != OBJ_UNDEFINED)
			return true;
	return false;
}

/* An image: its own tables say what can be called, and which board it is for
 * unless an option does. */
static int run_elf(struct cli *c, const struct board *b)
{
	struct pipeline none = { 0 };
	struct call call = { .name = c->value[OPT_INVOKE] };

	c->input = c->arg.at[0];
	if (cli_has(c, OPT_MPU))
		return cli_usage(c, "--mpu is for what is compiled; this is an "
				 "image"), EXIT_USAGE;
	const struct obj *o = elf_read(c, c->input);
	if (!o)
		return EXIT_REJECTED;
	if (!cli_has(c, OPT_TARGET) && !cli_has(c, OPT_BOARD))
		b = elf_board(o);
	if (!b) {
		diag_report(c->sink, DIAG_TARGET, DIAG_NOWHERE,
			    "the image fits no board");
		return EXIT_REJECTED;
	}
	none.origin = elf_origin(o, c->arena);
	if (has_components(o))
		return run_component(c, &none, b, c->input);
	for (uint32_t k = 1; k < c->arg.n; k++)
		vec_push(c->arena, &call.arg, c->arg.at[k]);
	if (call.name && !(call.sig = elf_export(o, call.name, c->arena)))
		return cli_usage(c, "no function %s in the image", call.name),
		       EXIT_USAGE;
	return simulate(c, &none, b, c->input, &call);
}

int cmd_run(struct cli *c)
{
	struct pipeline p = { 0 };

	if (c->arg.n == 0)
		return cli_usage(c, "run needs an input file"), EXIT_USAGE;
	const struct target *t = cli_target(c);
	const struct board *b = t ? cli_board(c, t) : NULL;
	if (!b)
		return EXIT_USAGE;
	int status = elf_is(c->arg.at[0]) ? run_elf(c, b)
					   : run_wasm(c, &p, b);
	return status;
}
