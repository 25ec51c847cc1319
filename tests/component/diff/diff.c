/* diff.c - every adapter against the canonical ABI on the host.
 *
 *     adapter-diff [-n TYPES] [-s SEED] [-t TARGET] [-O LEVEL] [-m on] [-w WHAT] [-d DIR]
 *
 * For each random function type a component is written, linked and run; the
 * test is the runtime around the adapters.  A guest's memory is filled with a
 * value and noise, in one run of four damaged afterwards; the adapter and the
 * oracle start from equal memories.  They must agree on trapping, on the core
 * values that arrive, on every byte of both memories (in which the guests'
 * realloc notes each call) and on the handles moved.
 *
 * Adapters run in the evaluator, or with -t as compiled code on a core in
 * QEMU; -O 0 compiles plainly, -O 1 and 2 optimise, -m on has walls between the
 * memories that only the adapters' imports lift (Armv8-M).  -w makes one thing of
 * every answer wrong before it is compared (transfer_break): then this program
 * ends well only when each transfer that could show it did.  -d writes the components
 * to DIR, SEED.wasm.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "diff.h"
#include "prove/link/linkage.h"

/* BATCH types are one image. */
enum { ROUNDS = 6, BATCH = 8 };

static const char *const names[KINDS] = {
	"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32",
	"f64", "char", "string", "error-context", "list", "list-n", "record",
	"tuple", "variant", "enum", "option", "result", "flags", "own",
	"borrow", "stream", "future", "map",
};

static void print_type(const struct ty *t)
{
	uint32_t n = t && t->sub[0] ? 1 : 0;

	printf("%s", t ? names[t->k] : "_");
	if (!t)
		return;
	if (t->k == RECORD || t->k == TUPLE || t->k == VARIANT)
		n = t->n;
	else if (t->k == RESULT || t->k == MAP)
		n = 2;
	if (t->k == ENUM || t->k == FLAGS || t->k == FIXED)
		printf("#%u", t->n);
	if (t->k == ENUM || t->k == FLAGS || !n)
		return;
	for (uint32_t k = 0; k < n; k++) {
		printf(k ? ", " : "<");
		print_type(t->sub[k]);
	}
	printf(">");
}

static void print_plan(const struct plan *p)
{
	static const char *const enc[] = { "utf8", "utf16", "latin1+utf16" };

	printf("# caller %s%s, callee %s%s\n# ", enc[p->caller.enc],
	       p->caller.async ? " async" : "", enc[p->callee.enc],
	       p->callee.async ? " async" : "");
	print_type(p->params);
	printf(" -> ");
	print_type(p->result);
	printf(", stream ");
	print_type(p->stream);
	printf("\n");
}

_Noreturn void subject_die(const struct subject *s, const char *why)
{
	print_plan(&s->plan);
	printf("not ok - seed %" PRIu64 ": %s", s->seed, why);
	if (s->sink->n)
		printf(": %s", s->sink->at[0].detail);
	printf("\n");
	exit(1);
}

/* --- types ------------------------------------------------------------------ */

static void choose(struct subject *s)
{
	struct gen g = { .arena = s->a, .r = &s->r, .nodes = 40,
			 .borrows = true, .handles = true };
	uint8_t flat[FLAT_MAX];

	s->plan = (struct plan){
		.caller = { (enum encoding)rnd(&s->r, 3), !rnd(&s->r, 3) },
		.callee = { (enum encoding)rnd(&s->r, 3), !rnd(&s->r, 3) },
	};
	s->plan.params = gen_tuple(&g, rnd(&s->r, 2) ? 3 : 12);
	g.borrows = false;
	if (rnd(&s->r, 8))
		s->plan.result = gen_type(&g, 3);
	if (!rnd(&s->r, 3))
		s->plan.stream = gen_type(&g, 2);
	for (uint32_t k = 0; k < KINDS; k++)
		s->tally->used[k] += g.used[k];
	/* what does not fit the cells of make.h */
	if (cabi_flatten(s->plan.params, flat) > FLAT_MAX / 2 ||
	    cabi_size(s->plan.params) > 4000 ||
	    (s->plan.result && cabi_size(s->plan.result) > 4000) ||
	    (s->plan.stream && (s->plan.stream->k == CHAR ||
				cabi_size(s->plan.stream) > 1000)))
		choose(s);
}

