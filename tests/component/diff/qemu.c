/* qemu.c - adapters as compiled code in QEMU: the linked modules of a batch in
 * one image with firmware/adapter_main.c. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "common/firmware.h"
#include "diff.h"
#include "firmware/adapter_steps.h"
#include "obj/module.h"

enum { TIMEOUT = 120, ANSWER = 40, STEP = 24 + 8 * ADAPTER_ARGS };
_Static_assert(sizeof(struct adapter_answer) == ANSWER &&
	       sizeof(struct adapter_step) == STEP &&
	       (int)ADAPTER_ARGS == (int)MAX_ARGS,
	       "the same on both sides");

struct fw_image {
	const struct target *t;
	unsigned level;
	struct subject *s;
	uint32_t n;
	struct arena *a;
	struct diag_sink *sink;
	struct buf text;		/* list of modules, stubs */
	VEC(const char *) inputs;	/* objects */
};

static const char *path(struct fw_image *im, const char *name)
{
	return arena_printf(im->a, "%s/%s", fw_temp_dir(im->a), name);
}

/* --- building --------------------------------------------------------------------- */

/* Where the calls of one import go, with what its name says. */
static void stub(struct fw_image *im, const char *symbol, const char *name)
{
	const struct import i = import_of(name);
	static const char *const to[] = {
		[IMPORT_MOVE] = "adapter_move",
		[IMPORT_NO_LEAVE] = "adapter_no_leave",
		[IMPORT_BAD_VALUE] = "adapter_bad_value",
		[IMPORT_WALL] = "adapter_wall",
		[IMPORT_NO_WALL] = "adapter_no_wall",
		[IMPORT_NOT_CALLED] = "adapter_not_called",
	};

	buf_printf(&im->text, "\t.global %s\n\t.thumb_func\n%s:\n", symbol,
		   symbol);
	if (i.kind == IMPORT_MOVE)
		buf_printf(&im->text, "\tmov r1, #%u\n\tmov r2, #%u\n"
			   "\tmov r3, #%u\n", i.move, i.from, i.to);
	if (i.kind == IMPORT_NO_LEAVE)
		buf_printf(&im->text, "\tmov r1, #%u\n", i.to);
	if (i.kind == IMPORT_WALL)
		buf_printf(&im->text, "\tmov r0, #%u\n", i.to);
	buf_printf(&im->text, "\tb.w %s\n", to[i.kind]);
}

/* Compiles one module to an object file; false after a report. */
static bool compile(struct fw_image *im, const struct subject *s, uint32_t k)
{
	const struct compile_options co = {
		.gen = { .target = im->t, .plain = im->level == 0 },
		.level = im->level, .jobs = 1, .limit = SIZE_MAX,
	};
	const struct ir_options o = { .max_memory = MEMORY };
	struct module_names names;
	struct ir_module mod;
	struct compiled c;
	struct buf elf;

	module_names(s->wasm, arena_printf(im->a, "m%u", k), im->a, &names);
	ir_module_init(&mod, s->wasm, &o, im->a);
	if (!t32_compile_module(&mod, &co, im->a, im->sink, &c))
		return false;
	buf_init(&elf, im->a);
	if (!obj_write_elf(module_object(&mod, &c, &names, NULL, im->a), &elf,
			   im->sink))
		return false;
	for (uint32_t i = 0; i < s->wasm->imports.n; i++)
		stub(im, names.import[i], s->wasm->imports.at[i].name);
	const char *p = path(im, arena_printf(im->a, "m%u.o", k));
	vec_push(im->a, &im->inputs, p);
	return file_write(p, elf.at, elf.n, false, im->sink);
}

static bool assemble(struct fw_image *im)
{
	const char *s = path(im, "stubs.s"), *o = path(im, "stubs.o");
	const char *const argv[] = {
		"arm-none-eabi-gcc", arena_printf(im->a, "-mcpu=%s", im->t->cpu),
		im->t->hard_float ? "-mfloat-abi=hard" : "-mfloat-abi=soft",
		"-mthumb", "-c", s, "-o", o, NULL
	};

	buf_str(&im->text, "\t.section .rodata\n\t.p2align 2\n"
		"\t.global adapter_modules\nadapter_modules:\n");
	for (uint32_t k = 0; k < im->n; k++)
		buf_printf(&im->text, "\t.word m%u_module\n", k);
	vec_push(im->a, &im->inputs, o);
	if (!file_write(s, im->text.at, im->text.n, false, im->sink))
		return false;
	struct fw_result r = fw_run(argv, NULL, 0, 60, im->a);
	return r.ran && r.status == 0;
}

