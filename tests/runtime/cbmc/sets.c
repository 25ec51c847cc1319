/* sets.c - core/waitable.c and core/set.c: one operation on any waitables and sets
 * that the invariants allow; so of every sequence.
 *
 * Handles 1 and 2 are sets or free, the others waitables or free: of any kind, in
 * any of the sets, with any of their events queued, in any order of joining.
 * Threads wait for events of any of the sets, and one may wait for a waitable's.
 * Names say nothing, so it is always the first waitable that something happens to
 * and set 1 that it joins or that is asked.
 */
#include "world.h"

#include "core/waitable.c"

#define SETS 2
#define FIRST (SETS + 1)
#define LAST HD_HANDLES

static struct hd_waitable w3, w4, w5;
static struct hd_waitable *const w[] = { &w3, &w3, &w3, &w3, &w4, &w5 };
static struct hd_thread blocked;

/* What the oracle knows of each handle, and of what this operation did. */
static struct known {
	uint32_t order;
	uint16_t set;
	bool live, pending, waited;
} known[LAST + 1];
static bool woken[SETS + 1], thread_woken;
static uint32_t payload;
static struct hd_waitable *told;	/* whose payload was computed */

static struct hd_slot *slot(unsigned h)
{
	return &hd_instances[0].handles.slots[h];
}

static bool before(unsigned a, unsigned b)
{
	return (int32_t)(known[a].order - known[b].order) < 0;
}

static bool queued(unsigned h)
{
	return known[h].live && known[h].pending && !known[h].waited;
}

/* The event of which a set is to tell first, or 0. */
static unsigned first_of(unsigned set)
{
	unsigned best = 0;

	for (unsigned h = FIRST; h <= LAST; h++)
		if (queued(h) && known[h].set == set && (!best || before(h, best)))
			best = h;
	return best;
}

/* --- core/order.c, as order.c proves it: the least is the root, and its links say
 *     whether it is alone --- */

static unsigned trees[LAST + 1];	/* whose tree it is in + 1, or 0 */

static unsigned size_of(unsigned set)
{
	unsigned n = 0;

	for (unsigned h = FIRST; h <= LAST; h++)
		n += trees[h] == set + 1;
	return n;
}

/* One that is alone is put in and taken out without being asked for (HD_SHORT). */
static void look_at(unsigned set)
{
	const unsigned first = slot(set)->u.first, n = size_of(set);

	claim(first || n <= 1, "no other is lost");
	for (unsigned h = FIRST; h <= LAST; h++) {
		const bool alone = n == 0 && first == h;
		const bool gone = first == 0 && trees[h] == set + 1;

		claim(!alone || (slot(h)->u.rep == 0 && !trees[h]), "one alone");
		trees[h] = alone ? set + 1 : gone ? 0 : trees[h];
	}
}

static void arrange(unsigned set)
{
	unsigned best = 0;

	for (unsigned h = FIRST; h <= LAST; h++)
		if (trees[h] == set + 1 && (!best || (int32_t)
		    (w[h]->order - w[best]->order) < 0))
			best = h;
	slot(set)->u.first = (uint16_t)best;
	const bool more = size_of(set) > 1;
	for (unsigned h = FIRST; h <= LAST; h++)
		slot(h)->u.rep = h == best ? more : trees[h] == set + 1 ?
				 nondet_word() : slot(h)->u.rep;
}

static void change(const struct hd_slot *base, const uint16_t *at, uint32_t h,
		   bool put)
{
	claim(base == slot(0) && h >= FIRST && h <= LAST, "a waitable");
	for (unsigned set = 0; set <= SETS; set++) {
		if (at != &slot(set)->u.first)
			continue;
		look_at(set);
		claim(trees[h] == (put ? 0 : set + 1), "put in once, taken out once");
		trees[h] = put ? set + 1 : 0;
		arrange(set);
	}
}

void hd_order_put(struct hd_slot *base, uint16_t *at, uint16_t id)
{
	change(base, at, id, true);
}

