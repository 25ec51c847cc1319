/* diag.c - collecting and printing diagnostics. */
#include "base/diag.h"

#include <stdio.h>
#include <string.h>

static const struct {
	unsigned number;
	const char *text, *advice;
} row[DIAG_CODES] = {
#define DIAG(id, number, text, advice) [DIAG_##id] = { number, text, advice },
#include "base/diags.def"
};

void diag_init(struct diag_sink *s, struct arena *a)
{
	*s = (struct diag_sink){ .arena = a, .max = 20 };
	s->at = arena_array(a, struct diag, s->max + 1);
	s->cap = s->max;
}

struct diag *diag_report(struct diag_sink *s, enum diag_code code, uint64_t at,
			 const char *fmt, ...)
{
	va_list ap;
	struct diag *d = &s->at[s->n < s->max ? s->n : s->max];

	*d = (struct diag){ .code = code, .at = at, .func = UINT32_MAX,
			    .ins = UINT32_MAX };
	struct buf b;
	buf_init(&b, s->arena);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	d->detail = (char *)b.at;
	if (s->n < s->max)
		s->n++;
	else
		s->dropped++;
	return d;
}

unsigned diag_number(enum diag_code c)
{
	return row[c].number;
}

const char *diag_text(enum diag_code c)
{
	return row[c].text;
}

const char *diag_advice(enum diag_code c)
{
	return row[c].advice;
}

void diag_print(const struct diag *d, const char *file, diag_excerpt *excerpt,
		void *ctx, struct buf *out)
{
	buf_str(out, d->file ? d->file : file);
	if (d->at != DIAG_NOWHERE)
		buf_printf(out, ":0x%04llx", (unsigned long long)d->at);
	buf_printf(out, ": error[E%04u]: %s", row[d->code].number,
		   row[d->code].text);
	buf_printf(out, d->detail && *d->detail ? ": %s\n" : "%s\n",
		   d->detail ? d->detail : "");
	if (d->func != UINT32_MAX && d->ins != UINT32_MAX)
		buf_printf(out, "  func %u, instruction %u\n", d->func, d->ins);
	else if (d->func != UINT32_MAX)
		buf_printf(out, "  func %u\n", d->func);
	if (excerpt && d->at != DIAG_NOWHERE)
		excerpt(ctx, d, out);
	if (d->note)
		buf_printf(out, "  note: %s\n", d->note);
	buf_printf(out, "  advice: %s\n", row[d->code].advice);
}

void diag_json(const struct diag *d, const char *file, struct buf *out)
{
	buf_str(out, "{\"file\":");
	buf_json(out, d->file ? d->file : file);
	if (d->at != DIAG_NOWHERE)
		buf_printf(out, ",\"offset\":%llu", (unsigned long long)d->at);
	buf_printf(out, ",\"code\":\"E%04u\",\"rule\":", row[d->code].number);
	buf_json(out, row[d->code].text);
	buf_str(out, ",\"detail\":");
	buf_json(out, d->detail ? d->detail : "");
	if (d->func != UINT32_MAX)
		buf_printf(out, ",\"function\":%u", d->func);
	if (d->ins != UINT32_MAX)
		buf_printf(out, ",\"instruction\":%u", d->ins);
	if (d->note) {
		buf_str(out, ",\"note\":");
		buf_json(out, d->note);
	}
	buf_str(out, ",\"advice\":");
	buf_json(out, row[d->code].advice);
	buf_str(out, "}");
}
