/* component_origin_test.c - the table of places: written and read back; what is
 * cut or changed is refused or still answers.
 */
#include <string.h>

#include "component/origin.h"
#include "tap.h"

static struct arena arena;

/* Two files, an import, code of the linker's, a body of two runs, one behind a
 * gap whose instructions went backwards in the file. */
static struct origin *example(void)
{
	static const struct origin_func func[] = {
		{ 0, 0, ORIGIN_NONE, ORIGIN_NONE, ORIGIN_NONE, "an import", 0, 0 },
		{ 10, 20, 0, 3, 7, "seven", 0, 2 },
		{ 22, 300, 1, ORIGIN_NONE, 0, NULL, 2, 1 },
		{ 300, 310, ORIGIN_NONE, ORIGIN_NONE, ORIGIN_NONE, "adapter", 0, 0 },
	};
	static const struct origin_run run[] = {
		{ 12, 0x1000 }, { 15, 0xfff }, { 23, 70000 },
	};
	struct origin *o = arena_new(&arena, struct origin);

	vec_push(&arena, &o->files, "some/where/a.wasm");
	vec_push(&arena, &o->files, "b.wasm");
	for (size_t k = 0; k < ARRAY_LEN(func); k++)
		vec_push(&arena, &o->funcs, func[k]);
	for (size_t k = 0; k < ARRAY_LEN(run); k++)
		vec_push(&arena, &o->runs, run[k]);
	return o;
}

static bool same_func(const struct origin_func *a, const struct origin_func *b)
{
	return a->file == b->file && a->module == b->module &&
	       (a->file == ORIGIN_NONE || a->func == b->func) &&
	       !a->name == !b->name && (!a->name || !strcmp(a->name, b->name));
}

/* 0: no place */
static uint32_t place(const struct origin *o, uint32_t at)
{
	const struct origin_func *f = origin_find(o, at);
	uint32_t r = 0;

	return f && origin_place(o, f, at, &r) ? r : 0;
}

static void check_places(const struct origin *o, const char *which)
{
	static const struct { uint32_t at, want; } rows[] = {
		{ 0, 0 }, { 10, 0 }, { 11, 0 }, { 12, 0x1000 }, { 14, 0x1002 },
		{ 15, 0xfff }, { 19, 0x1003 }, { 20, 0 }, { 22, 0 },
		{ 23, 70000 }, { 299, 70276 }, { 300, 0 }, { 309, 0 }, { 310, 0 },
		{ UINT32_MAX, 0 },
	};

	for (size_t k = 0; k < ARRAY_LEN(rows); k++)
		ok(place(o, rows[k].at) == rows[k].want, "%s: place of %u",
		   which, rows[k].at);
}

/* Every function, and offsets around all bodies. */
static void ask(const struct origin *o)
{
	struct buf b;

	buf_init(&b, &arena);
	for (uint32_t k = 0; k < o->funcs.n; k++) {
		const struct origin_func *f = &o->funcs.at[k];
		origin_text(f, &b);
		if (f->file != ORIGIN_NONE)
			buf_str(&b, o->files.at[f->file]);
		place(o, f->begin);
		place(o, f->end - 1);
	}
}

static void check_damage(const struct buf *good)
{
	uint8_t *copy = arena_array(&arena, uint8_t, good->n + 1);
	unsigned refused = 0, read = 0;

	for (size_t n = 0; n < good->n; n++)
		refused += !origin_read(good->at, n, &arena);
	ok(refused == good->n, "every shorter table is refused");
	memcpy(copy, good->at, good->n);
	ok(!origin_read(copy, good->n + 1, &arena), "a longer one is refused");
	for (size_t n = 0; n < good->n; n++)
		for (unsigned bit = 0; bit < 8; bit++) {
			copy[n] ^= (uint8_t)(1u << bit);
			struct origin *o = origin_read(copy, good->n, &arena);
			if (o)
				ask(o);
			read += o != NULL;
			copy[n] = good->at[n];
		}
	ok(read > 0, "%u changed tables are read, and answer", read);
}

int main(void)
{
	struct origin *o, *back;
	struct buf b;

	arena_init(&arena, NULL);
	o = example();
	buf_init(&b, &arena);
	origin_write(o, &b);
	back = origin_read(b.at, b.n, &arena);
	if (ok(back && back->funcs.n == o->funcs.n, "read back")) {
		ok(!strcmp(back->files.at[0], "a.wasm"), "files without folders");
		for (uint32_t k = 0; k < o->funcs.n; k++)
			ok(same_func(&o->funcs.at[k], &back->funcs.at[k]),
			   "function %u", k);
		check_places(o, "made");
		check_places(back, "read");
	}
	check_damage(&b);
	arena_fini(&arena);
	return done();
}
