/* execute.c - mutants that were not rejected, in QEMU. */
#include "mutate/mutate.h"

#include <string.h>

#include "base/file.h"
#include "common/firmware.h"

/* The image ends long runs itself; this is for a broken simulator. */
enum { SECONDS = 1800 };

static void bytes(struct buf *out, const uint8_t *p)
{
	buf_str(out, "\t.byte ");
	for (unsigned k = 0; k < 8; k++)
		buf_printf(out, "%s0x%02x", k ? ", " : "", p[k]);
	buf_str(out, "\n");
}

static void write_steps(struct buf *out, const struct mutant *m, uint32_t n)
{
	buf_str(out, "\t.section .rodata.mutate,\"a\"\n\t.balign 4\n"
		"\t.globl mutate_module, mutate_nsteps, mutate_steps\n"
		"mutate_module: .word z_module\n");
	buf_printf(out, "mutate_nsteps: .word %u\nmutate_steps:\n", n);
	for (uint32_t k = 0; k < n; k++) {
		buf_printf(out, "\t.word %u, %u, %u\n", m[k].func, m[k].offset,
			   m[k].n);
		bytes(out, m[k].old);
		bytes(out, m[k].new);
	}
}

static const char *run(const struct target *t, const char *object,
		       const struct mutant *m, uint32_t n, struct arena *a,
		       struct fw_result *r)
{
	const char *dir = fw_temp_dir(a);
	const char *s = arena_printf(a, "%s/steps.s", dir);
	const char *elf = arena_printf(a, "%s/mutate.elf", dir);
	const char *const inputs[] = { object, s };
	struct diag_sink sink;
	struct buf text;

	buf_init(&text, a);
	diag_init(&sink, a);
	write_steps(&text, m, n);
	if (!file_write(s, text.at, text.n, false, &sink))
		return "cannot write";
	const char *why = fw_link(t, "mutate_main", inputs, 2, elf, a);
	if (why)
		return why;
	/* instructions are time, so that the timer is the same on every run */
	const char *argv[] = { "qemu-system-arm", "-M", t->board->name,
			       "-icount", "shift=0,sleep=off", "-nographic",
			       "-monitor", "none", "-serial", "none",
			       "-semihosting-config",
			       "enable=on,target=native", "-kernel", elf, NULL };
	*r = fw_run(argv, NULL, 0, SECONDS, a);
	return NULL;
}

const char *execute(const struct target *t, const char *object,
		    const struct mutant *m, uint32_t n, enum seen *seen,
		    struct arena *a)
{
	uint32_t done = 0;

	while (done < n) {
		struct fw_result r;
		const char *why = run(t, object, m + done, n - done, a, &r);
		if (why)
			return why;
		if (r.ran && r.status == 1 && r.out.n == 0)
			return "the module does not repeat itself";
		const uint32_t whole = (uint32_t)(r.out.n / 2);
		for (uint32_t k = 0; k < whole && done + k < n; k++) {
			const char *c = (const char *)r.out.at + 2 * k;
			if (c[0] == '?')
				return "the image holds other code";
			seen[done + k] = c[1] != '=' ? SEEN_DIFFERENT :
					 c[0] == 'r' ? SEEN_SAME : SEEN_UNREACHED;
		}
		done += whole;
		if (done == n)
			break;
		if (r.out.n % 2 == 0 && r.ran && r.status == 0)
			return "the image ended early";
		/* it hung, or broke the image itself */
		seen[done++] = SEEN_HUNG;
	}
	return NULL;
}
