/* firmware.c - linking test firmware and running it in QEMU. */
#include "common/firmware.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/vec.h"

extern char **environ;

const char *fw_build_dir(struct arena *a)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n < 0)
		return ".";
	path[n] = 0;
	char *slash = strrchr(path, '/');
	*slash = 0;
	return arena_copy(a, path, strlen(path));
}

static char temp[64];

const char *fw_temp_dir(struct arena *a)
{
	if (!temp[0]) {
		strcpy(temp, "/tmp/heddle-test-XXXXXX");
		if (!mkdtemp(temp)) {
			perror("mkdtemp");
			exit(4);
		}
	}
	return arena_copy(a, temp, strlen(temp));
}

void fw_cleanup(void)
{
	char command[128];

	if (!temp[0])
		return;
	snprintf(command, sizeof command, "rm -rf '%s'", temp);
	if (system(command) != 0)
		fprintf(stderr, "cannot remove %s\n", temp);
	temp[0] = 0;
}

/* --- processes ------------------------------------------------------------- */

struct process {
	pid_t pid;
	int in, out, err;
};

static bool start(struct process *p, const char *const argv[])
{
	int in[2], out[2], err[2];
	posix_spawn_file_actions_t fa;

	if (pipe(in) || pipe(out) || pipe(err))
		return false;
	/* Other threads' children must not hold these ends open. */
	fcntl(in[1], F_SETFD, FD_CLOEXEC);
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	fcntl(err[0], F_SETFD, FD_CLOEXEC);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in[0], 0);
	posix_spawn_file_actions_adddup2(&fa, out[1], 1);
	posix_spawn_file_actions_adddup2(&fa, err[1], 2);
	posix_spawn_file_actions_addclose(&fa, in[0]);
	posix_spawn_file_actions_addclose(&fa, out[1]);
	posix_spawn_file_actions_addclose(&fa, err[1]);
	int rc = posix_spawnp(&p->pid, argv[0], &fa, NULL,
			      (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	p->in = in[1];
	p->out = out[0];
	p->err = err[0];
	if (rc == 0)
		return true;
	close(p->in);
	close(p->out);
	close(p->err);
	errno = rc;
	return false;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Moves what is ready; false when the descriptor is done. */
static bool drain(int fd, struct buf *b)
{
	uint8_t chunk[16384];
	ssize_t n = read(fd, chunk, sizeof chunk);

	if (n > 0)
		buf_put(b, chunk, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

static void pump(struct process *p, const uint8_t *in, size_t n, long until,
		 struct fw_result *r)
{
	bool out = true, err = true, feed = n > 0;

	signal(SIGPIPE, SIG_IGN);
	if (!feed)
		close(p->in);
	while (out || err) {
		struct pollfd fd[3] = {
			{ .fd = out ? p->out : -1, .events = POLLIN },
			{ .fd = err ? p->err : -1, .events = POLLIN },
			{ .fd = feed ? p->in : -1, .events = POLLOUT },
		};
		long left = until - now_ms();
		if (left <= 0 || poll(fd, 3, (int)left) == 0) {
			kill(p->pid, SIGKILL);
			r->why = "timed out";
			break;
		}
		if (fd[0].revents)
			out = drain(p->out, &r->out);
		if (fd[1].revents)
			err = drain(p->err, &r->err);
		if (fd[2].revents) {
			ssize_t k = write(p->in, in, n > 4096 ? 4096 : n);
			if (k > 0) {
				in += k;
				n -= (size_t)k;
			}
			if (k < 0 || n == 0) {
				close(p->in);
				feed = false;
			}
		}
	}
	if (feed)
		close(p->in);
}

struct fw_result fw_run(const char *const argv[], const void *in, size_t n,
			unsigned seconds, struct arena *a)
{
	struct fw_result r = { 0 };
	struct process p;
	int status = 0;

	buf_init(&r.out, a);
	buf_init(&r.err, a);
	buf_str(&r.out, "");
	buf_str(&r.err, "");
	if (!start(&p, argv)) {
		r.why = arena_printf(a, "%s: %s", argv[0], strerror(errno));
		return r;
	}
	pump(&p, in, n, now_ms() + 1000L * seconds, &r);
	close(p.out);
	close(p.err);
	while (waitpid(p.pid, &status, 0) < 0 && errno == EINTR)
		;
	r.status = WIFEXITED(status) ? WEXITSTATUS(status)
				     : 128 + WTERMSIG(status);
	r.ran = !r.why;
	return r;
}

/* --- firmware -------------------------------------------------------------------- */

typedef VEC(const char *) argv_t;

static void flags(argv_t *v, const char *text, struct arena *a)
{
	char *copy = arena_copy(a, text, strlen(text)), *save = NULL;

	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		vec_push(a, v, w);
}

const char *fw_link(const struct target *t, const char *main,
		    const char *const inputs[], unsigned ninputs,
		    const char *elf, struct arena *a)
{
	const char *build = fw_build_dir(a);
	const char *rt = arena_printf(a, "%s/rt/%s", build, t->name);
	argv_t v = { 0 };

	vec_push(a, &v, "arm-none-eabi-gcc");
	flags(&v, t->gcc_flags, a);
	vec_push(a, &v, "-mthumb");
	vec_push(a, &v, "-nostartfiles");
	vec_push(a, &v, "-Wl,--gc-sections,--no-warn-rwx-segments");
	vec_push(a, &v, arena_printf(a, "-L%s/rt/board", build));
	vec_push(a, &v, arena_printf(a, "-T%s/rt/test-board/%s", build,
				     t->board->script));
	vec_push(a, &v, "-o");
	vec_push(a, &v, elf);
	for (unsigned k = 0; k < ninputs; k++)
		vec_push(a, &v, inputs[k]);
	vec_push(a, &v, arena_printf(a, "%s/%s.o", rt, main));
	vec_push(a, &v, "-Wl,--start-group");
	vec_push(a, &v, arena_printf(a, "%s/test_config.o", rt));
	vec_push(a, &v, arena_printf(a, "%s/libheddle-board.a", rt));
	vec_push(a, &v, arena_printf(a, "%s/libheddle-rt.a", rt));
	vec_push(a, &v, "-lgcc");
	vec_push(a, &v, "-Wl,--end-group");
	vec_push(a, &v, NULL);
	struct fw_result r = fw_run(v.at, NULL, 0, 60, a);
	if (r.ran && r.status == 0)
		return NULL;
	return r.why ? r.why : arena_printf(a, "link failed: %s", (char *)r.err.at);
}

struct fw_result fw_qemu(const struct target *t, const char *elf,
			 const void *in, size_t n, unsigned seconds,
			 struct arena *a)
{
	const char *argv[] = { "qemu-system-arm", "-M", t->board->name,
			       "-nographic", "-monitor", "none", "-serial",
			       "none", "-semihosting-config",
			       "enable=on,target=native", "-kernel", elf,
			       NULL };

	return fw_run(argv, in, n, seconds, a);
}
