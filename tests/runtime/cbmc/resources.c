/* resources.c - core/resource.c: one operation on any table, call and lends that
 * the invariants allow; so of every sequence.
 *
 * Instance 0 has handles of any kind and type and has made call t, to which it has
 * lent some, of handles that it has lent to other calls as well. Instance 1 runs t
 * and has borrows. Both types are there: that the instance defines itself, and
 * that of another.
 */
#include "world.h"

#include "core/lend.h"
#include "core/pool.h"

#define H HD_HANDLES
#define TYPE 7

static struct hd_task *const t = &hd_tasks[0];
static uint8_t elsewhere[H + 1];	/* lends to other calls */
static bool taken[HD_LENDS];
static unsigned destroyed;
static uint32_t last_rep;
static bool enters, traps;		/* what a destructor's instance allows, does */

static void dtor(uint32_t rep)
{
	destroyed++;
	last_rep = rep;
}

static struct hd_resource type = { NULL, NULL, TYPE };

static struct hd_slot *slot(unsigned i, unsigned h)
{
	return &hd_instances[i].handles.slots[h];
}

/* --- any state --- */

static void any_slot(unsigned i, unsigned h)
{
	struct hd_slot *s = slot(i, h);
	const uint32_t kind = below(4);

	s->kind = kind == 0 ? HD_KIND_FREE : kind == 1 ? HD_KIND_OWN :
		  kind == 2 ? HD_KIND_BORROW : HD_KIND_ERROR;
	s->count = nondet_word() & 1 ? TYPE : TYPE + 1;
	s->u.rep = s->kind == HD_KIND_FREE ? 0 : nondet_word();
	s->v.res.lends = 0;
	s->v.res.scope = s->kind == HD_KIND_BORROW;
	elsewhere[h] = (uint8_t)nondet_word();
}

static void any_lends(void)
{
	const uint32_t n = below(HD_LENDS + 1);

	t->lends = (uint8_t)n;
	for (unsigned k = 0; k < HD_LENDS; k++) {
		taken[k] = k < n || (nondet_word() & 1);
		hd_lends[k].next = (hd_ref)(uintptr_t)k;	/* a list of n */
		hd_lends[k].handle = (uint16_t)(1 + below(H));
	}
}

/* --- invariants --- */

/* How often t has been lent h of instance 0. */
static unsigned lends_of(unsigned h)
{
	unsigned n = 0, at = t->lends;

	for (unsigned k = 0; k < HD_LENDS; k++) {
		if (at == 0)
			break;
		claim(at <= HD_LENDS && taken[at - 1], "a lend is a record");
		suppose(at <= HD_LENDS);
		n += hd_lends[at - 1].handle == h;
		at = (unsigned)(uintptr_t)hd_lends[at - 1].next;
	}
	claim(at == 0, "the lends of a call end");
	return n;
}

static bool is_resource(const struct hd_slot *s)
{
	return s->kind == HD_KIND_OWN || s->kind == HD_KIND_BORROW;
}

static bool intact(void)
{
	unsigned borrows = 0;
	bool are = true;

	for (unsigned h = 1; h <= H; h++) {
		const unsigned n = lends_of(h);

		are = are && (is_resource(slot(0, h)) ?
			      slot(0, h)->v.res.lends == elsewhere[h] + n : n == 0);
		borrows += slot(1, h)->kind == HD_KIND_BORROW;
	}
	return are && t->borrows == borrows;
}

/* --- stand-ins --- */

void *hd_pool_take(struct hd_pool *p, void *base, uint32_t size, uint32_t n)
{
	const uint32_t k = below(HD_LENDS);

	(void)p;
	claim(base == hd_lends && size == sizeof *hd_lends && n == HD_LENDS, "a lend");
	if (taken[0] && taken[HD_LENDS - 1])
		return NULL;
	suppose(!taken[k]);
	taken[k] = true;
	return k ? &hd_lends[1] : &hd_lends[0];
}

