/* rtos.c - an RTOS of two threads on a board, an executor each: PendSV switches
 * between them when a thread asks for it and at random moments, also within fibers,
 * guests' code and the loop.
 *
 * Fibers of both poison registers around each switch and look for their own guard;
 * one overflows its stack after the other thread's fibers have run; then the traffic
 * of multi/traffic.h.
 */
#include "board/semihost.h"
#include "core/builtin.h"
#include "exec/callback.h"
#include "exec/executor.h"
#include "exec/fiber.h"
#include "exec/loop.h"
#include "machine.h"
#include "runtime/multi/traffic.h"

const struct hd_module *const hd_app[] = { NULL };

uint32_t poison_yield(uint32_t pattern, void (*yield)(void));

/* --- the RTOS --- */

static struct thread {
	void *sp;
	struct hd_outer outer;
} threads[2];

static unsigned current;
static uint32_t switches;
static HD_ALIGNED(32) uint32_t stack[2048];

void pend_sv(void);
void *switch_threads(void *sp);

void *switch_threads(void *sp)
{
	struct thread *from = &threads[current], *to = &threads[current ^ 1];

	from->sp = sp;
	hd_executor_switch(&from->outer, &to->outer);
	current ^= 1;
	switches++;
	return to->sp;
}

#ifdef __ARM_FP
#define SAVE_FP	"tst lr, #16\n\tit eq\n\tvstmdbeq r0!, {s16-s31}\n\t"
#define LOAD_FP	"tst lr, #16\n\tit eq\n\tvldmiaeq r0!, {s16-s31}\n\t"
#else
#define SAVE_FP
#define LOAD_FP
#endif

__attribute__((naked)) void pend_sv(void)
{
	__asm__ volatile(
		"mrs r0, psp\n\t"
		SAVE_FP
		"stmdb r0!, {r4-r11, lr}\n\t"
		"bl switch_threads\n\t"
		"ldmia r0!, {r4-r11, lr}\n\t"
		LOAD_FP
		"msr psp, r0\n\t"
		"bx lr");
}

