/* asm_tail.c - equal ends of blocks become one.
 *
 * Where two ways do the same and then go on at one place, or return, the second
 * jumps into the first: behind all the items that are alike, backwards.  What is
 * left out had a jump at its end anyway; where the first falls through to the
 * place, as many instructions are executed as before, else one more.
 */
#include <string.h>

#include "base/compiler.h"
#include "t32/asm.h"

enum {
	LOOK_BACK = 200,	/* ends that one is compared with */
	ROUNDS = 4,
	LEAST = 2		/* bytes that must go */
};

/* Where control comes to from an end: a place, or out of the function. */
struct end {
	uint32_t item;		/* the jump; or the label that is fallen into */
	uint32_t to;		/* item of the first of the labels; UINT32_MAX: it returns */
	bool falls;
};

struct tails {
	struct asm_buf *s;
	VEC(struct end) ends;
	label *into;		/* [items] label wanted in front, UINT32_MAX none */
	bool *gone, *kept;	/* [items] */
};

/* The first of the labels that are bound where item k is one. */
static uint32_t place(const struct asm_buf *s, uint32_t k)
{
	while (k > 0 && s->items.at[k - 1].kind == ASM_LABEL)
		k--;
	return k;
}

static void find_ends(struct tails *t)
{
	struct asm_buf *s = t->s;

	t->ends.n = 0;
	for (uint32_t k = 0; k < s->items.n; k++)
		if (s->items.at[k].kind == ASM_LABEL)
			s->labels.at[s->items.at[k].label] = k;
	for (uint32_t k = 1; k < s->items.n; k++) {
		const struct asm_item *i = &s->items.at[k];
		struct end e = { .item = k, .to = UINT32_MAX };
		if (i->kind == ASM_LABEL && place(s, k) == k &&
		    !asm_is_barrier(s, k - 1)) {
			e.to = k;
			e.falls = true;
		} else if (i->kind == ASM_BRANCH && asm_is_barrier(s, k)) {
			e.to = place(s, s->labels.at[i->label]);
		} else if (i->kind == ASM_TRAP || !asm_is_barrier(s, k)) {
			continue;
		}
		vec_push(s->arena, &t->ends, e);
	}
}

static bool same_literal(const struct asm_buf *s, uint32_t a, uint32_t b)
{
	return s->lits.at[a].sym == s->lits.at[b].sym &&
	       s->lits.at[a].value == s->lits.at[b].value;
}

static bool same(const struct asm_buf *s, const struct asm_item *a,
		 const struct asm_item *b)
{
	if (a->kind != b->kind || a->in_it != b->in_it)
		return false;
	switch (a->kind) {
	case ASM_INS:
		return a->id == b->id && !memcmp(a->op, b->op, sizeof a->op);
	case ASM_BRANCH:
		return a->cond == b->cond && a->label == b->label;
	case ASM_CBZ:
		return a->cond == b->cond && a->label == b->label &&
		       a->reg == b->reg;
	case ASM_LITERAL:
		return a->reg == b->reg && same_literal(s, a->label, b->label);
	case ASM_CALL:
		return a->label == b->label && a->tail == b->tail;
	default:
		return false;
	}
}

/* How many bytes of a's end can be left out for b's; *from and *into are the
 * first items of both. */
static uint32_t common(const struct tails *t, struct end a, struct end b,
		       uint32_t *from, uint32_t *into)
{
	const struct asm_item *item = t->s->items.at;
	uint32_t x = a.item, y = b.item, bytes = 0, best = 0;

	/* the jumps themselves are not compared, returns are */
	x += a.to == UINT32_MAX;
	y += a.to == UINT32_MAX;
	while (x > 0 && y > 0) {
		while (y > 0 && item[y - 1].kind == ASM_LABEL)
			y--;
		if (y == 0 || !same(t->s, &item[x - 1], &item[y - 1]) ||
		    t->kept[x - 1] || t->gone[x - 1] || t->gone[y - 1] ||
		    y - 1 == a.item || x - 1 == b.item)
			break;
		x--;
		y--;
		bytes += item[x].size;
		if (item[x].in_it)
			continue;
		best = bytes;
		*from = x;
		*into = y;
	}
	return best;
}

static void join(struct tails *t, struct end a, struct end b, uint32_t from,
		 uint32_t into)
{
	const bool returns = a.to == UINT32_MAX;

	if (t->into[into] == UINT32_MAX)
		t->into[into] = asm_label(t->s);
	for (uint32_t k = from; k < a.item + returns; k++)
		t->gone[k] = true;
	for (uint32_t k = into; k < b.item + !b.falls; k++)
		t->kept[k] = true;
	t->s->items.at[a.item] = (struct asm_item){
		.kind = ASM_BRANCH, .cond = AL, .size = 2,
		.label = t->into[into], .at = t->s->items.at[a.item].at };
	t->gone[a.item] = false;
	t->kept[a.item] = true;
}

static bool join_end(struct tails *t, uint32_t n)
{
	const struct end a = t->ends.at[n];
	uint32_t best = 0, with = 0, from = 0, into = 0;

	if (a.falls || t->kept[a.item] || t->gone[a.item])
		return false;
	for (uint32_t k = n > LOOK_BACK ? n - LOOK_BACK : 0;
	     k < t->ends.n && k < n + LOOK_BACK; k++) {
		const struct end b = t->ends.at[k];
		uint32_t f, i;
		if (k == n || b.to != a.to || t->gone[b.item])
			continue;
		uint32_t bytes = common(t, a, b, &f, &i);
		if (a.to == UINT32_MAX)
			bytes = bytes > 2 ? bytes - 2 : 0;
		if (bytes > best) {
			best = bytes;
			with = k;
			from = f;
			into = i;
		}
	}
	if (best < LEAST)
		return false;
	join(t, a, t->ends.at[with], from, into);
	return true;
}

static void rebuild(struct tails *t)
{
	struct asm_buf *s = t->s, to = *s;

	memset(&to.items, 0, sizeof to.items);
	for (uint32_t k = 0; k < s->items.n; k++) {
		if (t->into[k] != UINT32_MAX)
			vec_push(s->arena, &to.items,
				 (struct asm_item){ .kind = ASM_LABEL,
						    .label = t->into[k] });
		if (!t->gone[k])
			vec_push(s->arena, &to.items, s->items.at[k]);
	}
	s->items.at = to.items.at;
	s->items.n = to.items.n;
	s->items.cap = to.items.cap;
}

static bool round_of(struct asm_buf *s)
{
	struct tails t = { .s = s };
	bool any = false;

	t.into = arena_array(s->arena, label, s->items.n);
	t.gone = arena_array(s->arena, bool, s->items.n);
	t.kept = arena_array(s->arena, bool, s->items.n);
	for (uint32_t k = 0; k < s->items.n; k++)
		t.into[k] = UINT32_MAX;
	find_ends(&t);
	for (uint32_t n = 0; n < t.ends.n; n++)
		any |= join_end(&t, n);
	if (any)
		rebuild(&t);
	return any;
}

void asm_join_tails(struct asm_buf *s)
{
	for (unsigned k = 0; k < ROUNDS && round_of(s); k++)
		;
}
