/* state.c - the handle tables at the end of a scenario. */
#include "config.h"
#include "core/set.h"
#include "replay.h"

static uint32_t set_handle(const struct hd_instance *in, const struct hd_set *s)
{
	for (uint32_t h = 1; s && h <= in->handles.used; h++)
		if (in->handles.slots[h].kind == HD_KIND_SET &&
		    in->handles.slots[h].u.obj == s)
			return h;
	return 0;
}

static bool row_is(const struct hd_instance *in, const struct jval *row)
{
	const struct hd_slot *s = hd_table_slot(&in->handles,
						(uint32_t)row->first->number);
	const struct jval *kind = json_at(row, 1), *a = json_at(row, 2);
	const struct jval *b = json_at(row, 3), *c = json_at(row, 4);

	if (!s)
		return false;
	if (json_is(kind, "set"))
		return s->kind == HD_KIND_SET &&
		       ((struct hd_set *)s->u.obj)->members == a->number;
	if (json_is(kind, "err"))
		return s->kind == HD_KIND_ERROR;
	if (json_is(kind, "res"))
		return s->kind == (json_is(a, "own") ? HD_KIND_OWN : HD_KIND_BORROW) &&
		       (int64_t)s->u.rep == b->number && s->lends == c->number;
	const struct hd_waitable *w = s->u.obj;
	if (json_is(kind, "sub")) {
		const struct hd_task *t = hd_task_of_sub(s->u.obj);

		return s->kind == HD_KIND_SUBTASK && t->sub_state == a->number &&
		       t->delivered == json_is(b, "delivered") &&
		       w->pending == json_is(c, "pending") &&
		       set_handle(in, w->set) == json_at(row, 5)->number;
	}
	static const char *const ends[] = { "rs", "ws", "rf", "wf" };
	static const char *const states[] = { "idle", "copying", "copying",
					      "cancelling", "done" };
	if (s->kind < HD_KIND_STREAM_READ || s->kind > HD_KIND_FUTURE_WRITE)
		return false;
	const struct hd_end *e = s->u.obj;
	return json_is(kind, ends[s->kind - HD_KIND_STREAM_READ]) &&
	       json_is(a, states[e->state]) &&
	       w->pending == json_is(b, "pending") &&
	       set_handle(in, w->set) == c->number;
}

void state_check(const struct jval *state)
{
	struct hd_instance *in = hd_instances;

	for (const struct jval *v = state->first; v; v = v->next, in++) {
		const struct jval *rows = json_get(v, "handles");
		const struct jval *list = json_get(v, "free");
		uint32_t live = 0;

		for (const struct jval *r = rows->first; r; r = r->next)
			if (!row_is(in, r))
				replay_fail("another state of a handle");
		for (uint32_t h = 1; h <= in->handles.used; h++)
			live += in->handles.slots[h].kind != HD_KIND_FREE;
		if (live != rows->length)
			replay_fail("another number of handles");
		uint32_t h = in->handles.free;
		for (uint32_t i = list->length; i > 0; i--) {
			if (json_at(list, i - 1)->number != h)
				replay_fail("another free list");
			h = (uint32_t)in->handles.slots[h].u.next_free;
		}
		if (h != 0)
			replay_fail("a longer free list");
		if (in->backpressure != json_number(v, "backpressure", 0))
			replay_fail("another backpressure count");
	}
}
