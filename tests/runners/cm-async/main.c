/* main.c - cm-async-run DIR|FILE.json [--target T] [--mpu | --pointer] [--json]
 * [-j N]: the component model's async suite, as compiled code in QEMU.
 *
 * Every command is executed and every trap checked for its reason; the totals
 * are printed for each gate.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cm-async/cm.h"
#include "common/firmware.h"
#include "common/spec_json.h"
#include "common/tally.h"

struct job {
	struct cm_build how;
	struct cm_result *all;
	uint32_t n, next;
	pthread_mutex_t lock;
};

static void *work(void *arg)
{
	struct job *j = arg;
	struct arena *a = calloc(1, sizeof *a);

	arena_init(a, NULL);
	for (;;) {
		pthread_mutex_lock(&j->lock);
		uint32_t k = j->next++;
		pthread_mutex_unlock(&j->lock);
		if (k >= j->n)
			return NULL;	/* results stay in the arena */
		buf_init(&j->all[k].text, a);
		buf_str(&j->all[k].text, "");
		cm_file(&j->all[k], &j->how, a);
	}
}

static void run_all(struct job *j, unsigned threads)
{
	pthread_t t[64];

	if (threads > 64)
		threads = 64;
	for (unsigned k = 0; k < threads; k++)
		if (pthread_create(&t[k], NULL, work, j)) {
			perror("pthread_create");
			exit(4);
		}
	for (unsigned k = 0; k < threads; k++)
		pthread_join(t[k], NULL);
}

static void print_gates(const struct job *j)
{
	for (uint32_t k = 0; k < j->n; k++) {
		unsigned files = 0, passed = 0, failed = 0;
		bool first = true;
		for (uint32_t i = 0; i < j->n; i++) {
			const struct cm_result *r = &j->all[i];
			if (strcmp(r->gate, j->all[k].gate) != 0)
				continue;
			first &= i >= k;
			files++;
			passed += r->passed;
			failed += r->failed;
		}
		if (first)
			printf("gate %s: %u files, %u assertions passed, "
			       "%u failed\n", j->all[k].gate, files, passed,
			       failed);
	}
}

static int report(const struct job *j, struct tally *t)
{
	unsigned whole = 0;

	for (uint32_t k = 0; k < j->n; k++) {
		const struct cm_result *r = &j->all[k];
		t->passed += r->passed;
		t->failed += r->failed;
		whole += r->failed == 0;
		if (r->failed && t->json)
			vec_push(t->arena, &t->failures,
				 (const char *)r->text.at);
		else
			fputs((const char *)r->text.at, stdout);
	}
	if (!t->json) {
		print_gates(j);
		printf("%u of %u files\n", whole, j->n);
	}
	return tally_end(t);
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { .arena = &a };
	struct job j = { .how.t = target_find("cortex-m4") };
	const char *path = NULL;
	unsigned threads = 1;

	arena_init(&a, NULL);
	for (int k = 1; k < argc; k++) {
		if (!strcmp(argv[k], "--target") && k + 1 < argc)
			j.how.t = target_find(argv[++k]);
		else if (!strcmp(argv[k], "-j") && k + 1 < argc)
			threads = (unsigned)atoi(argv[++k]);
		else if (!strcmp(argv[k], "--mpu"))
			j.how.mpu = true;
		else if (!strcmp(argv[k], "--pointer"))
			j.how.pointer = true;
		else if (!strcmp(argv[k], "--json"))
			t.json = true;
		else
			path = argv[k];
	}
	if (!path || !j.how.t) {
		fprintf(stderr, "usage: cm-async-run DIR|FILE.json "
				"[--target T] [--mpu | --pointer] [--json] [-j N]\n");
		return 2;
	}
	struct spec_paths p = spec_find(path, &a);
	j.how.heddle = arena_printf(&a, "%s/heddle", fw_build_dir(&a));
	j.how.dir = fw_temp_dir(&a);
	j.all = arena_array(&a, struct cm_result, p.n ? p.n : 1);
	j.n = p.n;
	for (uint32_t k = 0; k < p.n; k++)
		j.all[k] = (struct cm_result){ .path = p.at[k], .gate = "?" };
	pthread_mutex_init(&j.lock, NULL);
	run_all(&j, threads ? threads : 1);
	int status = report(&j, &t);
	fw_cleanup();
	return status;
}
