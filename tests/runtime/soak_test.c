/* soak_test.c - random stream operations with an oracle.
 *
 *	rt_soak_test [STEPS [SEED]]
 */
#include <stdlib.h>

#include "big_config.h"
#include "ops.h"

static uint64_t seed = 1;

static uint32_t rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

int main(int argc, char **argv)
{
	const unsigned long steps = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	ops_start();
	for (unsigned long i = 0; i < steps; i++) {
		const uint32_t r = rnd();

		ops_step((uint8_t)r, (uint8_t)(r >> 8));
		if ((i & 15) == 0)
			invariants();
		if (i % 50000 == 49999) {
			/* drain: nothing may be left behind */
			for (unsigned s = 0; s < ENDS; s++)
				for (unsigned k = 0; k < 2; k++)
					for (unsigned j = 2; j < 4; j++)
						ops_step((uint8_t)(j | s << 3), (uint8_t)k);
			invariants();
			ops_start();
		}
	}
	printf("%u done, %u refused\n", ops_done, ops_traps);
	check(ops_done > steps / 10, "the soak did something");
	return finish("soak");
}
