/* cmd_verify.c - heddle verify: the checker alone, from the two files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/certificate.h"
#include "cli/component.h"
#include "cli/linkage.h"
#include "cli/proof.h"
#include "cli/replay.h"
#include "component/origin.h"
#include "prove/component.h"
#include "prove/image.h"

struct tally {
	uint32_t proved, rejected;
	uint32_t obligations, by_normal, queries;
	VEC(const char *) reason;
	VEC(uint32_t) count;
};

static void count_reason(struct cli *c, struct tally *t, const char *reason)
{
	for (uint32_t k = 0; k < t->reason.n; k++)
		if (!strcmp(t->reason.at[k], reason)) {
			t->count.at[k]++;
			return;
		}
	vec_push(c->arena, &t->reason, reason);
	vec_push(c->arena, &t->count, 1);
}

/* Numbers and names are the linked module's: what a user knows it by. */
static void print_origin(struct buf *out, const struct origin *o, uint32_t func)
{
	const struct origin_func *f = o && func < o->funcs.n ?
		&o->funcs.at[func] : NULL;	/* none of instantiation */

	if (!f)
		return;
	buf_str(out, " (");
	origin_text(f, out);
	if (f->file != ORIGIN_NONE && o->files.n > 1)
		buf_printf(out, " of %s", o->files.at[f->file]);
	buf_str(out, ")");
}

static void print_text(struct buf *out, const char *name,
		       const struct origin *origin, uint32_t func,
		       const struct verdict *v)
{
	buf_printf(out, "%s  func %u %s", v->proved ? "PROVED  " : "REJECTED",
		   func, name);
	print_origin(out, origin, func);
	if (v->proved)
		buf_str(out, v->identical ? " (identical)\n" : "\n");
	else
		buf_printf(out, ": %s%s%s\n", v->reason, v->detail ? ": " : "",
			   v->detail ? v->detail : "");
	if (v->why)
		buf_str(out, v->why);
	if (v->why && origin)
		buf_str(out, "    (offsets of the source are the linked "
			"module's: inspect --trap tells what they mean)\n");
}

static void add_up(struct cli *c, struct tally *t, const struct verdict *v)
{
	t->proved += v->proved;
	t->rejected += !v->proved;
	t->obligations += v->obligations;
	t->by_normal += v->by_normal;
	t->queries += v->queries;
	if (!v->proved)
		count_reason(c, t, v->reason);
}

/* Says how few, when not all were judged. */
static void summary(struct buf *out, const struct prove_run *r,
		    const struct tally *t)
{
	if (r->one)
		buf_printf(out, "1 of %u functions: ", r->m->funcs.n -
			   r->m->nimported[WASM_FUNC]);
	buf_printf(out, "%u PROVED, %u REJECTED", t->proved, t->rejected);
	for (uint32_t k = 0; k < t->reason.n; k++)
		buf_printf(out, "%s %u %s", k ? "," : ":", t->count.at[k],
			   t->reason.at[k]);
	buf_printf(out, "; %u obligations, %u closed by the normaliser, "
		   "%u queries\n", t->obligations, t->by_normal, t->queries);
}

/* Returns whether everything is proved. */
static bool print(struct cli *c, const struct prove_run *r,
		  struct wasm_module *source, const struct origin *origin,
		  struct buf *out)
{
	const char *const *local = r->world.names.local;
	struct tally t = { 0 };

	for (uint32_t f = prove_first(r); f < prove_end(r); f++) {
		if (r->one && r->only != f)
			continue;
		add_up(c, &t, &r->verdict[f]);
		if (out)
			print_text(out, local ? local[f] : "", origin, f,
				   &r->verdict[f]);
		if (out && r->verdict[f].example)
			replay_print(source, f, r->verdict[f].example,
				     c->arena, out);
	}
	/* there may be no function that could be REJECTED for it */
	if (r->world.why && out)
		buf_printf(out, "REJECTED  %s: %s\n",
			   r->o ? "object" : "module", r->world.why);
	if (out)
		summary(out, r, &t);
	return t.rejected == 0 && !r->world.why;
}

/* What each proof took, in microseconds of its thread: not part of any
 * certificate, for it is not the same twice. */
static void print_times(const struct prove_run *r)
{
	for (uint32_t f = prove_first(r); f < prove_end(r); f++)
		if (!r->verdict[f].absent && (!r->one || r->only == f))
			fprintf(stderr, "%u %llu %s %s\n", f,
				(unsigned long long)r->verdict[f].ns / 1000,
				r->verdict[f].proved ? "PROVED" : "REJECTED",
				r->world.names.local ?
				r->world.names.local[f] : "");
}

