/* alloc_plain_test.c - the plain allocator against the checker, and the
 * checker against broken allocations. */
#include <stdio.h>

#include "alloc_gen.h"
#include "t32/alloc_check.h"

static unsigned count, failures;

static void ok(bool cond, const char *what, const char *why)
{
	count++;
	if (cond)
		return;
	failures++;
	printf("not ok %u - %s: %s\n", count, what, why ? why : "");
}

static void show(const struct mir_func *f, struct arena *a)
{
	struct buf out;

	if (failures != 1)
		return;
	buf_init(&out, a);
	mir_print(f, &out);
	printf("%.*s\n", (int)out.n, (const char *)out.at);
}

static void plain(uint64_t seed, struct arena *a)
{
	struct mir_func *f = gen_func(a, seed, 40);
	struct mir_func *before = mir_clone(f, a);
	const char *e = mir_check(f, a);

	ok(!e, "generated code", e);
	mir_allocate_plain(f, a);
	e = mir_check_translation(before, f, a);
	ok(!e, "translation", e);
	if (e)
		show(f, a);
	e = mir_check_allocated(f, a);
	ok(!e, "allocated", e);
}

/* Breaks one thing; true when the checker must see it. */
static bool break_it(struct mir_func *f, uint32_t what)
{
	for (uint32_t b = what % f->blocks.n; b < f->blocks.n; b++) {
		struct mir_block *blk = &f->blocks.at[b];
		for (uint32_t k = what % 7 % (blk->ins.n + 1); k < blk->ins.n; k++) {
			struct mir_ins *i = &blk->ins.at[k];
			if (i->op == MOP_RELOAD && what % 2) {
				i->imm = (i->imm + 1) % (int32_t)f->slots;
				return true;
			}
			if (i->nuse && i->op != MOP_SPILL && !(what % 2)) {
				struct mir_vreg *v = &f->vregs.at[mir_use(f, i, 0)->v];
				if (v->cls != MIR_G || i->op == MOP_MOV)
					continue;
				/* a register that nothing was put into */
				mir_use(f, i, 0)->v = mir_vreg_new(f, MIR_G);
				f->vregs.at[f->vregs.n - 1].reg = 11;
				f->used |= 1 << 11;
				return true;
			}
		}
	}
	return false;
}

static void broken(uint64_t seed, struct arena *a, unsigned *seen, unsigned *made)
{
	struct mir_func *f = gen_func(a, seed, 20);
	struct mir_func *before = mir_clone(f, a);

	mir_allocate_plain(f, a);
	if (!break_it(f, (uint32_t)seed))
		return;
	++*made;
	*seen += mir_check_translation(before, f, a) != NULL;
}

int main(void)
{
	struct arena a;
	unsigned seen = 0, made = 0;

	arena_init(&a, NULL);
	for (uint64_t seed = 1; seed <= 300; seed++) {
		plain(seed, &a);
		arena_fini(&a);
	}
	for (uint64_t seed = 1; seed <= 300; seed++) {
		broken(seed, &a, &seen, &made);
		arena_fini(&a);
	}
	/* equal constants, and values stored only, may be exchanged unseen */
	ok(made > 200 && seen * 5 >= made * 4, "broken allocations are seen", NULL);
	printf("# %u of %u broken allocations seen\n", seen, made);
	printf("%s 1..%u, %u failed\n", failures ? "not ok" : "ok", count, failures);
	return failures != 0;
}
