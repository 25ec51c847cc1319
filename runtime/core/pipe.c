/* pipe.c - stream and future built-ins.
 *
 * Rendezvous of a pinned buffer P with a new one N: where P has room, N copies
 * and completes at once, and P's event says COMPLETED but P stays pinned until
 * the event is delivered, so later peers go on filling it.  Where P has none,
 * P is notified and N is pinned instead.
 * Source: component-model 6d28164, CanonicalABI.md, "Stream State", "Future
 * State", canon_stream_*, canon_future_*.
 */
#include "core/builtin.h"
#include "core/event.h"
#include "exec/enter.h"

#define PENDING (-1)

static struct hd_pipe *pipe_of(struct hd_end *e)
{
	return (struct hd_pipe *)(e - (e->w.event & 1));
}

/* Puts end k into a table.  Returns the handle, 0 when the table is full. */
static uint32_t give(struct hd_pipe *p, struct hd_instance *in, unsigned k)
{
	const unsigned kind = (p->future ? HD_KIND_FUTURE_READ :
			       HD_KIND_STREAM_READ) + k;
	const unsigned event = (p->future ? HD_EVENT_FUTURE_READ :
				HD_EVENT_STREAM_READ) + k;
	const uint32_t h = hd_table_put(&in->handles, (enum hd_kind)kind,
					&p->end[k]);

	hd_waitable_init(&p->end[k].w, in, h, (enum hd_event)event);
	return h;
}

/* Freed pipes, linked by their reading ends; those from `virgin` on were never
 * taken. */
static struct hd_waitable *free_pipes;
static uint32_t virgin;

void hd_pipe_reset(void)
{
	free_pipes = NULL;
	virgin = 0;
}

void hd_pipe_free(struct hd_pipe *p)
{
	p->end[0].w.next = free_pipes;
	free_pipes = &p->end[0].w;
}

static struct hd_pipe *pipe_new(const struct hd_elem *elem, bool future)
{
	struct hd_pipe *p = (struct hd_pipe *)free_pipes;

	if (p)
		free_pipes = free_pipes->next;
	else if (virgin < hd_npipes)
		p = &hd_pipes[virgin++];
	else
		return NULL;
	*p = (struct hd_pipe){ .elem = elem, .future = future };
	return p;
}

struct hd_pipe *hd_pipe_for_host(struct hd_instance *in,
				 const struct hd_elem *elem, unsigned k,
				 bool future)
{
	struct hd_pipe *p = pipe_new(elem, future);

	if (!p)
		return NULL;
	if (give(p, in, k ^ 1) == 0) {
		hd_pipe_free(p);
		return NULL;
	}
	p->alive = 3;
	return p;
}

static uint64_t make(const struct hd_elem *elem, bool future)
{
	struct hd_instance *in = hd_leaving();
	struct hd_pipe *p = pipe_new(elem, future);

	hd_trap_if(!p, HD_TRAP_POOL_FULL);
	const uint32_t r = give(p, in, 0);
	const uint32_t w = r ? give(p, in, 1) : 0;
	if (r == 0)
		hd_pipe_free(p);	/* with a handle, hd_reap frees it */
	hd_trap_if(w == 0, HD_TRAP_TABLE_FULL);
	p->alive = 3;
	return r | (uint64_t)w << 32;
}

uint64_t hd_stream_new(const struct hd_canon *c)
{
	return make(c->elem, false);
}

uint64_t hd_future_new(const struct hd_canon *c)
{
	return make(c->elem, true);
}

static struct hd_end *end_of(const struct hd_canon *c, uint32_t h,
			     enum hd_kind kind)
{
	struct hd_end *e = hd_table_get(&hd_leaving()->handles, h, kind);

	hd_trap_if(pipe_of(e)->elem != c->elem, HD_TRAP_TYPE_MISMATCH);
	return e;
}

/* Copies n elements between the new buffer of end k and its pinned peer. */
static HD_INLINE void move(struct hd_pipe *p, struct hd_end *e,
			   struct hd_end *peer, unsigned k, uint32_t n)
{
	const struct hd_elem *elem = p->elem;
	const uint32_t size = elem->size;

	if (size > 0) {
		uint8_t *theirs = peer->at + peer->progress * size;
		uint8_t *dst = k ? theirs : e->at;
		const uint8_t *src = k ? e->at : theirs;

		if (HD_UNLIKELY(elem->copy))
			elem->copy(p, dst, src, n);
		else
			hd_copy(dst, src, n * size);
	}
	e->progress = n;
	peer->progress += n;
}

static void notify(struct hd_end *e, enum hd_copy_result result)
{
	e->result = (uint8_t)result;
	hd_waitable_post(&e->w);
}

/* Brings end k of p, whose buffer is set, together with a pinned peer.
 * Returns k's result, or PENDING when its buffer is pinned now. */
