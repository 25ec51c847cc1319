/* fiber.c - cooperative stacks.
 *
 * A fiber is switched into by whoever resumes its thread and switches back to
 * it when the thread blocks or its body ends, so resumes nest like calls.
 * The lowest words of each stack hold a canary that is tested at each switch;
 * PSPLIM guards it on Armv8-M (port/cortex-m/switch.S).
 */
#include "exec/fiber.h"

#define CANARY		0x5afec0deu
#define CANARY_WORDS	8

/* Bytes at the bottom for the canary and the runtime's own frames. */
#define MARGIN		256

static struct hd_fiber *current;

static void fill(struct hd_fiber *f)
{
	uint32_t *w = (uint32_t *)(void *)f->stack;

	for (uint32_t i = 0; i < hd_fiber_bytes / 4; i++)
		w[i] = CANARY;
}

static bool intact(const struct hd_fiber *f)
{
	const uint32_t *w = (const uint32_t *)(const void *)f->stack;

	for (uint32_t i = 0; i < CANARY_WORDS; i++)
		if (w[i] != CANARY)
			return false;
	return true;
}

uint32_t hd_fiber_high_water(void)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < hd_nfibers; i++) {
		const uint32_t *w = (const uint32_t *)(const void *)
			(hd_fiber_stacks + i * hd_fiber_bytes);
		uint32_t n = 0;

		while (n < hd_fiber_bytes / 4 && (w[n] == CANARY || w[n] == 0))
			n++;
		if (hd_fiber_bytes - n * 4 > most)
			most = hd_fiber_bytes - n * 4;
	}
	return most;
}

bool hd_fiber_available(void)
{
	for (uint32_t i = 0; i < hd_nfibers; i++)
		if (!hd_fibers[i].thread)
			return true;
	return false;
}

static struct hd_fiber *take(struct hd_thread *t)
{
	for (uint32_t i = 0; i < hd_nfibers; i++) {
		struct hd_fiber *f = &hd_fibers[i];

		if (f->thread)
			continue;
		if (!f->stack) {
			f->stack = hd_fiber_stacks + i * hd_fiber_bytes;
			fill(f);
		}
		f->thread = t;
		f->ended = false;
		return f;
	}
	return NULL;
}

/* Runs on the new stack, for one thread after another. */
static void enter(void *arg)
{
	struct hd_fiber *f = arg;

	hd_now.frame = NULL;
	f->body(f->thread);
	f->ended = true;
	hd_port_switch(&f->sp, f->resumer);
	hd_port_panic();
}

static void overflow(void *arg)
{
	(void)arg;
	hd_trap(HD_TRAP_STACK);
}

static void trap_full(void *arg)
{
	(void)arg;
	hd_trap(HD_TRAP_POOL_FULL);
}

void hd_fiber_run(struct hd_thread *t, void (*body)(void *))
{
	struct hd_fiber *f = t->fiber;
	struct hd_fiber *const outer = current;
	const struct hd_now now = hd_now;

	if (!f) {
		f = take(t);
		if (!f) {
			hd_enter(t, trap_full, NULL);
			return;
		}
		t->fiber = f;
		f->body = body;
		f->sp = hd_port_stack_init(f->stack, hd_fiber_bytes, enter, f);
	} else {
		hd_now.frame = f->frame;
		hd_now.thread = t;
		hd_now.fuel = t->task->fuel;
		hd_now.instance = t->task->inst->base;
		hd_now.task = t->task;
		hd_now.context[0] = t->context[0];
		hd_now.context[1] = t->context[1];
	}
	hd_now.stack_limit = (uint32_t)(uintptr_t)f->stack + MARGIN;
	current = f;
	hd_port_switch(&f->resumer, f->sp);
	current = outer;
	hd_now = now;
	if (!intact(f)) {
		fill(f);
		hd_enter(t, overflow, NULL);
	}
	if (f->ended || hd_poisoned(t->task->inst)) {
		t->fiber = NULL;
		f->thread = NULL;
	}
}

void hd_fiber_block(void)
{
	struct hd_fiber *f = current;
	struct hd_thread *t = hd_now.thread;

	f->frame = hd_now.frame;
	t->task->fuel = hd_now.fuel;
	t->context[0] = hd_now.context[0];
	t->context[1] = hd_now.context[1];
	hd_port_switch(&f->sp, f->resumer);
}

void hd_fiber_abandon(struct hd_thread *t)
{
	t->fiber->thread = NULL;
	t->fiber = NULL;
}
