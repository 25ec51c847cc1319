/* pipeline.c - from an input file to an object, as options say. */
#include "cli/pipeline.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/component.h"
#include "cli/proof.h"
#include "component/origin.h"
#include "component/share.h"
#include "obj/component.h"

/* --- options ------------------------------------------------------------------- */

static const char *const levels[] = { "2", "0", "1", "3", "z", NULL };
static const unsigned level_of[] = { 2, 0, 1, 3, 4 };
static const char *const bounds[] = { "on", "none", NULL };
static const char *const instances[] = { "static", "pointer", NULL };
static const char *const stages[] = { "", "ir", "opt", "mir", "alloc", NULL };

/* Prints one stage of one function to standard error. */
struct dumper {
	struct pipeline *p;
	const char *only;
};

static bool is_wanted(const struct pipeline *p, const char *only, uint32_t func)
{
	char number[16];

	if (!only)
		return true;
	snprintf(number, sizeof number, "%u", func);
	return !strcmp(only, number) ||
	       (func < p->wasm->funcs.n &&
		!strcmp(only, p->names.local[func]));
}

static void dump(void *ctx, const char *stage, uint32_t func,
		 const struct buf *text)
{
	struct dumper *d = ctx;

	if (!is_wanted(d->p, d->only, func))
		return;
	fprintf(stderr, ";; %s of function %u\n", stage, func);
	fwrite(text->at, 1, text->n, stderr);
}

static bool numbers(struct cli *c, struct compile_options *o)
{
	uint64_t jobs, limit;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!cli_number(c, OPT_JOBS, cpus > 0 ? (uint64_t)cpus : 1, 256, &jobs) ||
	    !cli_number(c, OPT_MAX_HOST, SIZE_MAX, SIZE_MAX - 1, &limit))
		return false;
	o->jobs = jobs ? (unsigned)jobs : 1;
	o->limit = (size_t)limit;
	return true;
}

static bool options(struct cli *c, struct pipeline *p, struct dumper *d,
		    struct compile_options *o)
{
	int level = cli_choice(c, OPT_LEVEL, levels);
	int bound = cli_choice(c, OPT_BOUNDS, bounds);
	int instance = cli_choice(c, OPT_INSTANCE, instances);
	int stage = cli_choice(c, OPT_DUMP, stages);

	if (level < 0 || bound < 0 || instance < 0 || stage < 0 ||
	    !numbers(c, o))
		return false;
	o->level = level_of[level];
	o->gen.target = p->target;
	o->gen.plain = cli_has(c, OPT_PLAIN);
	o->gen.size = o->level == 4;
	o->gen.no_bounds = bound == 1;
	o->gen.pointer_instance = instance == 1;
	*d = (struct dumper){ p, c->value[OPT_FUNCTION] };
	if (stage > 0)
		o->dump = (struct compile_dump){ dump, d, stages[stage] };
	return true;
}

/* --- the way ---------------------------------------------------------------------- */

/* RAM that the image needs besides guest memories: stack, runtime, pools. */
enum { RAM_RESERVE = 128 << 10 };

static bool can_grow(const struct wasm_memory *w)
{
	return w->import == UINT32_MAX &&
	       !(w->limits.has_max && w->limits.max == w->limits.min);
}

/* What each growing memory may grow to, in equal shares; 0 none.  Behind walls
 * half of it, for regions that are powers of two. */
static uint64_t share(const struct pipeline *p, const struct board *b)
{
	const struct wasm_module *m = p->wasm;
	uint64_t used = RAM_RESERVE + (uint64_t)m->globals.n * 8;
	uint32_t growing = 0;

	for (uint32_t k = 0; k < m->tables.n; k++)
		used += (uint64_t)m->tables.at[k].limits.min * 4 + 4096;
	for (uint32_t k = 0; k < m->memories.n; k++) {
		const struct wasm_memory *w = &m->memories.at[k];
		if (can_grow(w))
			growing++;
		else
			used += (uint64_t)w->limits.min << 16;
	}
	if (!b || used >= b->ram_size || growing == 0)
		return 0;
	if (p->info && p->info->walls)
		growing *= 2;
	return ((b->ram_size - used) / growing) & ~(uint64_t)0xffff;
}

