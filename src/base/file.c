/* file.c - whole files in and out. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct diag_sink *s, const char *path, const char *doing)
{
	diag_report(s, DIAG_IO, DIAG_NOWHERE, "%s %s: %s", doing, path,
		    strerror(errno));
	return false;
}

static bool read_all(FILE *f, const char *path, size_t max, struct buf *b,
		     struct diag_sink *s)
{
	uint8_t chunk[65536];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0) {
		if (b->n + n > max) {
			diag_report(s, DIAG_LIMIT, DIAG_NOWHERE,
				    "%s is longer than %zu bytes", path, max);
			return false;
		}
		buf_put(b, chunk, n);
	}
	return ferror(f) ? fail(s, path, "reading") : true;
}

bool file_read(const char *path, size_t max, struct arena *a, uint8_t **data,
	       size_t *n, struct diag_sink *s)
{
	bool std = strcmp(path, "-") == 0;
	FILE *f = std ? stdin : fopen(path, "rb");
	struct buf b;
	struct stat st;

	if (!f)
		return fail(s, path, "opening");
	if (!std && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(f);
		errno = EISDIR;
		return fail(s, path, "opening");
	}
	buf_init(&b, a);
	bool ok = read_all(f, path, max, &b, s);
	if (!std)
		fclose(f);
	*data = b.at;
	*n = b.n;
	return ok;
}

static bool put(FILE *f, const void *data, size_t n)
{
	bool ok = n == 0 || fwrite(data, 1, n, f) == n;
	return fflush(f) == 0 && ok;
}

/* A device or pipe is written to, never replaced. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	       !S_ISDIR(st.st_mode);
}

static bool write_special(const char *path, const void *data, size_t n,
			  struct diag_sink *s)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		return fail(s, path, "opening");
	bool ok = put(f, data, n);
	ok = fclose(f) == 0 && ok;
	return ok || fail(s, path, "writing");
}

bool file_write(const char *path, const void *data, size_t n, bool executable,
		struct diag_sink *s)
{
	if (strcmp(path, "-") == 0)
		return put(stdout, data, n) || fail(s, path, "writing");
	if (is_special(path))
		return write_special(path, data, n, s);

	char *tmp = arena_printf(s->arena, "%s.%ld.tmp", path, (long)getpid());
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC,
		      executable ? 0777 : 0666);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
	if (!f)
		return fail(s, path, "creating");
	bool ok = put(f, data, n);
	ok = fclose(f) == 0 && ok;
	if (ok && rename(tmp, path) == 0)
		return true;
	int err = errno;
	unlink(tmp);
	errno = err;
	return fail(s, path, "writing");
}
