/* image.c - a firmware image: object, list of modules, runtime, board. */
#include "cli/image.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/tool.h"
#include "component/info.h"

#define GCC "arm-none-eabi-gcc"
#define GCC_PACKAGE "gcc-arm-none-eabi"

/* The board's stack, and what the runtime needs of it besides the guest. */
enum { STACK_DEFAULT = 0x10000, STACK_RUNTIME = 4096 };

static bool write_object(struct cli *c, const struct pipeline *p,
			 const char *path)
{
	return file_write(path, p->object.at, p->object.n, false, c->sink);
}

static bool write_app(struct cli *c, const struct pipeline *p,
		      const char *path)
{
	struct obj *o = p->info ? module_components(p->target, &p->names.prefix,
						    1, c->arena)
				: module_app(p->target, &p->names.prefix, 1,
					     c->arena);
	struct buf b;

	buf_init(&b, c->arena);
	return obj_write_elf(o, &b, c->sink) &&
	       file_write(path, b.at, b.n, false, c->sink);
}

/* A tool's words, as a note. */
static bool failed(struct cli *c, const char *what, struct buf *err)
{
	buf_u8(err, 0);
	struct diag *d = diag_report(c->sink, DIAG_TARGET, DIAG_NOWHERE, "%s",
				     what);
	d->note = (char *)err->at;
	return false;
}

/* --- pools of a component ------------------------------------------------------- */

static bool uses(const struct pipeline *p, enum canon op)
{
	for (uint32_t k = 0; k < p->info->builtins.n; k++)
		if (p->info->builtins.at[k].op == op)
			return true;
	return false;
}

/* Bytes of a fiber: each instance may be on it once, with the runtime between
 * them; what is not bounded checks the stack when it runs. */
static uint32_t fiber_stack(const struct pipeline *p)
{
	enum { RUNTIME = 512, LEAST = 2048, MOST = 16384 };
	uint32_t bound = module_stack_bound(&p->ir, &p->code);
	uint64_t need = (uint64_t)RUNTIME + p->code.bound.margin;

	if (bound != BOUND_NONE)
		need += (uint64_t)(bound + RUNTIME) * p->info->parents.n;
	else
		need = MOST;
	return need < LEAST ? LEAST : need > MOST ? MOST
					: ((uint32_t)need + 31) & ~31u;
}

static void pool(struct cli *c, tool_argv *v, const char *name, uint32_t n)
{
	vec_push(c->arena, v, arena_printf(c->arena, "-DHD_%s=%u", name, n));
}

static void pools(struct cli *c, const struct pipeline *p, tool_argv *v)
{
	const bool threads = uses(p, CANON_THREAD_NEW_INDIRECT) ||
			     uses(p, CANON_THREAD_INDEX);

	pool(c, v, "INSTANCES", p->info->parents.n);
	pool(c, v, "HANDLES", 128);
	pool(c, v, "TASKS", 32);
	pool(c, v, "CHANNELS", 64);
	pool(c, v, "SETS", 32);
	pool(c, v, "LENDS", 32);
	pool(c, v, "THREADS", threads ? 16 : 1);
	pool(c, v, "THREAD_SLOTS", threads ? 32 : 0);
	pool(c, v, "FIBERS", 16);
	pool(c, v, "FIBER_STACK", fiber_stack(p));
}

/* config.c with sizes for this component. */
static bool configure(struct cli *c, const struct pipeline *p, const char *rt,
		      const char *gcc, const char *out)
{
	tool_argv v = { 0 };
	struct buf err;

	vec_push(c->arena, &v, gcc);
	tool_words(c, &v, p->target->gcc_flags);
	tool_words(c, &v, "-Os -std=c11 -ffreestanding -fdata-sections");
	vec_push(c->arena, &v, arena_printf(c->arena, "-I%s/src/include", rt));
	vec_push(c->arena, &v, arena_printf(c->arena, "-I%s/src/runtime", rt));
	pools(c, p, &v);
	tool_words(c, &v, "-c");
	vec_push(c->arena, &v,
		 arena_printf(c->arena, "%s/src/runtime/config.c", rt));
	tool_words(c, &v, "-o");
	vec_push(c->arena, &v, out);
	buf_init(&err, c->arena);
	int status = tool_run(c, &v, NULL, &err, 0);
	return status == 0 ||
	       (status > 0 && failed(c, "the pools do not compile", &err));
}

