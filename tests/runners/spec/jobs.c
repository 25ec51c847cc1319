/* jobs.c - files shared out among processes.
 *
 * Worker w of n runs files w, w + n, ... and writes what it counted to a
 * temporary file, one record per suite file; the parent merges the records in
 * the order of the files, so the output does not depend on n.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spec.h"

struct worker {
	pid_t pid;
	FILE *records;
};

static void put_u32(FILE *f, uint32_t v)
{
	fwrite(&v, sizeof v, 1, f);
}

static void put_text(FILE *f, const char *s)
{
	put_u32(f, (uint32_t)strlen(s));
	fwrite(s, 1, strlen(s), f);
}

static bool get_u32(FILE *f, uint32_t *v)
{
	return fread(v, sizeof *v, 1, f) == 1;
}

static char *get_text(FILE *f, struct arena *a)
{
	uint32_t n = 0;

	if (!get_u32(f, &n))
		return NULL;
	char *s = arena_alloc(a, (size_t)n + 1);
	return fread(s, 1, n, f) == n ? s : NULL;
}

/* One suite file in a worker: its counts, failures and skips. */
static void record(FILE *out, const struct spec_options *o, const char *path)
{
	struct arena a;

	arena_init(&a, NULL);
	/* json: failures are kept, not printed */
	struct tally t = { .arena = &a, .json = true };
	spec_run_file(&t, o, path);
	put_u32(out, t.passed);
	put_u32(out, t.failures.n);
	for (uint32_t k = 0; k < t.failures.n; k++)
		put_text(out, t.failures.at[k]);
	put_u32(out, t.reasons.n);
	for (uint32_t k = 0; k < t.reasons.n; k++) {
		put_u32(out, t.reasons.at[k].n);
		put_text(out, t.reasons.at[k].text);
	}
	fflush(out);
	arena_fini(&a);
}

/* Adds the next record to t.  Returns false when it is not there whole. */
static bool merge(struct tally *t, FILE *in, const char *path)
{
	uint32_t passed = 0, n = 0, skipped = 0, count = 0;

	if (!get_u32(in, &passed) || !get_u32(in, &n))
		return false;
	t->passed += passed;
	t->failed += n;
	for (uint32_t k = 0; k < n; k++) {
		const char *s = get_text(in, t->arena);
		if (!s)
			return false;
		if (t->json)
			vec_push(t->arena, &t->failures, s);
		else
			printf("FAIL %s\n", s);
	}
	if (!get_u32(in, &count))
		return false;
	for (uint32_t k = 0; k < count; k++) {
		uint32_t m = 0;
		get_u32(in, &m);
		const char *s = get_text(in, t->arena);
		if (!s)
			return false;
		tally_skip(t, m, s);
		skipped += m;
	}
	if (!t->json)
		printf("%6u passed %4u failed %4u skipped  %s\n", passed, n,
		       skipped, path);
	return true;
}

static bool start(struct worker *w, const struct spec_options *o,
		  struct spec_paths p, unsigned first)
{
	w->records = tmpfile();
	if (!w->records)
		return false;
	fflush(NULL);
	w->pid = fork();
	if (w->pid != 0)
		return w->pid > 0;
	for (uint32_t k = first; k < p.n; k += o->jobs)
		record(w->records, o, p.at[k]);
	fflush(NULL);
	_exit(0);
}

static const char *ending(int status, struct arena *a)
{
	if (WIFSIGNALED(status))
		return arena_printf(a, "killed by signal %d", WTERMSIG(status));
	return arena_printf(a, "ended with status %d", WEXITSTATUS(status));
}

void spec_run_all(struct tally *t, const struct spec_options *o,
		  struct spec_paths p)
{
	struct worker *w = arena_array(t->arena, struct worker, o->jobs);
	int *status = arena_array(t->arena, int, o->jobs);

	for (unsigned k = 0; k < o->jobs; k++)
		if (!start(&w[k], o, p, k))
			tally_fail(t, p.at[k], 0, "cannot start a worker");
	for (unsigned k = 0; k < o->jobs; k++) {
		if (w[k].pid <= 0)
			continue;
		waitpid(w[k].pid, &status[k], 0);
		rewind(w[k].records);
	}
	for (uint32_t k = 0; k < p.n; k++) {
		const struct worker *from = &w[k % o->jobs];
		if (from->pid <= 0 || merge(t, from->records, p.at[k]))
			continue;
		tally_fail(t, p.at[k], 0, "worker %s",
			   ending(status[k % o->jobs], t->arena));
	}
	for (unsigned k = 0; k < o->jobs; k++)
		if (w[k].records)
			fclose(w[k].records);
}
