/* table.c - core/table.c: any handles put, looked up and freed. */
#include "world.h"

static struct hd_table *table;
static enum hd_kind kinds[HD_HANDLES + 1];	/* the oracle: FREE, or in use */

static unsigned live(void)
{
	unsigned n = 0;

	for (unsigned h = 1; h <= HD_HANDLES; h++)
		n += kinds[h] != HD_KIND_FREE;
	return n;
}

static void put(void)
{
	const enum hd_kind kind = (enum hd_kind)(1 + below(HD_KIND_LAST_WAITABLE));
	const bool full = live() == HD_HANDLES;
	const uint32_t h = hd_table_put(table, kind, NULL);

	claim((h == 0) == full, "a handle is refused only when all are in use");
	if (h == 0) {
		reach("a full table");
		return;
	}
	claim(h <= HD_HANDLES && kinds[h] == HD_KIND_FREE, "a new handle was free");
	suppose(h <= HD_HANDLES);
	kinds[h] = kind;
	reach("a new handle");
}

static void look(void)
{
	const uint32_t h = nondet_word();
	const struct hd_slot *s = hd_table_slot(table, h);
	const bool names = h > 0 && h <= HD_HANDLES && kinds[h] != HD_KIND_FREE;

	claim((s != NULL) == names, "a handle names something while it is in use");
	if (!s)
		return;
	claim(s == &table->slots[h] && s->kind == kinds[h], "it names what it was");
	reach("a handle is looked up");
	if (nondet_word() & 1)
		return;
	hd_table_free(table, h);
	kinds[h] = HD_KIND_FREE;
	reach("a handle is freed");
}

int main(void)
{
	world_begin();
	table = &hd_instances[0].handles;
	for (unsigned d = 0; d < DEPTH; d++) {
		if (nondet_word() & 1)
			put();
		else
			look();
		check_table(0, live());
	}
	reach("the end");
}
