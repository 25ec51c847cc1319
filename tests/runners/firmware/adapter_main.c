/* adapter_main.c - firmware that plays the runtime around adapters.
 *
 * Carries out steps from standard input (adapter_steps.h).  Imports of the
 * modules are stubs that jump here with what their names say.
 */
#include "adapter_move.h"
#include "adapter_steps.h"

#include "board/semihost.h"
#include "config.h"
#include "host/script.h"

enum { MODULES = 64, RESULTS = 4 };

static struct hd_instance instance;
static struct hd_slot slots[4];
static struct hd_task task;
static struct adapter_step step;
static struct adapter_answer answer;
static struct moves moves;
static bool begun[MODULES];

/* --- imports ------------------------------------------------------------------ */

uint32_t adapter_move(uint32_t handle, uint32_t kind, uint32_t from,
		      uint32_t to);
uint32_t adapter_move(uint32_t handle, uint32_t kind, uint32_t from,
		      uint32_t to)
{
	answer.wrong += from != step.from || to != 3 - step.from;
	return cabi_move(&moves, (enum move_kind)kind, handle);
}

/* Whose memory alone is open, or 0: both are.  What else touches the other is
 * a hard fault, the runner's last word. */
static uint32_t open_to;

/* Armv8-M: what two regions describe faults.  Regions are 32 bytes at least,
 * memories aligned to less: the rest is left open. */
static void put_wall(uint32_t inst)
{
	const struct hd_module *m = adapter_modules[step.module];
	volatile uint32_t *const mpu = (volatile uint32_t *)0xE000ED94u;

	open_to = inst;
	mpu[1] = 0;				/* RNR */
	mpu[3] = mpu[5] = 0;			/* RLAR of regions 0 and 1 */
	if (inst) {
		const uint32_t at = (uint32_t)m->memories[2 - inst].base;

		mpu[2] = mpu[4] = ((at + 31) & ~31u) | 1;
		mpu[3] = mpu[5] = ((at + step.size - 32) & ~31u) | 1;
	}
	mpu[0] = 5;				/* CTRL */
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

void adapter_wall(uint32_t inst);
void adapter_wall(uint32_t inst)
{
	put_wall(inst);
}

void adapter_no_wall(void);
void adapter_no_wall(void)
{
	put_wall(0);
}

/* Around realloc, in `inst`. */
void adapter_no_leave(uint32_t on, uint32_t inst);
void adapter_no_leave(uint32_t on, uint32_t inst)
{
	static uint32_t outer;

	answer.locked += on ? 1 : -1;
	if (!step.wall)
		return;
	if (on)
		outer = open_to;
	put_wall(on ? inst : outer);
}

void adapter_bad_value(void);
void adapter_bad_value(void)
{
	hd_trap_raise(HD_TRAP_BAD_VALUE, UINT32_MAX, UINT32_MAX);
}

void adapter_not_called(void);
void adapter_not_called(void)
{
	hd_trap_raise(HD_TRAP_HARD_FAULT, UINT32_MAX, UINT32_MAX);
}

/* --- steps -------------------------------------------------------------------- */

static bool receive(void *to, uint32_t n)
{
	uint8_t *p = to;

	while (n > 0) {
		uint32_t got = sh_read(SH_STDIN, p, n);
		if (got == 0)
			return false;
		p += got;
		n -= got;
	}
	return true;
}

static void run(const struct hd_module *m)
{
	uint64_t result[RESULTS] = { 0 };

	hd_instance_init(&instance, m, slots, 4, &task);
	task.fuel = hd_fuel;
	if (step.wall)
		put_wall(1);		/* the callee */
	if (!hd_host_call(&instance, &m->exports[step.export], step.arg,
			  result))
		answer.trap = instance.trap.kind;
	if (step.wall)
		put_wall(0);
	answer.result = result[0];
	answer.moves = moves.n;
	answer.hash = moves.hash;
}

static bool begin(const struct hd_module *m)
{
	if (begun[step.module])
		return true;
	begun[step.module] = true;
	hd_instance_init(&instance, m, slots, 4, &task);
	task.fuel = hd_fuel;
	return hd_instantiate(&instance) && m->nmemories == 2 &&
	       *m->memories[0].size == step.size &&
	       *m->memories[1].size == step.size;
}

int main(void)
{
	while (receive(&step, sizeof step)) {
		if (step.module >= MODULES)
			return 2;
		const struct hd_module *m = adapter_modules[step.module];
		if (!begin(m))
			return 3;
		for (uint32_t k = 0; k < 2; k++)
			if (!receive(m->memories[k].base, step.size))
				return 4;
		answer = (struct adapter_answer){ .magic = ADAPTER_MAGIC };
		moves = (struct moves){ 0 };
		run(m);
		sh_write(SH_STDOUT, &answer, sizeof answer);
		for (uint32_t k = 0; k < 2; k++)
			sh_write(SH_STDOUT, m->memories[k].base, step.size);
	}
	return 0;
}
