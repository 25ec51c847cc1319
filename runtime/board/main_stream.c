/* main_stream.c - the firmware that `heddle build` links.
 *
 * Instantiates the modules of hd_app, calls one export with the arguments of
 * the semihosting command line
 *
 *	... invoke NAME [ARG...]
 *
 * and runs the callbacks until nothing is left to do.  ARG is an integer
 * (decimal or 0x...; for f and d parameters the raw bits), @stdin for the
 * readable end of a stream fed from standard input, or @stdout for the
 * writable end of a stream that is copied to standard output.  Results are
 * printed one to a line: i and l as signed decimals, f and d as f32:0x... and
 * f64:0x...  A trap is reported on standard error and ends with status 5.
 */
#include "board/semihost.h"
#include "exec/app.h"
#include "host/script.h"

enum { EXIT_USAGE = 2, EXIT_TRAP = 5 };

#define MAX_ARGS	16
#define RING		4096

static uint8_t in_ring[RING], out_ring[RING];
static struct hd_channel *in_stream, *out_stream;

static void put_number(unsigned stream, uint64_t v, unsigned base)
{
	char text[24];
	uint32_t n = sizeof text;

	do {
		text[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	sh_write(stream, text + n, (uint32_t)sizeof text - n);
}

static HD_NORETURN void usage(const char *what, const char *name)
{
	sh_puts(SH_STDERR, "heddle: ");
	sh_puts(SH_STDERR, what);
	sh_puts(SH_STDERR, name);
	sh_puts(SH_STDERR, "\n");
	sh_exit(EXIT_USAGE);
}

/* trap: <text> in function N at wasm offset 0x... */
static HD_NORETURN void trapped(const struct hd_instance *in)
{
	sh_puts(SH_STDERR, "trap: ");
	sh_puts(SH_STDERR, hd_trap_text((enum hd_trap_kind)in->trap.kind));
	if (in->trap.func != UINT32_MAX) {
		sh_puts(SH_STDERR, " in function ");
		put_number(SH_STDERR, in->trap.func, 10);
	}
	if (in->trap.where != UINT32_MAX) {
		sh_puts(SH_STDERR, " at wasm offset 0x");
		put_number(SH_STDERR, in->trap.where, 16);
	}
	sh_puts(SH_STDERR, "\n");
	sh_exit(EXIT_TRAP);
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool digit(char c, unsigned base, uint64_t *v)
{
	const char *digits = "0123456789abcdef";

	for (unsigned d = 0; d < base; d++)
		if ((c | (c > '9' ? 32 : 0)) == digits[d]) {
			*v = *v * base + d;
			return true;
		}
	return false;
}

static uint64_t number(const char *text)
{
	const char *p = text;
	const bool neg = *p == '-';
	uint64_t v = 0;
	unsigned base = 10;

	p += neg;
	if (p[0] == '0' && p[1] == 'x') {
		base = 16;
		p += 2;
	}
	if (!*p)
		usage("not a number: ", text);
	for (; *p; p++)
		if (!digit(*p, base, &v))
			usage("not a number: ", text);
	return neg ? 0 - v : v;
}

static uint64_t argument(struct hd_instance *in, const char *text)
{
	uint32_t handle = 0;

	if (same(text, "@stdin")) {
		in_stream = hd_host_stream(in, 1, in_ring, RING, &handle, NULL);
		if (!in_stream)
			usage("no channel left for ", text);
		return handle;
	}
	if (same(text, "@stdout")) {
		out_stream = hd_host_stream(in, 1, out_ring, RING, NULL,
					    &handle);
		if (!out_stream)
			usage("no channel left for ", text);
		return handle;
	}
	return number(text);
}

static void print_result(char type, uint64_t v)
{
	const bool narrow = type == 'i' || type == 'f' || type == 'e' ||
			    type == 'x';
	const int64_t s = narrow ? (int32_t)(uint32_t)v : (int64_t)v;

	if (type == 'f' || type == 'd') {
		sh_puts(SH_STDOUT, type == 'f' ? "f32:0x" : "f64:0x");
		put_number(SH_STDOUT, narrow ? (uint32_t)v : v, 16);
	} else if (s < 0) {
		sh_puts(SH_STDOUT, "-");
		put_number(SH_STDOUT, 0 - (uint64_t)s, 10);
	} else {
		put_number(SH_STDOUT, (uint64_t)s, 10);
	}
	sh_puts(SH_STDOUT, "\n");
}

static bool pump_out(void)
{
	uint8_t chunk[256];
	uint32_t n;
	bool moved = false;

	while (out_stream &&
	       (n = hd_host_drain(out_stream, chunk, sizeof chunk, NULL)) > 0) {
		sh_write(SH_STDOUT, chunk, n);
		moved = true;
	}
	return moved;
}

static bool pump_in(void)
{
	uint8_t chunk[512];

	if (!in_stream || !(in_stream->alive & 2) || !(in_stream->alive & 1))
		return false;
	uint32_t room = in_stream->ring.capacity - in_stream->ring.fill;
	if (room == 0)
		return false;
	if (room > sizeof chunk)
		room = sizeof chunk;
	const uint32_t n = sh_read(SH_STDIN, chunk, room);
	if (n == 0)
		hd_host_close(in_stream);
	else
		hd_host_feed(in_stream, chunk, n);
	return true;
}

/* Threads, where the image has any. */
HD_WEAK bool hd_tick(void);

/* Until nothing is queued, no input is left and the output is written. */
static void run(struct hd_instance *in)
{
	bool more = true;

	while (more) {
		more = hd_host_deliver(in, UINT32_MAX) > 0;
		while (hd_tick && !hd_poisoned(in) && hd_tick())
			more = true;
		if (hd_poisoned(in)) {
			pump_out();
			trapped(in);
		}
		more |= pump_out();
		if (!more)
			more = pump_in();
	}
}

static uint32_t split(char *line, char **words, uint32_t max)
{
	uint32_t n = 0;

	for (char *p = line; *p && n < max;) {
		while (*p == ' ')
			*p++ = 0;
		if (*p)
			words[n++] = p;
		while (*p && *p != ' ')
			p++;
	}
	return n;
}

static uint32_t invoke(struct hd_instance *in, char **words, uint32_t n)
{
	uint64_t args[MAX_ARGS], results[MAX_ARGS];
	const struct hd_export *e = hd_host_export(in->module, words[0]);

	if (!e)
		usage("no exported function ", words[0]);
	uint32_t want = 0;
	while (e->sig[want] && e->sig[want] != ':')
		want++;
	if (want != n - 1)
		usage("wrong number of arguments for ", words[0]);
	for (uint32_t i = 0; i < want; i++)
		args[i] = argument(in, words[i + 1]);
	if (!hd_host_call(in, e, args, results)) {
		pump_out();
		trapped(in);
	}
	run(in);
	const char *types = e->sig + want + (e->sig[want] == ':');
	for (uint32_t i = 0; types[i]; i++)
		print_result(types[i], results[i]);
	return 0;
}

int main(void)
{
	static char line[512];
	char *words[MAX_ARGS + 3];
	const uint32_t n = hd_app_start();
	struct hd_instance *in = &hd_instances[n - 1];

	if (n == 0)
		usage("the image has no module", "");
	if (hd_poisoned(in))
		trapped(in);
	sh_cmdline(line, sizeof line);
	const uint32_t count = split(line, words, MAX_ARGS + 3);
	for (uint32_t i = 0; i + 1 < count; i++)
		if (same(words[i], "invoke"))
			return (int)invoke(in, words + i + 1, count - i - 1);
	run(in);
	return 0;
}
