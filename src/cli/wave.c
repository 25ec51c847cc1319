/* wave.c - arguments of calls, checked against the types of the component. */
#include "cli/wave.h"

#include <string.h>

#include "component/wavetext.h"

static bool is(struct ct_name n, const char *s, size_t len)
{
	return n.n == len && !memcmp(n.at, s, len);
}

/* "interface#function", the interface may be a way ("outer#inner"); or the
 * function alone, where only one is called so. */
static const struct info_func *find(const struct info *f, const char *name,
				    size_t n)
{
	const struct info_func *found = NULL;
	size_t at = n;

	while (at && name[at - 1] != '#')
		at--;
	for (uint32_t k = 0; k < f->exports.n; k++) {
		const struct info_export *e = &f->exports.at[k];
		if (!is(e->name, name + at, n - at) ||
		    (at && !is(e->interface, name, at - 1)))
			continue;
		if (found)
			return NULL;
		found = &f->funcs.at[e->func];
	}
	return found;
}

static void unknown(struct cli *c, const struct info *f, const char *call,
		    size_t n)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (uint32_t k = 0; k < f->exports.n; k++) {
		const struct info_export *e = &f->exports.at[k];
		buf_printf(&b, " %.*s%s%.*s", (int)e->interface.n,
			   e->interface.at, e->interface.n ? "#" : "",
			   (int)e->name.n, e->name.at);
	}
	buf_u8(&b, 0);
	cli_usage(c, "no exported function %.*s, or more than one; there are:%s", (int)n, call,
		  (char *)b.at);
}

static void wrong(struct cli *c, const char *call, const char *at,
		  const char *what)
{
	cli_usage(c, "%s\n  column %u: %s", call, (unsigned)(at - call) + 1,
		  what);
}

/* The arguments at *p, which moves on, as text in out. */
static bool arguments(struct cli *c, const struct info *f, uint32_t func,
		      const char *call, const char **p, struct buf *out)
{
	struct hd_types h;
	struct wavetext w;

	hd_types_init(&h, &f->types, c->arena);
	wavetext_init(&w, c->arena);
	w.exact = false;
	const struct ct_type *t = ct_get(&f->types, func);
	for (uint32_t k = 0; k < t->n; k++) {
		const struct hd_type *x = hd_type_get(&h, t->item[k].type);
		uint8_t *at = arena_alloc(c->arena, x->size);
		const char *end = wavetext_read(&w, x, *p, at);
		if (!end) {
			wrong(c, call, w.wave.at, arena_printf(
				c->arena, "argument %u, %.*s: %s", k + 1,
				(int)t->item[k].name.n, t->item[k].name.at,
				w.wave.error));
			return false;
		}
		*p = hd_wave_skip(end);
		if (**p == ',')
			++*p;
		else if (k + 1 < t->n) {
			wrong(c, call, *p, "an argument is missing");
			return false;
		}
		if (k)
			buf_str(out, ",");
		if (!wavetext_print(&w, x, at, out))
			return false;
	}
	return true;
}

const char *cli_wave_call(struct cli *c, const struct info *f,
			  const char *call, uint32_t *result)
{
	const size_t n = strcspn(call, "(");
	const struct info_func *func = find(f, call, n);
	const char *p = call + n + 1;
	struct buf out;

	if (!call[n]) {
		cli_usage(c, "a call is NAME(ARGUMENTS), not %s", call);
		return NULL;
	}
	if (!func) {
		unknown(c, f, call, n);
		return NULL;
	}
	buf_init(&out, c->arena);
	buf_put(&out, call, n + 1);
	if (!arguments(c, f, func->type, call, &p, &out))
		return NULL;
	p = hd_wave_skip(p);
	if (*p != ')') {
		wrong(c, call, p, ") expected: no more arguments");
		return NULL;
	}
	p = hd_wave_skip(p + 1);
	if (*p) {
		wrong(c, call, p, "more text behind the call");
		return NULL;
	}
	buf_str(&out, ")");
	buf_u8(&out, 0);
	*result = ct_get(&f->types, func->type)->elem;
	return (char *)out.at;
}

/* As deep as types are. */
bool cli_wave_has_floats(const struct info *f, uint32_t type)
{
	if (type == CT_NO_TYPE)
		return false;
	const struct ct_type *x = ct_get(&f->types, type);
	if (x->kind == CT_F32 || x->kind == CT_F64)
		return true;
	if (x->kind == CT_STREAM || x->kind == CT_FUTURE ||
	    x->kind == CT_OWN || x->kind == CT_BORROW)
		return false;
	for (uint32_t k = 0; x->item && k < x->n; k++)
		if (cli_wave_has_floats(f, x->item[k].type))
			return true;
	return cli_wave_has_floats(f, x->elem) ||
	       cli_wave_has_floats(f, x->elem2);
}

const char *cli_wave_result(struct cli *c, const struct info *f,
			    uint32_t type, const char *line)
{
	struct hd_types h;
	struct wavetext w;
	struct buf out;

	if (!cli_wave_has_floats(f, type))
		return line;
	hd_types_init(&h, &f->types, c->arena);
	wavetext_init(&w, c->arena);
	buf_init(&out, c->arena);
	const struct hd_type *t = hd_type_get(&h, type);
	uint8_t *at = arena_alloc(c->arena, t->size);
	const char *end = wavetext_read(&w, t, line, at);
	if (!end || *hd_wave_skip(end) || !wavetext_print(&w, t, at, &out))
		return line;
	buf_u8(&out, 0);
	return (char *)out.at;
}
