/* proof.c - compile, prove, and compile again what is not proved. */
#include "cli/proof.h"

#include <stdio.h>
#include <string.h>

#include "cli/certificate.h"
#include "prove/image.h"

bool proof_limits(struct cli *c, struct prove_limits *l)
{
	uint64_t effort;

	*l = prove_limits_default;
	if (!cli_number(c, OPT_PROVE_EFFORT, l->effort, UINT64_MAX - 1,
			&effort))
		return false;
	l->effort = effort;
	return true;
}

/* --- the rungs ------------------------------------------------------------------ */

/* What is tried, from what was asked for down to plain. */
static void plan(const struct pipeline *p, struct proof *f)
{
	static const char digit[] = "0123z";

	if (!p->options.gen.plain) {
		f->level[f->rungs++] = digit[p->options.level];
		if (p->options.level == 2 || p->options.level == 3)
			f->level[f->rungs++] = 's';
		if (p->options.level == 3)
			f->level[f->rungs++] = '2';
		if (p->options.level > 1)
			f->level[f->rungs++] = '1';
	}
	f->level[f->rungs++] = 'p';
}

static bool compile_again(struct cli *c, struct pipeline *p, char level,
			  const bool *which)
{
	struct compile_options o = p->options;

	o.gen.plain = level == 'p';
	o.one_by_one = level == 's';
	if (level != 's')
		o.level = level == 'p' ? 0 : (unsigned)(level - '0');
	return t32_recompile(&p->ir, &o, which, c->arena, c->sink, &p->code);
}

/* --- one rung ---------------------------------------------------------------------- */

/* Writes the object, reads it back, judges it. */
static bool judge(struct cli *c, struct pipeline *p, struct proof *f)
{
	struct prove_run *r = arena_new(c->arena, struct prove_run);

	if (!pipeline_write(c, p, "every function is proved\n"))
		return false;
	r->m = p->wasm;
	r->o = obj_read(p->object.at, p->object.n, c->arena, c->sink);
	if (!r->o || !proof_limits(c, &r->limits))
		return false;
	r->jobs = p->options.jobs;
	r->before = f->run;
	prove_module(r, c->arena);
	if (cli_has(c, OPT_FUEL) && !r->world.at_fuel && !r->world.why)
		r->world.why = "no fuel is charged";
	f->run = r;
	return true;
}

/* Lets rejected functions down by one rung.  Returns how many of them there
 * are, and in *can how many can still go. */
static uint32_t let_down(struct proof *f, uint32_t *can)
{
	uint32_t n = 0;

	*can = 0;
	for (uint32_t k = prove_first(f->run); k < prove_end(f->run); k++) {
		if (f->run->verdict[k].proved)
			continue;
		n++;
		if (f->rung[k] + 1u == f->rungs)
			continue;
		f->rung[k]++;
		++*can;
	}
	return n;
}

/* Compiles those rejected functions again that are at a rung. */
static bool compile_rung(struct cli *c, struct pipeline *p, struct proof *f,
			 unsigned rung)
{
	const struct wasm_module *m = p->wasm;
	bool *which = arena_array(c->arena, bool, m->funcs.n + 1), any = false;

	for (uint32_t k = prove_first(f->run); k < prove_end(f->run); k++) {
		which[k] = f->rung[k] == rung && !f->run->verdict[k].proved;
		any |= which[k];
	}
	return !any || compile_again(c, p, f->level[rung], which);
}

/* A function that was inlined everywhere may come back when its callers are
 * compiled again, so rungs are the functions' own. */
static bool climb(struct cli *c, struct pipeline *p, struct proof *f)
{
	uint32_t can;

	for (;;) {
		if (!judge(c, p, f))
			return false;
		f->rejected = let_down(f, &can);
		if (!can)
			return true;
		for (unsigned rung = 1; rung < f->rungs; rung++)
			if (!compile_rung(c, p, f, rung))
				return false;
	}
}

/* --- the outcome ---------------------------------------------------------------------- */

static void count(struct proof *f)
{
	for (uint32_t k = prove_first(f->run); k < prove_end(f->run); k++) {
		bool ok = f->run->verdict[k].proved;
		if (f->run->verdict[k].absent)
			continue;
		f->functions++;
		f->proved += ok;
		if (ok)
			f->fell[f->rung[k]]++;
	}
}

static bool linked_right(const struct proof *f)
{
	return !f->linkage || !f->linkage->why;
}

static void name_rejected(struct cli *c, const struct pipeline *p,
			  const struct proof *f)
{
	for (uint32_t k = prove_first(f->run); k < prove_end(f->run); k++) {
		const struct verdict *v = &f->run->verdict[k];
		if (v->proved)
			continue;
		struct diag *d = diag_report(c->sink, DIAG_UNPROVED,
			DIAG_NOWHERE, "%s: %s%s%s", p->names.local[k],
			v->reason, v->detail ? ": " : "",
			v->detail ? v->detail : "");
		d->func = k;
	}
	if (f->run->world.why)
		diag_report(c->sink, DIAG_UNPROVED, DIAG_NOWHERE, "object: %s",
			    f->run->world.why);
	if (!linked_right(f))
		diag_report(c->sink, DIAG_UNPROVED, DIAG_NOWHERE,
			    "linked module: %s", f->linkage->why);
}

