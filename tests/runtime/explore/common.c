/* common.c - what every world has: two instances, a copy that is watched, and
 * the invariants of tables, queues and sets. */
#include "explore.h"

#include "core/order.h"
#include "core/pipe.h"
#include "core/pool.h"
#include "peek.h"

WORLD_STATE struct guest_memory memories[NINST];
static WORLD_STATE struct hd_task plain[NINST];

/* Constant while a world is explored. */
static struct hd_memory memory[NINST];
static struct hd_module module[NINST];

/* --- buffers --- */

static WORLD_STATE struct lent {
	const uint8_t *p;
	uint32_t n;
	uint32_t write;
} lent[BUFFERS];

void lend_buffer(unsigned id, const void *p, size_t n, bool write)
{
	claim(!lent[id].p, "a buffer is lent once");
	lent[id] = (struct lent){ p, (uint32_t)n, write };
}

void give_back(unsigned id)
{
	claim(lent[id].p != NULL, "a buffer is returned once");
	lent[id] = (struct lent){ 0 };
}

bool is_lent(unsigned id)
{
	return lent[id].p != NULL;
}

static bool covered(const uint8_t *p, size_t n, bool write)
{
	for (unsigned i = 0; i < BUFFERS; i++)
		if (lent[i].p && p >= lent[i].p &&
		    n <= (size_t)(lent[i].p + lent[i].n - p) &&
		    p <= lent[i].p + lent[i].n && (lent[i].write || !write))
			return true;
	return false;
}

/* In place of the port's. */
void hd_copy(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	const uint8_t *s = src;

	if (n == 0)
		return;
	claim(covered(d, n, true), "a copy writes only where it may");
	claim(covered(s, n, false), "a copy reads only where it may");
	memmove(d, s, n);
}

/* --- instances --- */

void common_reset(void)
{
	hd_sched_reset();
	hd_task_reset(0);
	hd_pipe_reset();
	hd_waitable_reset();
	for (unsigned i = 0; i < NINST; i++) {
		struct guest_memory *m = &memories[i];

		poison(m->guard, sizeof m->guard);
		m->size = MEMORY;
		memory[i] = (struct hd_memory){ m->bytes, &m->size, MEMORY };
		module[i] = (struct hd_module){ .memories = &memory[i],
						.nmemories = 1 };
		hd_instance_init(&hd_instances[i], &module[i],
				 hd_slots + i * hd_nhandles, hd_nhandles,
				 &plain[i]);
	}
}

bool alive(unsigned i)
{
	return !hd_poisoned(&hd_instances[i]);
}

uint32_t as_guest(unsigned i, void (*fn)(void *), void *arg)
{
	hd_trap_last.kind = HD_TRAP_NONE;
	if (hd_enter(&hd_instances[i].task->main, fn, arg))
		return HD_TRAP_NONE;
	return hd_trap_last.kind ? hd_trap_last.kind :
	       hd_instances[i].trap.kind;	/* POISONED only passes on */
}

extern uint64_t hd_state_start[], hd_state_end[];

__attribute__((no_sanitize("address")))
static bool same(const uint64_t *before)
{
	for (uint64_t *p = hd_state_start; p < hd_state_end; p++)
		if (*p != before[p - hd_state_start])
			return false;
	return true;
}

/* Runs that end for want of a pool have taken what came before. */
static bool may_have_changed(uint32_t trap)
{
	return trap == HD_TRAP_POOL_FULL || trap == HD_TRAP_TABLE_FULL ||
	       trap == HD_TRAP_CANNOT_BLOCK;
}

__attribute__((no_sanitize("address")))
uint32_t as_mortal(unsigned i, void (*fn)(void *), void *arg)
{
	static uint64_t before[4096];
	struct hd_instance *in = &hd_instances[i];
	const struct hd_trap_info last = hd_trap_last;

	for (uint64_t *p = hd_state_start; p < hd_state_end; p++)
		before[p - hd_state_start] = *p;
	const uint32_t trap = as_guest(i, fn, arg);
	if (trap == HD_TRAP_NONE)
		return trap;
	const struct hd_trap_info why = in->trap;
	in->trap = (struct hd_trap_info){ 0 };
	in->flags &= (uint8_t)~HD_INST_POISONED;
	hd_trap_last = last;
	claim(may_have_changed(trap) || same(before),
	      "nothing changes before a trap");
	hd_poison(in, &why);
	hd_reap(in);
	return trap;
}

/* --- invariants --- */

static bool in_tree(const struct hd_table *t, uint32_t at, uint32_t handle)
{
	const struct hd_slot *s = &t->slots[at];

	return at != 0 && (at == handle || in_tree(t, s->u.link.child[0], handle) ||
			   in_tree(t, s->u.link.child[1], handle));
}

/* Those at and below `at`, whose numbers have the low bits `path` and come after
 * that of the one above. */
