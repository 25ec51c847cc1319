/* file.c - running one command file.
 *
 * Commands up to the next instance share it: one run of the firmware, which
 * tells the outcome of each call on a line of its own.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "cm-async/cm.h"
#include "common/firmware.h"
#include "common/wave_json.h"

/* An instance and what is called on it, in order. */
struct life {
	const char *name, *file;
	VEC(const json_t *) calls;
	const json_t *traps;	/* instantiating it must trap */
};

struct definition {
	const char *name, *file;
};

struct image {
	const char *file, *elf, *why;	/* why: it could not be built */
};

struct run {
	struct cm_result *r;
	struct cm_build how;
	const char *folder;
	struct arena *a;
	VEC(struct definition) defs;
	VEC(struct life) lives;
	VEC(struct image) images;
	VEC(const json_t *) invalid;
};

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static unsigned line(const json_t *c)
{
	return (unsigned)json_integer_value(json_object_get(c, "line"));
}

PRINTF(3, 4)
static void fail(struct run *x, const json_t *c, const char *fmt, ...)
{
	va_list ap;

	x->r->failed++;
	buf_printf(&x->r->text, "FAIL %s:%u: ", x->r->path, line(c));
	va_start(ap, fmt);
	buf_vprintf(&x->r->text, fmt, ap);
	va_end(ap);
	buf_str(&x->r->text, "\n");
}

/* --- commands ------------------------------------------------------------------ */

static const char *definition(const struct run *x, const char *name)
{
	for (uint32_t k = x->defs.n; name && k > 0; k--)
		if (x->defs.at[k - 1].name &&
		    !strcmp(x->defs.at[k - 1].name, name))
			return x->defs.at[k - 1].file;
	return NULL;
}

static struct life *live(struct run *x, const char *name, const char *file)
{
	vec_push(x->a, &x->lives,
		 (struct life){ .name = name, .file = file });
	return &x->lives.at[x->lives.n - 1];
}

/* The instance a call is for: named, or the latest. */
static struct life *called(struct run *x, const char *name)
{
	for (uint32_t k = x->lives.n; k > 0; k--) {
		struct life *l = &x->lives.at[k - 1];
		if (!l->traps && (!name || (l->name && !strcmp(l->name, name))))
			return l;
	}
	return NULL;
}

static void command(struct run *x, const json_t *c)
{
	const char *type = text(c, "type"), *file = text(c, "filename");
	const json_t *action = json_object_get(c, "action");

	if (!strcmp(type, "component")) {
		live(x, text(c, "name"), file);
	} else if (!strcmp(type, "component_definition")) {
		vec_push(x->a, &x->defs,
			 (struct definition){ text(c, "name"), file });
	} else if (!strcmp(type, "component_instance")) {
		live(x, text(c, "name"), definition(x, text(c, "definition")));
	} else if (!strcmp(type, "assert_invalid")) {
		vec_push(x->a, &x->invalid, c);
	} else if (action) {
		struct life *l = called(x, text(action, "instance"));
		if (l)
			vec_push(x->a, &l->calls, c);
		else
			fail(x, c, "no instance to call");
	} else if (!strcmp(type, "assert_trap")) {
		const char *of = text(c, "component_instance");
		live(x, NULL, of ? definition(x, of) : file)->traps = c;
	} else {
		fail(x, c, "unknown command %s", type);
	}
}

/* --- images --------------------------------------------------------------------- */

/* Compiles and links a component, once. */
static struct image *build(struct run *x, const char *file)
{
	for (uint32_t k = 0; k < x->images.n; k++)
		if (!strcmp(x->images.at[k].file, file))
			return &x->images.at[k];
	struct image i = {
		.file = file,
		.elf = arena_printf(x->a, "%s/%u-%p.elf", x->how.dir, x->images.n,
				    (void *)x),
	};
	const char *argv[] = {
		x->how.heddle, "build", arena_printf(x->a, "%s%s", x->folder, file),
		"-o", i.elf, "--no-prove", "-q", "-j", "1", "--target",
		x->how.t->name, x->how.mpu ? "--mpu" :
		x->how.pointer ? "--instance=pointer" : NULL, NULL };
	struct fw_result r = fw_run(argv, NULL, 0, 120, x->a);
	if (!r.ran || r.status != 0)
		i.why = arena_printf(x->a, "%s: %s", file, r.why ? r.why :
				     (char *)r.err.at);
	vec_push(x->a, &x->images, i);
	return &x->images.at[x->images.n - 1];
}

/* --- calls ------------------------------------------------------------------------ */

static void word(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_printf(b, *s <= ' ' || *s == '%' ? "%%%02x" :
			      *s == ',' ? ",%c" : "%c", (unsigned char)*s);
}

static struct fw_result simulate(struct run *x, const struct life *l,
				 const char *elf)
{
	struct buf b;

	buf_init(&b, x->a);
	buf_str(&b, "enable=on,target=native,arg=app,arg=report");
	for (uint32_t k = 0; k < l->calls.n; k++) {
		const json_t *action = json_object_get(l->calls.at[k],
						       "action");
		const char *call = wave_call(text(action, "func"),
					     json_object_get(action, "args"),
					     x->a);
		buf_str(&b, ",arg=invoke,arg=");
		word(&b, call ? call : "?");
	}
	buf_u8(&b, 0);
	const char *argv[] = {
		"qemu-system-arm", "-M", x->how.t->board->name, "-nographic",
		"-monitor", "none", "-serial", "none", "-semihosting-config",
		(char *)b.at, "-kernel", elf, NULL };
	return fw_run(argv, NULL, 0, 60, x->a);
}