void hd_order_take(struct hd_slot *base, uint16_t *at, uint16_t id)
{
	change(base, at, id, false);
}

/* --- any state --- */

static void any_set(unsigned h)
{
	known[h].live = nondet_word() & 1;
	slot(h)->kind = known[h].live ? HD_KIND_SET : HD_KIND_FREE;
	slot(h)->count = 0;
	slot(h)->u.rep = 0;
	slot(h)->v.waiters = known[h].live && (nondet_word() & 1) ? &blocked : NULL;
}

static void any_waitable(unsigned h)
{
	struct known *k = &known[h];
	const uint32_t kind = HD_KIND_SUBTASK +
		below(HD_KIND_LAST_WAITABLE - HD_KIND_SUBTASK + 1);

	k->live = nondet_word() & 1;
	k->waited = nondet_word() & 1;
	k->pending = nondet_word() & 1;
	k->set = (uint16_t)below(SETS + 1);
	k->order = joins - 1 - (nondet_word() & 0x4000000f);
	suppose(k->set == 0 || (known[k->set].live && !k->waited));
	for (unsigned o = FIRST; o < h; o++)
		suppose(k->order != known[o].order);
	*w[h] = (struct hd_waitable){
		.order = k->order, .handle = (uint16_t)h,
		.pending = k->pending, .waited = k->waited };
	w[h]->u.set = k->set;
	w[h]->u.waiter = k->waited ? &blocked : NULL;
	slot(h)->kind = k->live ? kind & 15u : HD_KIND_FREE;
	slot(h)->v.obj = w[h];
	trees[h] = queued(h) ? k->set + 1u : 0;
}

static unsigned members(unsigned set)
{
	unsigned n = 0;

	for (unsigned h = FIRST; h <= LAST; h++)
		n += known[h].live && known[h].set == set;
	return n;
}

static void any_state(void)
{
	any_set(1);
	any_set(2);
	for (unsigned h = FIRST; h <= LAST; h++)
		any_waitable(h);
	for (unsigned set = 0; set <= SETS; set++) {
		slot(set)->count = members(set) & 4095u;
		if (set == 0 || known[set].live)
			arrange(set);
	}
}

/* --- invariants --- */

static void check(void)
{
	for (unsigned set = 0; set <= SETS; set++) {
		claim(set == 0 || (slot(set)->kind == HD_KIND_SET) == known[set].live,
		      "sets");
		if (set && !known[set].live)
			continue;
		look_at(set);
		claim(set == 0 || slot(set)->count == members(set),
		      "the members of a set are counted");
		claim(slot(set)->u.first == first_of(set), "the first comes first");
	}
	for (unsigned h = FIRST; h <= LAST; h++) {
		const struct known *k = &known[h];

		claim((slot(h)->kind != HD_KIND_FREE) == k->live, "what is live");
		claim(trees[h] == (queued(h) ? k->set + 1u : 0),
		      "INV-W1, INV-W2: no event is lost, or queued twice");
		claim(!k->live || (w[h]->pending == k->pending &&
				   w[h]->waited == k->waited &&
				   w[h]->u.set == k->set && w[h]->handle == h),
		      "nothing else changes");
		claim(!k->live || (w[h]->order == k->order &&
				   (int32_t)(w[h]->order - joins) < 0),
		      "INV-W3, and numbers go on");
	}
}

/* --- the scheduler, and what an event says --- */

void hd_sched_wake(struct hd_thread *t)
{
	claim(t == &blocked, "who waits is woken");
	thread_woken = true;
}

void hd_sched_wake_set(struct hd_slot *s)
{
	claim(s->v.waiters && s->u.first, "who waits for an event is woken");
	for (unsigned set = 0; set <= SETS; set++)
		woken[set] = woken[set] || s == slot(set);
}

void hd_sched_wake_first(struct hd_slot *s, const struct hd_slot *event)
{
	claim(event == slot(s->u.first), "by that event");
	hd_sched_wake_set(s);
}

