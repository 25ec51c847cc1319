/* ops_fuzz.c - libFuzzer over operation sequences; INV-* after each. */
#include <stdlib.h>

#include "../big_config.h"
#include "../ops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ops_start();
	for (size_t i = 0; i + 1 < size; i += 2) {
		ops_step(data[i], data[i + 1]);
		invariants();
	}
	if (failures)
		abort();
	return 0;
}
