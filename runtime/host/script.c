/* script.c - the host's side of pulseengine:async channels. */
#include "host/script.h"
#include "core/entry.h"
#include "exec/enter.h"
#include "port/invoke.h"

static bool give(struct hd_channel *c, struct hd_instance *in, unsigned k,
		 uint32_t *handle)
{
	if (!handle)
		return true;
	*handle = hd_channel_give(c, in, k);
	return *handle != 0;
}

static struct hd_channel *bind(struct hd_channel *c, struct hd_instance *in,
			       uint32_t *r, uint32_t *w)
{
	if (give(c, in, 0, r) && give(c, in, 1, w))
		return c;
	hd_host_release(c);
	return NULL;
}

struct hd_channel *hd_host_stream(struct hd_instance *in, uint32_t elem,
				  void *ring, uint32_t capacity, uint32_t *r,
				  uint32_t *w)
{
	HD_ENTRY;
	struct hd_channel *c = hd_channel_new(elem, false);

	if (!c)
		return NULL;
	c->ring.data = ring;
	c->ring.capacity = capacity - capacity % elem;
	return bind(c, in, r, w);
}

struct hd_channel *hd_host_future(struct hd_instance *in, uint32_t size,
				  void *cell, uint32_t *r, uint32_t *w)
{
	HD_ENTRY;
	struct hd_channel *c = hd_channel_new(size, true);

	if (!c)
		return NULL;
	c->ring.data = cell;
	c->ring.capacity = size;
	return bind(c, in, r, w);
}

uint32_t hd_host_feed(struct hd_channel *c, const void *bytes, uint32_t n)
{
	HD_ENTRY;
	if (!(c->alive & 1))
		return 0;
	n = hd_ring_put(&c->ring, bytes, n - n % c->ring.elem);
	hd_channel_notify(c, 0, true);
	return n;
}

/* Drops end k; the other end hears of it whether it subscribed or not. */
static void drop_told(struct hd_channel *c, unsigned k)
{
	if (!(c->alive & (1u << k)))
		return;
	hd_channel_notify(c, k ^ 1, true);
	hd_channel_drop(c, k);
}

void hd_host_close(struct hd_channel *c)
{
	HD_ENTRY;
	drop_told(c, 1);
}

void hd_host_drop_reader(struct hd_channel *c)
{
	HD_ENTRY;
	drop_told(c, 0);
}

uint32_t hd_host_drain(struct hd_channel *c, void *to, uint32_t max, bool *eof)
{
	HD_ENTRY;
	const uint32_t n = hd_ring_get(&c->ring, to, max - max % c->ring.elem);

	if (eof)
		*eof = c->ring.fill == 0 && !(c->alive & 2);
	if (n > 0)
		hd_channel_notify(c, 1, false);
	return n;
}

bool hd_host_resolve(struct hd_channel *c, const void *value)
{
	HD_ENTRY;
	if (c->state != HD_CELL_EMPTY || !(c->alive & 1))
		return false;
	hd_copy(c->ring.data, value, c->ring.elem);
	c->state = HD_CELL_FULL;
	hd_channel_notify(c, 0, true);
	return true;
}

void hd_host_abandon(struct hd_channel *c)
{
	HD_ENTRY;
	drop_told(c, 1);
}

bool hd_host_take(struct hd_channel *c, void *to)
{
	HD_ENTRY;
	if (c->state != HD_CELL_FULL)
		return false;
	hd_copy(to, c->ring.data, c->ring.elem);
	c->state = HD_CELL_TAKEN;
	hd_channel_notify(c, 1, false);
	return true;
}

void hd_host_release(struct hd_channel *c)
{
	HD_ENTRY;
	c->subscribed = 0;
	for (unsigned k = 0; k < 2; k++)
		if (c->alive & (1u << k))
			hd_channel_drop(c, k);
}

uint32_t hd_host_deliver(struct hd_instance *in, uint32_t max)
{
	uint32_t n = 0;

	while (n < max && hd_deliver(in))
		n++;
	return n;
}

/* The events at h and after it. */
static uint32_t count(const struct hd_slot *s, uint32_t h)
{
	if (h == 0)
		return 0;
	return 1 + count(s, s[h].u.link.child[0]) + count(s, s[h].u.link.child[1]);
}

uint32_t hd_host_queued(const struct hd_instance *in)
{
	HD_ENTRY;
	const struct hd_slot *s = in->handles.slots;

	return count(s, s->u.first);
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

const struct hd_export *hd_host_export(const struct hd_module *m,
				       const char *name)
{
	for (uint32_t i = 0; i < m->nexports; i++)
		if (same(m->exports[i].name, name))
			return &m->exports[i];
	return NULL;
}

struct call {
	const struct hd_export *e;
	const uint64_t *args;
	uint64_t *results;
};

static void call(void *arg)
{
	const struct call *c = arg;

	hd_let_others();
	hd_invoke(c->e->code, c->e->sig, c->args, c->results);
	hd_hold_others();
}

bool hd_host_call(struct hd_instance *in, const struct hd_export *e,
		  const uint64_t *args, uint64_t *results)
{
	HD_ENTRY;
	struct call c = { e, args, results };

	return !hd_poisoned(in) && hd_enter(&in->task->main, call, &c);
}