/* Those that say it make it so (HD_SHORT). */
static uint32_t says(struct hd_waitable *of)
{
	claim(!told, "what an event says is computed once");
	told = of;
	of->pending = false;
	return payload;
}

uint32_t hd_subtask_event(struct hd_waitable *of)
{
	return says(of);
}

uint32_t hd_copy_event(struct hd_waitable *of)
{
	return says(of);
}

/* --- operations --- */

/* The waitable's event is queued now, where it was not. */
static void oracle_queue(void)
{
	struct known *k = &known[FIRST];

	if (k->set == 0)
		k->order = joins - 1;
	k->pending = true;
}

static void post(void)
{
	struct known *k = &known[FIRST];
	const bool was = k->pending;
	const uint32_t number = joins;

	foretell(&blocked);
	hd_waitable_post(w[FIRST]);
	foretell(w[FIRST]);
	if (k->waited) {
		k->pending = true;
		claim(thread_woken, "no wake-up is lost");
		reach("who is blocked on it is woken");
		return;
	}
	if (was) {
		claim(joins == number, "an event that is queued stays where it is");
		reach("it is queued already");
		return;
	}
	oracle_queue();
	claim(k->set || joins == number + 1, "first come, first served");
	claim(woken[k->set] == (slot(k->set)->v.waiters != NULL),
	      "no wake-up of a set is lost");
	reach("an event is queued");
}

static void unpost(void)
{
	suppose(!known[FIRST].waited);
	hd_waitable_unpost(w[FIRST]);
	known[FIRST].pending = false;
	reach("an event is taken back");
}

static void drop_waitable(void)
{
	suppose(!known[FIRST].waited);
	hd_waitable_drop(w[FIRST]);
	known[FIRST].live = known[FIRST].pending = false;
	claim(hd_instances[0].handles.free == FIRST, "its handle is free");
	reach("a waitable is dropped");
}

static void join(uint32_t set)
{
	struct known *k = &known[FIRST];
	const uint32_t number = joins;

	expect(k->waited ? HD_TRAP_SYNC_WAITER : set && !known[set].live ?
	       HD_TRAP_BAD_HANDLE : HD_TRAP_NONE);
	hd_join(FIRST, set);
	returned();
	k->set = (uint16_t)set;
	k->order = number;
	if (k->pending) {
		oracle_queue();
		claim(woken[set] == (slot(set)->v.waiters != NULL),
		      "no wake-up is lost when an event comes along");
		reach("an event goes along");
	}
	reach("a waitable joins or leaves");
}

/* The event of a set's first is delivered as code, p1, p2. */
static void delivered(unsigned set, uint32_t code, uint32_t p1, uint32_t p2)
{
	const unsigned h = first_of(set);
	const unsigned kind = slot(h)->kind;

	claim(h && p1 == h, "the earliest that joined is delivered");
	if (kind >= HD_KIND_RING_READ) {
		claim(code == kind - HD_KIND_RING_READ + HD_EVENT_STREAM_READ &&
		      p2 == 0 && !told, "of a facade's end");
	} else {
		claim(code == kind - HD_KIND_SUBTASK + HD_EVENT_SUBTASK &&
		      p2 == payload && told == w[h], "what it says, computed now");
	}
	claim(!w[h]->pending, "an event is told once");
	known[h].pending = false;
}

static void take(void)
{
	uint32_t p[2];

	suppose(hd_set_ready(&hd_instances[0], 0));
	const uint32_t code = hd_event_take(&hd_instances[0], 0, p);
	delivered(0, code, p[0], p[1]);
	reach("an event of no set is delivered");
}

static bool blocks, cancelled;

/* Someone else goes on meanwhile: an event comes, or is not for this thread. */
bool hd_block(enum hd_wait wait, uintptr_t on, bool cancellable)
{
	claim(wait == HD_WAIT_SET && on == 1 && !first_of(1),
	      "blocked until there is an event");
	blocks = true;
	cancelled = cancellable && (nondet_word() & 1);
	if (known[FIRST].live && known[FIRST].set == 1 && (nondet_word() & 1)) {
		w[FIRST]->u.set = 1;
		post();
	}
	return cancelled;
}

