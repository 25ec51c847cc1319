/* edge.c - values and streams of calls from the command line.
 *
 * Values are WAVE text (heddle/wave.h); floats are given and printed by their
 * bits, for no C library is here.
 */
#include "board/edge.h"

#include "board/semihost.h"
#include "core/builtin.h"
#include "heddle/wave.h"
#include "host/ring.h"

enum { RING = 4096, VALUES = 4096, TEXT = 16384 };

static uint8_t in_ring[RING], out_ring[RING];
static struct hd_host_end in_end, out_end;
static bool in_open, out_open;

/* Parameters, or a result, in their layout in memory. */
HD_ALIGNED(8) static uint8_t values[VALUES];

/* What is printed of a result, once the call is known to have returned. */
static char printed[TEXT];
static uint32_t nprinted;

void edge_number(unsigned stream, uint64_t v, unsigned base)
{
	char text[24];
	uint32_t n = sizeof text;

	do {
		text[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	sh_write(stream, text + n, (uint32_t)sizeof text - n);
}

/* --- arguments ------------------------------------------------------------------ */

static HD_NORETURN void refuse(const char *what, const char *where)
{
	sh_puts(SH_STDERR, "heddle: ");
	sh_puts(SH_STDERR, what);
	if (where && *where) {
		sh_puts(SH_STDERR, " at ");
		sh_puts(SH_STDERR, where);
	}
	sh_puts(SH_STDERR, "\n");
	sh_exit(2);
}

static bool is_byte_stream(const struct hd_type *t)
{
	return t->kind == HD_TYPE_STREAM && t->elem &&
	       t->elem->kind == HD_TYPE_U8;
}

static void *memory(void *ctx, uint32_t ptr, uint32_t n)
{
	const struct hd_call *c = ctx;

	return hd_component_memory(&c->func->options, ptr, n);
}

static uint32_t alloc(void *ctx, uint32_t align, uint32_t size)
{
	const struct hd_call *c = ctx;

	return hd_component_realloc(&c->func->options, align, size);
}

/* @stdin */
static bool handle(void *ctx, const struct hd_type *t, const char *text,
		   uint32_t n, uint32_t *h)
{
	static const char word[] = "@stdin";
	const struct hd_call *c = ctx;

	if (n != sizeof word - 1 || !is_byte_stream(t) || in_open)
		return false;
	for (uint32_t k = 0; k < n; k++)
		if (text[k] != word[k])
			return false;
	in_open = hd_host_stream_init(&in_end, c->func->options.instance,
				      t->u.pipe, 1, in_ring, RING, h);
	return in_open;
}

static void put(void *ctx, const char *text, uint32_t n)
{
	(void)ctx;
	for (; n > 0 && nprinted < TEXT; n--)
		printed[nprinted++] = *text++;
	if (n > 0)
		refuse("a result is longer than 16384 bytes of text", NULL);
}

static struct hd_wave wave(const struct hd_call *c)
{
	return (struct hd_wave){
		.encoding = c->func->options.encoding, .memory = memory,
		.alloc = alloc, .handle = handle, .put = put,
		.ctx = (void *)(uintptr_t)c };
}

/* Bytes of all parameters as one tuple. */
static uint32_t tuple_size(const struct hd_component_func *f, uint32_t *align)
{
	uint32_t size = 0;

	*align = 1;
	for (uint32_t k = 0; k < f->nparams; k++) {
		const struct hd_type *t = f->param[k].type;
		if (t->align > *align)
			*align = t->align;
		size = f->param[k].offset + t->size;
	}
	return (size + *align - 1) & ~(*align - 1);
}

static uint32_t length(const char *s)
{
	uint32_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* More flat values than the canonical ABI passes. */
static bool spilled(const struct hd_component_func *f)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < f->nparams; k++) {
		if (!f->param[k].type->flat)
			return true;
		n += length(f->param[k].type->flat);
	}
	return n > 16;
}

/* All arguments to `values`. */
static void read_values(struct hd_call *c)
{
	const struct edge_call *e = c->user;
	const char *p = hd_wave_skip(e->text);
	struct hd_wave w = wave(c);

	for (uint32_t k = 0; k < c->func->nparams; k++) {
		if (k && *p == ',')
			p = hd_wave_skip(p + 1);
		else if (k)
			refuse("an argument is missing", p);
		p = hd_wave_read(&w, c->func->param[k].type, p,
				 values + c->func->param[k].offset);
		if (!p)
			refuse(w.error, w.at);
		p = hd_wave_skip(p);
	}
	if (*p)
		refuse("too many arguments", p);
}

void edge_lower(struct hd_call *c)
{
	uint32_t align, at = 0;
	const uint32_t size = tuple_size(c->func, &align);

	if (size > VALUES)
		refuse("parameters of more than 4096 bytes", NULL);
	read_values(c);
	if (spilled(c->func)) {
		c->flat[0] = alloc(c, align, size);
		hd_copy(memory(c, c->flat[0], size), values, size);
		return;
	}
	for (uint32_t k = 0; k < c->func->nparams; k++)
		at += hd_wave_flatten(c->func->param[k].type,
				      values + c->func->param[k].offset,
				      c->flat + at);
}

/* --- results --------------------------------------------------------------------- */

/* A readable end: bytes are copied out, others are only taken. */
static void take_out(const struct hd_call *c, const struct hd_type *r,
		     uint32_t end)
{
	struct hd_instance *in = c->func->options.instance;
	const struct hd_elem *elem = r->u.pipe;

	if (is_byte_stream(r))
		out_open = hd_host_stream_take(&out_end, in, elem, end,
					       out_ring, RING);
	else
		hd_lift_pipe(in, elem, end, r->kind == HD_TYPE_FUTURE);
}

/* Where the result lies: in the words, or behind the pointer they are. */
static const uint8_t *result(const struct hd_call *c, const uint32_t *words)
{
	const struct hd_type *r = c->func->result;

	if (r->flat && length(r->flat) == length(c->func->returns)) {
		if (r->size > VALUES)
			refuse("a result of more than 4096 bytes", NULL);
		hd_wave_unflatten(r, words, values);
		return values;
	}
	hd_trap_if(words[0] & (r->align - 1u), HD_TRAP_BUFFER_ALIGN);
	const uint8_t *p = memory((void *)(uintptr_t)c, words[0], r->size);
	hd_trap_if(!p, HD_TRAP_BUFFER_BOUNDS);
	return p;
}

void edge_done(struct hd_call *c, const uint32_t *words)
{
	const struct hd_type *r = c->func->result;
	struct hd_wave w = wave(c);

	nprinted = 0;
	if (!words || !r)
		return;
	if (r->kind == HD_TYPE_STREAM || r->kind == HD_TYPE_FUTURE)
		take_out(c, r, words[0]);
	else
		hd_trap_if(!hd_wave_print(&w, r, result(c, words)),
			   HD_TRAP_BAD_VALUE);
}

void edge_print(void)
{
	sh_write(SH_STDOUT, printed, nprinted);
}

/* --- streams -------------------------------------------------------------------- */

bool edge_idle(void)
{
	return !out_open;
}

bool edge_pump_out(void)
{
	uint8_t chunk[256];
	uint32_t n;
	bool moved = false;

	while (out_open && (n = hd_host_read(&out_end, chunk, sizeof chunk))) {
		sh_write(SH_STDOUT, chunk, n);
		moved = true;
	}
	if (out_open && !moved && hd_host_gone(&out_end)) {
		hd_host_end_drop(&out_end);
		out_open = false;
	}
	return moved;
}

bool edge_pump_in(void)
{
	uint8_t chunk[512];
	uint32_t room;

	if (!in_open)
		return false;
	if (hd_host_gone(&in_end)) {
		hd_host_end_drop(&in_end);
		in_open = false;
		return true;
	}
	room = hd_host_room(&in_end);
	if (room == 0)
		return false;
	const uint32_t n = sh_read(SH_STDIN, chunk, room < sizeof chunk ?
							    room : sizeof chunk);
	if (n == 0) {
		hd_host_end_drop(&in_end);
		in_open = false;
	} else {
		hd_host_write(&in_end, chunk, n);
	}
	return true;
}
