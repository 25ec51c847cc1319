/* multi_overflow.c - fibers of two executors that are interrupts overflow their stacks, in
 * handler mode, on a board: each is a trap of its guest, and all else goes on.  So is
 * what overflows the handlers' stack.
 *
 * The ways to overflow are those in which the processor finds out at different
 * places: at a store, at the push of the fault's own frame, at that of another
 * interrupt's.  What is nobody's trap stops the machine: with the word `handler` an
 * interrupt that is no executor's overflows the stack of the fiber that it interrupted,
 * with the word `inside` a stack overflows inside the runtime.
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

/* Instance k is of executor k, the main loop and two interrupts, and goes on; instance
 * 2 + k of interrupt k overflows.  Interrupt 1 is more urgent than interrupt 2, and
 * OTHER, of no executor, than both. */
enum { EXECUTORS = 3, INSTANCES = 5, FIBERS = 2, TURNS = 6, ROW = 3,
       FIRST = IRQ - 2, OTHER = FIRST + EXECUTORS };

/* Of a fiber's stack, what is above its guard. */
#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define LOWEST	0u
#else
#define LOWEST	(32u + HD_BELOW_GUARD)
#endif

#define MARGIN	(256u + HD_BELOW_GUARD)		/* exec/fiber.c */

static const struct hd_module module;
static const struct hd_canon canon;
static struct hd_task plain[INSTANCES];
static uint32_t failed, done[EXECUTORS], others;

/* --- interrupts --- */

static void set_pending(unsigned k)
{
	NVIC_ISPR = 1u << (FIRST + k);
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

static bool later;		/* they are set pending by hand */

static void pend(struct hd_executor *e)
{
	if (!later)
		NVIC_ISPR = 1u << (FIRST + (uint32_t)(e - hd_executors));
}

static void executor_1(void)
{
	hd_executor_run(1);
}

static void executor_2(void)
{
	hd_executor_run(2);
}

static volatile uint32_t depth;

static uint32_t dive(uint32_t n)
{
	volatile uint32_t pad[2];

	depth = n;
	pad[n & 1] = n;
	return n == 0 ? 0 : dive(n - 1) + pad[n & 1];
}

static bool dives, is_inside;	/* what is nobody's trap */

static void other(void)
{
	others++;
	if (dives)
		dive(100000);
}

static void machine(void)
{
	static void (*const code[])(void) = { executor_1, executor_2, other };
	static const uint8_t priority[] = { CEILING, 0xc0, 0x40 };
	uintptr_t *vectors = machine_vectors(other);

	for (unsigned k = 0; k < EXECUTORS; k++) {
		const unsigned irq = FIRST + 1 + k;

		vectors[16 + irq] = (uintptr_t)code[k];
		NVIC_IPR[irq] = priority[k];
		NVIC_ISER = 1u << irq;
	}
	for (unsigned k = 1; k < EXECUTORS; k++)
		hd_executors[k].kick = pend;
}

/* --- ways to overflow --- */

enum how { DIVE, DIVE_FP, PUSH, PUSH_LOW, ENTRY, NO_FIBER, WAYS };

static enum how how;

static void use_fp(void)
{
#ifdef __ARM_FP
	__asm__ volatile("vmov.f32 s0, #1.0" ::: "s0");
#endif
}

/* A function begins with SP there. */
static __attribute__((naked)) void push_at(uintptr_t sp HD_UNUSED)
{
	__asm__ volatile("mov sp, r0\n\t"
			 "push {r4-r11, lr}\n\t"
			 "udf #0");
}

/* Waits with SP there for an interrupt that is pending from now on. */
static __attribute__((naked)) void wait_at(uintptr_t sp HD_UNUSED,
					   uint32_t irqs HD_UNUSED,
					   volatile uint32_t *ispr HD_UNUSED)
{
	__asm__ volatile("mov sp, r0\n\t"
			 "str r1, [r2]\n\t"
			 "dsb\n\t"
			 "isb\n\t"
			 "udf #0");
}

static void overflow(uintptr_t stack)
{
	const uintptr_t lowest = stack + LOWEST;

	if (how == DIVE_FP)
		use_fp();
	if (how <= DIVE_FP)
		dive(100000);
	if (how == PUSH)		/* there is room for the fault's frame */
		push_at(lowest + 32);
	if (how == PUSH_LOW)		/* there is none */
		push_at(lowest + 8);
	wait_at(lowest + 16, 1u << OTHER, &NVIC_ISPR);
}

/* --- fibers --- */

static void yield(void)
{
	hd_thread_yield(&canon);
}

static void interrupt(void)
{
	set_pending(1);
	set_pending(2);
}

static uintptr_t bottom_of(const struct hd_task *t)
{
	return (uintptr_t)(t->main.fiber + 1) - HD_FIBER_STACK;
}

static uint32_t start_fiber(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint32_t me = (uint32_t)(t - hd_tasks) + 1;
	const uint32_t k = (uint32_t)(t->lower->callee->inst - hd_instances);

	for (uint32_t i = 0; i < TURNS; i++) {
		hd_now.context[0] = me;
		failed |= poison_yield(me << 20 | i << 8, i % 3 == 1 ? interrupt : yield);
		failed |= hd_now.stack_limit - (bottom_of(t) + MARGIN) != (k ? HD_FIBER_ROOM : 0);
		failed |= hd_now.context[0] != me || hd_self != &hd_executors[k];
	}
	hd_task_return(t->lower->callee, NULL);
	done[k]++;
	return 0;
}

static uint32_t start_overflow(struct hd_task *t, const void *args HD_UNUSED)
{
	yield();			/* the others have begun */
	yield();
	if (dives)
		set_pending(EXECUTORS);
	if (is_inside)
		hd_port_hold(true);
	overflow(bottom_of(t));
	return 0;
}

static uint32_t start_dive(struct hd_task *t, const void *args HD_UNUSED)
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

#define FIBER(k)	{ &hd_instances[k], NULL, NULL, \
			  HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER }
