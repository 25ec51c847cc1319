/* order.c - core/order.inc: one record put in or taken out of any tree that its
 * invariant allows, with any numbers; so of every sequence of puts and takes of
 * RECORDS records, wherever their numbers wrap. */
#include "world.h"

#define RECORDS DEPTH
#define LAST RECORDS

typedef uint8_t order_id;
typedef struct {
	order_id child[2];
} order_pair;
typedef struct {
	order_pair links;
	uint32_t number;
} order_node;

/* Each an object of its own. */
static order_node n1, n2, n3, n4, n5;
static order_node *const nodes[] = { &n1, &n1, &n2, &n3, &n4, &n5 };

static order_node *record(order_id id)
{
	claim(id > 0 && id <= RECORDS, "a link is to a record");
	return id == 1 ? &n1 : id == 2 ? &n2 : id == 3 ? &n3 : id == 4 ? &n4 : &n5;
}

#define order_at(base, id)	((void)(base), record(id))
#define order_links(n)		((n)->links)
#define order_of(n)		((n)->number)
#include "core/order.inc"

static bool in[RECORDS + 1];
static order_id root;

static bool less(unsigned a, unsigned b)
{
	return (int32_t)(nodes[a]->number - nodes[b]->number) < 0;
}

static bool leads(unsigned from, unsigned side, unsigned to)
{
	return in[from] && nodes[from]->links.child[side] == to;
}

/* One of those that are in leads to r, which is not less, and there is but one
 * way: so no way goes in a circle, and each record that is in is reached once. */
static bool placed(unsigned r)
{
	unsigned n = root == r;

	for (unsigned p = 1; p <= RECORDS; p++)
		for (unsigned side = 0; side < 2; side++) {
			if (!leads(p, side, r))
				continue;
			if (!less(p, r))
				return false;
			n++;
		}
	return n == in[r];
}

/* ... and it is on the side that the next bit of its number says at each step. */
static bool sided(void)
{
	uint8_t depth[RECORDS + 1] = { 0 }, way[RECORDS + 1] = { 0 };
	bool are = true;

	for (unsigned round = 1; round < RECORDS; round++)
		for (unsigned p = 1; p <= RECORDS; p++)
			for (unsigned c = 1; c <= RECORDS; c++)
				for (unsigned side = 0; side < 2; side++) {
					if (!leads(p, side, c))
						continue;
					depth[c] = depth[p] + 1u;
					way[c] = way[p] | (uint8_t)(side << depth[p]);
				}
	for (unsigned r = 1; r <= RECORDS; r++)
		if (in[r] && ((nodes[r]->number ^ way[r]) & ((1u << depth[r]) - 1)))
			are = false;
	return are;
}

static bool intact(void)
{
	bool is = root <= RECORDS;

	for (unsigned r = 1; r <= RECORDS; r++)
		is = is && placed(r) &&
		     (!in[r] || (nodes[r]->links.child[0] <= RECORDS &&
				 nodes[r]->links.child[1] <= RECORDS));
	return is && sided();
}

/* Any tree, of numbers from 0 on or from 16 before they wrap or change their sign.
 * They differ by less than 32 or by 2^30 as well: any that differ by less than 2^31
 * have the order and the bits at which so small a tree looks in common with some.
 * Names say nothing, so all but the last, which is to come or go, are in the order
 * of their numbers, and those that are in are the first. */
static void any_tree(void)
{
	const uint32_t sign = nondet_word() << 31;
	const uint32_t base = nondet_word() & 1 ? sign - 16 : sign;

	for (unsigned r = 1; r <= RECORDS; r++) {
		nodes[r]->number = base + (nondet_word() & 0x4000001f);
		in[r] = nondet_word() & 1;
		nodes[r]->links.child[0] = (order_id)nondet_word();
		nodes[r]->links.child[1] = (order_id)nondet_word();
		suppose(r == 1 || r == LAST || (less(r - 1, r) && in[r - 1] >= in[r]));
	}
	for (unsigned r = 1; r < LAST; r++)
		suppose(nodes[r]->number != nodes[LAST]->number);
	root = (order_id)nondet_word();
	suppose(intact());
}

int main(void)
{
	const order_id r = LAST;

	claim(intact(), "no record is a tree");
	any_tree();
	if (in[r]) {
		if (root == r)
			reach("the first is taken out");
		else
			reach("another is taken out");
		in[r] = false;
		order_take(NULL, &root, r);
	} else {
		in[r] = true;
		order_put(NULL, &root, r);
		if (root == r)
			reach("one is put first");
		else
			reach("one is put below");
	}
	claim(intact(), "the tree has what was put in, each once, in order");
	for (unsigned k = 1; k <= RECORDS; k++)
		claim(!in[k] || k == root || less(root, k), "the least is first");
	if (in[1] && in[2] && less(1, 2) && nodes[1]->number > nodes[2]->number)
		reach("numbers wrap");
}