static void poll(void)
{
	static struct hd_canon c;
	const bool wait = nondet_word() & 1, ready = first_of(1);
	const uint32_t ptr = nondet_word();
	const uint32_t *p = (const void *)memories[0];

	c.flags = nondet_word() & HD_CANON_CANCELLABLE;
	hd_now.task->state = nondet_word() & 1 ? HD_TASK_PENDING_CANCEL :
						 HD_TASK_INITIAL;
	const bool due = c.flags && hd_now.task->state == HD_TASK_PENDING_CANCEL;
	expect(!known[1].live ? HD_TRAP_BAD_HANDLE :
	       ptr & 3 ? HD_TRAP_BUFFER_ALIGN :
	       ptr > MEMORY - 8 ? HD_TRAP_BUFFER_BOUNDS : HD_TRAP_NONE);
	const uint32_t code = wait ? hd_waitable_set_wait(&c, 1, ptr) :
				     hd_waitable_set_poll(&c, 1, ptr);
	returned();
	claim(blocks == (wait && !ready), "wait blocks when there is none");
	if (!blocks)
		cancelled = due;
	p += ptr / 4;
	if (cancelled) {
		claim(code == HD_EVENT_TASK_CANCELLED && !p[0] && !p[1],
		      "cancelled, and no event is lost");
		reach("a wait is cancelled");
	} else if (first_of(1)) {
		delivered(1, code, p[0], p[1]);
		reach("an event is delivered");
		if (blocks)
			reach("an event ends a wait");
	} else {
		claim(code == HD_EVENT_NONE && !p[0] && !p[1], "no event");
		reach("there is none");
	}
}

static void drop_set(void)
{
	expect(!known[1].live ? HD_TRAP_BAD_HANDLE :
	       slot(1)->count ? HD_TRAP_HAS_MEMBERS :
	       slot(1)->v.waiters ? HD_TRAP_HAS_WAITERS : HD_TRAP_NONE);
	hd_waitable_set_drop(1);
	returned();
	known[1].live = false;
	reach("a set is dropped");
}

static void new_set(void)
{
	suppose(!known[1].live);
	hd_instances[0].handles.free = 1;
	slot(1)->u.next_free = 0;
	expect(HD_TRAP_NONE);
	claim(hd_waitable_set_new() == 1, "a new set");
	known[1].live = true;
	reach("a set is made");
}

/* Something happens to the first waitable, which has joined `set`. */
static void step(uint32_t what, unsigned set)
{
	w[FIRST]->u.set = (uint16_t)set;
	foretell(w[FIRST]);
	if (what == 0)
		post();
	else if (what == 1)
		unpost();
	else if (what == 2)
		drop_waitable();
	else if (what == 3)
		join(0);
	else
		join(1);
}

/* Something is asked of set 0 or 1, which has an event, the first waitable's, or
 * none. */
static void ask(void)
{
	const unsigned set = nondet_word() & 1;
	const unsigned first = first_of(set);

	suppose(first == 0 || first == FIRST);
	foretell(w[FIRST]);
	if (set == 0) {
		suppose(first);
		slot(0)->u.first = FIRST;
		take();
	} else if (first) {
		slot(1)->u.first = FIRST;
		poll();
	} else {
		slot(1)->u.first = 0;
		poll();
	}
}

int main(void)
{
	const uint32_t what = nondet_word();

	world_begin();
	as_guest(0);
	hd_instances[0].handles.used = LAST;
	joins = (nondet_word() & 1) << 31 | (nondet_word() & 8);
	payload = nondet_word();
	any_state();
	check();
	if (what < 5) {
		suppose(known[FIRST].live);
		if (known[FIRST].set == 0)
			step(what, 0);
		else if (known[FIRST].set == 1)
			step(what, 1);
		else
			step(what, 2);
	} else if (what == 5) {
		ask();
	} else if (what == 6) {
		drop_set();
	} else {
		new_set();
	}
	check();
}
