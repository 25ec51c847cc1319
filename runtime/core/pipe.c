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
#include "core/entry.h"
#include "core/event.h"
#include "core/pool.h"
#include "exec/enter.h"

/* Which of the four ends, or of the operations on them. */
enum { WRITE = 1, FUTURE = 2 };

/* The pipe of its reading (0) or writing (1) end. */
static HD_IN_LINE struct hd_pipe *pipe_at(struct hd_end *e, int writer)
{
	return (struct hd_pipe *)((char *)(e - writer) -
				  offsetof(struct hd_pipe, end));
}

static struct hd_pipe *pipe_of(struct hd_end *e)
{
	return pipe_at(e, e->w.writer);
}

/* What a built-in is to do is in the low bits of its hd_canon's address. */
_Static_assert(_Alignof(struct hd_canon) >= 4, "room for two bits");

static const struct hd_canon *marked(const struct hd_canon *c, unsigned what)
{
	return (const void *)((const char *)c + what);
}

static unsigned what_of(const struct hd_canon *mark)
{
	return HD_LOW_BITS(mark) & (WRITE | FUTURE);
}

static const struct hd_canon *canon_of(const struct hd_canon *mark)
{
	return HD_WITHOUT(mark, WRITE | FUTURE);
}

/* Puts end k into a table.  Returns the handle, 0 when the table is full. */
static uint32_t give(struct hd_pipe *p, struct hd_instance *in, unsigned k)
{
	const unsigned kind = HD_KIND_STREAM_READ + (unsigned)p->future * FUTURE + k;
	struct hd_waitable *w = &p->end[k].w;
	HD_FIXED(w);

	return hd_waitable_give(w, in, (enum hd_kind)kind);
}

static struct hd_pool pipes;

void hd_pipe_reset(void)
{
	pipes = (struct hd_pool){ 0 };
}

void hd_pipe_leave(struct hd_pipe *p, unsigned k)
{
	p->alive &= (uint8_t)~(1u << k);
	struct hd_end *peer = &p->end[k ^ 1];	/* of the host: never pinned */
	HD_FIXED(peer);

	if (peer->w.pinned) {
		peer->w.pinned = 0;
		hd_pipe_notify(peer, HD_DROPPED);
	}
	if (!p->alive)
		hd_pool_give(&pipes, p);
}

static struct hd_pipe *pipe_new(const struct hd_elem *elem, bool future)
{
	struct hd_pipe *p = hd_pool_take(&pipes, hd_pipes, sizeof *p,
					 hd_npipes);

	if (p) {
		p->elem = elem;
		p->future = future & 1u;
		p->end[1].w.writer = 1;
	}
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
		hd_pool_give(&pipes, p);
		return NULL;
	}
	p->alive = 3;
	return p;
}

static uint64_t make(const struct hd_canon *mark)
{
	struct hd_instance *in = hd_leaving();
	struct hd_pipe *p = pipe_new(canon_of(mark)->elem, what_of(mark) != 0);

	hd_trap_if(!p, HD_TRAP_POOL_FULL);
	const uint32_t r = give(p, in, 0);
	const uint32_t w = r ? give(p, in, 1) : 0;
	if (r == 0)
		hd_pool_give(&pipes, p);
	hd_trap_if(w == 0, HD_TRAP_TABLE_FULL);
	p->alive = 3;
	return r | (uint64_t)w << 32;
}

uint64_t hd_stream_new(const struct hd_canon *c)
{
	HD_ENTRY;
	return make(c);
}

uint64_t hd_future_new(const struct hd_canon *c)
{
	HD_ENTRY;
	return make(marked(c, FUTURE));
}

/* The end in a table that is handle h; `what` it is, or of a stream that reads:
 * FUTURE and WRITE.
 * Traps  BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH. */
static struct hd_end *end_in(const struct hd_elem *elem, struct hd_instance *in,
			     uint32_t h, unsigned what)
{
	struct hd_end *e = hd_table_get(&in->handles, h,
		(enum hd_kind)(HD_KIND_STREAM_READ + what));

	hd_trap_if(pipe_at(e, what & WRITE)->elem != elem,
		   HD_TRAP_TYPE_MISMATCH);
	return e;
}

/* The end of the running instance that is handle h.
 * Traps  CANNOT_LEAVE, BAD_HANDLE, HANDLE_TYPE, TYPE_MISMATCH. */
