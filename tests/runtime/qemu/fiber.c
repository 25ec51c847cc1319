/* fiber.c - fibers on a QEMU board: registers, alignment, stack overflow.
 *
 * Six stackful tasks poison every callee-saved register around each yield; a
 * seventh overflows its stack, which must be a trap of its instance alone.  A
 * callback leaves every callee-saved register poisoned for the executor, which
 * must find its own, also when the callback traps.
 */
#include "board/semihost.h"
#include "core/builtin.h"
#include "exec/enter.h"
#include "exec/fiber.h"
#include "machine.h"

uint32_t poison_yield(uint32_t pattern, void (*yield)(void));

const struct hd_module *const hd_app[] = { NULL };

static const struct hd_module module;
static const struct hd_canon canon;
static uint32_t failed, yields, misaligned;

static void yield(void)
{
	uintptr_t sp;

	__asm__ volatile("mov %0, sp" : "=r"(sp));
	misaligned += (sp & 7) != 0;
	yields++;
	hd_thread_yield(&canon);
}

static void no_results(struct hd_task *t, const void *flat,
		    const void *args HD_UNUSED)
{
	(void)t;
	(void)flat;
}

static uint32_t start_poison(struct hd_task *t, const void *args HD_UNUSED)
{
	const uint32_t me = (uint32_t)(t - hd_tasks) + 1;

	for (uint32_t i = 0; i < 50; i++) {
		hd_now.context[0] = me;
		failed |= poison_yield(me << 20 | i << 8, yield);
		failed |= hd_now.context[0] != me;
	}
	hd_task_return(t->lower->callee, NULL);
	return 0;
}

static uint32_t called;

static void nothing(void)
{
}

static void unreachable(void)
{
	hd_trap(HD_TRAP_UNREACHABLE);
}

static uint32_t start_callback(struct hd_task *t, const void *args HD_UNUSED)
{
	hd_task_return(t->lower->callee, NULL);
	return 1;	/* YIELD */
}

static uint32_t on_event(uint32_t event, uint32_t p1, uint32_t p2)
{
	uintptr_t sp;

	__asm__ volatile("mov %0, sp" : "=r"(sp));
	misaligned += (sp & 7) != 0;
	failed |= event | p1 | p2;
	called++;
	failed |= poison_yield(0xa00000 + called,
			       called == 20 ? unreachable : nothing);
	return 1;
}

static void tick(void)
{
	hd_tick();
}

static volatile uint32_t depth;

static uint32_t dive(uint32_t n)
{
	volatile uint32_t pad[2];

	depth = n;
	pad[n & 1] = n;
	return n == 0 ? 0 : dive(n - 1) + pad[n & 1];
}

static uint32_t start_deep(struct hd_task *t, const void *args HD_UNUSED)
{
	(void)t;
	dive(100000);
	return 0;
}

static const struct hd_lift poison = { &hd_instances[0], NULL, NULL,
	HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER };
static const struct hd_lift deep = { &hd_instances[1], NULL, NULL,
	HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_FIBER };
static const struct hd_lift callback = { &hd_instances[2], on_event, NULL,
	HD_LIFT_ASYNC | HD_LIFT_TYPED | HD_LIFT_CALLBACK };
static const struct hd_lower callback_call = { &callback, start_callback, no_results };
static const struct hd_lower poison_call = { &poison, start_poison, no_results };
static const struct hd_lower deep_call = { &deep, start_deep, no_results };

int main(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		hd_instances[i].module = &module;
		hd_instances[i].number = (uint8_t)i;
		hd_instance_at[i] = &hd_instances[i];
		hd_instances[i].handles.slots = hd_slots + i * hd_nhandles;
		hd_instances[i].handles.size = hd_nhandles;
	}
	for (uint32_t i = 0; i < 6; i++)
		hd_call_host(&poison_call, NULL);
	while (hd_tick())
		;
	expect(yields == 300, "every yield came back");
	expect(failed == 0, "registers and context survive");
	struct hd_task *t = hd_call_host(&callback_call, NULL);
	while (!hd_poisoned(&hd_instances[2]) && called < 20)
		failed |= poison_yield(0xb00000 + called, tick);
	expect(called == 20 && failed == 0, "registers survive a callback");
	expect(hd_instances[2].trap.kind == HD_TRAP_UNREACHABLE,
	       "a callback's trap is its instance's");
	hd_task_release(t);
	expect(misaligned == 0, "SP is 8-byte aligned");
#ifdef GUARDED
	hd_call_host(&deep_call, NULL);
	expect(hd_instances[1].trap.kind == HD_TRAP_STACK, "overflow is a trap");
	expect(!hd_poisoned(&hd_instances[0]), "of that instance alone");
	hd_call_host(&poison_call, NULL);
	while (hd_tick())
		;
	expect(failed == 0 && yields == 350, "others go on");
#else
	(void)deep_call;
#endif
	sh_puts(SH_STDOUT, "ok - fibers\n");
	return 0;
}
