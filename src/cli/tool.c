/* tool.c - other programs: finding and running them, without a shell. */
#include "cli/tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* --- finding -------------------------------------------------------------------- */

static bool is_program(const char *path)
{
	struct stat st;

	return access(path, X_OK) == 0 && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

const char *tool_find(struct cli *c, const char *name, const char *package)
{
	const char *p = getenv("PATH");

	while (p && *p) {
		size_t n = strcspn(p, ":");
		const char *path = n ? arena_printf(c->arena, "%.*s/%s", (int)n,
						    p, name)
				     : arena_printf(c->arena, "./%s", name);
		if (is_program(path))
			return path;
		p += n + (p[n] == ':');
	}
	diag_report(c->sink, DIAG_TOOL, DIAG_NOWHERE,
		    "%s is not in PATH; it comes with Debian package %s", name,
		    package);
	return NULL;
}

static bool has_runtime(struct cli *c, const char *dir, const struct target *t)
{
	return access(arena_printf(c->arena, "%s/%s/libheddle-rt.a", dir,
				   t->name), R_OK) == 0;
}

static const char *self_dir(struct cli *c)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n <= 0)
		return ".";
	path[n] = 0;
	*strrchr(path, '/') = 0;
	return arena_copy(c->arena, path, strlen(path));
}

const char *tool_runtime(struct cli *c, const struct target *t)
{
	const char *self = self_dir(c), *given = getenv("HEDDLE_RUNTIME");
	const char *dirs[] = {
		given ? given : arena_printf(c->arena, "%s/rt", self),
		arena_printf(c->arena, "%s/rt", self),
		arena_printf(c->arena, "%s/../lib/heddle/rt", self),
	};

	for (size_t k = 0; k < ARRAY_LEN(dirs); k++)
		if (has_runtime(c, dirs[k], t))
			return dirs[k];
	diag_report(c->sink, DIAG_TOOL, DIAG_NOWHERE,
		    "no runtime library for %s in %s: build heddle with "
		    "gcc-arm-none-eabi installed, or set HEDDLE_RUNTIME",
		    t->name, dirs[0]);
	return NULL;
}

void tool_words(struct cli *c, tool_argv *argv, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, " ");
		if (n)
			vec_push(c->arena, argv, arena_copy(c->arena, text, n));
		text += n + (text[n] == ' ');
	}
}

/* --- running -------------------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* An interrupt from the keyboard reaches the program that was started too and
 * ends it; this one then cleans up. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
	interrupted = signal_number;
}

/* Starts argv with fd[k] >= 0 replaced by where its stream k + 1 is read. */
static int start(tool_argv *argv, pid_t *pid, int fd[2])
{
	posix_spawn_file_actions_t fa;
	int end[2][2] = { { -1, -1 }, { -1, -1 } };

	posix_spawn_file_actions_init(&fa);
	for (int k = 0; k < 2; k++) {
		if (fd[k] < 0)
			continue;
		if (pipe(end[k]) != 0)
			return errno;
		fcntl(end[k][0], F_SETFD, FD_CLOEXEC);
		posix_spawn_file_actions_adddup2(&fa, end[k][1], k + 1);
		posix_spawn_file_actions_addclose(&fa, end[k][1]);
		fd[k] = end[k][0];
	}
	int rc = posix_spawn(pid, argv->at[0], &fa, NULL,
			     (char *const *)(uintptr_t)argv->at, environ);
	posix_spawn_file_actions_destroy(&fa);
	for (int k = 0; k < 2; k++) {
		if (fd[k] < 0)
			continue;
		close(end[k][1]);
		if (rc != 0)
			close(fd[k]);
	}
	return rc;
}

/* Moves what is ready; closes fd at its end. */
static void drain(int *fd, struct buf *to)
{
	uint8_t chunk[4096];
	ssize_t n = read(*fd, chunk, sizeof chunk);

	if (n > 0) {
		buf_put(to, chunk, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
}

/* Reads both to their ends, or until the time is over. */
static void collect(int fd[2], struct buf *to[2], long until)
{
	while (fd[0] >= 0 || fd[1] >= 0) {
		struct pollfd p[2] = {
			{ .fd = fd[0], .events = POLLIN },
			{ .fd = fd[1], .events = POLLIN },
		};
		long left = until ? until - now_ms() : -1;
		if (until && left <= 0)
			break;
		if (poll(p, 2, (int)left) <= 0)
			continue;
		for (int k = 0; k < 2; k++)
			if (p[k].revents)
				drain(&fd[k], to[k]);
	}
	for (int k = 0; k < 2; k++)
		if (fd[k] >= 0)
			close(fd[k]);
}

/* Waits, killing the process when the time is over. */
static int finish(pid_t pid, long until)
{
	int status;
	pid_t r;

	for (;;) {
		r = waitpid(pid, &status, until ? WNOHANG : 0);
		if (r == pid)
			break;
		if (r == 0 && now_ms() >= until) {
			kill(pid, SIGKILL);
			until = 0;
		} else if (r == 0) {
			nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
		} else if (errno != EINTR) {
			return 128;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : 128 + WTERMSIG(status);
}

int tool_run(struct cli *c, tool_argv *argv, struct buf *out, struct buf *err,
	     unsigned seconds)
{
	long until = seconds ? now_ms() + 1000L * seconds : 0;
	struct buf *to[2] = { out, err };
	int fd[2] = { out ? 0 : -1, err ? 0 : -1 };
	pid_t pid;

	vec_push(c->arena, argv, NULL);
	argv->n--;
	signal(SIGINT, on_interrupt);
	int rc = start(argv, &pid, fd);
	if (rc != 0) {
		diag_report(c->sink, DIAG_TOOL, DIAG_NOWHERE, "%s: %s",
			    argv->at[0], strerror(rc));
		return -1;
	}
	collect(fd, to, until);
	int status = finish(pid, until);
	signal(SIGINT, SIG_DFL);
	return interrupted ? 128 + SIGINT : status;
}

/* --- temporary files -------------------------------------------------------------- */

const char *tool_temp(struct cli *c)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_printf(c->arena, "%s/heddle-XXXXXX",
				 tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(dir))
		return dir;
	diag_report(c->sink, DIAG_IO, DIAG_NOWHERE, "creating %s: %s", dir,
		    strerror(errno));
	return NULL;
}

void tool_temp_remove(const char *dir)
{
	char path[4096];
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *e;

	if (!d)
		return;
	while ((e = readdir(d))) {
		size_t n = strlen(dir) + strlen(e->d_name) + 2;
		if (e->d_name[0] == '.' || n > sizeof path)
			continue;
		strcpy(path, dir);
		strcat(path, "/");
		strcat(path, e->d_name);
		unlink(path);
	}
	closedir(d);
	rmdir(dir);
}