static HD_INLINE int rendezvous(struct hd_pipe *p, struct hd_end *e, unsigned k,
				uint16_t id)
{
	struct hd_end *peer = k ? e - 1 : e + 1;

	if (HD_UNLIKELY(p->pending == 0)) {
		if (!p->alone)
			goto pin;
		return p->host ? hd_host_rendezvous(p, k) : HD_DROPPED;
	}
	hd_trap_if(e->w.inst == peer->w.inst && !p->elem->plain,
		   HD_TRAP_SAME_INSTANCE);
	const uint32_t room = peer->length - peer->progress;
	if (room > 0) {
		if (e->length == 0)
			return HD_COMPLETED;
		if (HD_UNLIKELY(p->elem->copy))
			e->canon = id;
		move(p, e, peer, k, room < e->length ? room : e->length);
		notify(peer, HD_COMPLETED);
		return HD_COMPLETED;	/* finish unpins a future's peer */
	}
	if (k == 1 && e->length == 0 && peer->length == 0)
		return HD_COMPLETED;
	notify(peer, HD_COMPLETED);
pin:
	e->canon = id;
	p->pending = (uint8_t)(k + 1);
	return PENDING;
}

/* The copy of e has ended with `result`, and its guest hears of it now. */
static uint32_t finish(struct hd_end *e, enum hd_copy_result result)
{
	struct hd_pipe *p = pipe_of(e);

	if (p->future || p->pending == (e->w.event & 1) + 1u)
		p->pending = 0;
	if (p->future) {
		e->state = result == HD_CANCELLED_COPY ? HD_END_IDLE :
							 HD_END_DONE;
		return result;
	}
	e->state = result == HD_DROPPED ? HD_END_DONE : HD_END_IDLE;
	return result | e->progress << 4;
}

uint32_t hd_copy_event(struct hd_waitable *w)
{
	struct hd_end *e = (struct hd_end *)w;

	return finish(e, (enum hd_copy_result)e->result);
}

/* Traps  BUFFER_LENGTH, BUFFER_ALIGN, BUFFER_BOUNDS. */
static HD_INLINE void check_buffer(struct hd_end *e, const struct hd_elem *elem,
				   uint32_t memory, uint32_t ptr, uint32_t n)
{
	const struct hd_module *m = e->w.inst->module;

	hd_trap_if(n > HD_BUFFER_MAX, HD_TRAP_BUFFER_LENGTH);
	if (elem->size == 0 || n == 0)
		return;
	hd_trap_if(ptr & (elem->align - 1u), HD_TRAP_BUFFER_ALIGN);
	hd_trap_if(memory >= m->nmemories, HD_TRAP_BUFFER_BOUNDS);
	const struct hd_memory mem = m->memories[memory];
	const uint32_t size = *mem.size;
	hd_trap_if(ptr > size || n > (size - ptr) / elem->size,
		   HD_TRAP_BUFFER_BOUNDS);
	e->at = mem.base + ptr;
}

static HD_NOINLINE uint32_t block(struct hd_end *e)
{
	hd_block(HD_WAIT_EVENT, &e->w, false);
	hd_waitable_unpost(&e->w);
	return hd_copy_event(&e->w);
}

static uint32_t copy(const struct hd_canon *c, struct hd_end *e, uint32_t ptr,
		     uint32_t n)
{
	const unsigned k = e->w.event & 1;
	struct hd_pipe *p = (struct hd_pipe *)(k ? e - 1 : e);

	hd_trap_if(p->elem != c->elem, HD_TRAP_TYPE_MISMATCH);
	if (HD_UNLIKELY(e->state != HD_END_IDLE))
		hd_trap(e->state == HD_END_DONE ? HD_TRAP_DONE : HD_TRAP_BUSY);
	hd_trap_if((c->flags & HD_CANON_SYNC) && e->w.set, HD_TRAP_IN_SET);
	check_buffer(e, c->elem, c->memory, ptr, n);
	e->length = n;
	e->progress = 0;
	const int result = rendezvous(p, e, k, c->id);
	if (result == HD_COMPLETED && !p->future)
		return e->progress << 4;	/* it was never pinned */
	if (result != PENDING)
		return finish(e, (enum hd_copy_result)result);
	if (c->flags & HD_CANON_SYNC) {
		e->state = HD_END_SYNC;
		return block(e);
	}
	e->state = HD_END_ASYNC;
	return HD_BLOCKED;
}

static HD_NORETURN HD_NOINLINE void bad_end(const struct hd_table *t,
					    uint32_t h)
{
	hd_table_get(t, h, HD_KIND_FREE);
	hd_trap(HD_TRAP_BAD_HANDLE);
}

/* hd_table_get of the running instance, in line. */
static HD_INLINE struct hd_end *stream_end(uint32_t h, enum hd_kind kind)
{
	const struct hd_instance *in = hd_here();
	const struct hd_slot *s = &in->handles.slots[h];

	hd_trap_if(in->no_leave, HD_TRAP_CANNOT_LEAVE);
	if (HD_UNLIKELY(h > in->handles.used || s->kind != kind))
		bad_end(&in->handles, h);
	return s->u.obj;
}

uint32_t hd_stream_read(const struct hd_canon *c, uint32_t end, uint32_t ptr,
			uint32_t n)
{
	return copy(c, stream_end(end, HD_KIND_STREAM_READ), ptr, n);
}

