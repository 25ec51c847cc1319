/* counters_driver.c - random operations on eight counters. */
#include "guest.h"

#define M "demo:counters/counters"
IMPORT(M, "[constructor]counter") u32 make(u32 start);
IMPORT(M, "[method]counter.add") u32 add(u32 self, u32 n);
IMPORT(M, "[static]counter.merge") u32 merge(u32 a, u32 b);
IMPORT(M, "[resource-drop]counter") void drop(u32 self);
IMPORT(M, "live") u32 live(void);

enum { SLOTS = 8 };

EXPORT("run") u32 run(u32 seed, u32 n)
{
	u32 slot[SLOTS] = { 0 }, h = 2166136261u;

	rng_state = seed;
	for (u32 k = 0; k < n; k++) {
		u32 a = rnd(SLOTS), b = rnd(SLOTS), what = rnd(4), v = rnd(1000);
		if (!slot[a])
			slot[a] = make(v);
		else if (what == 0)
			h = hash(h, add(slot[a], v));
		else if (what == 1 && a != b && slot[b])
			slot[a] = merge(slot[a], slot[b]);
		else if (what == 2) {
			drop(slot[a]);
			slot[a] = 0;
		}
		h = hash(h, live());
	}
	for (u32 k = 0; k < SLOTS; k++)
		if (slot[k])
			drop(slot[k]);
	return hash(h, live());
}
