/* kiln_thread.c - fibers made by the guest, pulseengine:async facade.
 *
 * The callback or export that made them runs on the executor's stack, so it
 * is the parent of its fibers: switching to one runs it until it gives way.
 */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/kiln.h"
#include "core/ring.h"
#include "core/thread.h"
#include "exec/enter.h"

extern const struct hd_func_site __start_heddle_funcs[] HD_WEAK;
extern const struct hd_func_site __stop_heddle_funcs[] HD_WEAK;

/* Code of wasm function `index`; images of several modules number each from
 * 0, so there the host resolves the index (hd_hook_function). */
HD_WEAK void (*hd_hook_function(uint32_t instance, uint32_t index))(uint32_t)
{
	(void)instance;
	for (const struct hd_func_site *f = __start_heddle_funcs;
	     f != __stop_heddle_funcs; f++)
		if (f->index == index)
			return (void (*)(uint32_t))((uintptr_t)f->code | 1);
	return NULL;
}

int32_t kiln_builtins_thread_new(uint32_t function, uint32_t arg)
{
	HD_ENTRY;
	struct hd_instance *in = hd_here();
	void (*body)(uint32_t) = hd_hook_function(in->number, function);
	struct hd_xthread *x = hd_xthreads;

	hd_trap_if(!body, HD_TRAP_UNDEFINED_ELEM);
	if (!hd_fiber_available())
		return HD_OOM;
	for (uint32_t n = hd_nxthreads; x->thread.state != HD_THREAD_FREE; x++)
		if (--n == 0)
			return HD_OOM;
	const uint32_t h = hd_table_put(&in->handles, HD_KIND_THREAD, x);
	if (h == 0)
		return HD_OOM;
	*x = (struct hd_xthread){ .body = body, .arg = arg };
	x->thread.task = hd_now.task;
	x->thread.place.index = (uint16_t)h;
	x->thread.link = hd_now.task->main.link;
	hd_now.task->main.link = &x->thread;
	hd_wait_begin(&x->thread, HD_WAIT_NONE, 0, false);
	return (int32_t)h;
}

static struct hd_thread *target(uint32_t h)
{
	const struct hd_slot *s = hd_table_slot(&hd_here()->handles, h);

	hd_trap_if(!s || s->kind != HD_KIND_THREAD, HD_TRAP_DEAD_THREAD);
	return hd_at(s->v.obj);
}

void kiln_builtins_thread_switch_to(uint32_t thread)
{
	HD_ENTRY;
	struct hd_thread *to = target(thread);

	if (to == hd_now.thread)
		return;
	hd_trap_if(to->state == HD_THREAD_RUNNING, HD_TRAP_NOT_SUSPENDED);
	if (hd_now.thread->fiber) {
		hd_wait_begin(hd_now.thread, HD_WAIT_NONE, 0, false);
		hd_switch_to(to);
		return;
	}
	hd_resume(to, false);
	hd_trap_if(hd_poisoned(hd_here()), HD_TRAP_POISONED);
}

void kiln_builtins_thread_yield(void)
{
	HD_ENTRY;
	if (hd_now.thread->fiber) {
		hd_block(HD_WAIT_NONE, 0, false);
		return;
	}
	struct hd_thread *next = hd_sched_pick_in(hd_here());
	if (next)
		hd_resume(next, false);
	hd_trap_if(hd_poisoned(hd_here()), HD_TRAP_POISONED);
}

void kiln_builtins_thread_exit(void)
{
	HD_ENTRY;
	if (hd_now.thread->fiber && hd_now.thread != &hd_now.thread->task->main)
		hd_thread_unregister(hd_now.thread);
	hd_unwind();
}
