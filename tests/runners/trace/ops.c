/* ops.c - from an operation of a trace to the built-in it names. */
#include "exec/enter.h"
#include "replay.h"

enum op {
#define OP(id, name) OP_##id,
#include "ops.def"
	OP_COUNT
};

static enum op lookup(const struct jval *name)
{
	static const char *const names[] = {
#define OP(id, name) name,
#include "ops.def"
	};

	for (unsigned i = 0; i < OP_COUNT; i++)
		if (json_is(name, names[i]))
			return (enum op)i;
	replay_fail("unknown operation");
}

static uint32_t arg(const struct jval *a, const char *name)
{
	return (uint32_t)json_number(a, name, 0);
}

static void call(const struct jval *a, uint64_t *r, bool *has)
{
	const struct func *f = replay_func(json_get(a, "f"));
	const struct jval *args = json_get(a, "args");
	const bool sync = json_number(a, "sync", 0) != 0;
	uint64_t slots[17] = { 0 };
	uint32_t n = 0;

	if (sync) {
		for (const struct jval *v = args->first; v; v = v->next)
			slots[n++] = (uint64_t)v->number;
		hd_call_sync(&f->sync.lower, slots);
		*has = f->result->length > 0;
		*r = slots[16];
		return;
	}
	/* up to four 64-bit slots, or the parameter pointer; result pointer */
	const uint32_t words = adapt_flat_words(f);
	uint32_t flat[10] = { 0 };
	for (const struct jval *v = args->first; v; v = v->next, n++) {
		const uint64_t x = (uint64_t)v->number;
		const uint32_t at = n * 2 < words ? n * 2 : words;

		if (at < words && words > 1)
			hd_copy(&flat[at], &x, 8);
		else
			flat[at] = (uint32_t)x;
	}
	*has = true;
	*r = hd_call_async(&f->async.lower, flat,
			   words + (f->result->length > 0));
}

static void task_return(const struct jval *a, const struct jval *step)
{
	const struct binding *b = (const struct binding *)hd_now.task->lower;
	struct hd_lift other = b->func->lift;
	uint64_t v = 0;

	(void)step;
	if (json_get(a, "types"))
		other.result = &v;
	const struct jval *first = json_at(json_get(a, "args"), 0);
	if (first)
		v = (uint64_t)first->number;
	hd_task_return(&other, &v);
}

static void thread_body(uint32_t arg);