/* The image; ends the program when there is none. */
static const char *build(struct fw_image *im)
{
	const char *elf = path(im, "adapters.elf");

	buf_init(&im->text, im->a);
	buf_str(&im->text, "\t.syntax unified\n\t.text\n");
	for (uint32_t k = 0; k < im->n; k++)
		if (!compile(im, &im->s[k], k)) {
			*im->s[k].sink = *im->sink;
			subject_die(&im->s[k], "not compiled");
		}
	const char *why = assemble(im) ?
		fw_link(im->t, "adapter_main", im->inputs.at, im->inputs.n,
			elf, im->a) : "stubs not assembled";
	if (why)
		subject_die(&im->s[0], why);
	return elf;
}

/* --- steps ------------------------------------------------------------------------ */

static uint32_t export_index(const struct subject *s, const char *name)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < s->wasm->exports.n; k++) {
		if (s->wasm->exports.at[k].kind != WASM_FUNC)
			continue;
		if (!strcmp(s->wasm->exports.at[k].name, name))
			return n;
		n++;
	}
	subject_die(s, "the adapter is not exported");
}

static void put_steps(struct fw_image *im, struct buf *in)
{
	for (uint32_t k = 0; k < im->n; k++)
		for (uint32_t i = 0; i < im->s[k].transfers.n; i++) {
			const struct transfer *t = im->s[k].transfers.at[i];
			struct adapter_step st = {
				.module = k, .from = t->from, .size = MEMORY,
				/* the runtime lifts walls around copies */
				.wall = im->s[k].walls &&
					strncmp(t->name, "[copy]", 6) != 0,
				.export = export_index(&im->s[k], t->name) };
			memcpy(st.arg, t->arg, sizeof st.arg);
			buf_put(in, &st, sizeof st);
			buf_put(in, t->before[1], MEMORY);
			buf_put(in, t->before[2], MEMORY);
		}
}

/* Compares one answer; false when there is none. */
static bool take(const struct subject *s, const struct transfer *t,
		 const struct buf *out, size_t *at)
{
	struct adapter_answer a;

	if (out->n - *at < sizeof a + 2 * MEMORY)
		return false;
	memcpy(&a, out->at + *at, sizeof a);
	uint8_t *memory = out->at + *at + sizeof a;
	*at += sizeof a + 2 * MEMORY;
	struct seen seen = {
		.trapped = a.trap != HD_TRAP_NONE, .result = a.result,
		.moves = { a.moves, a.hash }, .wrong = a.wrong != 0,
		.locked = a.locked, .after = { NULL, memory, memory + MEMORY },
	};
	if (a.magic != ADAPTER_MAGIC)
		subject_die(s, "an answer is garbled");
	if (a.trap == HD_TRAP_HARD_FAULT)
		subject_die(s, "hard fault");
	transfer_check(s, t, &seen);
	return true;
}

void engine_qemu(struct subject *s, uint32_t n, const char *target,
		 unsigned level)
{
	struct arena *a = s->a;
	struct fw_image im = { .t = target_find(target), .level = level, .s = s,
			    .n = n, .a = a,
			    .sink = arena_new(a, struct diag_sink) };
	struct buf in;
	size_t at = 0;

	diag_init(im.sink, a);
	if (!im.t || !im.t->board)
		subject_die(s, "no such core in QEMU");
	if (s->walls && !(im.t->features & T32_V8M))
		subject_die(s, "walls are tested where regions are exact");
	const char *elf = build(&im);
	buf_init(&in, a);
	put_steps(&im, &in);
	struct fw_result r = fw_qemu(im.t, elf, in.at, in.n, TIMEOUT, a);
	for (uint32_t k = 0; k < n; k++)
		for (uint32_t i = 0; i < s[k].transfers.n; i++)
			if (!take(&s[k], s[k].transfers.at[i], &r.out, &at))
				subject_die(&s[k], r.ran ? arena_printf(a,
					"the firmware ended with %d: %s",
					r.status, (char *)r.err.at) : r.why);
	if (!r.ran || r.status != 0 || at != r.out.n)
		subject_die(s, "the firmware did not end well");
}
