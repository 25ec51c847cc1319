/* pool.c - core/pool.c: records taken and given back in any order. */
#include "world.h"

#include "core/pool.h"

#define RECORDS 3

static struct record {
	void *link;
	uint32_t rest[2];
} records[RECORDS];
static struct hd_pool pool;
static bool taken[RECORDS];

static void take(void)
{
	struct record *r = hd_pool_take(&pool, records, sizeof *r, RECORDS);
	bool all = true;

	for (unsigned i = 0; i < RECORDS; i++)
		all = all && taken[i];
	claim((r == NULL) == all, "none only when all are taken");
	if (!r) {
		reach("an empty pool");
		return;
	}
	claim(r == &records[0] || r == &records[1] || r == &records[2],
	      "a record of the pool");
	const size_t i = (size_t)(r - records);
	suppose(i < RECORDS);
	claim(!taken[i], "a record is taken once");
	claim(!r->link && !r->rest[0] && !r->rest[1], "a record is zero");
	taken[i] = true;
	r->link = r;
	r->rest[0] = r->rest[1] = nondet_word();
	reach("a record is taken");
}

static void give(unsigned i)
{
	suppose(taken[i]);
	taken[i] = false;
	hd_pool_give(&pool, &records[i]);
	reach("a record is given back");
}

static void check(void)
{
	const void *p = pool.free;
	unsigned seen = 0, n = 0, out = 0;

	for (unsigned i = 0; i < RECORDS; i++) {
		out += taken[i];
		if (!p)
			continue;
		claim(p == &records[0] || p == &records[1] || p == &records[2],
		      "the list has records only");
		const size_t k = (size_t)((const struct record *)p - records);
		suppose(k < RECORDS);
		claim(!taken[k] && !(seen >> k & 1), "and each free one once");
		seen |= 1u << k;
		n++;
		p = records[k].link;
	}
	claim(!p && n + out == pool.virgin, "each record is free or taken, once");
}

int main(void)
{
	world_begin();
	for (unsigned d = 0; d < DEPTH; d++) {
		const uint32_t what = nondet_word();

		if (what < RECORDS)
			give(what);
		else
			take();
		check();
	}
	reach("the end");
}