#define PLAIN(k)	{ &hd_instances[k], NULL, NULL, HD_LIFT_ASYNC | HD_LIFT_TYPED }
static const struct hd_lift lifts[] = {
	FIBER(0), FIBER(1), FIBER(2), FIBER(3), FIBER(4), PLAIN(3), PLAIN(4) };
#define CALL(k, code)	{ &lifts[k], code, no_results }
static const struct hd_lower calls[] = {
	CALL(0, start_fiber), CALL(1, start_fiber), CALL(2, start_fiber),
	CALL(3, start_overflow), CALL(4, start_overflow),
	CALL(5, start_dive), CALL(6, start_dive) };

static void instance(unsigned k, unsigned executor)
{
	hd_instances[k] = (struct hd_instance){ 0 };
	hd_instance_init(&hd_instances[k], &module, hd_slots + k * hd_nhandles,
			 hd_nhandles, &plain[k]);
	hd_executor_bind(&hd_instances[k], executor);
}

static void call(unsigned k)
{
	struct hd_task *t = hd_call_host(&calls[k], NULL);

	expect(t, "a task");
	hd_task_release(t);
}

/* --- what is interrupted --- */

/* Both interrupts, where s0-s15 are in use and not saved yet; whether they are kept. */
static bool fp_kept(void)
{
	uint32_t bad = 0;

#ifdef __ARM_FP
	__asm__ volatile(
		".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
		"add r2, %1, #\\n\n\t"
		"vmov s\\n, r2\n\t"
		".endr\n\t"
		"str %2, [%3]\n\t"
		"dsb\n\t"
		"isb\n\t"
		".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
		"add r2, %1, #\\n\n\t"
		"vmov r3, s\\n\n\t"
		"eor r2, r2, r3\n\t"
		"orr %0, %0, r2\n\t"
		".endr"
		: "+&r"(bad)
		: "r"(0x5a5a00), "r"(3u << (FIRST + 1)), "r"(&NVIC_ISPR)
		: "r2", "r3", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
		  "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15");
#endif
	return bad == 0;
}

static void both(void)
{
	if (!fp_kept())
		failed |= 1;
	interrupt();
}

/* A row of overflows in instance 2 + k, each among others' fibers that go on. */
static void row(unsigned k)
{
	for (unsigned n = 0; n < ROW; n++) {
		const uint32_t before = others;

		instance(2 + k, k);
		for (unsigned i = 0; i < EXECUTORS; i++)
			done[i] = 0;
		later = true;
		for (unsigned i = 0; i < FIBERS; i++)
			for (unsigned j = 0; j < EXECUTORS; j++)
				call(j);
		call(how == NO_FIBER ? 4 + k : 2 + k);
		failed |= poison_yield(0x700000 + n, both);
		later = false;
		hd_run();
		for (unsigned i = 0; i < EXECUTORS; i++)
			expect(done[i] == FIBERS && !hd_poisoned(&hd_instances[i]),
			       "others go on");
		expect(!failed, "registers, what is in force, and whose it is");
		expect(hd_instances[2 + k].trap.kind == HD_TRAP_STACK,
		       "an overflow is a trap of its guest");
		expect(others == before + (how == ENTRY),
		       "an interrupt that finds no room comes after the trap");
	}
}

static void rows(void)
{
	for (how = DIVE; how < WAYS; how++)
		for (unsigned k = 1; k < EXECUTORS; k++)
			row(k);
}

int main(void)
{
	static char line[64];
	struct hd_outer outer;

	machine();
	hd_executor_begin(0, &outer);
	for (unsigned k = 0; k < INSTANCES; k++)
		instance(k, k < EXECUTORS ? k : k - 2);
	sh_cmdline(line, sizeof line);
	for (const char *c = line; *c; c++) {
		dives |= *c == 'h';
		is_inside |= *c == 'i';
	}
	rows();
	SHCSR &= ~(7u << 16);		/* all faults are hard */
	rows();
	hd_executor_end(&outer);
	sh_puts(SH_STDOUT, "ok - overflows of an interrupt's fibers\n");
	return 0;
}
