/* script_main.c - firmware that plays a host script against one module.
 *
 * Reads lines from standard input and answers on standard output, one line
 * per answer.  Bytes are hexadecimal ("-" for none), numbers decimal.
 *
 *	stream NAME ELEM CAPACITY     -> R W   (handles of both ends)
 *	future NAME SIZE              -> R W
 *	feed NAME HEX
 *	close NAME | drop_reader NAME | abandon NAME
 *	drain NAME MAX                -> HEX EOF
 *	resolve NAME HEX
 *	take NAME                     -> 1 HEX, or 0 -
 *	deliver MAX                   -> N
 *	event TYPE PAYLOAD
 *	call FUNC ARG...              -> result in hex of 8 bytes, or -
 *	                                 (ARG and PAYLOAD may be $NAME.r, $NAME.w)
 *	status                        -> backpressure, queued events
 *
 * After a trap: "trap KIND FUNC WHERE", and the end.  Backpressure changes are
 * reported as "backpressure N" when they happen.
 */
#include "board/semihost.h"
#include "exec/app.h"
#include "host/script.h"

enum { MAX_CHANNELS = 64, MAX_LINE = 1 << 16, POOL = 3 << 19, MAX_ARGS = 16 };

static uint8_t pool[POOL] __attribute__((aligned(8)));
static uint32_t pool_used;
static char line[MAX_LINE], *rest;
static uint8_t bytes[MAX_LINE];

static struct named {
	char name[32];
	struct hd_channel *c;
	uint32_t size;		/* of a future */
	uint32_t r, w;		/* handles */
} channels[MAX_CHANNELS];
static uint32_t nchannels;

static struct hd_instance *in;

static HD_NORETURN void bad(const char *what)
{
	sh_puts(SH_STDERR, "script: ");
	sh_puts(SH_STDERR, what);
	sh_puts(SH_STDERR, "\n");
	sh_exit(2);
}

/* --- text ------------------------------------------------------------------ */

static bool read_line(void)
{
	static char chunk[4096];
	static uint32_t at, end;
	uint32_t n = 0;

	for (;;) {
		if (at == end) {
			at = 0;
			end = sh_read(SH_STDIN, chunk, sizeof chunk);
			if (end == 0)
				return false;
		}
		const char c = chunk[at++];
		if (c == '\n')
			break;
		if (n + 1 == MAX_LINE)
			bad("line too long");
		line[n++] = c;
	}
	line[n] = 0;
	rest = line;
	return true;
}