bool op_perform(const struct jval *op, const struct jval *a, uint64_t *r,
		const struct jval *step)
{
	const enum op id = lookup(op);
	struct hd_canon c = { 0 };
	const bool is_copy = id <= OP_FUTURE_WRITE;
	const uint32_t h = arg(a, "h"), p = arg(a, "p"), n = arg(a, "n");
	const uint32_t i = arg(a, "i"), set = arg(a, "set");
	bool has = true;

	if (json_get(a, "ty"))
		c.elem = adapt_elem(json_get(a, "ty"));
	if (is_copy ? json_number(a, "sync", 0) : !json_number(a, "async", 0))
		c.flags |= HD_CANON_SYNC;
	if (json_number(a, "cancellable", 0))
		c.flags |= HD_CANON_CANCELLABLE;
	if ((id == OP_STREAM_READ || id == OP_STREAM_WRITE) && !c.flags &&
	    c.elem && c.elem->plain && c.elem->size == 1)
		c.flags = HD_CANON_BYTES;	/* as the compiler does */
	*r = 0;
	switch (id) {
	case OP_STREAM_READ: *r = hd_stream_read(h, p, n, &c); break;
	case OP_STREAM_WRITE: *r = hd_stream_write(h, p, n, &c); break;
	case OP_FUTURE_READ: *r = hd_future_read(h, p, &c); break;
	case OP_FUTURE_WRITE: *r = hd_future_write(h, p, &c); break;
	case OP_STREAM_NEW: *r = hd_stream_new(&c); break;
	case OP_FUTURE_NEW: *r = hd_future_new(&c); break;
	case OP_STREAM_CANCEL_READ: *r = hd_stream_cancel_read(&c, h); break;
	case OP_STREAM_CANCEL_WRITE: *r = hd_stream_cancel_write(&c, h); break;
	case OP_FUTURE_CANCEL_READ: *r = hd_future_cancel_read(&c, h); break;
	case OP_FUTURE_CANCEL_WRITE: *r = hd_future_cancel_write(&c, h); break;
	case OP_STREAM_DROP_READABLE: hd_stream_drop_readable(&c, h); has = false; break;
	case OP_STREAM_DROP_WRITABLE: hd_stream_drop_writable(&c, h); has = false; break;
	case OP_FUTURE_DROP_READABLE: hd_future_drop_readable(&c, h); has = false; break;
	case OP_FUTURE_DROP_WRITABLE: hd_future_drop_writable(&c, h); has = false; break;
	case OP_SET_NEW: *r = hd_waitable_set_new(); break;
	case OP_SET_WAIT: *r = hd_waitable_set_wait(&c, set, p); break;
	case OP_SET_POLL: *r = hd_waitable_set_poll(&c, set, p); break;
	case OP_SET_DROP: hd_waitable_set_drop(set); has = false; break;
	case OP_JOIN: hd_join(h, set); has = false; break;
	case OP_CALL: call(a, r, &has); break;
	case OP_SUBTASK_CANCEL: *r = hd_subtask_cancel(&c, h); break;
	case OP_SUBTASK_DROP: hd_subtask_drop(h); has = false; break;
	case OP_TASK_RETURN: task_return(a, step); has = false; break;
	case OP_TASK_CANCEL: {
		struct hd_task *t = hd_now.task;

		hd_task_cancel();
		if (!hd_task_caller(t))
			replay_resolved(t, NULL, 0, false);
		has = false;
		break;
	}
	case OP_BACKPRESSURE_INC:
		for (int64_t k = json_number(a, "times", 1); k > 0; k--)
			hd_backpressure_inc();
		has = false;
		break;
	case OP_BACKPRESSURE_DEC: hd_backpressure_dec(); has = false; break;
	case OP_CONTEXT_GET: *r = hd_context_get(i); break;
	case OP_CONTEXT_SET: hd_context_set(i, arg(a, "v")); has = false; break;
	case OP_THREAD_YIELD: *r = hd_thread_yield(&c); break;
	case OP_THREAD_INDEX: *r = hd_thread_index(); break;
	case OP_THREAD_NEW: *r = hd_thread_new_indirect(thread_body, arg(a, "c")); break;
	case OP_THREAD_SUSPEND: *r = hd_thread_suspend(&c); break;
	case OP_THREAD_RESUME_LATER: hd_thread_resume_later(i); has = false; break;
	case OP_YIELD_RESUME: *r = hd_thread_yield_then_resume(&c, i); break;
	case OP_SUSPEND_RESUME: *r = hd_thread_suspend_then_resume(&c, i); break;
	case OP_YIELD_PROMOTE: *r = hd_thread_yield_then_promote(&c, i); break;
	case OP_SUSPEND_PROMOTE: *r = hd_thread_suspend_then_promote(&c, i); break;
	case OP_RESOURCE_NEW:
		*r = hd_resource_new(adapt_resource(json_get(a, "rt")), arg(a, "rep"));
		break;
	case OP_RESOURCE_REP:
		*r = hd_resource_rep(adapt_resource(json_get(a, "rt")), h);
		break;
	case OP_RESOURCE_DROP:
		hd_resource_drop(adapt_resource(json_get(a, "rt")), h);
		has = false;
		break;
	case OP_ERROR_NEW: *r = hd_error_context_new(&c, p, n); break;
	case OP_ERROR_DROP: hd_error_context_drop(h); has = false; break;
	case OP_COUNT: break;
	}
	return has;
}

static void thread_body(uint32_t arg)
{
	const uint64_t a = arg;

	guest_enter(NULL, NULL, &a, 1);
}
