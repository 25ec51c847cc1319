/* standalone_main.c - a fuzz target without libFuzzer.
 *
 *	TARGET FILE|DIR...           replays inputs
 *	TARGET -seconds=N FILE|DIR...  then runs random changes of them
 *
 * For compilers without libFuzzer, and to replay corpora under valgrind.
 * Changes are a function of the inputs alone; time only ends them.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { INPUT_MAX = 1 << 16, INPUTS_MAX = 8192 };

static struct input {
	uint8_t *at;
	size_t n;
} inputs[INPUTS_MAX];
static size_t ninputs;

static uint64_t state = 0x9e3779b97f4a7c15u;

static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state >> 11) % n : 0;
}

static void load_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = f ? malloc(INPUT_MAX) : NULL;

	if (p && ninputs < INPUTS_MAX) {
		size_t n = fread(p, 1, INPUT_MAX, f);
		uint8_t *exact = malloc(n ? n : 1);
		if (exact) {
			memcpy(exact, p, n);
			inputs[ninputs++] = (struct input){ exact, n };
		}
	}
	free(p);
	if (f)
		fclose(f);
}

static bool is_seed(const char *name)
{
	static const char *const ends[] = { ".wasm", ".o", ".txt", ".text" };
	const char *dot = strrchr(name, '.');

	for (size_t k = 0; dot && k < sizeof ends / sizeof *ends; k++)
		if (!strcmp(dot, ends[k]))
			return true;
	return false;
}

/* A file, or the seeds of a folder. */
static void load(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char name[4096];

	if (!d) {
		load_file(path);
		return;
	}
	while ((e = readdir(d))) {
		if (!is_seed(e->d_name))
			continue;
		snprintf(name, sizeof name, "%s/%s", path, e->d_name);
		load_file(name);
	}
	closedir(d);
}

/* One of: change a byte, insert one, remove some, splice another input. */
static size_t change(uint8_t *p, size_t n)
{
	size_t at = below(n + 1), k;
	const struct input *other;

	switch (below(5)) {
	case 0: case 1:
		if (at < n)
			p[at] = (uint8_t)below(256);
		return n;
	case 2:
		if (n == INPUT_MAX)
			return n;
		memmove(p + at + 1, p + at, n - at);
		p[at] = (uint8_t)below(256);
		return n + 1;
	case 3:
		k = below(n - at < 8 ? n - at + 1 : 8);
		memmove(p + at, p + at + k, n - at - k);
		return n - k;
	default:
		other = &inputs[below(ninputs)];
		k = below(other->n + 1);
		if (other->n - k > INPUT_MAX - at)
			return n;
		memcpy(p + at, other->at + k, other->n - k);
		return at + other->n - k;
	}
}

/* The exact size, so that sanitizers see reads behind the end. */
static void run(const uint8_t *p, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);

	if (!exact)
		return;
	memcpy(exact, p, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

int main(int argc, char **argv)
{
	static uint8_t work[INPUT_MAX];
	unsigned long runs = 0;
	long seconds = 0;

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "-seconds=", 9) == 0)
			seconds = strtol(argv[i] + 9, NULL, 10);
		else if (argv[i][0] != '-')
			load(argv[i]);
	for (size_t i = 0; i < ninputs; i++, runs++)
		run(inputs[i].at, inputs[i].n);
	time_t end = time(NULL) + seconds;
	while (seconds > 0 && ninputs && time(NULL) < end)
		for (int burst = 0; burst < 100; burst++, runs++) {
			const struct input *in = &inputs[below(ninputs)];
			size_t n = in->n;
			memcpy(work, in->at, n);
			for (size_t k = 1 + below(4); k > 0; k--)
				n = change(work, n);
			run(work, n);
		}
	printf("%lu inputs\n", runs);
	for (size_t i = 0; i < ninputs; i++)
		free(inputs[i].at);
	return 0;
}