static unsigned check_tree(const struct hd_table *t, uint32_t set, uint32_t at,
			   uint32_t above, uint32_t path, unsigned depth)
{
	if (at == 0)
		return 0;
	const struct hd_slot *s = &t->slots[at];
	claim(depth < 32 && at <= t->used && s->kind >= HD_KIND_SUBTASK,
	      "an event's handle is live");
	const struct hd_waitable *w = hd_at(s->v.obj);
	claim(w->pending && !w->waited, "INV-W1 queued means pending");
	claim(w->u.set == set, "INV-W2 queued where it belongs");
	claim(depth == 0 || (int32_t)(w->order - above) > 0, "INV-W3 order");
	claim(((w->order ^ path) & ((1u << depth) - 1)) == 0,
	      "what is queued is found by its number");
	return 1 + check_tree(t, set, s->u.link.child[0], w->order, path, depth + 1) +
	       check_tree(t, set, s->u.link.child[1], w->order, path | 1u << depth,
			  depth + 1);
}

static void check_queue(const struct hd_table *t, uint32_t set)
{
	unsigned n = check_tree(t, set, t->slots[set].u.first, 0, 0, 0);

	for (uint32_t h = 1; h <= t->used; h++)
		n -= t->slots[h].kind >= HD_KIND_SUBTASK &&
		     in_tree(t, t->slots[set].u.first, h);
	claim(n == 0, "an event is queued once");
}

static void check_waitable(const struct hd_waitable *w,
			   const struct hd_instance *in, uint32_t h)
{
	const struct hd_table *t = &in->handles;

	claim(w->inst == in->number && w->handle == h,
	      "a handle's object knows it");
	if (w->waited)
		return;
	claim(w->u.set == 0 || (w->u.set <= t->used &&
				t->slots[w->u.set].kind == HD_KIND_SET),
	      "a waitable's set exists");
	claim(!w->pending || in_tree(t, t->slots[w->u.set].u.first, h),
	      "INV-W1 pending means queued");
}

static void check_table(const struct hd_instance *in)
{
	const struct hd_table *t = &in->handles;
	uint32_t live = 0, free = 0;

	claim(t->used < t->size, "used handles");
	claim(t->slots[0].kind == HD_KIND_FREE, "slot 0");
	for (uint32_t h = 1; h <= t->used; h++) {
		const struct hd_slot *s = &t->slots[h];

		live += s->kind != HD_KIND_FREE;
		if (s->kind >= HD_KIND_SUBTASK)
			check_waitable(hd_at(s->v.obj), in, h);
	}
	for (uint32_t h = t->free; h != 0; h = t->slots[h].u.next_free)
		claim(h <= t->used && t->slots[h].kind == HD_KIND_FREE &&
		      ++free <= t->used, "free list");
	claim(live + free == t->used, "every handle is live or free, once");
}

static unsigned members(const struct hd_table *t, uint32_t set)
{
	unsigned n = 0;

	for (uint32_t h = 1; h <= t->used; h++) {
		const struct hd_waitable *w = hd_at(t->slots[h].v.obj);

		n += t->slots[h].kind >= HD_KIND_SUBTASK && !w->waited &&
		     w->u.set == set;
	}
	return n;
}

static void check_set(const struct hd_table *t, uint32_t set)
{
	const struct hd_slot *s = &t->slots[set];
	unsigned n = 0;

	check_queue(t, set);
	claim(members(t, set) == s->count, "members of a set");
	for (const struct hd_thread *th = hd_at(s->v.waiters); th;
	     th = hd_at(th->peer))
		claim(++n < 16 && th->state >= HD_THREAD_WAITING &&
		      hd_waits_on_set(th) && hd_on_set(th) == set &&
		      &th->task->inst->handles == t, "waiters of a set");
}

void common_check(void)
{
	for (unsigned i = 0; i < NINST; i++) {
		static const uint8_t guard[8] = { POISON, POISON, POISON, POISON,
						  POISON, POISON, POISON, POISON };
		const struct hd_table *t = &hd_instances[i].handles;

		check_table(&hd_instances[i]);
		check_queue(t, 0);
		claim(!memcmp(memories[i].guard, guard, 8), "memory's end");
		for (uint32_t h = 1; h <= t->used; h++)
			if (t->slots[h].kind == HD_KIND_SET)
				check_set(t, h);
	}
	claim(!hd_now.task && !hd_now.frame && !hd_now.thread,
	      "nothing runs between operations");
}

/* --- canonical form --- */

unsigned pool_has(const struct hd_pool *p, const void *r, unsigned most)
{
	unsigned found = 0, n = 0;
	void *at = p->free;

	while (at) {
		claim(++n <= most, "the pool's list ends");
		found += at == r;
		memcpy(&at, at, sizeof at);
	}
	return found;
}

void poison_free(void *r, size_t n)
{
	poison((char *)r + sizeof(void *), n - sizeof(void *));
}