/* "return A, B" as the file expects it. */
static const char *wanted(const struct run *x, const json_t *c)
{
	const json_t *v;
	struct buf b;
	size_t k;

	buf_init(&b, x->a);
	buf_str(&b, "return ");
	json_array_foreach(json_object_get(c, "expected"), k, v) {
		buf_str(&b, k ? ", " : "");
		wave_json(v, &b);
	}
	buf_u8(&b, 0);
	return (char *)b.at;
}

static void judge(struct run *x, const json_t *c, const char *got)
{
	const char *type = text(c, "type"), *message = text(c, "message");
	const char *func = text(json_object_get(c, "action"), "func");

	if (!func)
		func = "instantiation";
	if (!strcmp(type, "assert_trap") &&
	    (strncmp(got, "trap ", 5) != 0 || !cm_reason(message, got + 5)))
		fail(x, c, "%s: expected trap \"%s\", got \"%s\"", func,
		     message, got);
	else if (!strcmp(type, "invoke") && strncmp(got, "return", 6) != 0)
		fail(x, c, "%s: expected a return, got \"%s\"", func, got);
	else if (!strcmp(type, "assert_return") && strcmp(got, wanted(x, c)))
		fail(x, c, "%s: expected \"%s\", got \"%s\"", func,
		     wanted(x, c), got);
	else
		x->r->passed++;
}

/* The next line of a run's output, cut off. */
static char *next_line(char **rest)
{
	char *begin = *rest, *end = begin ? strchr(begin, '\n') : NULL;

	if (!end)
		return NULL;
	*end = 0;
	*rest = end + 1;
	return begin;
}

static void fail_all(struct run *x, const struct life *l, const char *why)
{
	if (l->traps)
		fail(x, l->traps, "%s", why);
	for (uint32_t k = 0; k < l->calls.n; k++)
		fail(x, l->calls.at[k], "%s", why);
}

static void run_life(struct run *x, const struct life *l)
{
	const struct image *i = l->file ? build(x, l->file) : NULL;

	if (!i || i->why) {
		fail_all(x, l, i ? i->why : "no such definition");
		return;
	}
	if (!l->traps && l->calls.n == 0)
		return;
	struct fw_result r = simulate(x, l, i->elf);
	char *rest = (char *)r.out.at;
	const char *none = r.why ? r.why : "nothing";
	if (r.ran && r.err.n)
		none = (char *)r.err.at;
	if (l->traps) {
		const char *got = next_line(&rest);
		judge(x, l->traps, got ? got : none);
	}
	for (uint32_t k = 0; k < l->calls.n; k++) {
		const char *got = next_line(&rest);
		judge(x, l->calls.at[k], got ? got : none);
	}
}

/* --- invalid components -------------------------------------------------------------- */

/* Without the quotes that only one of the two has. */
static char *plain(struct arena *a, const char *s)
{
	char *r = arena_copy(a, s, strlen(s)), *to = r;

	for (const char *p = r; *p; p++)
		if (*p != '`')
			*to++ = *p;
	*to = 0;
	return r;
}

static void refuse(struct run *x, const json_t *c)
{
	const char *argv[] = {
		x->how.heddle, "inspect",
		arena_printf(x->a, "%s%s", x->folder, text(c, "filename")),
		NULL };
	struct fw_result r = fw_run(argv, NULL, 0, 60, x->a);

	if (r.ran && r.status == 1 &&
	    strstr(plain(x->a, (char *)r.err.at),
		   plain(x->a, text(c, "message"))))
		x->r->passed++;
	else
		fail(x, c, "expected to be refused, \"%s\"; status %d, %s",
		     text(c, "message"), r.status, (char *)r.err.at);
}

void cm_file(struct cm_result *r, const struct cm_build *how, struct arena *a)
{
	struct run x = { .r = r, .how = *how, .a = a };
	const char *slash = strrchr(r->path, '/');
	json_t *root = json_load_file(r->path, 0, NULL);
	const json_t *c;
	size_t k;

	x.folder = arena_printf(a, "%.*s", slash ? (int)(slash - r->path) + 1 :
						   0, r->path);
	r->gate = root && text(root, "gate") ?
			  arena_printf(a, "%s", text(root, "gate")) : "?";
	if (!json_is_array(json_object_get(root, "commands")))
		fail(&x, NULL, "no commands");
	json_array_foreach(json_object_get(root, "commands"), k, c)
		command(&x, c);
	for (k = 0; k < x.invalid.n; k++)
		refuse(&x, x.invalid.at[k]);
	for (k = 0; k < x.lives.n; k++)
		run_life(&x, &x.lives.at[k]);
	for (k = 0; k < x.images.n; k++)
		unlink(x.images.at[k].elf);
	json_decref(root);
}