/* The checker of linked modules knows the adapter for what the types ask. */
static void check_linkage(struct subject *s, const struct buf *component)
{
	struct linkage k;

	if (!linkage_check(&k, component->at, component->n,
			   &wasm_default_limits, s->wasm, s->a)) {
		printf("%s\n", k.why);
		subject_die(s, "the linked module is REJECTED");
	}
	s->tally->adapters += k.adapters;
	s->tally->trusted += k.trusted.n;
}

/* Where components are written, or NULL. */
static const char *folder;

static void keep(struct subject *s, const struct buf *component)
{
	if (!file_write(arena_printf(s->a, "%s/%" PRIu64 ".wasm", folder,
				     s->seed), component->at, component->n,
			false, s->sink))
		subject_die(s, "cannot be written");
}

static void load(struct subject *s)
{
	struct comp_file *f = arena_new(s->a, struct comp_file);
	struct graph *g = arena_new(s->a, struct graph);
	struct buf b;

	s->linked = arena_new(s->a, struct linked);
	s->wasm = arena_new(s->a, struct wasm_module);
	buf_init(&b, s->a);
	make_component(&s->plan, &b);
	if (!comp_decode(f, b.at, b.n, &wasm_default_limits, s->a, s->sink) ||
	    !graph_build(g, f, s->sink) ||
	    !link_graph(s->linked, g, s->walls, s->sink) ||
	    !wasm_decode(s->wasm, s->linked->bytes.at, s->linked->bytes.n,
			 &wasm_default_limits, s->a, s->sink) ||
	    !wasm_validate(s->wasm, &wasm_default_limits, s->a, s->sink)) {
		FILE *o = fopen("failed.wasm", "wb");
		if (o) {
			fwrite(b.at, 1, b.n, o);
			fclose(o);
		}
		subject_die(s, "the component is refused (failed.wasm)");
	}
	check_linkage(s, &b);
	if (folder)
		keep(s, &b);
	for (uint32_t k = 0; k < g->builtins.n; k++)
		if (g->builtins.at[k].op == CANON_LOWER)
			s->lower = k;
}

static void prepare(struct subject *s, uint64_t seed, bool walls,
		    struct arena *a, struct tally *tally)
{
	*s = (struct subject){ .a = a, .seed = seed, .tally = tally,
			       .walls = walls,
			       .sink = arena_new(a, struct diag_sink) };
	diag_init(s->sink, a);
	s->r.s = hash_mix(seed + 1) | 1;
	choose(s);
	load(s);
	for (int k = 0; k < ROUNDS; k++)
		transfer_add(s);
	tally->types++;
}

static int report(const struct tally *t)
{
	for (int k = 0; k < KINDS; k++) {
		printf("%s%s %u", k ? ", " : "types made: ", names[k],
		       t->used[k]);
		if (!t->used[k] && t->types >= 1000) {
			printf("\nnot ok - a kind of type never came up\n");
			return 1;
		}
	}
	printf("\n%u function types, %u calls, %u results, %u copies passed, "
	       "of which %u trapped on both sides\n", t->types, t->calls,
	       t->results, t->copies, t->trapped);
	printf("%u adapters compared with their types, %u functions trusted\n",
	       t->adapters, t->trusted);
	return transfer_broken();
}

int main(int argc, char **argv)
{
	static struct subject batch[BATCH];
	struct tally tally = { .types = 0 };
	uint64_t first = 0, n = 1000;
	const char *target = NULL;
	unsigned level = 2;
	bool walls = false;
	struct arena a;

	for (int k = 1; k + 1 < argc; k += 2) {
		if (!strcmp(argv[k], "-n"))
			n = strtoull(argv[k + 1], NULL, 0);
		else if (!strcmp(argv[k], "-s"))
			first = strtoull(argv[k + 1], NULL, 0);
		else if (!strcmp(argv[k], "-t"))
			target = argv[k + 1];
		else if (!strcmp(argv[k], "-w") && !transfer_break(argv[k + 1]))
			return 2;
		else if (!strcmp(argv[k], "-d"))
			folder = argv[k + 1];
		else if (!strcmp(argv[k], "-m"))
			walls = !strcmp(argv[k + 1], "on");
		else if (!strcmp(argv[k], "-O"))
			level = (unsigned)strtoul(argv[k + 1], NULL, 0);
	}
	if (walls && !target)
		return 2;
	for (uint64_t at = first; at < first + n;) {
		uint32_t size = target ? BATCH : 1, got = 0;
		arena_init(&a, NULL);
		while (got < size && at < first + n)
			prepare(&batch[got++], at++, walls, &a, &tally);
		if (target)
			engine_qemu(batch, got, target, level);
		else
			engine_eval(batch, got);
		arena_fini(&a);
	}
	return report(&tally);
}