/* Whether the order of w means something. */
static bool has_order(const struct hd_waitable *w)
{
	return !w->waited && (w->u.set || w->pending);
}

/* The member of a set of least order, from `below` on. */
static struct hd_waitable *least_order(const struct hd_table *t, uint32_t set,
				       uint32_t below)
{
	struct hd_waitable *least = NULL;

	for (uint32_t h = 1; h <= t->used; h++) {
		struct hd_waitable *w = hd_at(t->slots[h].v.obj);

		if (t->slots[h].kind >= HD_KIND_SUBTASK && has_order(w) &&
		    w->u.set == set && w->order >= below &&
		    (!least || w->order < least->order))
			least = w;
	}
	return least;
}

/* Of the numbers in a set only the order counts; its tree is that of the new
 * numbers. */
static void canon_orders(const struct hd_table *t, uint32_t set)
{
	struct hd_slot *s = &t->slots[set];
	struct hd_waitable *w;
	uint32_t n = 0;

	s->u.rep = 0;
	for (uint32_t below = 0; (w = least_order(t, set, below)) != NULL;) {
		below = w->order + 1;
		w->order = n++;
		if (w->pending)
			hd_order_put(t->slots, &s->u.first, w->handle);
	}
	if (*peek_joins() < n)
		*peek_joins() = n;
}

static void canon_slot(struct hd_slot *s)
{
	if (s->kind == HD_KIND_FREE) {
		s->u.link.child[1] = 0;
		s->v.obj = NULL;
		s->count = 0;
	}
	if (s->kind < HD_KIND_SUBTASK)
		return;
	struct hd_waitable *w = hd_at(s->v.obj);
	if (!w->pending)
		poison(&s->u, sizeof s->u);
	if (!has_order(w))
		poison(&w->order, sizeof w->order);
}

void common_canon(void)
{
	*peek_joins() = 0;
	for (unsigned i = 0; i < NINST; i++) {
		const struct hd_table *t = &hd_instances[i].handles;

		for (uint32_t h = 0; h <= t->used; h++)
			if (h == 0 || t->slots[h].kind == HD_KIND_SET)
				canon_orders(t, h);
		t->slots[0].count = 0;
		for (uint32_t h = 1; h <= t->used; h++)
			canon_slot(&t->slots[h]);
		hd_instances[i].trap.func = hd_instances[i].trap.where = 0;
	}
	hd_trap_last = (struct hd_trap_info){ 0 };
	memset(&hd_now, 0, sizeof hd_now);
}

/* --- pipes --- */

static bool in_table(const struct hd_end *e)
{
	if (e->w.inst >= NINST)
		return false;
	const struct hd_table *t = &hd_instance_at[e->w.inst]->handles;

	return e->w.handle <= t->used &&
	       hd_at(t->slots[e->w.handle].v.obj) == e &&
	       t->slots[e->w.handle].kind >= HD_KIND_SUBTASK;
}

static bool host_holds(const struct hd_pipe *p, unsigned k)
{
	return (p->alone & HD_ALONE_HOST) && (p->alive >> k & 1) &&
	       !in_table(&p->end[k]);
}

void count_pipes(void)
{
	for (unsigned i = 0; i < hd_npipes; i++) {
		const struct hd_pipe *p = &hd_pipes[i];
		const unsigned freed = pool_has(peek_pipes(), p, hd_npipes);

		if (i >= peek_pipes()->virgin) {
			claim(freed == 0, "a stream never made is not freed");
			continue;
		}
		claim(freed + (p->alive != 0) == 1,
		      "a stream is in use or back in the pool, once");
		for (unsigned k = 0; k < 2; k++)
			if (!freed && (p->alive >> k & 1))
				claim(host_holds(p, k) || in_table(&p->end[k]),
				      "an end is somebody's");
	}
}

static void canon_end(const struct hd_pipe *p, struct hd_end *e, unsigned k)
{
	if (!hd_end_copying(e))
		poison(&e->progress, sizeof e->progress);
	if (!e->w.pending)
		poison(&e->w.result, sizeof e->w.result);
	if (!(p->alive >> k & 1)) {
		claim(!e->w.pinned, "who is gone has nothing pinned");
		poison(e, sizeof *e);
		e->w.pinned = 0;	/* its peer looks at that alone */
	}
}

void canon_pipes(void)
{
	for (unsigned i = 0; i < peek_pipes()->virgin; i++) {
		struct hd_pipe *p = &hd_pipes[i];

		if (!p->alive) {
			poison_free(p, sizeof *p);
			p->alive = 0;
			continue;
		}
		if (!p->end[0].w.pinned && !p->end[1].w.pinned) {
			poison(&p->at, sizeof p->at);
			poison(&p->length, sizeof p->length);
		}
		for (unsigned k = 0; k < 2; k++)
			if (!(p->alone & HD_ALONE_HOST) ||
			    in_table(&p->end[k]))	/* not the host's */
				canon_end(p, &p->end[k], k);
	}
}