static HD_NOINLINE struct hd_end *end_of(const struct hd_canon *mark, uint32_t h)
{
	return end_in(canon_of(mark)->elem, hd_leaving(), h, what_of(mark));
}

static void check_idle(const struct hd_end *e)
{
	if (HD_UNLIKELY(e->w.state != HD_END_IDLE))
		hd_trap(e->w.state == HD_END_DONE ? HD_TRAP_DONE :
						    HD_TRAP_BUSY);
}

void hd_pipe_notify(struct hd_end *e, enum hd_copy_result result)
{
	e->w.result = (uint8_t)result;
	hd_waitable_post(&e->w);
}

/* The same for a copy that ends well; its event may be queued already. */
static HD_INLINE void notify_copied(struct hd_end *e)
{
	e->w.result = HD_COMPLETED;
	if (!e->w.pending || e->w.waited)
		hd_waitable_post(&e->w);
}

_Static_assert((int)HD_END_IDLE == HD_COMPLETED &&
	       (int)HD_END_DONE == HD_DROPPED && HD_CANCELLED_COPY == 2,
	       "hd_stream_event, finish");

/* The copy of e has ended with `result`, and its guest hears of it now. */
static uint32_t finish(struct hd_end *e, enum hd_copy_result result)
{
	struct hd_pipe *p = pipe_of(e);

	e->w.pinned = 0;
	e->w.state = (unsigned)result & HD_END_DONE;
	if (p->future) {
		p->end[e->w.writer ^ 1].w.pinned = 0;
		e->w.state = (uint8_t)(result >> 1 ^ 1);	/* DONE, or IDLE */
		e->progress = 0;
	}
	return result | e->progress << 4;
}

uint32_t hd_copy_event(struct hd_waitable *w)
{
	return finish((struct hd_end *)w, (enum hd_copy_result)w->result);
}

/* Where n elements at ptr are.
 * Traps  BUFFER_LENGTH, BUFFER_ALIGN, BUFFER_BOUNDS. */
static HD_INLINE uint8_t *buffer(const struct hd_canon *c,
				 const struct hd_elem *elem, uint32_t ptr,
				 uint32_t n)
{
	hd_trap_if(n > HD_BUFFER_MAX, HD_TRAP_BUFFER_LENGTH);
	if (elem->size == 0 || n == 0)
		return NULL;
	hd_trap_if(ptr & (elem->align - 1u), HD_TRAP_BUFFER_ALIGN);
	return hd_elements(c, ptr, n, elem->size);
}

/* Copies n elements between `at`, of a writer or not, and its peer's pinned
 * buffer. */
static HD_INLINE void move(const struct hd_canon *c, struct hd_pipe *p,
			   const struct hd_elem *elem, struct hd_end *peer,
			   bool writer, uint8_t *at, uint32_t n)
{
	uint8_t *theirs = p->at + peer->progress * elem->size;
	uint8_t *dst = writer ? theirs : at;
	const uint8_t *src = writer ? at : theirs;

	if (HD_UNLIKELY(elem->copy)) {
		p->end[writer].progress = c->id;	/* hd_pipe_canon */
		elem->copy(p, dst, src, n);
	} else {
		hd_copy(dst, src, n * elem->size);
	}
	peer->progress += n;
}

/* Elements that fit into, or are left in, the pinned buffer of e. */
static uint32_t room_of(const struct hd_pipe *p, const struct hd_end *e)
{
	return p->length - e->progress;
}

/* The pinned buffer is that of e. */
static HD_INLINE void pin_at(const struct hd_canon *c, struct hd_pipe *p,
			     struct hd_end *e, uint8_t *at, uint32_t n)
{
	e->w.pinned = 1;
	p->at = at;
	p->length = n;
	p->canon = c->id;
}

/* The end's buffer is pinned, unless the host or nobody is on the other side.
 * Returns what the built-in does. */
static HD_NOINLINE uint32_t pin(const struct hd_canon *c, struct hd_end *e,
				uint8_t *at, uint32_t n)
{
	struct hd_pipe *p = pipe_of(e);
	int result;

	e->progress = 0;
	if (p->alone == HD_ALONE_GONE)
		return finish(e, HD_DROPPED);
	pin_at(c, p, e, at, n);
	if (p->alone && (result = hd_host_rendezvous(p, e->w.writer)) >= 0)
		return finish(e, (enum hd_copy_result)result);
	e->w.state = HD_END_ASYNC;
	if (!(c->flags & HD_CANON_SYNC))
		return HD_BLOCKED;
	e->w.state = HD_END_SYNC;
	hd_await(&e->w);
	return hd_copy_event(&e->w);
}

