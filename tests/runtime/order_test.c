/* order_test.c - core/order.inc against a list: any numbers, 1023 records. */
#include <stdlib.h>

#include "core/order.h"
#include "harness.h"

enum { N = 1023 };

static struct hd_slot slots[N + 1];
static struct hd_waitable waitables[N + 1];
static bool in[N + 1];
static uint16_t root;
static unsigned deepest;

/* How many are at and below `at`, which are in order. */
static unsigned walk(uint16_t at, const struct hd_waitable *above, unsigned depth)
{
	if (at == 0)
		return 0;
	const struct hd_waitable *w = &waitables[at];

	if (depth > deepest)
		deepest = depth;
	check(in[at], "what is there was put there");
	check(!above || (int32_t)(w->order - above->order) > 0, "the least comes first");
	return 1 + walk(slots[at].u.link.child[0], w, depth + 1) +
	       walk(slots[at].u.link.child[1], w, depth + 1);
}

static uint16_t least(void)
{
	uint16_t r = 0;

	for (uint16_t k = 1; k <= N; k++)
		if (in[k] && (!r || (int32_t)(waitables[k].order -
					      waitables[r].order) < 0))
			r = k;
	return r;
}

static void put(uint16_t k)
{
	hd_order_put(slots, &root, k);
	in[k] = true;
}

static void take(uint16_t k)
{
	hd_order_take(slots, &root, k);
	in[k] = false;
}

/* Records with numbers first, first + step, ..., in and out at random. */
static void at_random(uint32_t first, uint32_t step, unsigned most)
{
	unsigned count = 0;

	deepest = 0;
	for (uint16_t k = 1; k <= N; k++) {
		/* numbers and handles have nothing to do with each other */
		waitables[k].order = first + (k * 389u % (N + 1)) * step;
		slots[k].v.obj = hd_ref_of(&waitables[k]);
	}
	for (unsigned i = 0; i < 4000; i++) {
		uint16_t k = (uint16_t)(rand() % N + 1);

		if (rand() % 4 == 0 && root)
			k = root;
		count = in[k] ? count - 1 : count + 1;
		if (in[k])
			take(k);
		else
			put(k);
		check(root == least(), "the root is the first");
		if (i % 16 == 0)
			check(walk(root, NULL, 0) == count, "nobody is lost");
	}
	check(deepest <= most, "no deeper than numbers differ");
	while (root)
		take(root);
	check(least() == 0, "all come out");
}

/* The same tree whichever way it came about. */
static void same_tree(void)
{
	static struct hd_slot once[N + 1];

	for (uint16_t k = 1; k <= N; k++)
		put(k);
	const uint16_t first = root;

	memcpy(once, slots, sizeof once);
	while (root)
		take(root);
	for (uint16_t k = N; k >= 1; k--)
		put(k);
	for (uint16_t k = 1; k <= N; k += 3)
		take(k);
	for (uint16_t k = 1; k <= N; k += 3)
		put(k);
	check(root == first && !memcmp(once, slots, sizeof once),
	      "numbers alone make the tree");
	while (root)
		take(root);
}

int main(void)
{
	srand(1);
	at_random(0, 1, 10);
	at_random(0xfffffe00u, 1, 10);		/* they wrap */
	at_random(5, 1u << 20, 31);		/* alike but for the upper bits */
	at_random(0x7ffffff0u, 7, 12);
	same_tree();
	return finish("order");
}
