/* main_component.c - the firmware that `heddle build` links for a component.
 *
 * Starts the components of hd_components and makes the calls of the
 * semihosting command line, one after the other
 *
 *	... [report] (invoke CALL)...
 *
 * CALL is a function and its arguments, as in run(64, true), with %XX for
 * spaces and other bytes that cannot stand in a word.  @stdin stands for a
 * stream<u8> fed from standard input; a stream<u8> that a call returns is
 * copied to standard output.  Results are printed one to a line.
 *
 * A trap is told on standard error and ends with status 5.  With `report`, one
 * line on standard output tells the outcome of each call, "return VALUE" or
 * "trap REASON", and calls go on after a trap.
 */
#include "board/edge.h"
#include "board/semihost.h"
#include "core/core.h"
#include "exec/loop.h"

enum { EXIT_USAGE = 2, EXIT_TRAP = 5 };

extern const struct hd_component *const hd_components[];

static bool reporting;

static HD_NORETURN void usage(const char *what, const char *name)
{
	sh_puts(SH_STDERR, "heddle: ");
	sh_puts(SH_STDERR, what);
	sh_puts(SH_STDERR, name);
	sh_puts(SH_STDERR, "\n");
	sh_exit(EXIT_USAGE);
}

/* --- traps --------------------------------------------------------------------- */

static void put_trap(unsigned stream, const struct hd_trap_info *t)
{
	sh_puts(stream, hd_trap_text((enum hd_trap_kind)t->kind));
	if (t->func != UINT32_MAX) {
		sh_puts(stream, " in function ");
		edge_number(stream, t->func, 10);
	}
	if (t->where != UINT32_MAX) {
		sh_puts(stream, " at wasm offset 0x");
		edge_number(stream, t->where, 16);
	}
	sh_puts(stream, "\n");
}

static void trapped(const struct hd_trap_info *t)
{
	sh_puts(reporting ? SH_STDOUT : SH_STDERR,
		reporting ? "trap " : "trap: ");
	put_trap(reporting ? SH_STDOUT : SH_STDERR, t);
	if (!reporting)
		sh_exit(EXIT_TRAP);
}

/* --- calls --------------------------------------------------------------------- */

/* "run(64)" in place: the name, and the text of the arguments behind it. */
static char *split_call(char *call)
{
	char *p = call, *end;

	while (*p && *p != '(')
		p++;
	if (!*p)
		usage("a call is NAME(ARGUMENTS), not ", call);
	*p++ = 0;
	for (end = p; *end; end++)
		;
	if (end[-1] != ')')
		usage("no ) at the end of the arguments of ", call);
	end[-1] = 0;
	return p;
}

static const struct hd_component_func *find(const char *name)
{
	const struct hd_component_func *f = NULL;

	for (uint32_t k = 0; hd_components[k] && !f; k++)
		f = hd_component_export(hd_components[k], name);
	if (!f || !f->call)
		usage("no exported function ", name);
	return f;
}

/* Until the call has returned and the streams have ended, or nothing moves. */
static bool finish(struct hd_call *c)
{
	for (;;) {
		const bool done = hd_component_wait(c);

		if (done && (c->state != HD_CALL_RETURNED || edge_idle()))
			return true;
		bool more = hd_step_once();
		more |= edge_pump_out();
		if (!more && !edge_pump_in())
			return done;
	}
}

static void invoke(char *text)
{
	static struct hd_call c;
	static struct edge_call e;

	e = (struct edge_call){ .text = split_call(text) };
	c = (struct hd_call){ .func = find(text), .user = &e,
			      .lower = edge_lower, .done = edge_done };
	hd_trap_last.kind = HD_TRAP_NONE;
	if (!hd_component_call(&c)) {
		const struct hd_instance *in = c.func->options.instance;
		const struct hd_trap_info why = {
			hd_poisoned(in) ? HD_TRAP_POISONED : HD_TRAP_POOL_FULL,
			UINT32_MAX, UINT32_MAX };
		trapped(&why);
		return;
	}
	if (!finish(&c)) {
		hd_check_deadlock();
		if (hd_component_poll(&c) == HD_CALL_RETURNED)
			usage("a stream never ended", "");
	}
	edge_pump_out();
	if (c.state == HD_CALL_TRAPPED) {
		trapped(hd_trap_last.kind ? &hd_trap_last :
					    hd_component_trap(&c));
		return;
	}
	if (reporting)
		sh_puts(SH_STDOUT, "return ");
	edge_print();
	if (reporting || (c.func->result &&
			  c.func->result->kind != HD_TYPE_STREAM))
		sh_puts(SH_STDOUT, "\n");
}

/* --- the command line ------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static unsigned hex(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10) & 15;
}

static void decode(char *p)
{
	char *to = p;

	for (; *p; p++) {
		if (*p == '%' && p[1] && p[2]) {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			*to++ = *p;
		}
	}
	*to = 0;
}

/* The next word; the rest begins behind it. */
static char *word(char **rest)
{
	char *p = *rest, *begin;

	while (*p == ' ')
		p++;
	begin = p;
	while (*p && *p != ' ')
		p++;
	if (*p)
		*p++ = 0;
	*rest = p;
	return *begin ? begin : NULL;
}

static void start(void)
{
	for (uint32_t k = 0; hd_components[k]; k++)
		if (!hd_component_start(hd_components[k])) {
			trapped(&hd_trap_last);
			sh_exit(0);	/* reported */
		}
}

/* Calls may be many: words are kept, not copied. */
static uint32_t split(char *line, char **words, uint32_t max)
{
	uint32_t n = 0;

	while (n < max && (words[n] = word(&line)) != NULL)
		n++;
	return n;
}

int main(void)
{
	enum { MAX_WORDS = 1024 };
	static char line[32768];
	static char *words[MAX_WORDS];
	bool any = false;

	sh_cmdline(line, sizeof line);
	const uint32_t n = split(line, words, MAX_WORDS);
	for (uint32_t k = 0; k < n && !same(words[k], "invoke"); k++)
		reporting |= same(words[k], "report");
	start();
	for (uint32_t k = 0; k + 1 < n; k++)
		if (same(words[k], "invoke")) {
			decode(words[++k]);
			invoke(words[k]);
			any = true;
		}
	if (!any)
		hd_run();
	return 0;
}
