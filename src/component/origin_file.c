/* origin_file.c - the table of places in a section of an object or image.
 *
 * LEB128 numbers; a name is its length and bytes; x? is 0 for none, else x + 1:
 *
 *	version  byte 1
 *	files    number, names
 *	funcs    number; of each: begin behind the end of the one before, length,
 *	         file?, name (empty: none), and with a file: module?, func,
 *	         number of runs; of each: `at` behind that of the one before (the
 *	         first: behind begin), `from` behind that of the one before (the
 *	         first of the file: behind 0), signed
 *
 * An import has length 0 and no place of its own.
 */
#include "component/origin.h"

#include <string.h>

#include "wasm/reader.h"

enum { VERSION = 1 };

/* --- writing ------------------------------------------------------------------ */

static void put_name(struct buf *out, const char *name)
{
	const size_t n = name ? strlen(name) : 0;

	buf_uleb(out, n);
	if (n)
		buf_put(out, name, n);
}

static void put_runs(const struct origin *o, const struct origin_func *f,
		     struct buf *out)
{
	struct origin_run last = { f->begin, 0 };

	buf_uleb(out, f->nruns);
	for (uint32_t r = f->run; r < f->run + f->nruns; r++) {
		const struct origin_run x = o->runs.at[r];
		buf_uleb(out, x.at - last.at);
		buf_sleb(out, (int64_t)x.from - last.from);
		last = x;
	}
}

void origin_write(const struct origin *o, struct buf *out)
{
	uint32_t end = 0;

	buf_u8(out, VERSION);
	buf_uleb(out, o->files.n);
	for (uint32_t k = 0; k < o->files.n; k++)
		put_name(out, origin_file_name(o->files.at[k]));
	buf_uleb(out, o->funcs.n);
	for (uint32_t k = 0; k < o->funcs.n; k++) {
		const struct origin_func *f = &o->funcs.at[k];
		const bool body = f->end > f->begin;
		buf_uleb(out, body ? f->begin - end : 0);
		buf_uleb(out, f->end - f->begin);
		buf_uleb(out, f->file + 1u);
		put_name(out, f->name);
		end = body ? f->end : end;
		if (f->file == ORIGIN_NONE)
			continue;
		buf_uleb(out, f->module + 1u);
		buf_uleb(out, f->func);
		put_runs(o, f, out);
	}
}

/* --- reading -------------------------------------------------------------------- */

static uint32_t optional(struct reader *r)
{
	return reader_u32(r) - 1;	/* none is ORIGIN_NONE */
}

/* Each of that many takes a byte or more. */
static uint32_t count(struct reader *r)
{
	const uint32_t n = reader_u32(r);

	r->bad |= n > (size_t)(r->end - r->at);
	return r->bad ? 0 : n;
}

static const char *get_name(struct reader *r, struct arena *a)
{
	uint32_t n;
	const char *s = reader_name(r, a, &n);

	return r->bad || !n ? NULL : s;
}

static void get_runs(struct reader *r, struct origin *o, struct origin_func *f,
		     struct arena *a)
{
	struct origin_run x = { f->begin, 0 };

	f->run = o->runs.n;
	f->nruns = count(r);
	for (uint32_t k = 0; k < f->nruns && !r->bad; k++) {
		x.at += reader_u32(r);
		x.from += (uint32_t)reader_s33(r);
		vec_push(a, &o->runs, x);
	}
}

static void get_func(struct reader *r, struct origin *o, uint32_t *end,
		     struct arena *a)
{
	struct origin_func f = { .begin = *end + reader_u32(r) };

	f.end = f.begin + reader_u32(r);
	f.file = optional(r);
	f.name = get_name(r, a);
	f.module = f.func = ORIGIN_NONE;
	if (f.file != ORIGIN_NONE) {
		r->bad |= f.file >= o->files.n;
		f.module = optional(r);
		f.func = reader_u32(r);
		get_runs(r, o, &f, a);
	} else if (!f.name) {
		r->bad = true;
	}
	r->bad |= f.begin < *end || f.end < f.begin;
	*end = f.end;
	vec_push(a, &o->funcs, f);
}

struct origin *origin_read(const uint8_t *bytes, size_t n, struct arena *a)
{
	struct reader r = { .at = bytes, .end = bytes + n, .base = bytes };
	struct origin *o = arena_new(a, struct origin);
	uint32_t end = 0;

	r.bad = reader_u8(&r) != VERSION;
	for (uint32_t k = count(&r); k > 0 && !r.bad; k--) {
		const char *name = get_name(&r, a);
		vec_push(a, &o->files, name ? name : "");
	}
	for (uint32_t k = count(&r); k > 0 && !r.bad; k--)
		get_func(&r, o, &end, a);
	return r.bad || r.at != r.end ? NULL : o;
}