/* The other thread goes on, until this one is to. */
static void preempt(void)
{
	ICSR = 1u << 28;		/* PENDSVSET */
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

static uint32_t random = 12345;

static void tick(void)
{
	random = random * 1664525u + 1013904223u;
	ICSR = 1u << 28;
	SYST_RVR = 500 + (random >> 8) % 6000;
}

static void thread_1(void)
{
	for (;;) {
		hd_executor_run(1);
		preempt();
	}
}

static void machine(void)
{
	uint32_t *sp = stack + sizeof stack / sizeof *stack - 17;

	machine_vectors(tick)[14] = (uintptr_t)pend_sv;
	SHPR[10] = 0xff;		/* PendSV: held off inside */
	sp[8] = 0xfffffffd;		/* to thread mode, its stack */
	sp[9 + 6] = (uintptr_t)thread_1 & ~(uintptr_t)1;
	sp[9 + 7] = 1u << 24;
	threads[1].sp = sp;
	threads[1].outer.guard = (uintptr_t)stack + HD_BELOW_GUARD;
}

/* --- fibers --- */

enum { FIBERS = 3, TURNS = 40 };

static const struct hd_module module;
static const struct hd_canon canon;
static struct hd_task plain[3];
static uint32_t failed, done[2], unguarded;

/* The guard's lowest address. */
static uintptr_t guard(void)
{
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
	uintptr_t limit;

	__asm__ volatile("mrs %0, psplim" : "=r"(limit));
	return limit;
#else
	return REG(0xE000ED9Cu) & ~31u;		/* MPU_RBAR */
#endif
}

static void look(void)
{
	uint8_t here;

	unguarded += (uintptr_t)&here - guard() > HD_FIBER_STACK;
}

static void yield(void)
{
	look();
	hd_thread_yield(&canon);
	look();
}

static void give_way(void)
{
	look();
	preempt();
	look();
}

static uint32_t start_fiber(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint32_t me = (uint32_t)(t - hd_tasks) + 1;
	const unsigned k = t->lower->callee->inst == &hd_instances[3];

	for (uint32_t i = 0; i < TURNS; i++) {
		hd_now.context[0] = me;
		failed |= poison_yield(me << 20 | i << 8, i % 3 ? give_way : yield);
		failed |= hd_now.context[0] != me || hd_self != &hd_executors[k];
	}
	hd_task_return(t->lower->callee, NULL);
	done[k]++;
	return 0;
}

static uint32_t dive(uint32_t n)
{
	volatile uint32_t pad[2];

	pad[n & 1] = n;
	if (n % 16 == 8 && n > 100000 - 64)
		give_way();
	return n == 0 ? 0 : dive(n - 1) + pad[n & 1];
}

static uint32_t start_deep(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	dive(100000);
	return 0;
}

static void no_results(struct hd_task *t, const void *flat, const void *args)
{
	(void)t;
	(void)flat;
	(void)args;
}

#define FIBER	(HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER)
static const struct hd_lift fibers[2] = {
	{ &hd_instances[2], NULL, NULL, FIBER }, { &hd_instances[3], NULL, NULL, FIBER } };
static const struct hd_lift deep = { &hd_instances[4], NULL, NULL, FIBER };
static const struct hd_lower fiber_calls[2] = {
	{ &fibers[0], start_fiber, no_results }, { &fibers[1], start_fiber, no_results } };
static const struct hd_lower deep_call = { &deep, start_deep, no_results };

static void call(const struct hd_lower *l)
{
	struct hd_task *t = hd_call_host(l, NULL);

	expect(t, "a task");
	hd_task_release(t);
}

static void run_fibers(bool ticks, bool overflow)
{
	done[0] = done[1] = 0;
	for (unsigned k = 2; k < 5; k++) {
		hd_instance_init(&hd_instances[k], &module, hd_slots + k * hd_nhandles,
				 hd_nhandles, &plain[k - 2]);
		hd_executor_bind(&hd_instances[k], k == 3);
	}
	SYST_CSR = ticks ? 7 : 0;
	for (unsigned i = 0; i < FIBERS; i++)
		for (unsigned k = 0; k < 2; k++)
			call(&fiber_calls[k]);
	if (overflow)
		call(&deep_call);
	while (done[0] < FIBERS || done[1] < FIBERS) {
		hd_run();
		preempt();
	}
	SYST_CSR = 0;
	hd_run();
	preempt();
	expect(!failed, "registers, what is in force, and whose it is");
	expect(!unguarded, "each fiber has its guard");
	expect(hd_instances[4].trap.kind == (overflow ? HD_TRAP_STACK : HD_TRAP_NONE),
	       "an overflow is a trap of its instance");
	expect(!hd_poisoned(&hd_instances[2]) && !hd_poisoned(&hd_instances[3]),
	       "and no other's");
}

/* --- traffic --- */

static uint32_t ended;

void traffic_pause(uint32_t r)
{
	for (volatile uint32_t n = r % 32; n > 0; n--)
		;
}

void traffic_ended(void)
{
	ended++;
}

static void traffic(unsigned producers_at)
{
	ended = 0;
	traffic_start(ROUNDS, 5, producers_at, false);
	SYST_CSR = 7;
	while (ended < PAIRS && !traffic_wrong) {
		hd_run();
		preempt();
	}
	SYST_CSR = 0;
	for (unsigned i = 0; i < 3; i++) {
		hd_run();
		preempt();
	}
	expect(!traffic_wrong, traffic_wrong);
	expect(traffic_clean(), "nothing is left over");
}

int main(void)
{
	struct hd_outer outer;

	machine();
	hd_executor_begin(0, &outer);
	SYST_RVR = 1000;
	SYST_CVR = 0;
	run_fibers(false, false);
	run_fibers(true, false);
	run_fibers(false, true);
	traffic(0);
	traffic(1);
	hd_executor_end(&outer);
	expect(switches > 1000, "threads were switched");
	sh_puts(SH_STDOUT, "ok - threads\n");
	return 0;
}
