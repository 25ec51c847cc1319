/* pipeline_fuzz.c - every module that validates is compiled, for a target and
 * in a mode that follow from its bytes, the same by one thread and by two; the
 * object is written and reads back. */

#include <string.h>

#include "base/map.h"
#include "fuzz.h"
#include "obj/module.h"

static struct compile_options options(const uint8_t *data, size_t n)
{
	uint64_t h = hash_bytes(data, n);

	return (struct compile_options){
		.gen = { .target = &targets[h % TARGET_COUNT],
			 .plain = h >> 8 & 1,
			 .pointer_instance = h >> 9 & 1 },
		.level = (unsigned)(h >> 16) % 5,
		.jobs = 1,
		.limit = FUZZ_MEMORY,
	};
}

/* The object's bytes, or NULL when the module is refused. */
static struct buf *object(const struct ir_module *im,
			  const struct compile_options *o, struct arena *a,
			  struct diag_sink *s)
{
	struct module_names names;
	struct compiled c;
	struct buf *out = arena_new(a, struct buf);

	if (!t32_compile_module(im, o, a, s, &c))
		return NULL;
	module_names(im->wasm, "fuzz", a, &names);
	struct obj *obj = module_object(im, &c, &names, NULL, a);
	buf_init(out, a);
	CHECK(obj_write_elf(obj, out, s));
	return out;
}

void fuzz_one(const uint8_t *data, size_t n, struct arena *a)
{
	struct compile_options o = options(data, n);
	struct ir_options io = { .max_memory = 1 << 20,
				 .fuel = data && n && data[n - 1] & 1 };
	struct wasm_module m;
	struct ir_module im;
	struct diag_sink s;

	diag_init(&s, a);
	if (!wasm_decode(&m, data, n, &fuzz_limits, a, &s) ||
	    !wasm_validate(&m, &fuzz_limits, a, &s))
		return;
	ir_module_init(&im, &m, &io, a);
	if (!module_check(&im, &s))
		return;
	struct buf *one = object(&im, &o, a, &s);
	if (!one)
		return;
	o.jobs = 2;
	struct buf *two = object(&im, &o, a, &s);
	CHECK(two && one->n == two->n && !memcmp(one->at, two->at, one->n));
	CHECK(obj_read(one->at, one->n, a, &s));
}