/* The next word, "" at the end. */
static char *word(void)
{
	while (*rest == ' ')
		rest++;
	char *w = rest;
	while (*rest && *rest != ' ')
		rest++;
	if (*rest)
		*rest++ = 0;
	return w;
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static struct named *channel(const char *name);

/* Decimal, negative too, or a handle: $NAME.r, $NAME.w. */
static uint64_t number(char *w)
{
	uint64_t v = 0;

	if (*w == '$') {
		char *dot = w;
		while (*dot && *dot != '.')
			dot++;
		*dot = 0;
		const struct named *c = channel(w + 1);
		return dot[1] == 'w' ? c->w : c->r;
	}
	const bool negative = *w == '-';
	for (w += negative; *w >= '0' && *w <= '9'; w++)
		v = v * 10 + (uint64_t)(*w - '0');
	if (*w)
		bad("not a number");
	return negative ? 0 - v : v;
}

static uint32_t nibble(char c)
{
	return (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Decodes a word of hex into `bytes`. */
static uint32_t hex(const char *w)
{
	uint32_t n = 0;

	if (same(w, "-"))
		return 0;
	for (; w[0] && w[1]; w += 2)
		bytes[n++] = (uint8_t)(nibble(w[0]) << 4 | nibble(w[1]));
	return n;
}

static void put_hex(const uint8_t *p, uint32_t n)
{
	static const char digit[] = "0123456789abcdef";
	char text[256];

	if (n == 0)
		sh_puts(SH_STDOUT, "-");
	while (n > 0) {
		const uint32_t k = n < 128 ? n : 128;
		for (uint32_t i = 0; i < k; i++) {
			text[2 * i] = digit[p[i] >> 4];
			text[2 * i + 1] = digit[p[i] & 15];
		}
		sh_write(SH_STDOUT, text, 2 * k);
		p += k;
		n -= k;
	}
}

static void put_number(uint32_t v)
{
	char text[12];
	uint32_t n = sizeof text;

	do {
		text[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	sh_write(SH_STDOUT, text + n, (uint32_t)sizeof text - n);
}

static void put_word(const char *s)
{
	sh_puts(SH_STDOUT, s);
}

/* The core tells of each change of the flag. */
void hd_hook_backpressure(uint32_t instance, uint32_t on)
{
	(void)instance;
	put_word("backpressure ");
	put_number(on);
	put_word("\n");
}

/* --- operations ---------------------------------------------------------------- */

static struct named *channel(const char *name)
{
	for (uint32_t i = 0; i < nchannels; i++)
		if (same(channels[i].name, name))
			return &channels[i];
	bad("unknown channel");
}

static struct named *new_channel(const char *name)
{
	if (nchannels == MAX_CHANNELS)
		bad("too many channels");
	struct named *c = &channels[nchannels++];
	for (uint32_t i = 0; i + 1 < sizeof c->name && name[i]; i++)
		c->name[i] = name[i];
	return c;
}

static void *take_pool(uint32_t n)
{
	n = (n + 7) & ~7u;
	if (n > POOL - pool_used)
		bad("pool exhausted");
	pool_used += n;
	return pool + pool_used - n;
}

static void made(struct named *c, uint32_t r, uint32_t w)
{
	if (!c->c)
		bad("no channel left");
	c->r = r;
	c->w = w;
	put_number(r);
	put_word(" ");
	put_number(w);
	put_word("\n");
}

static void new_stream(void)
{
	struct named *c = new_channel(word());
	const uint32_t elem = (uint32_t)number(word());
	const uint32_t cap = (uint32_t)number(word());
	uint32_t r = 0, w = 0;

	c->c = hd_host_stream(in, elem, take_pool(cap), cap, &r, &w);
	made(c, r, w);
}

static void new_future(void)
{
	struct named *c = new_channel(word());
	uint32_t r = 0, w = 0;

	c->size = (uint32_t)number(word());
	c->c = hd_host_future(in, c->size, take_pool(c->size), &r, &w);
	made(c, r, w);
}

static void feed(void)
{
	const struct named *c = channel(word());
	const uint32_t n = hex(word());

	if (hd_host_feed(c->c, bytes, n) != n)
		bad("feed does not fit the ring");
}

static void drain(void)
{
	const struct named *c = channel(word());
	uint32_t max = (uint32_t)number(word());
	bool eof = false, any = false;

	while (max > 0) {
		const uint32_t ask = max < sizeof bytes ? max : sizeof bytes;
		const uint32_t n = hd_host_drain(c->c, bytes, ask, &eof);
		if (n == 0)
			break;
		put_hex(bytes, n);
		max -= n;
		any = true;
	}
	put_word(any ? "" : "-");
	put_word(eof ? " 1\n" : " 0\n");
}

static void take(void)
{
	const struct named *c = channel(word());
	const bool got = hd_host_take(c->c, bytes);

	put_word(got ? "1 " : "0 ");
	put_hex(bytes, got ? c->size : 0);
	put_word("\n");
}

static void call(void)
{
	const struct hd_export *e = hd_host_export(in->module, word());
	uint64_t args[MAX_ARGS], result = 0;

	if (!e)
		bad("no such export");
	for (uint32_t n = 0; *rest && n < MAX_ARGS; n++)
		args[n] = number(word());
	if (!hd_host_call(in, e, args, &result))
		return;
	const char *s = e->sig;
	while (*s != ':')
		s++;
	if (s[1])
		put_hex((const uint8_t *)&result, 8);
	else
		put_word("-");
	put_word("\n");
}

static void event(void)
{
	const uint32_t type = (uint32_t)number(word());

	hd_callback_call(in, type, (uint32_t)number(word()), 0);
}

static void obey(const char *op)
{
	if (same(op, "stream"))
		new_stream();
	else if (same(op, "future"))
		new_future();
	else if (same(op, "feed"))
		feed();
	else if (same(op, "close"))
		hd_host_close(channel(word())->c);
	else if (same(op, "drop_reader"))
		hd_host_drop_reader(channel(word())->c);
	else if (same(op, "abandon"))
		hd_host_abandon(channel(word())->c);
	else if (same(op, "drain"))
		drain();
	else if (same(op, "resolve")) {
		const struct named *c = channel(word());
		hex(word());
		if (!hd_host_resolve(c->c, bytes))
			bad("resolve refused");
	} else if (same(op, "take"))
		take();
	else if (same(op, "deliver")) {
		const uint32_t n = hd_host_deliver(in, (uint32_t)number(word()));
		if (!hd_poisoned(in)) {
			put_number(n);
			put_word("\n");
		}
	} else if (same(op, "event"))
		event();
	else if (same(op, "call"))
		call();
	else if (same(op, "status")) {
		put_number(in->flag);
		put_word(" ");
		put_number(hd_host_queued(in));
		put_word("\n");
	} else
		bad("unknown operation");
}

int main(void)
{
	if (hd_app_start() != 1)
		bad("no instance");
	in = &hd_instances[0];
	while (!hd_poisoned(in) && read_line())
		obey(word());
	if (hd_poisoned(in)) {
		put_word("trap ");
		put_number(in->trap.kind);
		put_word(" ");
		put_number(in->trap.func);
		put_word(" ");
		put_number(in->trap.where);
		put_word("\n");
	}
	return 0;
}
