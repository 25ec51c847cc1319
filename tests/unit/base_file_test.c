/* base_file_test.c - whole files in and out. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static struct arena arena;

static void round_trip(const char *dir)
{
	struct diag_sink s;
	const char *path = arena_printf(&arena, "%s/f", dir);
	uint8_t *data, *big;
	size_t n;
	struct stat st;
	enum { BIG = 200000 };

	diag_init(&s, &arena);
	big = arena_alloc(&arena, BIG);
	for (size_t i = 0; i < BIG; i++)
		big[i] = (uint8_t)(i * 7);
	ok(file_write(path, big, BIG, false, &s) &&
		   file_read(path, BIG, &arena, &data, &n, &s) && n == BIG &&
		   memcmp(data, big, BIG) == 0,
	   "what was written is read");
	ok(!file_read(path, BIG - 1, &arena, &data, &n, &s) && s.n == 1 &&
		   s.at[0].code == DIAG_LIMIT, "longer than allowed");
	ok(file_write(path, "", 0, true, &s) && stat(path, &st) == 0 &&
		   st.st_size == 0, "replaced by an empty file");
	ok(file_read(path, 10, &arena, &data, &n, &s) && n == 0, "empty file");
	unlink(path);
}

static void failures(const char *dir)
{
	struct diag_sink s;
	uint8_t *data;
	size_t n;

	diag_init(&s, &arena);
	ok(!file_read(arena_printf(&arena, "%s/none", dir), 10, &arena, &data,
		      &n, &s) && s.at[0].code == DIAG_IO, "no such file");
	ok(!file_read(dir, 10, &arena, &data, &n, &s) && s.n == 2,
	   "a folder is no file");
	ok(!file_write(arena_printf(&arena, "%s/no/f", dir), "x", 1, false, &s),
	   "no such folder");
	/* a folder in the way: rename fails and no temporary is left */
	const char *way = arena_printf(&arena, "%s/way", dir);
	mkdir(way, 0777);
	ok(!file_write(way, "x", 1, false, &s), "a folder in the way");
	ok(rmdir(way) == 0, "the folder is still there, and empty");
}

int main(void)
{
	char dir[] = "/tmp/heddle-file-test-XXXXXX";

	if (!mkdtemp(dir)) {
		printf("1..0 # SKIP no temporary folder\n");
		return 77;
	}
	arena_init(&arena, NULL);
	round_trip(dir);
	failures(dir);
	ok(rmdir(dir) == 0, "nothing is left behind");
	arena_fini(&arena);
	return done();
}
