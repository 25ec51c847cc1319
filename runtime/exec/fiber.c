/* fiber.c - cooperative stacks.
 *
 * A fiber is switched into by whoever resumes its thread and switches back to
 * it when the thread blocks or its body ends, so resumes nest like calls.
 * The lowest words of each stack hold a canary that is tested at each switch;
 * on Cortex-M a limit register or an MPU region guards it (port/cortex-m/switch.S).
 */
#include "exec/fiber.h"
#include "core/pool.h"
#include "exec/executor.h"

#define CANARY		0xa5a5a5a5u	/* each word of an unused stack */
#define CANARY_WORDS	8

/* Bytes at the bottom for the canary, the guard and the runtime's own frames. */
#define MARGIN		(256 + HD_BELOW_GUARD)

/* What handlers of interrupts take besides: those that come into a thread have a stack of
 * their own. */
#ifdef HD_MULTI
#define ROOM		(hd_executor_exception ? hd_fiber_room : 0)
#else
#define ROOM		0
#endif

static uint8_t *stack_of(struct hd_fiber *f)
{
	return (uint8_t *)(f + 1) - hd_fiber_bytes;
}

static struct hd_fiber *fiber(uint32_t i)
{
	return (struct hd_fiber *)(void *)(hd_fiber_stacks +
					   (i + 1) * hd_fiber_bytes) - 1;
}

/* Words at the bottom, `most` at most, that still hold the canary. */
static uint32_t untouched(struct hd_fiber *f, uint32_t most)
{
	const uint32_t *w = (const uint32_t *)(const void *)stack_of(f);
	uint32_t n = 0;

	while (n < most && w[n] == CANARY)
		n++;
	return n;
}

uint32_t hd_fiber_high_water(void)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < hd_nfibers; i++) {
		struct hd_fiber *f = fiber(i);
		const uint32_t used = f->sp ? hd_fiber_bytes - 4 *
				      untouched(f, hd_fiber_bytes / 4) : 0;

		if (used > most)
			most = used;
	}
	return most;
}

static struct hd_fiber *spare(void)
{
	const uint8_t *top = hd_fiber_stacks;

	for (uint32_t n = hd_nfibers; n; n--) {
		top += hd_fiber_bytes;
		struct hd_fiber *f = (struct hd_fiber *)(uintptr_t)top - 1;
		if (!f->thread)
			return f;
	}
	return NULL;
}

bool hd_fiber_available(void)
{
	return spare() != NULL;
}

void hd_fiber_reset(void)
{
	for (uint32_t i = 0; i < hd_nfibers; i++)
		fiber(i)->thread = NULL;
}

static void fill(struct hd_fiber *f)
{
	hd_fill(stack_of(f), CANARY, hd_fiber_bytes - (uint32_t)sizeof *f);
}

/* To the other side: f->sp is that of whoever does not run. */
static void cross(struct hd_fiber *f)
{
	hd_port_switch(&f->sp, f->sp);
}

/* Runs on the new stack. */
static void enter(void *arg)
{
	struct hd_fiber *f = arg;
	struct hd_thread *t = f->thread;

	hd_thread_body(t);
	/* as left, for the hd_enter of whoever resumed it */
	hd_now.fuel = t->task->fuel;
	hd_now.context[0] = t->context[0];
	hd_now.context[1] = t->context[1];
	hd_fiber_abandon(t);
	cross(f);
	hd_port_panic();
}

static void resume(void *arg)
{
	struct hd_fiber *f = arg;

	hd_now.stack_limit = (uint32_t)(uintptr_t)stack_of(f) + MARGIN + ROOM;
	cross(f);
}

/* A fiber for t, of which nothing has run yet, or NULL. */
static struct hd_fiber *given(struct hd_thread *t)
{
	struct hd_fiber *f = spare();

	if (!f)
		return NULL;
	if (!f->sp)
		fill(f);
	f->thread = t;
	t->fiber = f;
	f->sp = hd_port_stack_init(stack_of(f), hd_fiber_bytes - sizeof *f, enter, f);
	return f;
}

/* Runs t on its fiber.  Returns how that was impossible or went wrong. */
static uintptr_t run(struct hd_thread *t)
{
	struct hd_fiber *f = t->fiber;

	if (!f && !(f = given(t)))
		return HD_TRAP_POOL_FULL;
	hd_enter(t, resume, f);
	if (untouched(f, CANARY_WORDS) == CANARY_WORDS)
		return HD_TRAP_NONE;
	fill(f);
	return HD_TRAP_STACK;
}

void hd_fiber_run(struct hd_thread *t)
{
	const uintptr_t trap = run(t);

	if (trap)
		hd_enter(t, hd_trap_as, (void *)trap);
	if (t->fiber && hd_poisoned(t->task->inst))
		hd_fiber_abandon(t);
}

void hd_fiber_block(void)
{
	void *const frame = hd_now.frame;

	cross(hd_now.thread->fiber);
	hd_now.frame = frame;
}

void hd_fiber_abandon(struct hd_thread *t)
{
	t->fiber->thread = NULL;
	t->fiber = NULL;
}
