/* hostile_test.c - the soak with pools of one: rare paths run all the time. */
#define HD_INSTANCES	3
#define HD_HANDLES	4
#define HD_TASKS	1
#define HD_QUEUED	1
#define HD_CHANNELS	1
#define HD_THREADS	1
#define HD_LENDS	1
#define HD_RING		1
#define HD_FIBERS	1
#define HD_FIBER_STACK	16384
#include "config.c"
#include "ops.h"

static uint64_t seed = 7;

static uint32_t rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

int main(void)
{
	ops_start();
	for (unsigned i = 0; i < 100000; i++) {
		const uint32_t r = rnd();

		ops_step((uint8_t)r, (uint8_t)(r >> 8));
		invariants();
	}
	printf("%u done, %u refused\n", ops_done, ops_traps);
	check(ops_done > 1000 && ops_traps > 1000, "both ways");
	return finish("hostile pools");
}