uint32_t hd_stream_write(const struct hd_canon *c, uint32_t end, uint32_t ptr,
			 uint32_t n)
{
	return copy(c, stream_end(end, HD_KIND_STREAM_WRITE), ptr, n);
}

uint32_t hd_future_read(const struct hd_canon *c, uint32_t end, uint32_t ptr)
{
	return copy(c, hd_table_get(&hd_leaving()->handles, end,
				    HD_KIND_FUTURE_READ), ptr, 1);
}

uint32_t hd_future_write(const struct hd_canon *c, uint32_t end, uint32_t ptr)
{
	return copy(c, hd_table_get(&hd_leaving()->handles, end,
				    HD_KIND_FUTURE_WRITE), ptr, 1);
}

static uint32_t cancel(const struct hd_canon *c, uint32_t h, enum hd_kind kind)
{
	struct hd_end *e = end_of(c, h, kind);

	hd_trap_if(e->state == HD_END_SYNC, HD_TRAP_SYNC_WAITER);
	hd_trap_if(e->state != HD_END_ASYNC, HD_TRAP_NOT_COPYING);
	hd_trap_if((c->flags & HD_CANON_SYNC) && e->w.set, HD_TRAP_IN_SET);
	if (!e->w.pending)
		return finish(e, HD_CANCELLED_COPY);
	hd_waitable_unpost(&e->w);
	if (!hd_reference && e->result == HD_COMPLETED &&
	    e->progress < e->length && !pipe_of(e)->future)
		e->result = HD_CANCELLED_COPY;
	return hd_copy_event(&e->w);
}

uint32_t hd_stream_cancel_read(const struct hd_canon *c, uint32_t end)
{
	return cancel(c, end, HD_KIND_STREAM_READ);
}

uint32_t hd_stream_cancel_write(const struct hd_canon *c, uint32_t end)
{
	return cancel(c, end, HD_KIND_STREAM_WRITE);
}

uint32_t hd_future_cancel_read(const struct hd_canon *c, uint32_t end)
{
	return cancel(c, end, HD_KIND_FUTURE_READ);
}

uint32_t hd_future_cancel_write(const struct hd_canon *c, uint32_t end)
{
	return cancel(c, end, HD_KIND_FUTURE_WRITE);
}

/* End k, which has no handle any more, ceases to exist. */
static void end_gone(struct hd_pipe *p, unsigned k)
{
	p->alive &= (uint8_t)~(1u << k);
	p->alone = true;
	if (p->pending) {
		p->pending = 0;
		notify(&p->end[k ^ 1], HD_DROPPED);
	}
	if (!p->alive)
		hd_pipe_free(p);
}

static void drop(const struct hd_canon *c, uint32_t h, enum hd_kind kind)
{
	struct hd_end *e = end_of(c, h, kind);

	hd_trap_if(kind == HD_KIND_FUTURE_WRITE && e->state != HD_END_DONE,
		   HD_TRAP_NOT_WRITTEN);
	hd_trap_if(hd_end_copying(e), HD_TRAP_DROP_BUSY);
	hd_waitable_drop(&e->w);
	hd_table_free(&e->w.inst->handles, h);
	end_gone(pipe_of(e), e->w.event & 1);
}

void hd_stream_drop_readable(const struct hd_canon *c, uint32_t end)
{
	drop(c, end, HD_KIND_STREAM_READ);
}

void hd_stream_drop_writable(const struct hd_canon *c, uint32_t end)
{
	drop(c, end, HD_KIND_STREAM_WRITE);
}

void hd_future_drop_readable(const struct hd_canon *c, uint32_t end)
{
	drop(c, end, HD_KIND_FUTURE_READ);
}

void hd_future_drop_writable(const struct hd_canon *c, uint32_t end)
{
	drop(c, end, HD_KIND_FUTURE_WRITE);
}

struct hd_pipe *hd_lift_pipe(struct hd_instance *in, const struct hd_elem *e,
			     uint32_t handle, bool future)
{
	struct hd_end *end = hd_table_get(&in->handles, handle, future ?
					  HD_KIND_FUTURE_READ :
					  HD_KIND_STREAM_READ);

	hd_trap_if(pipe_of(end)->elem != e, HD_TRAP_TYPE_MISMATCH);
	if (HD_UNLIKELY(end->state != HD_END_IDLE))
		hd_trap(end->state == HD_END_DONE ? HD_TRAP_DONE :
						    HD_TRAP_BUSY);
	hd_trap_if(end->w.set != NULL, HD_TRAP_IN_SET);
	hd_table_free(&in->handles, handle);
	return pipe_of(end);
}

uint32_t hd_lower_pipe(struct hd_instance *in, struct hd_pipe *p)
{
	const uint32_t h = give(p, in, 0);

	if (HD_UNLIKELY(h == 0)) {
		end_gone(p, 0);		/* its writer hears of it */
		hd_trap(HD_TRAP_TABLE_FULL);
	}
	return h;
}
