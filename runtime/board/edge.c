/* edge.c - values and streams of calls from the command line.
 *
 * Numbers, bool and stream<u8>.
 */
#include "board/edge.h"

#include "board/semihost.h"
#include "core/builtin.h"
#include "host/ring.h"

enum { RING = 4096 };

static uint8_t in_ring[RING], out_ring[RING];
static struct hd_host_end in_end, out_end;
static bool in_open, out_open;

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

static bool is_wide(uint8_t kind)
{
	return kind == HD_TYPE_S64 || kind == HD_TYPE_U64;
}

static bool is_byte_stream(const struct hd_type *t)
{
	return t->kind == HD_TYPE_STREAM && t->elem &&
	       t->elem->kind == HD_TYPE_U8;
}

static bool is_integer(uint8_t kind)
{
	return kind >= HD_TYPE_S8 && kind <= HD_TYPE_U64;
}

static bool begins(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return false;
	return true;
}

static const char *skip(const char *p)
{
	while (*p == ' ' || *p == ',')
		p++;
	return p;
}

/* A decimal or hexadecimal number in range of the type; NULL when it is
 * none, else what follows. */
static const char *integer(const struct hd_type *t, const char *p, uint64_t *v)
{
	const bool neg = *p == '-';
	const bool is_signed = t->kind == HD_TYPE_S8 || t->kind == HD_TYPE_S16 ||
			       t->kind == HD_TYPE_S32 || t->kind == HD_TYPE_S64;
	const unsigned bits = 8 * t->size;
	const char *begin;

	*v = 0;
	p += neg;
	for (begin = p; *p >= '0' && *p <= '9'; p++) {
		const uint64_t d = (uint64_t)(*p - '0');
		if (*v > (UINT64_MAX - d) / 10)
			return NULL;
		*v = *v * 10 + d;
	}
	const uint64_t half = (uint64_t)1 << (bits - 1);
	const uint64_t most = !is_signed ? half - 1 + half :
			      neg ? half : half - 1;
	if (p == begin || *v > most || (neg && !is_signed && *v))
		return NULL;
	if (neg)
		*v = 0 - *v;
	return p;
}

static const char *value(const struct hd_type *t, const char *p, uint64_t *v)
{
	*v = 0;
	if (t->kind == HD_TYPE_BOOL) {
		*v = begins(p, "true");
		return *v ? p + 4 : begins(p, "false") ? p + 5 : NULL;
	}
	if (is_byte_stream(t))
		return begins(p, "@stdin") ? p + 6 : NULL;
	return integer(t, p, v);
}

const char *edge_check(struct hd_call *c)
{
	struct edge_call *e = c->user;
	const char *p = skip(e->text);
	uint64_t v;

	for (uint32_t k = 0; k < c->func->nparams; k++) {
		const struct hd_type *t = c->func->param[k].type;
		if (t->kind != HD_TYPE_BOOL && !is_integer(t->kind) &&
		    !is_byte_stream(t))
			return "parameters of this type cannot be given here";
		p = value(t, p, &v);
		if (!p)
			return "an argument is missing or not of its type";
		p = skip(p);
	}
	if (*p)
		return "too many arguments";
	return NULL;
}

static uint32_t open_in(const struct hd_call *c, const struct hd_type *t)
{
	uint32_t handle = 0;

	in_open = hd_host_stream_init(&in_end, c->func->options.instance,
				      t->u.pipe, 1, in_ring, RING, &handle);
	return handle;
}

void edge_lower(struct hd_call *c)
{
	const struct edge_call *e = c->user;
	const char *p = skip(e->text);
	uint32_t at = 0;
	uint64_t v;

	for (uint32_t k = 0; k < c->func->nparams; k++) {
		const struct hd_type *t = c->func->param[k].type;
		p = skip(value(t, p, &v));
		c->flat[at++] = t->kind == HD_TYPE_STREAM ? open_in(c, t) :
							    (uint32_t)v;
		if (is_wide(t->kind))
			c->flat[at++] = (uint32_t)(v >> 32);
	}
}

/* A readable end: bytes are copied out, others are only taken. */
static void take_out(const struct hd_call *c, const struct hd_type *r,
		     uint32_t handle)
{
	struct hd_instance *in = c->func->options.instance;
	const struct hd_elem *elem = r->u.pipe;

	if (is_byte_stream(r))
		out_open = hd_host_stream_take(&out_end, in, elem, handle,
					       out_ring, RING);
	else
		hd_lift_pipe(in, elem, handle, r->kind == HD_TYPE_FUTURE);
}

void edge_done(struct hd_call *c, const uint32_t *words)
{
	struct edge_call *e = c->user;
	const struct hd_type *r = c->func->result;

	if (!words || !r)
		return;
	if (r->kind == HD_TYPE_STREAM || r->kind == HD_TYPE_FUTURE) {
		take_out(c, r, words[0]);
		return;
	}
	e->result[0] = words[0];
	if (is_wide(r->kind))
		e->result[1] = words[1];
}

void edge_print(const struct hd_call *c)
{
	const struct edge_call *e = c->user;
	const struct hd_type *r = c->func->result;
	const uint64_t wide = e->result[0] | (uint64_t)e->result[1] << 32;
	int64_t s = (int64_t)wide;

	if (r && r->kind == HD_TYPE_BOOL) {
		sh_puts(SH_STDOUT, e->result[0] ? "true" : "false");
	} else if (r && is_integer(r->kind)) {
		if (r->kind != HD_TYPE_S64)
			s = (int32_t)e->result[0];
		if (s < 0 && (r->kind == HD_TYPE_S8 || r->kind == HD_TYPE_S16 ||
			      r->kind == HD_TYPE_S32 ||
			      r->kind == HD_TYPE_S64)) {
			sh_puts(SH_STDOUT, "-");
			edge_number(SH_STDOUT, 0 - (uint64_t)s, 10);
		} else {
			edge_number(SH_STDOUT, wide, 10);
		}
	} else if (r && !is_byte_stream(r)) {
		sh_puts(SH_STDOUT, "(not printed)");
	}
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
