/* callback.c - the callback loop of pulseengine:async instances.
 *
 * Waitables in no set queue their events, first in first out, at the instance;
 * a callback that answered WAIT with a set gets that set's events instead.
 */
#include "exec/callback.h"
#include "core/entry.h"
#include "core/event.h"
#include "exec/enter.h"

#define CODE(packed)	((packed) & 15)
#define SET(packed)	((packed) >> 4)

enum { EXIT, YIELD, WAIT };

void hd_instance_init(struct hd_instance *in, const struct hd_module *m,
		      struct hd_slot *slots, uint32_t nslots,
		      struct hd_task *task)
{
	HD_ENTRY;
	*in = (struct hd_instance){ .module = m, .base = m->instance, .task = task };
	in->handles.slots = slots;
	in->handles.size = (uint16_t)nslots;
	slots[0] = (struct hd_slot){ 0 };
	if (in >= hd_instances && in < hd_instances + hd_ninstances)
		in->number = (uint8_t)(in - hd_instances);
	hd_instance_at[in->number] = in;
	if (m->callback_form == HD_CALLBACK_NONE)
		in->flags = HD_INST_MUTE;
	*task = (struct hd_task){ .inst = in, .last = WAIT };
	task->main.task = task;
	task->main.state = HD_THREAD_RUNNING;
}

static void instantiate(void *arg)
{
	const struct hd_instance *in = arg;

	hd_let_others();
	in->module->instantiate();
	hd_hold_others();
}

bool hd_instantiate(struct hd_instance *in)
{
	HD_ENTRY;
	return hd_enter(&in->task->main, instantiate, in);
}

struct call {
	struct hd_instance *in;
	uint32_t event, p[2];
};

/* What the callback answered takes effect before it may be called again. */
static void answered(struct hd_instance *in, uint32_t packed)
{
	hd_trap_if(CODE(packed) > WAIT, HD_TRAP_CALLBACK_CODE);
	in->flags &= (uint8_t)~HD_INST_SET;
	if (CODE(packed) == WAIT && SET(packed) != 0) {
		hd_table_check(&in->handles, SET(packed), HD_KIND_SET);
		in->flags |= HD_INST_SET;
	}
	if (CODE(packed) == EXIT)
		in->flags |= HD_INST_EXITED;
	if (CODE(packed) == YIELD)
		in->flags |= HD_INST_YIELDED;
	in->task->last = packed;
}

/* Back from the callback, which answered `packed`. */
static HD_INLINE void back(struct hd_instance *in, uint32_t packed)
{
	hd_hold_others();
	answered(in, packed);
}

HD_HOT static void call(void *arg)
{
	const struct call *c = arg;
	const struct hd_module *m = c->in->module;

	hd_let_others();
	if (HD_LIKELY(m->callback_form == HD_CALLBACK_EVENT)) {
		((void (*)(uint32_t, uint32_t))m->callback)(c->event, c->p[0]);
		hd_hold_others();
		return;
	}
	switch ((enum hd_callback_form)m->callback_form) {
	case HD_CALLBACK_EVENT_I32:
		back(c->in, ((uint32_t (*)(uint32_t, uint32_t))
			     m->callback)(c->event, c->p[0]));
		break;
	case HD_CALLBACK_CANON:
		back(c->in, ((uint32_t (*)(uint32_t, uint32_t, uint32_t))
			     m->callback)(c->event, c->p[0], c->p[1]));
		break;
	case HD_CALLBACK_EVENT:
	case HD_CALLBACK_NONE:
		hd_hold_others();
		break;
	}
}

static bool callable(const struct hd_instance *in)
{
	return !hd_poisoned(in) && !(in->flags & HD_INST_EXITED) &&
	       in->module->callback_form != HD_CALLBACK_NONE;
}

bool hd_callback_call(struct hd_instance *in, uint32_t event, uint32_t p1,
		      uint32_t p2)
{
	HD_ENTRY;
	struct call c = { in, event, { p1, p2 } };

	if (!callable(in))
		return false;
	const bool ok = hd_enter(&in->task->main, call, &c);
	if (!ok)
		hd_reap(in);
	return ok;
}

/* What the flags are about, apart from the fast case of none: an event of the
 * set the callback asked for, or the call after YIELD. */
static HD_NOINLINE bool flagged(struct hd_instance *in, struct call *c)
{
	if (!callable(in))
		return false;
	if (in->flags & HD_INST_YIELDED) {
		in->flags &= (uint8_t)~HD_INST_YIELDED;
		c->event = c->p[0] = c->p[1] = 0;
		return true;
	}
	const uint32_t set = SET(in->task->last);
	const struct hd_slot *s = hd_table_slot(&in->handles, set);
	if (!s || s->kind != HD_KIND_SET || !hd_set_ready(in, set))
		return false;
	c->event = hd_event_take(in, set, c->p);
	return true;
}

HD_HOT bool hd_deliver(struct hd_instance *in)
{
	HD_ENTRY;
	struct call c;

	c.in = in;
	if (HD_UNLIKELY(in->flags)) {
		if (!flagged(in, &c))
			return false;
	} else {
		if (!hd_set_ready(in, 0))
			return false;
		c.event = hd_event_pop(in, 0, c.p);
	}
	if (HD_UNLIKELY(!hd_enter(&in->task->main, call, &c)))
		hd_reap(in);
	return true;
}
