/* multi_fiber.c - fibers of an executor that is an interrupt, on a board: it comes into
 * fibers of the main loop and goes on with its own, on their stacks.
 *
 * Fibers of both poison registers around each switch; one of the interrupt faults, one
 * overflows its stack and is found at the next switch.
 */
#include "board/semihost.h"
#include "core/builtin.h"
#include "exec/callback.h"
#include "exec/executor.h"
#include "exec/fiber.h"
#include "exec/loop.h"
#include "machine.h"

const struct hd_module *const hd_app[] = { NULL };

uint32_t poison_yield(uint32_t pattern, void (*yield)(void));

enum { FIBERS = 3, TURNS = 40, MOST = 1000 };

static const struct hd_module module;
static const struct hd_canon canon;
static struct hd_task plain[4];
static uint32_t failed, done[2], inside[2];

/* --- the interrupt --- */

static void pend(struct hd_executor *e)
{
	(void)e;
	NVIC_ISPR = 1u << IRQ;
}

static void executor(void)
{
	hd_executor_run(1);
}

static uint32_t random = 12345;

/* More urgent than the executor: its frame is on whatever stack there is. */
static void tick(void)
{
	random = random * 1664525u + 1013904223u;
	inside[hd_self == &hd_executors[1]]++;
	SYST_RVR = 100 + (random >> 8) % 700;
}

static void machine(void)
{
	hd_executors[1].kick = pend;
	machine_executor(tick, executor);
}

/* --- fibers --- */

static void yield(void)
{
	hd_thread_yield(&canon);
}

static void interrupt(void)
{
	hd_executor_kick(1);
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

static uint32_t start_fiber(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint32_t me = (uint32_t)(t - hd_tasks) + 1;
	const unsigned k = t->lower->callee->inst == &hd_instances[1];

	for (uint32_t i = 0; i < TURNS; i++) {
		hd_now.context[0] = me;
		failed |= poison_yield(me << 20 | i << 8, i % 3 ? yield : interrupt);
		failed |= hd_now.context[0] != me || hd_self != &hd_executors[k];
	}
	hd_task_return(t->lower->callee, NULL);
	done[k]++;
	return 0;
}

static uint32_t start_fault(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	yield();
	__asm__ volatile("udf #0");
	return 0;
}

/* What an overflow leaves. */
static uint32_t start_overflow(struct hd_task *t, const void *args HD_UNUSED)
{
	uint8_t *const top = (uint8_t *)(t->main.fiber + 1);

	*(volatile uint32_t *)(void *)(top - HD_FIBER_STACK + 4) = 0;
	yield();
	return 0;
}

static void no_results(struct hd_task *t, const void *flat, const void *args)
{
	(void)t;
	(void)flat;
	(void)args;
}

#define FIBER	(HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER)
static const struct hd_lift lifts[4] = {
	{ &hd_instances[0], NULL, NULL, FIBER }, { &hd_instances[1], NULL, NULL, FIBER },
	{ &hd_instances[2], NULL, NULL, FIBER }, { &hd_instances[3], NULL, NULL, FIBER } };
static const struct hd_lower calls[4] = {
	{ &lifts[0], start_fiber, no_results }, { &lifts[1], start_fiber, no_results },
	{ &lifts[2], start_fault, no_results }, { &lifts[3], start_overflow, no_results } };

static void call(const struct hd_lower *l)
{
	struct hd_task *t = hd_call_host(l, NULL);

	expect(t, "a task");
	hd_task_release(t);
}

/* All fibers to their ends, and those that do not come to theirs. */
static void round(bool traps)
{
	done[0] = done[1] = 0;
	for (unsigned i = 0; i < FIBERS; i++)
		for (unsigned k = 0; k < 2; k++)
			call(&calls[k]);
	for (unsigned k = 2; k < 4 && traps; k++)
		call(&calls[k]);
	while (done[0] < FIBERS || done[1] < FIBERS) {
		hd_run();
		interrupt();
	}
}

int main(void)
{
	struct hd_outer outer;

	machine();
	hd_executor_begin(0, &outer);
	for (unsigned k = 0; k < 4; k++) {
		hd_instance_init(&hd_instances[k], &module, hd_slots + k * hd_nhandles,
				 hd_nhandles, &plain[k]);
		hd_executor_bind(&hd_instances[k], k > 0);
	}
	SYST_RVR = 300;
	SYST_CVR = 0;
	SYST_CSR = 7;
	for (unsigned i = 0; i < MOST && (i < 2 || inside[1] < 50); i++)
		round(i == 1);
	SYST_CSR = 0;
	hd_executor_end(&outer);
	expect(!failed, "registers, what is in force, and whose it is");
	expect(inside[0] && inside[1] >= 50, "an interrupt in fibers of the interrupt");
	expect(hd_instances[2].trap.kind == HD_TRAP_HARD_FAULT,
	       "a fault in a fiber of the interrupt is a trap of its guest");
	expect(hd_instances[3].trap.kind == HD_TRAP_STACK,
	       "an overflow there is found at the next switch");
	expect(!hd_poisoned(&hd_instances[0]) && !hd_poisoned(&hd_instances[1]),
	       "and nobody else's");
	sh_puts(SH_STDOUT, "ok - fibers of an interrupt\n");
	return 0;
}
