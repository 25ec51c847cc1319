/* trap.c - where in the input files a trap of the firmware was.
 *
 * The firmware knows a function and an offset of the module that was compiled.
 * Of a core module that is the input; of a component it is what was linked,
 * and component/origin.h knows where that comes from.
 */
#include "cli/trap.h"

#include <stdio.h>
#include <string.h>

#include "component/origin.h"

/* "trap: TEXT[ in function N][ at wasm offset 0xN]" */
struct said {
	char text[80];
	unsigned func, at;
	bool has_func, has_at;
};

/* A trap as it is told; what is not known is NULL or false.
 *
 *   own  what code of heddle's own trapped
 */
struct told {
	const char *text, *file, *name, *own;
	uint32_t func, module, at;
	bool has_func, has_module, has_at;
};

static bool read_trap(const char *line, struct said *t)
{
	const char *p = strstr(line, "trap: ");
	const char *f, *o;

	if (!p)
		return false;
	*t = (struct said){ 0 };
	p += strlen("trap: ");
	size_t n = strcspn(p, "\n");
	f = strstr(p, " in function ");
	o = strstr(p, " at wasm offset ");
	t->has_func = f && sscanf(f, " in function %u", &t->func) == 1;
	t->has_at = o && sscanf(o, " at wasm offset 0x%x", &t->at) == 1;
	if (t->has_func)
		n = (size_t)(f - p);
	else if (t->has_at)
		n = (size_t)(o - p);
	snprintf(t->text, sizeof t->text, "%.*s", (int)n, p);
	return true;
}

/* --- core modules ------------------------------------------------------------- */

static const char *function_name(const struct pipeline *p, uint32_t func)
{
	if (!p->wasm || func > p->wasm->funcs.n)
		return NULL;
	return func < p->wasm->funcs.n ? p->names.local[func] : "instantiation";
}

/* The image knows the machine code that trapped; what was inlined there is
 * told by the offset. */
static void of_module(const struct pipeline *p, struct told *t)
{
	for (uint32_t k = 0; p->wasm && t->has_at && k < p->wasm->funcs.n; k++) {
		const struct wasm_func *f = &p->wasm->funcs.at[k];
		if (f->import == UINT32_MAX && t->at >= f->begin &&
		    t->at < f->end) {
			t->func = k;
			t->has_func = true;
		}
	}
	if (t->has_func)
		t->name = function_name(p, t->func);
}

/* --- components ---------------------------------------------------------------- */

/* What is between files is of all: "a.wasm + b.wasm". */
static const char *all_files(struct cli *c, const struct origin *o)
{
	struct buf b;

	buf_init(&b, c->arena);
	for (uint32_t k = 0; k < o->files.n; k++)
		buf_printf(&b, "%s%s", k ? " + " : "", o->files.at[k]);
	buf_u8(&b, 0);
	return (char *)b.at;
}

static void of_component(struct cli *c, const struct origin *o, struct told *t)
{
	const struct origin_func *f = t->has_at ? origin_find(o, t->at) : NULL;
	struct buf own;

	if (!f && t->has_func && t->func < o->funcs.n)
		f = &o->funcs.at[t->func];
	else if (!f && t->has_func)
		t->own = "instantiation";
	t->has_at = f && t->has_at && origin_place(o, f, t->at, &t->at);
	t->has_func = f && f->file != ORIGIN_NONE;
	if (!f)
		return;
	if (!t->has_func) {
		t->file = all_files(c, o);
		buf_init(&own, c->arena);
		origin_text(f, &own);
		buf_u8(&own, 0);
		t->own = (char *)own.at;
		return;
	}
	t->file = o->files.at[f->file];
	t->func = f->func;
	t->name = f->name;
	t->module = f->module;
	t->has_module = f->module != ORIGIN_NONE;
}

/* --- telling -------------------------------------------------------------------- */

static void json(const struct told *t, bool component, struct buf *b)
{
	if (t->text) {
		buf_str(b, ",\"trap\":");
		buf_json(b, t->text);
	}
	if (component && t->file) {
		buf_str(b, ",\"file\":");
		buf_json(b, t->file);
	}
	if (t->has_module)
		buf_printf(b, ",\"module\":%u", t->module);
	if (t->has_func)
		buf_printf(b, ",\"function\":%u", t->func);
	if (t->name) {
		buf_str(b, ",\"name\":");
		buf_json(b, t->name);
	}
	if (t->own) {
		buf_str(b, ",\"own\":");
		buf_json(b, t->own);
	}
	if (t->has_at)
		buf_printf(b, ",\"offset\":%u", t->at);
	if (b->n)
		b->at[0] = '{';
	buf_str(b, "}\n");
}

static void text(const struct told *t, const char *input, struct buf *b)
{
	buf_str(b, t->file ? t->file : input);
	if (t->has_at)
		buf_printf(b, ":0x%04x", t->at);
	buf_str(b, ":");
	if (t->text)
		buf_printf(b, " trap: %s\n ", t->text);
	if (t->own)
		buf_printf(b, " %s", t->own);
	if (t->has_func)
		buf_printf(b, " func %u", t->func);
	if (t->name)
		buf_printf(b, " \"%s\"", t->name);
	if (t->has_module)
		buf_printf(b, " of core module %u", t->module);
	while (b->at[b->n - 1] == ' ' || b->at[b->n - 1] == '\n')
		b->n--;
	buf_str(b, "\n");
}

static void tell(struct cli *c, const struct told *t, bool component,
		 struct buf *out)
{
	if (cli_has(c, OPT_JSON))
		json(t, component, out);
	else
		text(t, c->input, out);
}

bool trap_place(struct cli *c, const struct origin *o, uint32_t at,
		struct buf *out)
{
	struct told t = { .at = at, .has_at = true };

	of_component(c, o, &t);
	if (!t.has_func && !t.own)
		return false;
	tell(c, &t, true, out);
	return true;
}

bool trap_report(struct cli *c, const struct pipeline *p, const char *said)
{
	struct said s;
	struct told t;
	struct buf b;

	if (!read_trap(said, &s))
		return false;
	t = (struct told){ .text = s.text, .func = s.func, .at = s.at,
			   .has_func = s.has_func, .has_at = s.has_at };
	if (p->origin)
		of_component(c, p->origin, &t);
	else
		of_module(p, &t);
	buf_init(&b, c->arena);
	tell(c, &t, p->origin != NULL, &b);
	fwrite(b.at, 1, b.n, stderr);
	return true;
}
