/* main.c - trace-run: replays scenarios of corpus/async-traces.
 *
 *	trace-run [--target host|cortex-m4|cortex-m33] [--json] [-j N] PATH...
 *
 * PATH is a scenario (.json), one scenario to a line (.jsonl, .jsonl.gz) or a
 * directory of them.  On a target the same replay runs in QEMU and reads the
 * scenarios from its standard input.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lines.h"

static unsigned passed, failed, skipped;
static const char *target = "host";
static bool as_json;
static FILE *to_qemu;
static char spool[] = "/tmp/trace-run-XXXXXX";

static void report(const char *verdict)
{
	/* "ok NAME", "not ok NAME: WHY", "skip NAME: WHY" */
	if (strncmp(verdict, "ok", 2) == 0)
		passed++;
	else if (strncmp(verdict, "skip", 4) == 0)
		skipped++;
	else
		failed++;
	if (as_json)
		printf("{\"result\": \"%s\"}\n", verdict);
	else if (strncmp(verdict, "ok", 2) != 0)
		puts(verdict);
}

static void scenario(char *text, size_t length)
{
	char verdict[256];

	for (size_t i = 0; i < length; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	if (to_qemu) {
		fwrite(text, 1, length, to_qemu);
		fputc('\n', to_qemu);
		return;
	}
	lines_replay(text, (uint32_t)length, verdict, sizeof verdict);
	report(verdict);
}

static void lines(FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) > 0)
		if (n > 2)
			scenario(line, (size_t)n);
	free(line);
}

static bool ends(const char *s, const char *tail)
{
	const size_t n = strlen(s), m = strlen(tail);

	return n >= m && strcmp(s + n - m, tail) == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool path(const char *name);

static bool folder(const char *name)
{
	struct dirent **list;
	const int n = scandir(name, &list, NULL, by_name);
	bool ok = n >= 0;

	for (int i = 0; i < n; i++) {
		char sub[4096];

		snprintf(sub, sizeof sub, "%s/%s", name, list[i]->d_name);
		if (list[i]->d_name[0] != '.' && (ends(sub, ".json") ||
		    ends(sub, ".jsonl") || ends(sub, ".jsonl.gz") ||
		    !strchr(list[i]->d_name, '.')))
			ok &= path(sub);
		free(list[i]);
	}
	free(n >= 0 ? list : NULL);
	return ok;
}

static bool path(const char *name)
{
	struct stat st;

	if (stat(name, &st) != 0) {
		perror(name);
		return false;
	}
	if (S_ISDIR(st.st_mode))
		return folder(name);
	if (ends(name, ".gz")) {
		char cmd[4200];

		snprintf(cmd, sizeof cmd, "gzip -dc '%s'", name);
		FILE *f = popen(cmd, "r");
		if (!f)
			return false;
		lines(f);
		return pclose(f) == 0;
	}
	FILE *f = fopen(name, "r");
	if (!f) {
		perror(name);
		return false;
	}
	if (ends(name, ".jsonl")) {
		lines(f);
	} else {
		char *text = malloc((size_t)st.st_size + 1);
		const size_t n = text ? fread(text, 1, (size_t)st.st_size, f) : 0;

		scenario(text, n);
		free(text);
	}
	fclose(f);
	return true;
}

/* Runs QEMU over the spooled scenarios and takes its verdicts. */
static bool run_qemu(const char *self)
{
	char cmd[4400], dir[4096], line[512];
	const char *slash = strrchr(self, '/');
	const bool m33 = strcmp(target, "cortex-m33") == 0;

	snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - self) : 1,
		 slash ? self : ".");
	snprintf(cmd, sizeof cmd, "qemu-system-arm -M %s -nographic -monitor none "
		 "-serial none -semihosting-config enable=on,target=native "
		 "-kernel '%s/rt/%s/trace.elf' < %s",
		 m33 ? "mps2-an505" : "mps2-an386", dir, target, spool);
	FILE *f = popen(cmd, "r");
	if (!f)
		return false;
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = 0;
		report(line);
	}
	return pclose(f) == 0;
}

static int usage(void)
{
	fputs("usage: trace-run [--target host|cortex-m4|cortex-m33] [--json] "
	      "[-j N] PATH...\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	int i = 1;
	bool ok = true;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--json") == 0)
			as_json = true;
		else if (strcmp(argv[i], "--target") == 0 && i + 1 < argc)
			target = argv[++i];
		else if (strcmp(argv[i], "-j") == 0 && i + 1 < argc)
			i++;	/* one process is quick enough */
		else
			return usage();
	}
	if (i == argc)
		return usage();
	if (strcmp(target, "host") != 0) {
		const int fd = mkstemp(spool);

		to_qemu = fd < 0 ? NULL : fdopen(fd, "w");
		if (!to_qemu) {
			perror(spool);
			return 4;
		}
	}
	for (; i < argc; i++)
		ok &= path(argv[i]);
	if (to_qemu) {
		fclose(to_qemu);
		ok &= run_qemu(argv[0]);
		unlink(spool);
	}
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	if (!ok)
		return 4;
	return failed || passed == 0;
}
