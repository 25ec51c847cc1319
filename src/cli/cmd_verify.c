/* cmd_verify.c - heddle verify: the checker alone, from the two files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/certificate.h"
#include "cli/component.h"
#include "cli/proof.h"

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

static void print_text(struct buf *out, const char *name, uint32_t func,
		       const struct verdict *v)
{
	if (v->proved)
		buf_printf(out, "PROVED    func %u %s%s\n", func, name,
			   v->identical ? " (identical)" : "");
	else
		buf_printf(out, "REJECTED  func %u %s: %s%s%s\n", func, name,
			   v->reason, v->detail ? ": " : "",
			   v->detail ? v->detail : "");
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

static void summary(struct buf *out, const struct tally *t)
{
	buf_printf(out, "%u PROVED, %u REJECTED", t->proved, t->rejected);
	for (uint32_t k = 0; k < t->reason.n; k++)
		buf_printf(out, "%s %u %s", k ? "," : ":", t->count.at[k],
			   t->reason.at[k]);
	buf_printf(out, "; %u obligations, %u closed by the normaliser, "
		   "%u queries\n", t->obligations, t->by_normal, t->queries);
}

/* Returns whether everything is proved. */
static bool print(struct cli *c, const struct prove_run *r, struct buf *out)
{
	const char *const *local = r->world.names.local;
	struct tally t = { 0 };

	for (uint32_t f = r->m->nimported[WASM_FUNC]; f < r->m->funcs.n; f++) {
		add_up(c, &t, &r->verdict[f]);
		if (out)
			print_text(out, local ? local[f] : "", f,
				   &r->verdict[f]);
	}
	if (out)
		summary(out, &t);
	return t.rejected == 0;
}

/* What each proof took, in microseconds of its thread: not part of any
 * certificate, for it is not the same twice. */
static void print_times(const struct prove_run *r)
{
	for (uint32_t f = r->m->nimported[WASM_FUNC]; f < r->m->funcs.n; f++)
		if (!r->verdict[f].absent)
			fprintf(stderr, "%u %llu %s %s\n", f,
				(unsigned long long)r->verdict[f].ns / 1000,
				r->verdict[f].proved ? "PROVED" : "REJECTED",
				r->world.names.local ?
				r->world.names.local[f] : "");
}

static bool jobs(struct cli *c, struct prove_run *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n;

	if (!cli_number(c, OPT_JOBS, cpus > 0 ? (uint64_t)cpus : 1, 256, &n))
		return false;
	r->jobs = (unsigned)n;
	return true;
}

static bool write_certificate(struct cli *c, struct certificate *t,
			      const struct prove_run *r, struct buf *out)
{
	struct buf file;

	t->run = r;
	if (cli_has(c, OPT_JSON))
		certificate_print(t, c->arena, out);
	if (!cli_has(c, OPT_CERT))
		return true;
	buf_init(&file, c->arena);
	certificate_print(t, c->arena, &file);
	return file_write(c->value[OPT_CERT], file.at, file.n, false, c->sink);
}

/* Reads what was made of the module: an object, or WebAssembly. */
static bool load_output(struct cli *c, struct certificate *t,
			struct prove_run *r)
{
	uint8_t *bytes;

	if (!file_read(c->arg.at[1], (size_t)1 << 30, c->arena, &bytes,
		       &t->noutput, c->sink))
		return false;
	t->output = bytes;
	c->input = c->arg.at[1];
	c->module = NULL;
	if (t->noutput >= 4 && !memcmp(bytes, "\0asm", 4)) {
		r->out = cli_load_bytes(c, bytes, t->noutput);
		return r->out != NULL;
	}
	struct obj *o = obj_read(bytes, t->noutput, c->arena, c->sink);
	if (o && o->linked) {
		diag_report(c->sink, DIAG_OBJECT, DIAG_NOWHERE,
			    "verify reads relocatable objects and WebAssembly, "
			    "not images");
		return false;
	}
	r->o = o;
	return o != NULL;
}

static bool dump_folder(struct cli *c, struct prove_limits *l)
{
	l->dump = c->value[OPT_DUMP_SMT];
	if (!l->dump || mkdir(l->dump, 0777) == 0 || errno == EEXIST)
		return true;
	diag_report(c->sink, DIAG_IO, DIAG_NOWHERE, "creating %s: %s", l->dump,
		    strerror(errno));
	return false;
}

int cmd_verify(struct cli *c)
{
	struct prove_run *r = arena_new(c->arena, struct prove_run);
	struct certificate t = { 0 };
	struct buf out;

	if (c->arg.n != 2) {
		cli_usage(c, "verify needs a module and what was made of it");
		return EXIT_USAGE;
	}
	struct wasm_module *m = cli_load(c, c->arg.at[0]);
	r->m = m;
	if (!m || !load_output(c, &t, r) || !jobs(c, r) || !proof_limits(c, &r->limits))
		return EXIT_REJECTED;
	if (!dump_folder(c, &r->limits))
		return EXIT_RESOURCE;
	t.input = m->bytes;
	t.ninput = m->size;
	prove_module(r, c->arena);
	buf_init(&out, c->arena);
	if (cli_has(c, OPT_STATS))
		print_times(r);
	bool ok = print(c, r, cli_has(c, OPT_JSON) ? NULL : &out);
	if (!write_certificate(c, &t, r, &out) ||
	    !file_write("-", out.at, out.n, false, c->sink))
		return EXIT_RESOURCE;
	return ok ? EXIT_DONE : EXIT_UNPROVED;
}