void hd_pool_give(struct hd_pool *p, void *record)
{
	(void)p;
	for (unsigned k = 0; k < HD_LENDS; k++)
		if (record == &hd_lends[k]) {
			claim(taken[k], "a lend ends once");
			taken[k] = false;
			return;
		}
	claim(false, "a lend");
}

bool hd_may_enter(const struct hd_instance *in, const struct hd_instance *from)
{
	claim(in == type.impl && from == &hd_instances[0], "who enters");
	return enters;
}

bool hd_call_plain(struct hd_instance *in, void (*code)(uint32_t), uint32_t arg)
{
	claim(in == type.impl && code == type.dtor, "the destructor, where it is");
	dtor(arg);
	return !traps;
}

/* --- operations --- */

/* What using handle h as one of the type traps with. */
static enum hd_trap_kind unless_resource(uint32_t h)
{
	if (h == 0 || h > H || slot(0, h)->kind == HD_KIND_FREE)
		return HD_TRAP_BAD_HANDLE;
	return !is_resource(slot(0, h)) ? HD_TRAP_HANDLE_TYPE :
	       slot(0, h)->count != TYPE ? HD_TRAP_TYPE_MISMATCH : HD_TRAP_NONE;
}

static enum hd_trap_kind unless_mine(uint32_t h)
{
	const enum hd_trap_kind wrong = unless_resource(h);

	return wrong ? wrong : slot(0, h)->v.res.lends ? HD_TRAP_RESOURCE_LENT :
	       HD_TRAP_NONE;
}

static enum hd_trap_kind leave(void)
{
	return hd_instances[0].no_leave ? HD_TRAP_CANNOT_LEAVE : HD_TRAP_NONE;
}

/* A new handle of instance i, in the slot that is free; 0 when none is. */
static uint32_t room(unsigned i)
{
	const uint32_t h = below(H + 1);

	for (unsigned k = 1; k <= H; k++)
		suppose(h ? k != h || slot(i, k)->kind == HD_KIND_FREE :
			    slot(i, k)->kind != HD_KIND_FREE);
	hd_instances[i].handles.free = (uint16_t)h;
	return h;
}

static void put(bool new)
{
	const uint32_t h = room(0), rep = nondet_word();

	expect(new && leave() ? leave() : h ? HD_TRAP_NONE : HD_TRAP_TABLE_FULL);
	const uint32_t got = new ? hd_resource_new(&type, rep) :
				   hd_lower_own(&hd_instances[0], &type, rep);
	returned();
	claim(got == h && slot(0, h)->kind == HD_KIND_OWN &&
	      slot(0, h)->u.rep == rep && slot(0, h)->count == TYPE, "an own handle");
	elsewhere[h] = 0;
	reach("an own handle is made");
}

static void rep(uint32_t h)
{
	expect(unless_resource(h));
	claim(hd_resource_rep(&type, h) == slot(0, h)->u.rep, "its representation");
	returned();
	reach("a representation");
}

static void drop(uint32_t h)
{
	const enum hd_trap_kind wrong = leave() ? leave() : unless_mine(h);
	const bool own = !wrong && slot(0, h)->kind == HD_KIND_OWN;
	const bool here = type.impl == &hd_instances[0];
	const uint32_t was = wrong ? 0 : slot(0, h)->u.rep;
	const uint8_t borrows = t->borrows;

	suppose(wrong || own || borrows);	/* of t, as others are of theirs */
	expect(wrong ? wrong : !own || here ? HD_TRAP_NONE :
	       hd_poisoned(type.impl) ? HD_TRAP_POISONED :
	       !enters ? HD_TRAP_CANNOT_ENTER :
	       type.dtor && traps ? HD_TRAP_POISONED : HD_TRAP_NONE);
	hd_resource_drop(&type, h);
	returned();
	claim(slot(0, h)->kind == HD_KIND_FREE, "a handle dropped is free");
	claim(destroyed == (own && type.dtor), "a resource is destroyed once");
	claim(!destroyed || last_rep == was, "the one that was dropped");
	if (own) {
		reach("an own handle is dropped");
		return;
	}
	claim(t->borrows == borrows - 1, "a borrow is returned once");
	t->borrows = borrows;		/* not of instance 1's */
	reach("a borrow is dropped");
}

