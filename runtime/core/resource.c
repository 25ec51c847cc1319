/* resource.c - resource handles, lends and borrows. */
#include "core/builtin.h"
#include "core/entry.h"
#include "core/lend.h"
#include "core/pool.h"
#include "exec/enter.h"
#include "exec/executor.h"

static struct hd_slot *slot(struct hd_instance *in, const struct hd_resource *r,
			    uint32_t h)
{
	struct hd_slot *s = hd_table_live(&in->handles, h);

	hd_trap_if(s->kind != HD_KIND_OWN && s->kind != HD_KIND_BORROW,
		   HD_TRAP_HANDLE_TYPE);
	hd_trap_if(s->count != r->number, HD_TRAP_TYPE_MISMATCH);
	return s;
}

/* The same, which is lent to nobody.
 * Traps  also RESOURCE_LENT. */
static struct hd_slot *back(struct hd_instance *in, const struct hd_resource *r,
			    uint32_t h)
{
	struct hd_slot *s = slot(in, r, h);

	hd_trap_if(s->v.res.lends != 0, HD_TRAP_RESOURCE_LENT);
	return s;
}

static uint32_t put(struct hd_instance *in, const struct hd_resource *r,
		    uint32_t rep, enum hd_kind kind)
{
	const uint32_t h = hd_table_put(&in->handles, kind, NULL);

	hd_trap_if(h == 0, HD_TRAP_TABLE_FULL);
	in->handles.slots[h].u.rep = rep;
	in->handles.slots[h].count = r->number;
	return h;
}

uint32_t hd_resource_new(const struct hd_resource *r, uint32_t rep)
{
	HD_ENTRY;
	return put(hd_leaving(), r, rep, HD_KIND_OWN);
}

uint32_t hd_resource_rep(const struct hd_resource *r, uint32_t handle)
{
	HD_ENTRY;
	return slot(hd_here(), r, handle)->u.rep;
}

/* An own handle dropped elsewhere enters the implementing instance. */
static void destroy(struct hd_instance *in, const struct hd_resource *r, uint32_t rep)
{
	if (in == r->impl) {
		if (r->dtor) {
			hd_let_others();
			r->dtor(rep);
			hd_hold_others();
		}
		return;
	}
	hd_trap_if(hd_poisoned(r->impl), HD_TRAP_POISONED);
	hd_trap_if(!hd_may_enter(r->impl, in) ||
		   (r->dtor && hd_elsewhere(r->impl)), HD_TRAP_CANNOT_ENTER);
	if (r->dtor)
		hd_trap_if(!hd_call_plain(r->impl, r->dtor, rep),
			   HD_TRAP_POISONED);
}

void hd_resource_drop(const struct hd_resource *r, uint32_t handle)
{
	HD_ENTRY;
	struct hd_instance *in = hd_leaving();
	const struct hd_slot *s = back(in, r, handle);
	const uint32_t rep = s->u.rep;
	const unsigned scope = s->v.res.scope;
	const bool own = s->kind == HD_KIND_OWN;
	hd_table_free(&in->handles, handle);
	if (own)
		destroy(in, r, rep);
	else
		hd_tasks[scope - 1].borrows--;
}

uint32_t hd_lift_own(struct hd_instance *in, const struct hd_resource *r,
		     uint32_t handle)
{
	HD_ENTRY;
	const struct hd_slot *s = back(in, r, handle);

	hd_trap_if(s->kind != HD_KIND_OWN, HD_TRAP_HANDLE_TYPE);
	const uint32_t rep = s->u.rep;
	hd_table_free(&in->handles, handle);
	return rep;
}

static struct hd_pool lends;

void hd_lends_reset(void)
{
	lends = (struct hd_pool){ 0 };
}

uint32_t hd_lift_borrow(struct hd_task *t, struct hd_instance *in,
			const struct hd_resource *r, uint32_t handle)
{
	HD_ENTRY;
	struct hd_slot *s = slot(in, r, handle);
	struct hd_lend *l = s->v.res.lends == UINT8_MAX ? NULL :
			    hd_pool_take(&lends, hd_lends, sizeof *l, hd_nlends);

	hd_trap_if(!l, HD_TRAP_POOL_FULL);
	l->next = (hd_ref)(uintptr_t)t->lends;
	l->handle = (uint16_t)handle;
	t->lends = (uint8_t)(l - hd_lends + 1);
	s->v.res.lends++;
	return s->u.rep;
}

void hd_lends_release(struct hd_task *t)
{
	while (t->lends) {
		struct hd_lend *l = &hd_lends[t->lends - 1];

		hd_instance_at[t->sub.inst]->handles.slots[l->handle].v.res.lends--;
		t->lends = (uint8_t)(uintptr_t)l->next;
		hd_pool_give(&lends, l);
	}
}

uint32_t hd_lower_own(struct hd_instance *in, const struct hd_resource *r,
		      uint32_t rep)
{
	HD_ENTRY;
	return put(in, r, rep, HD_KIND_OWN);
}

uint32_t hd_lower_borrow(struct hd_task *t, const struct hd_resource *r,
			 uint32_t rep)
{
	HD_ENTRY;
	struct hd_instance *in = t->inst;
	const uint32_t number = (uint32_t)((uintptr_t)t - (uintptr_t)hd_tasks) /
				(uint32_t)sizeof *t + 1;

	if (in == r->impl)
		return rep;
	hd_trap_if(number > UINT8_MAX || t->borrows == UINT8_MAX,
		   HD_TRAP_POOL_FULL);
	const uint32_t h = put(in, r, rep, HD_KIND_BORROW);
	in->handles.slots[h].v.res.scope = (uint8_t)number;
	t->borrows++;
	return h;
}
