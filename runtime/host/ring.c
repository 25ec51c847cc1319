/* ring.c - host ends of component streams.
 *
 * A guest's operation that finds the host on the other side is served from the
 * ring at once (hd_host_rendezvous, called by core/pipe.c); one that finds the
 * ring empty or full is pinned as usual, and the host's next move serves it.
 */
#include "host/ring.h"
#include "core/entry.h"

#include "core/builtin.h"

/* Moves what can be moved between the ring and the guest's buffer.  Returns whether
 * the guest's operation has met the host's: one of no elements does when there is
 * an element, or room for one. */
static bool serve(struct hd_host_end *h, struct hd_end *e)
{
	const struct hd_elem *t = h->pipe->elem;
	const uint32_t bytes = (h->pipe->length - e->progress) * t->size;
	uint8_t *p = h->pipe->at + e->progress * t->size;
	const uint32_t n = h->k ? hd_ring_get(&h->ring, p, bytes) :
				       hd_ring_put(&h->ring, p, bytes);

	e->progress += n / t->size;
	return n > 0 || (h->pipe->length == 0 && h->ring.fill !=
			 (h->k ? 0 : h->ring.capacity));
}

int hd_host_rendezvous(struct hd_pipe *p, unsigned k)
{
	struct hd_host_end *h = p->end[k ^ 1].host;

	if (serve(h, &p->end[k]))
		return HD_COMPLETED;
	return h->closed ? HD_DROPPED : -1;
}

/* Serves a pinned buffer; its event may be queued already and goes on filling
 * until it is delivered. */
static void pump(struct hd_host_end *h)
{
	struct hd_pipe *p = h->pipe;
	const unsigned k = h->k ^ 1u;
	struct hd_end *e = &p->end[k];
	HD_FIXED(e);

	if (!e->w.pinned || !serve(h, e))
		return;
	if (p->future)
		e->w.pinned = 0;
	hd_pipe_notify(e, HD_COMPLETED);
}

/* Linked with walls (component/wall.h): what copies elements that are their
 * bytes then. */
HD_WEAK void hd_wall_copy(struct hd_pipe *p, uint8_t *dst, const uint8_t *src,
			  uint32_t n);

/* Elements have parts of their own in guest memory. */
static bool has_parts(const struct hd_elem *elem)
{
	return elem->copy && elem->copy != hd_wall_copy;
}

/* Of n elements in storage; false when it cannot hold them. */
static bool prepare(struct hd_host_end *h, const struct hd_elem *elem,
		    unsigned k, void *storage, uint32_t n)
{
	if (((uintptr_t)storage & (elem->align - 1u)) || has_parts(elem) ||
	    elem->size == 0)
		return false;
	h->k = (uint8_t)k;
	h->closed = false;
	h->ring.data = storage;
	h->ring.capacity = n * elem->size;
	h->ring.head = h->ring.fill = 0;
	h->ring.elem = elem->size;
	return true;
}

static bool attach(struct hd_host_end *h, struct hd_pipe *p)
{
	h->pipe = p;
	if (!p)
		return false;
	p->end[h->k].host = h;
	p->alone |= HD_ALONE_HOST;	/* its writer may be gone already */
	return true;
}

bool hd_host_stream_init(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, unsigned k, void *storage,
			 uint32_t n, uint32_t *handle)
{
	HD_ENTRY;
	if (!prepare(h, elem, k, storage, n) ||
	    !attach(h, hd_pipe_for_host(in, elem, k, false)))
		return false;
	*handle = h->pipe->end[k ^ 1].w.handle;
	return true;
}

bool hd_host_future_init(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, unsigned k, void *storage,
			 uint32_t *handle)
{
	HD_ENTRY;
	if (!prepare(h, elem, k, storage, 1) ||
	    !attach(h, hd_pipe_for_host(in, elem, k, true)))
		return false;
	*handle = h->pipe->end[k ^ 1].w.handle;
	return true;
}

static bool take(struct hd_host_end *h, struct hd_pipe *p)
{
	attach(h, p);
	pump(h);
	return true;
}

bool hd_host_stream_take(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, uint32_t handle,
			 void *storage, uint32_t n)
{
	HD_ENTRY;
	return prepare(h, elem, 0, storage, n) &&
	       take(h, hd_lift_pipe(in, elem, handle, false));
}

bool hd_host_future_take(struct hd_host_end *h, struct hd_instance *in,
			 const struct hd_elem *elem, uint32_t handle,
			 void *storage)
{
	HD_ENTRY;
	return prepare(h, elem, 0, storage, 1) &&
	       take(h, hd_lift_pipe(in, elem, handle, true));
}

uint32_t hd_host_room(const struct hd_host_end *h)
{
	HD_ENTRY;
	return (h->ring.capacity - h->ring.fill) / h->ring.elem;
}

uint32_t hd_host_count(const struct hd_host_end *h)
{
	HD_ENTRY;
	return h->ring.fill / h->ring.elem;
}

bool hd_host_gone(const struct hd_host_end *h)
{
	HD_ENTRY;
	return h->pipe->alone & HD_ALONE_GONE;
}

uint32_t hd_host_write(struct hd_host_end *h, const void *from, uint32_t n)
{
	HD_ENTRY;
	if (h->closed || hd_host_gone(h))
		return 0;
	n = hd_ring_put(&h->ring, (const uint8_t *)from, n * h->ring.elem);
	pump(h);
	return n / h->ring.elem;
}

uint32_t hd_host_read(struct hd_host_end *h, void *to, uint32_t n)
{
	HD_ENTRY;
	n = hd_ring_get(&h->ring, (uint8_t *)to, n * h->ring.elem);
	pump(h);
	return n / h->ring.elem;
}

bool hd_host_put(struct hd_host_end *h, const void *element)
{
	HD_ENTRY;
	return hd_host_write(h, element, 1) == 1;
}

bool hd_host_get(struct hd_host_end *h, void *element)
{
	HD_ENTRY;
	return hd_host_read(h, element, 1) == 1;
}

void *hd_host_reserve(struct hd_host_end *h, uint32_t *n)
{
	HD_ENTRY;
	const struct hd_ring *r = &h->ring;
	uint32_t at = r->head, bytes = r->fill;

	if (h->k) {
		at = r->head + r->fill;
		if (at >= r->capacity)
			at -= r->capacity;
		bytes = r->capacity - r->fill;
	}
	if (bytes > r->capacity - at)
		bytes = r->capacity - at;
	*n = bytes / r->elem;
	return r->data + at;
}

void hd_host_commit(struct hd_host_end *h, uint32_t n)
{
	HD_ENTRY;
	struct hd_ring *r = &h->ring;
	const uint32_t bytes = n * r->elem;

	if (h->k) {
		r->fill += bytes;
	} else {
		r->fill -= bytes;
		r->head += bytes;
		if (r->head == r->capacity)
			r->head = 0;
	}
	pump(h);
}

void hd_host_end_drop(struct hd_host_end *h)
{
	HD_ENTRY;
	if (h->closed)
		return;
	h->closed = true;
	/* A reader has its event while there are elements; the rest comes next. */
	if (h->k && h->ring.fill)
		h->pipe->end[0].w.pinned = 0;
	hd_pipe_leave(h->pipe, h->k);
}
