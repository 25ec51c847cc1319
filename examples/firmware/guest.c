/* guest.c - a sandboxed control step: a moving average and a hysteresis.
 *
 * What it may do to the board is what it imports: read a sensor, switch a
 * heater.  It traps when it is asked to average nothing.
 */
#include <stdint.h>

#define BOARD(name) \
	__attribute__((import_module("board"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

BOARD("read-sensor") int32_t read_sensor(void);	/* thousandths of a degree */
BOARD("heater") void heater(int32_t on);

enum { SAMPLES = 8 };

static int32_t sample[SAMPLES];
static uint32_t taken;
static int32_t on;

/* The mean of the latest samples. */
EXPORT("average") int32_t average(void)
{
	uint32_t n = taken < SAMPLES ? taken : SAMPLES;
	int32_t sum = 0;

	if (n == 0)
		__builtin_trap();
	for (uint32_t i = 0; i < n; i++)
		sum += sample[i];
	return sum / (int32_t)n;
}

/* One control step toward `goal`; returns the average. */
EXPORT("step") int32_t step(int32_t goal)
{
	sample[taken++ % SAMPLES] = read_sensor();
	int32_t now = average();
	int32_t want = now < goal - 500 ? 1 : now > goal + 500 ? 0 : on;
	if (want != on) {
		on = want;
		heater(on);
	}
	return now;
}
