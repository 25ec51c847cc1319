/* state.c - the handle tables at the end of a scenario. */
#include "config.h"
#include "replay.h"

static uint32_t set_of(const struct hd_waitable *w)
{
	return w->waited ? 0 : w->u.set;
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
		       s->count == a->number;
	if (json_is(kind, "err"))
		return s->kind == HD_KIND_ERROR;
	if (json_is(kind, "res"))
		return s->kind == (json_is(a, "own") ? HD_KIND_OWN : HD_KIND_BORROW) &&
		       s->u.rep == b->number && s->v.res.lends == c->number;
	const struct hd_waitable *w = hd_at(s->v.obj);
	if (json_is(kind, "sub")) {
		const struct hd_task *t = hd_task_of_sub(hd_at(s->v.obj));

		return s->kind == HD_KIND_SUBTASK && w->state == a->number &&
		       t->delivered == json_is(b, "delivered") &&
		       w->pending == json_is(c, "pending") &&
		       set_of(w) == json_at(row, 5)->number;
	}
	static const char *const ends[] = { "rs", "ws", "rf", "wf" };
	static const char *const states[] = {
		[HD_END_IDLE] = "idle", [HD_END_DONE] = "done",
		[HD_END_SYNC] = "copying", [HD_END_ASYNC] = "copying",
		[HD_END_CANCELLING] = "cancelling" };
	if (s->kind < HD_KIND_STREAM_READ || s->kind > HD_KIND_FUTURE_WRITE)
		return false;
	return json_is(kind, ends[s->kind - HD_KIND_STREAM_READ]) &&
	       json_is(a, states[w->state]) &&
	       w->pending == json_is(b, "pending") &&
	       set_of(w) == c->number;
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