static bool fits(struct cli *c, const struct pipeline *p, const struct board *b)
{
	uint64_t sum = 0;

	for (uint32_t k = 0; k < p->wasm->memories.n; k++)
		if (p->wasm->memories.at[k].import == UINT32_MAX)
			sum += p->ir.memory[k].capacity;
	if (!b || sum < b->ram_size)
		return true;
	diag_report(c->sink, DIAG_TARGET, DIAG_NOWHERE,
		    "memories of %llu bytes; board %s has %u",
		    (unsigned long long)sum, b->name, b->ram_size);
	return false;
}

/* Regions of the MPU take more than the memories in them. */
static bool walls_fit(struct cli *c, const struct pipeline *p,
		      const struct board *b)
{
	const uint64_t most = b ? b->ram_size : INT32_MAX;
	struct wall_plan plan;

	if (!p->info || !p->info->walls)
		return true;
	wall_plan(&plan, p->info, &p->ir, p->target, c->arena);
	if (plan.bytes < most)
		return true;
	diag_report(c->sink, DIAG_TARGET, DIAG_NOWHERE,
		    "memories behind walls (--mpu) take %llu bytes; there are "
		    "%llu", (unsigned long long)plan.bytes,
		    (unsigned long long)most);
	return false;
}

/* What instances of a component's modules share, when that is asked for. */
static void share_code_of(struct cli *c, struct pipeline *p, struct compile_options *o)
{
	if (!p->info || !o->gen.pointer_instance)
		return;
	o->gen.pointer_instance = false;
	o->gen.share = share_make(p->info, p->wasm, c->arena);
	if (o->gen.share)
		ir_share(&p->ir, o->gen.share);
}

static bool facts(struct cli *c, struct pipeline *p, const struct board *b,
		  struct compile_options *to)
{
	/* in an image of ours nothing but the runtime calls callbacks */
	struct ir_options o = { .fuel = cli_has(c, OPT_FUEL),
				.closed = c->cmd == CMD_BUILD,
				.check_events = cli_has(c, OPT_CHECK_EVENTS) };

	if (!cli_events(c, &o.events) ||
	    !cli_number(c, OPT_MAX_MEMORY, share(p, b), INT32_MAX,
			&o.max_memory))
		return false;
	ir_module_init(&p->ir, p->wasm, &o, c->arena);
	const bool pointer = to->gen.pointer_instance;
	share_code_of(c, p, to);
	return fits(c, p, b) && walls_fit(c, p, b) && module_check(&p->ir, c->sink) &&
	       (!p->info ||
		component_check(p->info, p->wasm, pointer, c->sink));
}

static bool name(struct cli *c, struct pipeline *p)
{
	const char *prefix = c->value[OPT_PREFIX];

	if (prefix && !module_prefix_ok(prefix))
		return cli_usage(c, "--prefix: %s cannot begin C names", prefix);
	module_names(p->wasm, prefix ? prefix : "wasm", c->arena, &p->names);
	return true;
}

/* Adapters are for walls or not; the linker of this program made them so, unless
 * the module comes from somewhere else. */
static bool walls_as_asked(struct cli *c, const struct pipeline *p)
{
	if (!p->info || p->info->walls == cli_has(c, OPT_MPU))
		return true;
	diag_report(c->sink, DIAG_UNSUPPORTED, DIAG_NOWHERE,
		    "a module linked for --mpu, compiled without");
	return false;
}

