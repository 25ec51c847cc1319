/* qemu.c - a suite file on a simulated core: every module compiled, all
 * linked into one image with the steps, run once.
 *
 * Whether imports fit is decided before there is an image, so it comes from
 * the evaluator's linker; everything that runs, runs as compiled code.
 */
#include "spec/qemu.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "common/firmware.h"
#include "obj/module.h"
#include "spec/qemu_options.h"

enum { RESERVE = 1 << 20, TIMEOUT = 120 };

static bool write_file(const struct qemu_image *im, const char *path,
		       const void *p, size_t n)
{
	return file_write(path, p, n, false, im->job->sink);
}

static const char *last_report(const struct qemu_image *im)
{
	const struct diag_sink *s = im->job->sink;

	return s->n ? s->at[s->n - 1].detail : "no reason given";
}

static struct compile_options compile_options(const struct target *t)
{
	return (struct compile_options){
		.gen = { .target = t, .plain = qemu_options.plain,
			 .pointer_instance = qemu_options.pointer },
		.level = qemu_options.level,
		.jobs = 1,
		.limit = SIZE_MAX,
	};
}

/* Compiles one module to an object file; NULL after a report. */
static const char *compile(struct qemu_image *im, const struct qemu_module *q)
{
	struct ir_module mod;
	struct ir_options o = { .open = true, .max_memory = RESERVE,
				.fuel = qemu_options.fuel };
	struct compile_options co = compile_options(im->target);
	struct compiled c;
	struct buf elf;
	const char *path = arena_printf(im->a, "%s/%s-%s.o",
					fw_temp_dir(im->a), im->job->name,
					q->prefix);

	if (q->memory > RESERVE)
		o.max_memory = q->memory;
	ir_module_init(&mod, q->wasm, &o, im->a);
	if (!t32_compile_module(&mod, &co, im->a, im->job->sink, &c))
		return NULL;
	struct obj *obj = module_object(&mod, &c, &q->names, NULL,
				      im->a);
	buf_init(&elf, im->a);
	bool ok = obj_write_elf(obj, &elf, im->job->sink) &&
		  write_file(im, path, elf.at, elf.n);
	return ok ? path : NULL;
}

/* Linker options that give imports their meaning. */
static void bind_imports(struct qemu_image *im, const struct qemu_module *q)
{
	static const char *const part[] = { "", "_size", "_capacity" };

	for (uint32_t k = 0; k < q->wasm->imports.n; k++) {
		const struct wasm_import *i = &q->wasm->imports.at[k];
		const char *to = qemu_resolve(im, q->command, q->wasm, k);
		bool sized = i->kind == WASM_MEMORY || i->kind == WASM_TABLE;
		for (unsigned p = 0; to && p < (sized ? 3 : 1); p++)
			vec_push(im->a, &im->inputs,
				 arena_printf(im->a, "-Wl,--defsym=%s%s=%s%s",
					      q->names.import[k], part[p], to,
					      part[p]));
	}
}

/* The steps, assembled. */
static const char *steps_object(struct qemu_image *im)
{
	struct buf text;
	const char *base = arena_printf(im->a, "%s/%s-steps",
					fw_temp_dir(im->a), im->job->name);
	const char *s = arena_printf(im->a, "%s.s", base);
	const char *o = arena_printf(im->a, "%s.o", base);

	buf_init(&text, im->a);
	qemu_write_steps(im, &text);
	if (!write_file(im, s, text.at, text.n))
		return NULL;
	const char *argv[] = {
		"arm-none-eabi-gcc",
		arena_printf(im->a, "-mcpu=%s", im->target->cpu),
		im->target->hard_float ? "-mfloat-abi=hard" : "-mfloat-abi=soft",
		"-mthumb", "-c", s, "-o", o, NULL
	};
	struct fw_result r = fw_run(argv, NULL, 0, 60, im->a);
	return r.ran && r.status == 0 ? o : NULL;
}

/* Everything but running; returns the image or NULL with *why. */
static const char *build(struct qemu_image *im, const char **why)
{
	for (uint32_t k = 0; k < im->modules.n; k++) {
		const char *obj = compile(im, &im->modules.at[k]);
		if (!obj) {
			*why = arena_printf(im->a, "compiling the module of line %u: %s",
					    im->job->file->at[im->modules.at[k].command].line,
					    last_report(im));
			return NULL;
		}
		vec_push(im->a, &im->inputs, obj);
		bind_imports(im, &im->modules.at[k]);
	}
	const char *steps = steps_object(im);
	if (!steps) {
		*why = "assembling the steps";
		return NULL;
	}
	vec_push(im->a, &im->inputs, steps);
	vec_push(im->a, &im->inputs, "-Wl,--defsym=spectest_memory_capacity=131072");
	vec_push(im->a, &im->inputs, "-Wl,--defsym=spectest_table_capacity=20");
	const char *elf = arena_printf(im->a, "%s/%s.elf", fw_temp_dir(im->a),
				       im->job->name);
	*why = fw_link(im->target, "spec_main", im->inputs.at, im->inputs.n,
		       elf, im->a);
	return *why ? NULL : elf;
}

static void fail_all(struct qemu_image *im, const char *why)
{
	for (uint32_t s = 0; s < im->steps.n; s++) {
		im->job->out[im->steps.at[s]].what = SPEC_ERROR;
		im->job->out[im->steps.at[s]].detail = why;
	}
}

/* Outcomes that are known without running: modules that do not link. */
static void link_with_evaluator(struct spec_job *job)
{
	struct spec_job copy = *job;

	job->memory = copy.memory = arena_array(job->arena, uint64_t,
						job->file->n);
	copy.out = arena_array(job->arena, struct spec_outcome, job->file->n);
	memcpy(copy.out, job->out, job->file->n * sizeof *copy.out);
	spec_target_eval.run(&copy);
	for (uint32_t k = 0; k < job->file->n; k++)
		if (copy.out[k].what == SPEC_UNLINKABLE)
			job->out[k] = copy.out[k];
}

static void collect_modules(struct qemu_image *im)
{
	struct spec_job *job = im->job;

	for (uint32_t k = 0; k < job->file->n; k++) {
		if (!job->module[k] || job->out[k].what != SPEC_NOT_RUN)
			continue;
		struct qemu_module q = { .command = k, .wasm = job->module[k],
					 .memory = job->memory[k] };
		/* the linker script places large memories last */
		q.prefix = arena_printf(im->a, "%c%u",
					q.memory > RESERVE ? 'z' : 'm', k);
		module_names(q.wasm, q.prefix, im->a, &q.names);
		vec_push(im->a, &im->modules, q);
	}
}

static void run(struct spec_job *job)
{
	struct qemu_image im = { .job = job, .a = job->arena };
	const char *why = NULL;

	im.target = target_find(job->target);
	link_with_evaluator(job);
	collect_modules(&im);
	qemu_plan(&im);
	const char *elf = build(&im, &why);
	if (!elf) {
		fail_all(&im, why);
		fw_cleanup();
		return;
	}
	struct fw_result r = fw_qemu(im.target, elf, NULL, 0, TIMEOUT, im.a);
	if (!r.ran)
		why = r.why;
	else if (r.status != 0)
		why = arena_printf(im.a, "firmware ended with status %d: %s",
				   r.status, (char *)r.err.at);
	qemu_read_answers(&im, &r.out, why);
	fw_cleanup();
}

const struct spec_target spec_target_qemu = {
	.prefix = "cortex-",
	.help = "cortex-m3 ... cortex-m55: compiled code in QEMU",
	.run = run,
};