/* --- linking ---------------------------------------------------------------------- */

static void stack_size(struct cli *c, const struct pipeline *p, tool_argv *v)
{
	uint32_t bound = module_stack_bound(&p->ir, &p->code);
	uint32_t need = p->code.bound.margin + STACK_RUNTIME;

	if (bound != BOUND_NONE && bound > need - STACK_RUNTIME)
		need = bound + STACK_RUNTIME;
	if (need > STACK_DEFAULT)
		vec_push(c->arena, v,
			 arena_printf(c->arena, "-Wl,--defsym=__stack_size=%u",
				      (need + 31) & ~31u));
}

/* The runtime's file that tests for backpressure without that test, in front of
 * the one with it (cmake/cross.cmake). */
static void gates(struct cli *c, const struct pipeline *p, const char *rt,
		  tool_argv *v)
{
	if (!p->info && p->ir.no_backpressure)
		vec_push(c->arena, v,
			 arena_printf(c->arena, "%s/%s/nogate%s_sched.o", rt,
				      p->target->name,
				      p->options.level == 4 ? "_small" : ""));
}

/* Is `name` among what the linker misses? */
static bool is_missed(const char *err, const char *name, struct arena *a)
{
	return strstr(err, arena_printf(a, "undefined reference to `%s'",
					name)) != NULL;
}

static struct diag *missed(struct cli *c, const char *what, uint64_t at,
			   const char *symbol)
{
	return diag_report(c->sink, DIAG_IMPORT, at,
			   "%s: build links no code of the host; compile makes "
			   "an object to link with a definition of %s", what,
			   symbol);
}

/* An interface's name without its version. */
static struct ct_name unversioned(struct ct_name n)
{
	const char *at = n.n ? memchr(n.at, '@', n.n) : NULL;

	return (struct ct_name){ n.at, at ? (uint32_t)(at - n.at) : n.n };
}

/* Files are matched by whole names: what another version would have given. */
static const char *other_version(struct cli *c, const struct info *info,
				 const struct info_func *f)
{
	for (uint32_t k = 0; f->interface.n && k < info->exports.n; k++) {
		const struct info_export *e = &info->exports.at[k];
		if (ct_same_name(e->name, f->name) &&
		    ct_same_name(unversioned(e->interface),
				 unversioned(f->interface)))
			return arena_printf(c->arena, "exported is \"%.*s\": "
					    "versions must be the same",
					    (int)e->interface.n,
					    e->interface.at);
	}
	return NULL;
}

/* What the outermost component imports, by its names there. */
static bool name_missed_host(struct cli *c, const struct pipeline *p,
			     const char *err)
{
	bool any = false;

	for (uint32_t k = 0; k < p->info->funcs.n; k++) {
		const struct info_func *f = &p->info->funcs.at[k];
		if (f->inst != INFO_NONE)
			continue;
		const char *symbol = module_import_symbol(
			&p->names, c->arena,
			(struct mod_text){ f->interface.at, f->interface.n },
			(struct mod_text){ f->name.at, f->name.n });
		if (!is_missed(err, symbol, c->arena))
			continue;
		const char *what = arena_printf(
			c->arena, "import \"%.*s%s%.*s\"",
			(int)f->interface.n, f->interface.at,
			f->interface.n ? "#" : "", (int)f->name.n, f->name.at);
		missed(c, what, DIAG_NOWHERE, symbol)->note =
			other_version(c, p->info, f);
		any = true;
	}
	return any;
}

/* Imports that nothing in the image defines, by their names in the module; false
 * when the linker has another reason. */
static bool name_missed(struct cli *c, const struct pipeline *p,
			const char *err)
{
	const struct wasm_module *m = p->wasm;
	bool any = p->info && name_missed_host(c, p, err);

	for (uint32_t k = 0; k < m->imports.n; k++) {
		const struct wasm_import *i = &m->imports.at[k];
		if (!is_missed(err, p->names.import[k], c->arena))
			continue;
		missed(c, arena_printf(c->arena, "\"%s\" \"%s\"", i->module,
				       i->name), i->at, p->names.import[k]);
		any = true;
	}
	return any;
}

static bool refused(struct cli *c, const struct pipeline *p, struct buf *err)
{
	buf_u8(err, 0);
	if (name_missed(c, p, (const char *)err->at))
		return false;
	err->n--;
	return failed(c, "the linker refuses the image", err);
}

