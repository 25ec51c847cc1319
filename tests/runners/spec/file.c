/* file.c - one suite file: modules read, the target run, outcomes judged. */
#include <string.h>

#include "base/file.h"
#include "common/rewrite.h"
#include "eval_opt.h"
#include "judge.h"
#include "spec.h"

/* Decodes and validates a command's module; NULL after a report. */
static struct wasm_module *read_module(struct spec_job *job,
				       const struct spec_command *c,
				       const struct wasm_limits_opt *limits)
{
	struct arena *a = job->arena;
	struct wasm_module *m = arena_new(a, struct wasm_module);
	uint8_t *bytes;
	size_t n;

	if (!file_read(spec_module_path(job->file, c, a), SIZE_MAX, a, &bytes,
		       &n, job->sink))
		return NULL;
	if (!wasm_decode(m, bytes, n, limits, a, job->sink) ||
	    !wasm_validate(m, limits, a, job->sink))
		return NULL;
	return m;
}

/* The module as it comes back from the optimiser; NULL after a report. */
static struct wasm_module *rewritten(struct spec_job *job,
				     struct wasm_module *m)
{
	struct arena *a = job->arena;
	struct wasm_module *now = arena_new(a, struct wasm_module);
	struct buf out;

	if (!m || !spec_rewrite)
		return m;
	uint32_t unsaid = rewrite_module(m, spec_rewrite, a, &out);
	if (unsaid)
		diag_report(job->sink, DIAG_UNSUPPORTED, DIAG_NOWHERE,
			    "%u functions not rewritten", unsaid);
	else if (wasm_decode(now, out.at, out.n, &wasm_default_limits, a,
			     job->sink) &&
		 wasm_validate(now, &wasm_default_limits, a, job->sink))
		return now;
	return NULL;
}

static bool is_text(const struct spec_command *c)
{
	size_t n = strlen(c->filename);

	return c->text_module ||
	       (n > 4 && strcmp(c->filename + n - 4, ".wat") == 0);
}

/* What must be rejected: tried again with the limits of the older
 * specification that the suites of that age expect (one memory). */
static void must_reject(struct spec_job *job, const struct spec_command *c,
			struct spec_outcome *out)
{
	struct wasm_limits_opt limits = wasm_default_limits;

	out->what = SPEC_OK;
	if (read_module(job, c, &limits)) {
		limits.max_memories = 1;
		if (read_module(job, c, &limits))
			return;
	}
	const struct diag *d = &job->sink->at[job->sink->n - 1];
	out->what = job->sink->n && d->code != DIAG_IO ? SPEC_INVALID
						       : SPEC_ERROR;
	out->detail = d->detail;
}

static void prepare(struct spec_job *job, uint32_t k)
{
	const struct spec_command *c = &job->file->at[k];
	struct spec_outcome *out = &job->out[k];

	if (!c->filename)
		return;
	job->sink->n = 0;
	if (is_text(c)) {
		out->what = SPEC_SKIP;
		out->detail = SPEC_TEXT_FORMAT;
	} else if (c->type == SPEC_ASSERT_INVALID ||
		   c->type == SPEC_ASSERT_MALFORMED) {
		must_reject(job, c, out);
	} else {
		job->module[k] = rewritten(
			job, read_module(job, c, &wasm_default_limits));
		if (job->module[k])
			return;
		out->what = SPEC_INVALID;
		out->detail = job->sink->n ? job->sink->at[0].detail : "";
	}
}

static const char *base_name(const char *path, struct arena *a)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return arena_copy(a, name, dot ? (size_t)(dot - name) : strlen(name));
}

static void run(struct tally *t, const struct spec_options *o,
		const char *path, struct arena *a)
{
	struct spec_file f;
	struct diag_sink sink;
	const char *bad = spec_load(&f, path, a);

	if (bad) {
		tally_fail(t, path, 0, "%s", bad);
		return;
	}
	diag_init(&sink, a);
	struct spec_job job = { .file = &f, .target = o->name, .arena = a,
				.sink = &sink, .name = base_name(path, a) };
	job.module = arena_array(a, struct wasm_module *, f.n);
	job.out = arena_array(a, struct spec_outcome, f.n);
	for (uint32_t k = 0; k < f.n; k++)
		prepare(&job, k);
	o->target->run(&job);
	for (uint32_t k = 0; k < f.n; k++)
		judge(t, &job, k);
}

void spec_run_file(struct tally *t, const struct spec_options *o,
		   const char *path)
{
	struct arena a;
	jmp_buf oom;

	arena_init(&a, &oom);
	if (setjmp(oom))
		tally_fail(t, path, 0, "out of memory");
	else
		run(t, o, path, &a);
	arena_fini(&a);
}