bool pipeline_compile_loaded(struct cli *c, struct wasm_module *m,
			     const struct board *b, struct pipeline *p)
{
	struct compile_options o = { 0 };
	struct dumper d;

	*p = (struct pipeline){ .wasm = m, .target = cli_target(c),
				.origin = c->origin };
	p->info = info_read(m, c->arena, c->sink);
	if (!p->target || c->sink->n > 0 || !options(c, p, &d, &o) ||
	    !walls_as_asked(c, p) || !name(c, p) || !facts(c, p, b, &o))
		return false;
	p->options = o;
	p->options.dump = (struct compile_dump){ 0 };
	return t32_compile_module(&p->ir, &o, c->arena, c->sink, &p->code);
}

bool pipeline_compile(struct cli *c, uint32_t files, const struct board *b,
		      struct pipeline *p)
{
	struct wasm_module *m = cli_load_linked(c, files);

	*p = (struct pipeline){ 0 };
	return m && pipeline_compile_loaded(c, m, b, p);
}

/* A section that is not part of the image: what is known of the code. */
static void put_note(struct obj *o, const char *note)
{
	uint32_t s = obj_section(o, ".heddle.proof", OBJ_BYTES, 0, 1);

	buf_str(obj_at(o, s), note);
}

/* Which events reach callbacks and which data segments are not placed, where that
 * is less than all: assume.c of the checker reads it. */
static void put_assumed(struct obj *o, const struct pipeline *p)
{
	bool unread = false;
	struct buf note;

	buf_init(&note, o->arena);
	if (p->ir.events != UINT32_MAX)
		buf_printf(&note, "events %u\n", p->ir.events);
	for (uint32_t k = 0; p->ir.unread && k < p->wasm->datas.n; k++) {
		if (!p->ir.unread[k])
			continue;
		buf_printf(&note, "%s %u", unread ? "" : "unread", k);
		unread = true;
	}
	if (unread)
		buf_str(&note, "\n");
	if (!note.n)
		return;
	uint32_t s = obj_section(o, ".heddle.assume", OBJ_BYTES, 0, 1);
	buf_put(obj_at(o, s), note.at, note.n);
}

/* Which places of the inputs a component's code comes from, as no part of the
 * image either. */
static void put_origin(struct obj *o, const struct pipeline *p)
{
	if (p->origin)
		origin_write(p->origin,
			     obj_at(o, obj_section(o, ORIGIN_SECTION, OBJ_BYTES,
						   0, 1)));
}

bool pipeline_write(struct cli *c, struct pipeline *p, const char *note)
{
	uint64_t fuel;

	if (!pipeline_drop_data(c, p))
		return false;
	struct obj *o = module_object(&p->ir, &p->code, &p->names, p->info,
				      c->arena);
	if (!cli_number(c, OPT_FUEL, 0, INT32_MAX, &fuel))
		return false;
	if (cli_has(c, OPT_FUEL))
		module_fuel(o, (uint32_t)fuel);
	put_assumed(o, p);
	put_origin(o, p);
	if (note)
		put_note(o, note);
	buf_init(&p->object, c->arena);
	return obj_write_elf(o, &p->object, c->sink);
}

bool pipeline_object(struct cli *c, struct pipeline *p)
{
	return proof_object(c, p);
}

void pipeline_share(const struct pipeline *p, bool json, struct buf *out)
{
	if (!p->options.gen.share)
		return;
	const struct share_count n = share_count(p->options.gen.share);
	buf_printf(out, json ? ", \"shared\": {\"code\": %u, \"by\": %u, "
			       "\"apart\": %u}"
			     : ", code of %u functions is that of %u in several "
			       "instances, %u have their own",
		   n.code, n.by, n.apart);
}

bool pipeline_header(struct cli *c, const struct pipeline *p)
{
	struct buf text;

	if (!cli_has(c, OPT_HEADER))
		return true;
	buf_init(&text, c->arena);
	module_header(&p->ir, &p->names, &text);
	return file_write(c->value[OPT_HEADER], text.at, text.n, false,
			  c->sink);
}