/* Whether this compiler made the runtime's objects, and so reads what they hold
 * besides code (cmake/cross.cmake). */
static bool made_runtime(struct cli *c, const char *gcc, const char *rt)
{
	tool_argv v = { 0 };
	struct buf out;

	vec_push(c->arena, &v, gcc);
	vec_push(c->arena, &v, "-dumpfullversion");
	buf_init(&out, c->arena);
	if (tool_run(c, &v, &out, NULL, 0) != 0)
		return false;
	buf_u8(&out, 0);
	const char *version = (const char *)out.at;
	return access(arena_printf(c->arena, "%s/lto-%.*s", rt,
				   (int)strcspn(version, "\n"), version),
		      F_OK) == 0;
}

static bool link_all(struct cli *c, const struct pipeline *p,
		     const struct board *b, const char *const objects[3],
		     const char *elf)
{
	const char *gcc = tool_find(c, GCC, GCC_PACKAGE);
	const char *rt = gcc ? tool_runtime(c, p->target) : NULL;
	tool_argv v = { 0 };
	struct buf err;

	if (!rt || (p->info && !configure(c, p, rt, gcc, objects[2])))
		return false;
	vec_push(c->arena, &v, gcc);
	tool_words(c, &v, p->target->gcc_flags);
	tool_words(c, &v, "-nostartfiles -nostdlib "
			  "-Wl,--gc-sections,--no-warn-rwx-segments,--emit-relocs");
	if (p->options.level == 4)	/* libheddle-rt-small.a as one program */
		tool_words(c, &v, made_runtime(c, gcc, rt) ?
			   "-flto -flto-partition=none -Os" :
			   "-fno-lto");
	vec_push(c->arena, &v, arena_printf(c->arena, "-L%s/board", rt));
	vec_push(c->arena, &v, arena_printf(c->arena, "-T%s", b->script));
	stack_size(c, p, &v);
	tool_words(c, &v, "-o");
	vec_push(c->arena, &v, elf);
	vec_push(c->arena, &v, objects[0]);
	vec_push(c->arena, &v, objects[1]);
	gates(c, p, rt, &v);
	tool_words(c, &v, "-Wl,--start-group");
	vec_push(c->arena, &v, arena_printf(c->arena, "%s/%s/libheddle-board%s.a",
					    rt, p->target->name,
					    p->info ? "-component" : ""));
	vec_push(c->arena, &v, p->info ? objects[2] :
		 arena_printf(c->arena, "%s/%s/libheddle-config.a", rt,
			      p->target->name));
	if (p->info && p->info->walls)	/* its hd_enter before the library's */
		vec_push(c->arena, &v, arena_printf(
			c->arena, "%s/%s/libheddle-rt-wall.a", rt,
			p->target->name));
	if (p->options.level == 4)	/* the same without short ways */
		vec_push(c->arena, &v, arena_printf(
			c->arena, "%s/%s/libheddle-rt-small.a", rt,
			p->target->name));
	vec_push(c->arena, &v, arena_printf(c->arena, "%s/%s/libheddle-rt.a",
					    rt, p->target->name));
	tool_words(c, &v, "-lgcc -Wl,--end-group");
	buf_init(&err, c->arena);
	int status = tool_run(c, &v, NULL, &err, 0);
	return status == 0 || (status > 0 && refused(c, p, &err));
}

bool image_link(struct cli *c, struct pipeline *p, const struct board *b,
		const char *dir, const char *elf)
{
	const char *objects[3] = {
		arena_printf(c->arena, "%s/module.o", dir),
		arena_printf(c->arena, "%s/app.o", dir),
		arena_printf(c->arena, "%s/config.o", dir),
	};

	return pipeline_object(c, p) && write_object(c, p, objects[0]) &&
	       write_app(c, p, objects[1]) && link_all(c, p, b, objects, elf);
}

const char *image_dir(struct cli *c)
{
	const char *keep = c->value[OPT_KEEP];

	if (!keep)
		return tool_temp(c);
	if (mkdir(keep, 0777) == 0 || errno == EEXIST)
		return keep;
	diag_report(c->sink, DIAG_IO, DIAG_NOWHERE, "creating %s: %s", keep,
		    strerror(errno));
	return NULL;
}

void image_done(struct cli *c, const char *dir)
{
	if (!cli_has(c, OPT_KEEP))
		tool_temp_remove(dir);
}