/* The function that --function numbers; false after saying that there is none,
 * or that a certificate would say nothing of the others. */
static bool find_only(struct cli *c, struct prove_run *r)
{
	uint32_t imported = r->m->nimported[WASM_FUNC];
	uint64_t n;

	if (!cli_has(c, OPT_FUNCTION))
		return true;
	if (cli_has(c, OPT_JSON) || cli_has(c, OPT_CERT))
		return cli_usage(c, "--function goes with no certificate");
	if (!cli_number(c, OPT_FUNCTION, 0, UINT32_MAX, &n))
		return false;
	if (n < imported || n >= r->m->funcs.n)
		return cli_usage(c, "--function: the module's own are %u to %u",
				 imported, r->m->funcs.n - 1);
	r->only = (uint32_t)n;
	r->one = true;
	return true;
}

static bool options(struct cli *c, struct prove_run *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n;

	if (!cli_number(c, OPT_JOBS, cpus > 0 ? (uint64_t)cpus : 1, 256, &n) ||
	    !proof_limits(c, &r->limits) || !find_only(c, r))
		return false;
	r->jobs = (unsigned)n;
	r->limits.explain = cli_has(c, OPT_EXPLAIN);
	r->limits.dump = c->value[OPT_DUMP_SMT];
	return true;
}

/* --- what is compared ------------------------------------------------------------- */

/* The two files, or the core modules of two components. */
struct jobs {
	VEC(struct certificate) list;
	VEC(struct wasm_module *) source;	/* of each; may be run */
	const struct origin *origin;	/* of a component: its linked code's */
	struct linkage *linkage;	/* of a component: how it was linked */
	bool component;
	const uint8_t *in, *out;
	size_t nin, nout;
};

static struct prove_run *add_job(struct cli *c, struct jobs *j,
				 const struct module_pair *p)
{
	struct prove_run *r = arena_new(c->arena, struct prove_run);

	vec_push(c->arena, &j->list, (struct certificate){
		.input = p->in, .ninput = p->nin, .output = p->out,
		.noutput = p->nout, .run = r });
	return r;
}

static bool add_modules(struct cli *c, struct jobs *j,
			const struct module_pair *p)
{
	struct prove_run *r = add_job(c, j, p);

	c->input = c->arg.at[0];
	vec_push(c->arena, &j->source, cli_load_bytes(c, p->in, p->nin));
	r->m = vec_last(&j->source);
	c->input = c->arg.at[1];
	c->module = NULL;
	r->out = r->m ? cli_load_bytes(c, p->out, p->nout) : NULL;
	return r->out != NULL;
}

static bool add_components(struct cli *c, struct jobs *j)
{
	struct module_pairs p = { 0 };
	size_t at;

	j->component = true;
	if (!component_pairs(j->in, j->nin, j->out, j->nout, c->arena, &p,
			     &at)) {
		diag_report(c->sink, DIAG_UNPROVED, at,
			    "components differ outside their core modules");
		return false;
	}
	for (uint32_t k = 0; k < p.list.n; k++)
		if (!add_modules(c, j, &p.list.at[k]))
			return false;
	return true;
}

/* The module's object in an image; NULL after a report. */
static struct obj *in_image(struct cli *c, const struct obj *image,
			    const struct wasm_module *m)
{
	const char *why;
	struct obj *o = image_object(image, m, c->arena, &why);

	if (!o)
		diag_report(c->sink, DIAG_OBJECT, DIAG_NOWHERE,
			    "the image %s", why);
	return o;
}

/* A component and a linked module, as `lower` writes it. */
static bool add_linked(struct cli *c, struct jobs *j)
{
	struct wasm_module *m;
	uint8_t *bytes;
	size_t n;

	if (!cli_read_parts(c, 0, 1, &bytes, &n))
		return false;
	c->input = c->arg.at[1];
	cli_inputs_done(c);
	m = cli_load_bytes(c, j->out, j->nout);
	return m && linkage_run(c, m, &j->linkage);
}

