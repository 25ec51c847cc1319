/* main.c - p3-run DIR [--target T] [--mpu | --pointer] [--json]: components compiled from C, in
 * QEMU.
 *
 * Each folder's expected.json names components, variants of their
 * optimisation, and calls with results.  Every call is made on the composed
 * component and on driver and callee given as two files.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "common/firmware.h"
#include "common/tally.h"
#include "common/wave_json.h"
#include "t32/target.h"

struct suite {
	struct tally *t;
	const struct target *target;
	bool mpu;		/* with walls between instances */
	bool pointer;		/* with code that instances share */
	const char *folder, *entry;
	const json_t *cases;
	struct arena *a;
};

typedef VEC(const char *) words;

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* DIR/driver-O0.wasm of "driver.wasm" and "-O0"; NULL when there is none. */
static const char *file(const struct suite *s, const json_t *components,
			const char *what, const char *variant)
{
	const char *name = text(components, what);
	const char *dot = name ? strrchr(name, '.') : NULL;

	if (!dot)
		return NULL;
	const char *path = arena_printf(s->a, "%s/%.*s%s%s", s->folder,
					(int)(dot - name), name, variant, dot);
	return access(path, R_OK) == 0 ? path : NULL;
}

/* Compares the lines printed with what each case expects. */
static void compare(const struct suite *s, const char *what, char *out,
		    const char *err)
{
	const json_t *c;
	size_t k;

	json_array_foreach(s->cases, k, c) {
		char *end = strchr(out, '\n');
		struct buf want;

		buf_init(&want, s->a);
		wave_json(json_array_get(json_object_get(c, "expected"), 0),
			  &want);
		buf_u8(&want, 0);
		if (end)
			*end = 0;
		if (end && !strcmp(out, (char *)want.at))
			s->t->passed++;
		else
			tally_fail(s->t, s->folder, (unsigned)k,
				   "%s: expected %s, got %s", what,
				   (char *)want.at, end ? out : err);
		if (end)
			out = end + 1;
	}
}

/* All cases in one run of the firmware. */
static void run(const struct suite *s, const char *what,
		const char *const files[2])
{
	words v = { 0 };
	const json_t *c;
	size_t k;

	vec_push(s->a, &v, arena_printf(s->a, "%s/heddle",
					fw_build_dir(s->a)));
	vec_push(s->a, &v, "run");
	vec_push(s->a, &v, files[0]);
	if (files[1])
		vec_push(s->a, &v, files[1]);
	vec_push(s->a, &v, "--target");
	vec_push(s->a, &v, s->target->name);
	if (s->mpu)
		vec_push(s->a, &v, "--mpu");
	if (s->pointer)
		vec_push(s->a, &v, "--instance=pointer");
	json_array_foreach(s->cases, k, c) {
		vec_push(s->a, &v, "--invoke");
		vec_push(s->a, &v, wave_call(s->entry,
					     json_object_get(c, "args"), s->a));
	}
	vec_push(s->a, &v, NULL);
	struct fw_result r = fw_run(v.at, NULL, 0, 120, s->a);
	compare(s, what, (char *)r.out.at, r.why ? r.why : (char *)r.err.at);
}

static void variant(const struct suite *s, const json_t *components,
		    const char *name)
{
	const char *composed = file(s, components, "composed", name);
	const char *driver = file(s, components, "driver", name);
	const char *callee = file(s, components, "callee", name);

	if (!composed || !driver || !callee) {
		tally_fail(s->t, s->folder, 0, "no components of variant \"%s\"",
			   name);
		return;
	}
	run(s, arena_printf(s->a, "composed%s", name),
	    (const char *[]){ composed, NULL });
	run(s, arena_printf(s->a, "two files%s", name),
	    (const char *[]){ driver, callee });
}

static void folder(struct suite *s)
{
	json_t *root = json_load_file(
		arena_printf(s->a, "%s/expected.json", s->folder), 0, NULL);
	const json_t *v;
	size_t k;

	s->entry = text(root, "entry");
	s->cases = json_object_get(root, "cases");
	if (!s->entry || !json_array_size(s->cases))
		tally_fail(s->t, s->folder, 0, "no cases in expected.json");
	else
		json_array_foreach(json_object_get(root, "variants"), k, v)
			variant(s, json_object_get(root, "components"),
				json_string_value(v));
	json_decref(root);
}

static void all(struct suite *s, const char *dir)
{
	struct dirent **list;
	int n = scandir(dir, &list, NULL, alphasort);

	for (int k = 0; k < n; k++) {
		s->folder = arena_printf(s->a, "%s/%s", dir, list[k]->d_name);
		if (list[k]->d_name[0] != '.' &&
		    access(arena_printf(s->a, "%s/expected.json", s->folder),
			   R_OK) == 0)
			folder(s);
		free(list[k]);
	}
	if (n >= 0)
		free(list);
}

int main(int argc, char **argv)
{
	struct arena a;
	struct tally t = { .arena = &a };
	struct suite s = { .t = &t, .a = &a,
			   .target = target_find("cortex-m4") };
	const char *dir = NULL;

	arena_init(&a, NULL);
	for (int k = 1; k < argc; k++) {
		if (!strcmp(argv[k], "--target") && k + 1 < argc)
			s.target = target_find(argv[++k]);
		else if (!strcmp(argv[k], "-j") && k + 1 < argc)
			k++;	/* runs are few */
		else if (!strcmp(argv[k], "--mpu"))
			s.mpu = true;
		else if (!strcmp(argv[k], "--pointer"))
			s.pointer = true;
		else if (!strcmp(argv[k], "--json"))
			t.json = true;
		else
			dir = argv[k];
	}
	if (!dir || !s.target) {
		fprintf(stderr, "usage: p3-run DIR [--target T] [--mpu | --pointer] [--json]\n");
		return 2;
	}
	all(&s, dir);
	return tally_end(&t);
}
