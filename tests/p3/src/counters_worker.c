/* counters_worker.c - a resource whose representation is an index. */
#include "guest.h"

#define I "demo:counters/counters"
IMPORT("[export]" I, "[resource-new]counter") u32 counter_new(u32 rep);
IMPORT("[export]" I, "[resource-rep]counter") u32 counter_rep(u32 handle);

enum { MAX = 16 };
static u32 value[MAX + 1], used[MAX + 1], live;

EXPORT(I "#[constructor]counter") u32 make(u32 start)
{
	u32 k = 1;

	while (used[k])
		k++;
	CHECK(k <= MAX);
	used[k] = 1;
	value[k] = start;
	live++;
	return counter_new(k);
}

EXPORT(I "#[method]counter.add") u32 add(u32 rep, u32 n)
{
	CHECK(used[rep]);
	return value[rep] += n;
}

/* The result is a itself: its handle goes out again. */
EXPORT(I "#[static]counter.merge") u32 merge(u32 a, u32 rep)
{
	CHECK(used[rep]);
	value[counter_rep(a)] += value[rep];
	return a;
}

EXPORT(I "#live") u32 get_live(void)
{
	return live;
}

EXPORT(I "#[dtor]counter") void destroy(u32 rep)
{
	CHECK(used[rep]);
	used[rep] = 0;
	live--;
}
