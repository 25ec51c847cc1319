/* certificate.c - certificates as JSON. */
#include "cli/certificate.h"

#include <nettle/sha2.h>

#include "base/file.h"
#include "cli/linkage.h"
#include "cli/proof.h"

static const struct {
	const char *name, *text;
} assumption[] = {
#define ASSUME(name, text) { name, text },
#include "prove/assume.def"
};

/* --- hashes ---------------------------------------------------------------- */

static void put_hash(struct buf *out, const char *name, const void *p, size_t n)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx h;

	sha256_init(&h);
	sha256_update(&h, n, p);
	sha256_digest(&h, sizeof digest, digest);
	buf_printf(out, "  \"%s\": \"", name);
	for (unsigned k = 0; k < sizeof digest; k++)
		buf_printf(out, "%02x", digest[k]);
	buf_str(out, "\",\n");
}

/* --- functions --------------------------------------------------------------- */

static void put_rejection(struct buf *out, const struct verdict *v)
{
	buf_str(out, ", \"reason\": ");
	buf_json(out, v->reason);
	if (v->detail) {
		buf_str(out, ", \"detail\": ");
		buf_json(out, v->detail);
	}
}

static void put_function(struct buf *out, const struct certificate *t,
			 uint32_t func, bool first)
{
	const struct verdict *v = &t->run->verdict[func];
	const char *const *name = t->run->world.names.local;

	buf_printf(out, "%s\n    {\"function\": %u, \"name\": ",
		   first ? "" : ",", func);
	buf_json(out, name ? name[func] : "");
	buf_printf(out, ", \"verdict\": \"%s\"",
		   v->proved ? "PROVED" : "REJECTED");
	if (v->absent)
		buf_str(out, ", \"absent\": true");
	if (!v->proved)
		put_rejection(out, v);
	if (t->proof)
		buf_printf(out, ", \"level\": \"%c\"",
			   t->proof->level[t->proof->rung[func]]);
	buf_printf(out, ", \"cuts\": %u, \"paths\": %u, \"obligations\": %u, "
		   "\"by_normaliser\": %u, \"queries\": %u, \"rlimit\": %llu, "
		   "\"terms\": %u, \"effort\": %llu, \"asked\": \"%016llx\"}",
		   v->cuts, v->paths, v->obligations, v->by_normal, v->queries,
		   (unsigned long long)v->rlimit, v->terms,
		   (unsigned long long)v->effort,
		   (unsigned long long)v->asked);
}

static void put_functions(struct buf *out, const struct certificate *t)
{
	uint32_t first = prove_first(t->run);

	buf_str(out, "  \"functions\": [");
	for (uint32_t k = first; k < prove_end(t->run); k++)
		put_function(out, t, k, k == first);
	buf_str(out, "\n  ],\n");
}

/* What the proofs of all functions rest on, or why nothing holds. */
static void put_object(struct buf *out, const struct certificate *t)
{
	buf_str(out, t->run->o ? "  \"object\": " : "  \"module\": ");
	buf_json(out, t->run->world.why ? t->run->world.why : "as expected");
	buf_str(out, ",\n");
}

static void put_totals(struct buf *out, const struct certificate *t)
{
	struct verdict sum = { 0 };
	uint32_t proved = 0, first = prove_first(t->run);
	uint32_t n = prove_end(t->run) - first;

	for (uint32_t k = first; k < prove_end(t->run); k++) {
		const struct verdict *v = &t->run->verdict[k];
		proved += v->proved;
		sum.obligations += v->obligations;
		sum.by_normal += v->by_normal;
		sum.queries += v->queries;
		sum.rlimit += v->rlimit;
		sum.effort += v->effort;
	}
	buf_printf(out, "  \"proved\": %u,\n  \"rejected\": %u,\n"
		   "  \"obligations\": %u,\n  \"by_normaliser\": %u,\n"
		   "  \"queries\": %u,\n  \"rlimit\": %llu,\n"
		   "  \"effort\": %llu,\n", proved, n - proved,
		   sum.obligations, sum.by_normal, sum.queries,
		   (unsigned long long)sum.rlimit,
		   (unsigned long long)sum.effort);
}

static void put_assumptions(struct buf *out)
{
	buf_str(out, "  \"assumptions\": {");
	for (size_t k = 0; k < sizeof assumption / sizeof *assumption; k++) {
		buf_str(out, k ? ",\n    " : "\n    ");
		buf_json(out, assumption[k].name);
		buf_str(out, ": ");
		buf_json(out, assumption[k].text);
	}
	buf_str(out, "\n  }\n}\n");
}

void certificate_print(const struct certificate *t, struct arena *a,
		       struct buf *out)
{
	buf_str(out, "{\n  \"heddle\": \"" HEDDLE_VERSION_TEXT "\",\n");
	buf_printf(out, "  \"z3\": \"%s\",\n  \"tables\": \"%s\",\n",
		   prove_solver_version(a), HEDDLE_TABLES_SHA256);
	put_hash(out, "input", t->input, t->ninput);
	put_hash(out, "output", t->output, t->noutput);
	buf_str(out, "  \"hints\": null,\n  ");
	linkage_json(t->linkage, out);
	buf_str(out, ",\n");
	if (t->skipped) {
		buf_str(out, "  \"not_proved\": ");
		buf_json(out, t->skipped);
		buf_str(out, ",\n");
	} else {
		put_object(out, t);
		put_functions(out, t);
		put_totals(out, t);
	}
	put_assumptions(out);
}

void certificate_linked(const struct certificate *t, struct buf *out)
{
	buf_str(out, "{\n  \"heddle\": \"" HEDDLE_VERSION_TEXT "\",\n");
	buf_str(out, "  \"tables\": \"" HEDDLE_TABLES_SHA256 "\",\n");
	put_hash(out, "input", t->input, t->ninput);
	put_hash(out, "output", t->output, t->noutput);
	buf_str(out, "  ");
	linkage_json(t->linkage, out);
	buf_str(out, ",\n");
	put_assumptions(out);
}

bool certificate_file(struct cli *c, const struct pipeline *p,
		      const struct proof *f)
{
	struct certificate t = {
		.input = c->component ? c->component : p->wasm->bytes,
		.ninput = c->component ? c->ncomponent : p->wasm->size,
		.output = p->object.at, .noutput = p->object.n,
		.proof = f, .run = f->run, .skipped = f->skipped,
		.linkage = f->linkage,
	};
	struct buf out;

	if (!cli_has(c, OPT_CERT))
		return true;
	buf_init(&out, c->arena);
	certificate_print(&t, c->arena, &out);
	return file_write(c->value[OPT_CERT], out.at, out.n, false, c->sink);
}