/* A component is linked again; how the linker did that is not trusted. */
static bool add_object(struct cli *c, struct jobs *j)
{
	struct module_pair p = { j->in, j->out, j->nin, j->nout };
	struct prove_run *r = add_job(c, j, &p);
	struct obj *o;

	vec_push(c->arena, &j->source, cli_load_linked(c, 1));
	r->m = vec_last(&j->source);
	j->origin = c->origin;
	c->input = c->arg.at[1];
	cli_inputs_done(c);
	if (r->m && !linkage_run(c, r->m, &j->linkage))
		return false;
	vec_last(&j->list).linkage = j->linkage;
	o = r->m ? obj_read(j->out, j->nout, c->arena, c->sink) : NULL;
	if (o && o->linked)
		o = in_image(c, o, r->m);
	r->o = o;
	return o != NULL;
}

static bool is_wasm(const uint8_t *bytes, size_t n)
{
	return n >= 4 && !memcmp(bytes, "\0asm", 4);
}

static bool load(struct cli *c, struct jobs *j)
{
	uint8_t *in, *out;

	if (!cli_read(c, c->arg.at[0], &in, &j->nin) ||
	    !file_read(c->arg.at[1], (size_t)1 << 30, c->arena, &out, &j->nout,
		       c->sink))
		return false;
	j->in = in;
	j->out = out;
	if (!is_wasm(out, j->nout))
		return add_object(c, j);
	if (cli_has(c, OPT_MPU))
		return cli_usage(c, "--mpu is for objects of components; %s is "
				 "WebAssembly", c->arg.at[1]);
	struct module_pair p = { in, out, j->nin, j->nout };
	if (comp_is_component(in, j->nin) && !comp_is_component(out, j->nout))
		return add_linked(c, j);
	return comp_is_component(out, j->nout) ? add_components(c, j)
					       : add_modules(c, j, &p);
}

static bool dump_folder(struct cli *c)
{
	const char *dir = c->value[OPT_DUMP_SMT];

	if (!dir || mkdir(dir, 0777) == 0 || errno == EEXIST)
		return true;
	diag_report(c->sink, DIAG_IO, DIAG_NOWHERE, "creating %s: %s", dir,
		    strerror(errno));
	return false;
}

/* --- the command --------------------------------------------------------------------- */

static void print_certificates(struct cli *c, const struct jobs *j,
			       struct buf *out)
{
	const struct certificate linked = { .input = j->in, .ninput = j->nin,
					    .output = j->out, .noutput = j->nout,
					    .linkage = j->linkage };

	if (j->linkage && !j->list.n)
		certificate_linked(&linked, out);
	if (j->component)
		buf_str(out, "{\"modules\": [\n");
	for (uint32_t k = 0; k < j->list.n; k++) {
		buf_str(out, k ? ",\n" : "");
		certificate_print(&j->list.at[k], c->arena, out);
	}
	if (j->component)
		buf_str(out, "]}\n");
}

static bool write_certificate(struct cli *c, const struct jobs *j,
			      struct buf *out)
{
	struct buf file;

	if (cli_has(c, OPT_JSON))
		print_certificates(c, j, out);
	if (!cli_has(c, OPT_CERT))
		return true;
	buf_init(&file, c->arena);
	print_certificates(c, j, &file);
	return file_write(c->value[OPT_CERT], file.at, file.n, false, c->sink);
}

/* Returns whether everything is proved; a component without core modules is. */
static bool prove_all(struct cli *c, struct jobs *j, struct buf *out)
{
	bool ok = !j->linkage || !j->linkage->why;

	if (j->linkage && out)
		linkage_text(j->linkage, out);
	for (uint32_t k = 0; k < j->list.n; k++) {
		struct prove_run *r = j->list.at[k].run;
		prove_module(r, c->arena);
		if (cli_has(c, OPT_STATS))
			print_times(r);
		if (j->component && out)
			buf_printf(out, "core module %u\n", k);
		ok &= print(c, r, j->source.at[k], j->origin, out);
	}
	return ok;
}

int cmd_verify(struct cli *c)
{
	struct jobs j = { 0 };
	struct buf out;

	if (c->arg.n != 2) {
		cli_usage(c, "verify needs a module and what was made of it");
		return EXIT_USAGE;
	}
	if (!load(c, &j))
		return EXIT_REJECTED;
	for (uint32_t k = 0; k < j.list.n; k++)
		if (!options(c, j.list.at[k].run))
			return EXIT_USAGE;
	if (!dump_folder(c))
		return EXIT_RESOURCE;
	buf_init(&out, c->arena);
	bool ok = prove_all(c, &j, cli_has(c, OPT_JSON) ? NULL : &out);
	if (!write_certificate(c, &j, &out) ||
	    !file_write("-", out.at, out.n, false, c->sink))
		return EXIT_RESOURCE;
	return ok ? EXIT_DONE : EXIT_UNPROVED;
}