/* A read or write of n elements at ptr. */
static HD_NOINLINE uint32_t copy(uint32_t h, uint32_t ptr, uint32_t n,
				 const struct hd_canon *mark)
{
	struct hd_end *e = end_of(mark, h);
	const unsigned what = what_of(mark);
	const struct hd_canon *c = canon_of(mark);
	const struct hd_elem *elem = c->elem;
	const int w = what & WRITE;
	struct hd_pipe *p = pipe_at(e, w);
	struct hd_end *peer = e + 1 - 2 * w;

	HD_KEEP(elem);
	HD_KEEP(peer);
	HD_KEEP(p);
	check_idle(e);
	hd_trap_if((c->flags & HD_CANON_SYNC) && e->w.u.set, HD_TRAP_IN_SET);
	uint8_t *at = buffer(c, elem, ptr, n);
	if (!peer->w.pinned)
		return pin(c, e, at, n);
	hd_trap_if(e->w.inst == peer->w.inst && !elem->plain,
		   HD_TRAP_SAME_INSTANCE);
	const uint32_t room = room_of(p, peer);
	if (room == 0) {
		if (w && n == 0 && p->length == 0)
			return HD_COMPLETED;
		peer->w.pinned = 0;
		hd_pipe_notify(peer, HD_COMPLETED);
		return pin(c, e, at, n);
	}
	if (n > room)
		n = room;
	if (n > 0) {
		move(c, p, elem, peer, w, at, n);
		hd_pipe_notify(peer, HD_COMPLETED);
	}
	return what & FUTURE ? finish(e, HD_COMPLETED) : n << 4;
}

/* The usual case apart: bytes, with a peer whose buffer is pinned or with none.
 * The same as copy, with what cannot happen left out: the built-in does not
 * block, its memory exists, and an element is one plain byte, of whose copy
 * nothing need be known. */
static HD_INLINE uint32_t copy_bytes(uint32_t h, uint32_t ptr, uint32_t n,
				     const struct hd_canon *c, unsigned w)
{
	const struct hd_instance *in = hd_here();
	const struct hd_slot *s = &in->handles.slots[h];
	const unsigned kind = HD_KIND_STREAM_READ + w;

	if (HD_UNLIKELY(in->no_leave || h > in->handles.used || s->kind != kind))
		return copy(h, ptr, n, marked(c, w));
	struct hd_end *e = hd_at(s->v.obj);
	struct hd_pipe *p = pipe_at(e, (int)w);
	struct hd_end *peer = &p->end[w ^ 1];
	if (HD_UNLIKELY(c->flags != HD_CANON_BYTES || p->elem != c->elem ||
			e->w.state != HD_END_IDLE || n - 1 >= HD_BUFFER_MAX))
		return copy(h, ptr, n, marked(c, w));
	const struct hd_memory *m = &in->module->memories[c->memory];
	const uint32_t size = *m->size;
	if (HD_UNLIKELY(ptr > size || n > size - ptr))
		return copy(h, ptr, n, marked(c, w));
	uint8_t *at = m->base + ptr;
	const bool pinned = peer->w.pinned;
	const uint32_t room = pinned ? room_of(p, peer) : 0;
	if (room == 0) {
		if (pinned) {
			peer->w.pinned = 0;
			notify_copied(peer);
		}
		if (HD_UNLIKELY(p->alone))
			return pin(c, e, at, n);
		e->progress = 0;
		pin_at(c, p, e, at, n);
		e->w.state = HD_END_ASYNC;
		return HD_BLOCKED;
	}
	if (n > room)
		n = room;
	uint8_t *theirs = p->at + peer->progress;
	uint8_t *dst = w ? theirs : at, *src = w ? at : theirs;
	if (HD_UNLIKELY(c->elem->copy))
		c->elem->copy(p, dst, src, n);	/* hd_wall_copy */
	else
		hd_copy(dst, src, n);
	peer->progress += n;
	notify_copied(peer);
	return n << 4;
}