static void lift_own(uint32_t h)
{
	const enum hd_trap_kind wrong = unless_mine(h);
	const uint32_t was = wrong ? 0 : slot(0, h)->u.rep;

	expect(wrong ? wrong : slot(0, h)->kind != HD_KIND_OWN ?
	       HD_TRAP_HANDLE_TYPE : HD_TRAP_NONE);
	claim(hd_lift_own(&hd_instances[0], &type, h) == was, "its representation");
	returned();
	claim(slot(0, h)->kind == HD_KIND_FREE && !destroyed, "it has moved away");
	reach("an own handle moves away");
}

static void lend(uint32_t h)
{
	const enum hd_trap_kind wrong = unless_resource(h);

	expect(wrong ? wrong : slot(0, h)->v.res.lends == UINT8_MAX ||
	       (taken[0] && taken[HD_LENDS - 1]) ? HD_TRAP_POOL_FULL : HD_TRAP_NONE);
	claim(hd_lift_borrow(t, &hd_instances[0], &type, h) == slot(0, h)->u.rep,
	      "its representation");
	returned();
	claim(t->lends && hd_lends[t->lends - 1].handle == h, "the call is lent it");
	reach("a handle is lent");
}

static void release(void)
{
	if (t->lends > 1)
		reach("a call gives back two handles");
	hd_lends_release(t);
	claim(t->lends == 0, "all that was lent is given back");
}

static void borrow(void)
{
	const bool here = type.impl == &hd_instances[1];
	const uint32_t h = room(1), what = nondet_word();

	expect(here || h ? HD_TRAP_NONE : HD_TRAP_TABLE_FULL);
	const uint32_t got = hd_lower_borrow(t, &type, what);
	returned();
	if (here) {
		claim(got == what, "its own resource is its representation");
		reach("a borrow where it was made");
		return;
	}
	claim(got == h && slot(1, h)->kind == HD_KIND_BORROW &&
	      slot(1, h)->u.rep == what && slot(1, h)->v.res.scope == 1,
	      "a borrow of the call");
	reach("a borrow is lowered");
}

int main(void)
{
	const uint32_t what = nondet_word(), h = nondet_word();

	world_begin();
	as_guest(0);
	hd_instances[0].no_leave = nondet_word() & 1;
	type.impl = nondet_word() & 1 ? &hd_instances[0] : &hd_instances[1];
	type.dtor = nondet_word() & 1 ? dtor : NULL;
	hd_instances[1].trap.kind = nondet_word() & 1;
	enters = nondet_word() & 1;
	traps = nondet_word() & 1;
	t->inst = &hd_instances[1];
	t->sub.inst = 0;
	for (unsigned i = 0; i < NINST; i++) {
		hd_instances[i].handles.used = H;
		for (unsigned k = 1; k <= H; k++)
			any_slot(i, k);
	}
	any_lends();
	for (unsigned k = 1; k <= H; k++) {
		const unsigned n = elsewhere[k] + lends_of(k);

		suppose(n <= UINT8_MAX);
		if (is_resource(slot(0, k)))
			slot(0, k)->v.res.lends = (uint8_t)n;
		t->borrows += slot(1, k)->kind == HD_KIND_BORROW;
	}
	suppose(intact());
	if (what == 0)
		put(true);
	else if (what == 1)
		put(false);
	else if (what == 2)
		rep(h);
	else if (what == 3)
		drop(h);
	else if (what == 4)
		lift_own(h);
	else if (what == 5)
		lend(h);
	else if (what == 6)
		release();
	else
		borrow();
	claim(intact(), "each lend and each borrow is counted, and ends once");
}