/* Ships what is not proved: the object says so, and so does this. */
static bool let_pass(struct cli *c, struct pipeline *p, const struct proof *f)
{
	struct buf note;

	buf_init(&note, c->arena);
	buf_printf(&note, "%u of %u functions are NOT proved:", f->rejected,
		   f->functions);
	for (uint32_t k = prove_first(f->run); k < prove_end(f->run); k++)
		if (!f->run->verdict[k].proved)
			buf_printf(&note, " %s", p->names.local[k]);
	buf_str(&note, "\n");
	if (!linked_right(f))
		buf_printf(&note, "the linked module is NOT the component's: %s\n",
			   f->linkage->why);
	fprintf(stderr, "heddle: warning: %s", (const char *)note.at);
	return pipeline_write(c, p, (const char *)note.at);
}

/* Why nothing can or shall be proved; NULL when it shall. */
static const char *skipped(struct cli *c, const struct pipeline *p)
{
	if (cli_has(c, OPT_NO_PROVE))
		return "--no-prove";
	if (c->cmd != CMD_BUILD && c->cmd != CMD_COMPILE)
		return "";
	if (p->options.gen.no_bounds)
		return "--bounds=none";
	return NULL;
}

static bool skip(struct cli *c, struct pipeline *p, struct proof *f)
{
	if (!*f->skipped)
		return pipeline_write(c, p, NULL);
	if (!cli_has(c, OPT_QUIET))
		fprintf(stderr, "heddle: warning: nothing is proved: %s\n",
			f->skipped);
	return pipeline_write(c, p, arena_printf(c->arena, "NOT proved: %s\n",
						 f->skipped));
}

bool proof_object(struct cli *c, struct pipeline *p)
{
	struct proof *f = arena_new(c->arena, struct proof);

	p->proof = f;
	f->skipped = skipped(c, p);
	if (f->skipped)
		return skip(c, p, f) && certificate_file(c, p, f);
	if (!linkage_run(c, p->wasm, &f->linkage))
		return false;
	f->rung = arena_array(c->arena, uint8_t, p->wasm->funcs.n + 1);
	plan(p, f);
	if (!climb(c, p, f))
		return false;
	count(f);
	f->rejected += f->run->world.why != NULL;
	const bool right = !f->rejected && linked_right(f);
	if (!right && !cli_has(c, OPT_ALLOW_UNPROVED)) {
		name_rejected(c, p, f);
		return false;
	}
	return (right || let_pass(c, p, f)) && certificate_file(c, p, f);
}

/* --- the image ------------------------------------------------------------------------ */

/* What is proved in the object and not in the image; false after a report. */
static bool as_in_object(struct cli *c, const struct pipeline *p,
			 const struct prove_run *image)
{
	const struct prove_run *o = p->proof->run;
	bool ok = true;

	for (uint32_t k = prove_first(o); k < prove_end(o); k++) {
		const struct verdict *v = &image->verdict[k];
		if (v->proved || !o->verdict[k].proved)
			continue;
		diag_report(c->sink, DIAG_UNPROVED, DIAG_NOWHERE,
			    "in the image, %s: %s%s%s", p->names.local[k],
			    v->reason, v->detail ? ": " : "",
			    v->detail ? v->detail : "");
		ok = false;
	}
	return ok;
}

bool proof_image(struct cli *c, const struct pipeline *p,
		 const struct obj *image)
{
	struct prove_run *r = arena_new(c->arena, struct prove_run);
	const struct proof *f = p->proof;
	const char *why;

	if (f->skipped || f->run->world.why)
		return true;
	r->m = p->wasm;
	r->o = image_object(image, p->wasm, c->arena, &why);
	if (!r->o) {
		diag_report(c->sink, DIAG_UNPROVED, DIAG_NOWHERE,
			    "the image %s", why);
		return false;
	}
	r->limits = f->run->limits;
	r->jobs = f->run->jobs;
	r->before = f->run;
	prove_module(r, c->arena);
	return as_in_object(c, p, r);
}

static void rung_text(const struct proof *f, unsigned k, struct buf *out)
{
	if (f->level[k] == 'p')
		buf_printf(out, ", %u as plain code", f->fell[k]);
	else if (f->level[k] == 's')
		buf_printf(out, ", %u without packed loops", f->fell[k]);
	else
		buf_printf(out, ", %u as -O%c", f->fell[k], f->level[k]);
}

void proof_text(const struct proof *f, struct buf *out)
{
	if (f->skipped) {
		buf_str(out, "nothing is proved");
		return;
	}
	buf_printf(out, "proved %u of %u functions", f->proved, f->functions);
	for (unsigned k = 1; k < f->rungs; k++)
		if (f->fell[k])
			rung_text(f, k, out);
	if (f->linkage && linked_right(f))
		buf_printf(out, "; linked from %u core instances: %u functions, "
			   "%u built-ins and %u adapters as the component says, "
			   "%u trusted", f->linkage->cores,
			   f->linkage->functions, f->linkage->builtins,
			   f->linkage->adapters, f->linkage->trusted.n);
}

void proof_json(const struct proof *f, struct buf *out)
{
	uint32_t fallback = 0;

	for (unsigned k = 1; k < f->rungs; k++)
		fallback += f->fell[k];
	if (f->skipped)
		buf_str(out, "\"proved\": null");
	else
		buf_printf(out, "\"functions\": %u, \"proved\": %u, "
			   "\"fallback\": %u, \"rejected\": %u", f->functions,
			   f->proved, fallback, f->rejected);
}