HD_HOT uint32_t hd_stream_read(uint32_t end, uint32_t ptr, uint32_t n,
			       const struct hd_canon *c)
{
	HD_ENTRY;
	return HD_SHORT ? copy_bytes(end, ptr, n, c, 0) : copy(end, ptr, n, c);
}

HD_HOT uint32_t hd_stream_write(uint32_t end, uint32_t ptr, uint32_t n,
				const struct hd_canon *c)
{
	HD_ENTRY;
	return HD_SHORT ? copy_bytes(end, ptr, n, c, WRITE) :
			  copy(end, ptr, n, marked(c, WRITE));
}

uint32_t hd_future_read(uint32_t end, uint32_t ptr, const struct hd_canon *c)
{
	HD_ENTRY;
	return copy(end, ptr, 1, marked(c, FUTURE));
}

uint32_t hd_future_write(uint32_t end, uint32_t ptr, const struct hd_canon *c)
{
	HD_ENTRY;
	return copy(end, ptr, 1, marked(c, FUTURE | WRITE));
}

static uint32_t cancel(const struct hd_canon *mark, uint32_t h)
{
	struct hd_end *e = end_of(mark, h);

	hd_trap_if(e->w.state == HD_END_SYNC, HD_TRAP_SYNC_WAITER);
	hd_trap_if(e->w.state != HD_END_ASYNC, HD_TRAP_NOT_COPYING);
	hd_trap_if((canon_of(mark)->flags & HD_CANON_SYNC) && e->w.u.set,
		   HD_TRAP_IN_SET);
	/* with an event and room left, the copy is partly done */
	if (!e->w.pending || (!HD_REFERENCE && e->w.pinned &&
			      e->progress < pipe_of(e)->length))
		e->w.result = HD_CANCELLED_COPY;
	hd_waitable_unpost(&e->w);
	return hd_copy_event(&e->w);
}

uint32_t hd_stream_cancel_read(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	return cancel(c, end);
}

uint32_t hd_stream_cancel_write(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	return cancel(marked(c, WRITE), end);
}

uint32_t hd_future_cancel_read(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	return cancel(marked(c, FUTURE), end);
}

uint32_t hd_future_cancel_write(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	return cancel(marked(c, FUTURE | WRITE), end);
}

static void drop(const struct hd_canon *mark, uint32_t h)
{
	struct hd_end *e = end_of(mark, h);

	hd_trap_if(what_of(mark) == (FUTURE | WRITE) &&
		   e->w.state != HD_END_DONE, HD_TRAP_NOT_WRITTEN);
	hd_trap_if(hd_end_copying(e), HD_TRAP_DROP_BUSY);
	hd_pipe_drop(e);
}

/* End k ceases to exist, which was a guest's. */
static void gone(struct hd_pipe *p, unsigned k)
{
	p->alone |= HD_ALONE_GONE;
	hd_pipe_leave(p, k);
}

void hd_pipe_drop(struct hd_end *e)
{
	struct hd_pipe *p = pipe_of(e);

	hd_waitable_drop(&e->w);
	e->w.pinned = 0;	/* a trapped guest's */
	gone(p, e->w.writer);
}

void hd_stream_drop_readable(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	drop(c, end);
}

void hd_stream_drop_writable(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	drop(marked(c, WRITE), end);
}

void hd_future_drop_readable(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	drop(marked(c, FUTURE), end);
}

void hd_future_drop_writable(const struct hd_canon *c, uint32_t end)
{
	HD_ENTRY;
	drop(marked(c, FUTURE | WRITE), end);
}

struct hd_pipe *hd_lift_pipe(struct hd_instance *in, const struct hd_elem *e,
			     uint32_t handle, bool future)
{
	HD_ENTRY;
	struct hd_end *end = end_in(e, in, handle, future * (unsigned)FUTURE);

	check_idle(end);
	hd_trap_if(end->w.u.set != 0, HD_TRAP_IN_SET);
	hd_table_free(&in->handles, handle);
	return pipe_at(end, 0);
}

uint32_t hd_lower_pipe(struct hd_instance *in, struct hd_pipe *p)
{
	HD_ENTRY;
	const uint32_t h = give(p, in, 0);

	if (HD_UNLIKELY(h == 0)) {
		gone(p, 0);	/* its writer hears */
		hd_trap(HD_TRAP_TABLE_FULL);
	}
	return h;
}
