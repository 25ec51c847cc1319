/* opt_proof.c - rewrite, prove, and rewrite again what is not proved. */
#include "cli/opt_proof.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/certificate.h"
#include "cli/proof.h"

static const char PROVED[] = "heddle opt: every function is proved\n";

/* --- judging an attempt --------------------------------------------------------- */

static struct prove_run *last_run(struct opt_proof *p,
				  const struct wasm_module *in)
{
	for (uint32_t k = 0; k < p->modules.n; k++)
		if (p->modules.at[k]->m == in)
			return p->modules.at[k];
	return NULL;
}

static void keep(struct opt_proof *p, struct prove_run *r)
{
	for (uint32_t k = 0; k < p->modules.n; k++)
		if (p->modules.at[k]->m == r->m) {
			p->modules.at[k] = r;
			return;
		}
	vec_push(p->c->arena, &p->modules, r);
}

static void count(struct opt_proof *p, const struct prove_run *r,
		  const uint8_t *rung)
{
	for (uint32_t k = prove_first(r); k < r->m->funcs.n; k++) {
		const struct verdict *v = &r->verdict[k];
		p->identical += v->proved && v->identical;
		p->changed += v->proved && !v->identical && !v->absent;
		p->rejected += !v->proved;
		p->simple += rung[k] == OUT_ALONE || rung[k] == OUT_SIMPLE;
		p->kept += rung[k] == OUT_KEEP;
	}
	p->rejected += r->world.why != NULL;
}

/* The output must say what is not proved of it: one attempt more, the same
 * but for the note. */
static bool say_so(struct opt_proof *p, const struct prove_run *r)
{
	struct buf b;

	if (p->options->note != PROVED ||
	    !cli_has(p->c, OPT_ALLOW_UNPROVED))
		return false;
	buf_init(&b, p->c->arena);
	buf_str(&b, "heddle opt: NOT proved are functions");
	for (uint32_t k = prove_first(r); k < r->m->funcs.n; k++)
		if (!r->verdict[k].proved)
			buf_printf(&b, " %u", k);
	buf_str(&b, " of the input\n");
	buf_u8(&b, 0);
	p->options->note = (const char *)b.at;
	return true;
}

static uint8_t verdict_of(const struct verdict *v)
{
	return !v->proved ? OUT_REJECTED :
	       v->identical || v->absent ? OUT_SAME : OUT_PROVED;
}

static bool judge(void *arg, const struct wasm_module *in,
		  const struct wasm_module *out, uint8_t *rung,
		  uint8_t *verdict)
{
	struct opt_proof *p = arg;
	struct prove_run *r = arena_new(p->c->arena, struct prove_run);
	bool again = false, rejected;

	*r = (struct prove_run){ .m = in, .out = out, .limits = p->limits,
				 .jobs = p->jobs, .before = last_run(p, in) };
	prove_module(r, p->c->arena);
	keep(p, r);
	rejected = r->world.why != NULL;
	for (uint32_t k = prove_first(r); k < in->funcs.n; k++) {
		verdict[k] = verdict_of(&r->verdict[k]);
		if (r->verdict[k].proved)
			continue;
		rejected = true;
		if (rung[k] < OUT_KEEP) {
			rung[k]++;
			again = true;
		}
	}
	if (again || (rejected && say_so(p, r)))
		return true;
	count(p, r, rung);
	if (!rejected && p->options->note != PROVED)
		/* of another module of the component: this one is proved */
		p->options->note = PROVED;
	return false;
}

/* --- a run of the command ---------------------------------------------------------- */

bool opt_proof_init(struct opt_proof *p, struct cli *c, struct out_options *o)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n;

	*p = (struct opt_proof){ .c = c, .options = o };
	if (!cli_number(c, OPT_JOBS, cpus > 0 ? (uint64_t)cpus : 1, 256, &n) ||
	    !proof_limits(c, &p->limits))
		return false;
	p->jobs = (unsigned)n;
	o->note = PROVED;
	o->judge = judge;
	o->judge_arg = p;
	return true;
}

static void name_rejected(struct opt_proof *p, const struct prove_run *r)
{
	if (r->world.why)
		diag_report(p->c->sink, DIAG_UNPROVED, DIAG_NOWHERE,
			    "module: %s", r->world.why);
	for (uint32_t k = prove_first(r); k < r->m->funcs.n; k++) {
		const struct verdict *v = &r->verdict[k];
		if (v->proved)
			continue;
		struct diag *d = diag_report(p->c->sink, DIAG_UNPROVED,
			DIAG_NOWHERE, "%s: %s%s%s", r->world.names.local[k],
			v->reason, v->detail ? ": " : "",
			v->detail ? v->detail : "");
		d->func = k;
	}
}

/* One object per core module; a module alone is not in a list. */
static bool write_certificate(struct opt_proof *p, struct certificate *t,
			      bool list)
{
	struct buf file;

	buf_init(&file, p->c->arena);
	if (list)
		buf_str(&file, "{\"modules\": [\n");
	for (uint32_t k = 0; k < p->modules.n; k++) {
		struct prove_run *r = p->modules.at[k];
		t->run = r;
		if (list) {
			t->input = r->m->bytes;
			t->ninput = r->m->size;
			t->output = r->out->bytes;
			t->noutput = r->out->size;
			buf_str(&file, k ? ",\n" : "");
		}
		certificate_print(t, p->c->arena, &file);
	}
	if (list)
		buf_str(&file, "]}\n");
	return file_write(p->c->value[OPT_CERT], file.at, file.n, false,
			  p->c->sink);
}

bool opt_proof_end(struct opt_proof *p, const uint8_t *input, size_t ninput,
		   const uint8_t *output, size_t noutput)
{
	struct certificate t = { .input = input, .ninput = ninput,
				 .output = output, .noutput = noutput };

	if (p->rejected && !cli_has(p->c, OPT_ALLOW_UNPROVED)) {
		for (uint32_t k = 0; k < p->modules.n; k++)
			name_rejected(p, p->modules.at[k]);
		return false;
	}
	if (p->rejected)
		fprintf(stderr, "heddle: warning: %u functions are NOT proved\n",
			p->rejected);
	return !cli_has(p->c, OPT_CERT) ||
	       write_certificate(p, &t, p->modules.n != 1 ||
				 p->modules.at[0]->m->bytes != input);
}
