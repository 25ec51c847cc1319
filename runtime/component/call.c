/* call.c - calls of exports from C. */
#include "component/component.h"
#include "core/entry.h"
#include "exec/enter.h"
#include "exec/loop.h"

const uint32_t *hd_component_words(struct hd_task *t, const void *args)
{
	struct hd_call *c = (struct hd_call *)(uintptr_t)args;

	(void)t;
	if (c->lower)
		c->lower(c);
	return c->flat;
}

void hd_component_done(struct hd_task *t, const void *flat, const void *args)
{
	struct hd_call *c = (struct hd_call *)(uintptr_t)args;

	(void)t;
	c->state = HD_CALL_RETURNED;
	if (c->done)
		c->done(c, flat);
}

void hd_component_returned(struct hd_task *t, const void *flat)
{
	hd_task_resolve(t, flat);
}

void hd_component_post(struct hd_task *t)
{
	hd_post_begin(t->inst);
}

void hd_component_posted(struct hd_task *t)
{
	hd_post_end(t->inst);
}

static void let_go(struct hd_call *c, enum hd_call_state state)
{
	struct hd_task *t = c->task;

	c->state = (uint8_t)state;
	c->task = NULL;
	if (t)
		hd_task_release(t);
}

enum hd_call_state hd_component_poll(struct hd_call *c)
{
	HD_ENTRY;
	struct hd_task *t = c->task;

	if (!t)
		return (enum hd_call_state)c->state;
	if (hd_poisoned(t->inst)) {
		let_go(c, HD_CALL_TRAPPED);
	} else if (c->state == HD_CALL_RETURNED) {
		let_go(c, HD_CALL_RETURNED);
	} else if (hd_subtask_resolved(t)) {
		let_go(c, HD_CALL_CANCELLED);
		if (c->done)
			c->done(c, NULL);
	}
	return (enum hd_call_state)c->state;
}

bool hd_component_call(struct hd_call *c)
{
	HD_ENTRY;
	c->state = HD_CALL_PENDING;
	c->task = hd_call_host(c->func->call, c);
	if (!c->task) {
		c->state = HD_CALL_TRAPPED;
		return false;
	}
	hd_component_poll(c);
	return true;
}

bool hd_component_wait(struct hd_call *c)
{
	while (hd_component_poll(c) == HD_CALL_PENDING)
		if (!hd_step_once())
			return false;
	return true;
}

void hd_component_cancel(struct hd_call *c)
{
	HD_ENTRY;
	if (c->task && !c->task->cancel_requested)
		hd_task_request_cancel(c->task);
}

const struct hd_trap_info *hd_component_trap(const struct hd_call *c)
{
	const struct hd_trap_info *own = &c->func->options.instance->trap;

	return own->kind == HD_TRAP_POISONED ? &hd_trap_last : own;
}

/* --- memory -------------------------------------------------------------------- */

void *hd_component_memory(const struct hd_options *o, uint32_t ptr, uint32_t n)
{
	return o->has_memory ? hd_guest_range(o->instance, o->memory, ptr, n) :
			       NULL;
}

uint32_t hd_component_realloc(const struct hd_options *o, uint32_t align,
			      uint32_t size)
{
	hd_trap_if(!o->realloc, HD_TRAP_BAD_VALUE);
	hd_no_leave(o->instance, 1);
	const uint32_t p = o->realloc(0, 0, align, size);
	hd_no_leave(o->instance, 0);
	hd_trap_if(p & (align - 1), HD_TRAP_BUFFER_ALIGN);
	hd_trap_if(!hd_component_memory(o, p, size), HD_TRAP_BUFFER_BOUNDS);
	return p;
}
