/* spec_main.c - firmware that carries out a core suite file.
 *
 * Also what every suite may import from `spectest`.
 */
#include "spec_steps.h"

#include "board/semihost.h"
#include "config.h"
#include "host/script.h"

enum { MAX_RESULTS = 64, TABLE_MIN = 10, TABLE_MAX = 20, PAGE = 65536 };

/* --- spectest ----------------------------------------------------------------- */

void spectest_print(void);
void spectest_print(void)
{
}

const uint32_t spectest_global_i32 = 666;
const uint64_t spectest_global_i64 = 666;
const uint32_t spectest_global_f32 = 0x4426a666;
const uint64_t spectest_global_f64 = 0x4084d4cccccccccd;
const struct hd_func *spectest_table[TABLE_MAX];
uint32_t spectest_table_size = TABLE_MIN;
const uint32_t spectest_table_capacity = TABLE_MAX;
uint8_t spectest_memory[2 * PAGE] __attribute__((aligned(8)));
uint32_t spectest_memory_size = PAGE;
const uint32_t spectest_memory_capacity = 2 * PAGE;

/* --- steps -------------------------------------------------------------------- */

static struct hd_instance instance;
static struct hd_slot slots[4];
static struct hd_task task;
static uint64_t results[MAX_RESULTS];

static uint8_t count_results(const char *sig)
{
	uint8_t n = 0;

	while (*sig++ != ':')
		;
	while (sig[n])
		n++;
	return n;
}

/* Traps do not end a suite: each step starts with a fresh record. */
static bool carry_out(const struct spec_step *s, uint8_t *n)
{
	if (s->kind == STEP_GET) {
		*n = 1;
		results[0] = s->wide ? *(const uint64_t *)s->global
				     : *(const uint32_t *)s->global;
		return true;
	}
	hd_instance_init(&instance, s->module, slots, 4, &task);
	task.fuel = hd_fuel;
	if (s->kind == STEP_INSTANTIATE)
		return hd_instantiate(&instance);
	const struct hd_export *e = &s->module->exports[s->export];
	*n = count_results(e->sig);
	return *n <= MAX_RESULTS &&
	       hd_host_call(&instance, e, s->args, results);
}

int main(void)
{
	for (uint32_t k = 0; k < spec_nsteps; k++) {
		struct spec_answer a = { 0, 0, { SPEC_MAGIC0, SPEC_MAGIC1 }, 0 };
		if (!carry_out(&spec_steps[k], &a.nresults)) {
			a.trap = (uint8_t)instance.trap.kind;
			a.nresults = 0;
		}
		a.fuel = (uint32_t)(hd_fuel - task.fuel);
		sh_write(SH_STDOUT, &a, sizeof a);
		sh_write(SH_STDOUT, results, 8u * a.nresults);
	}
	return 0;
}
